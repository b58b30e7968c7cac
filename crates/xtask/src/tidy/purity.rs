//! Floors 0 and 1 do no input or output, read no clock, draw no randomness.

use super::sources::Source;

const PURE: &[&str] = &[
    "types", "wire", "policy", "keys", "waf", "ddos", "route", "backup",
];

/// What a pure crate must not name, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("std::fs", "take the content as an argument"),
    ("std::env", "take the value as an argument"),
    ("std::process", "take the outcome as an argument"),
    ("std::thread", "leave concurrency to the caller"),
    ("std::os", "leave the system to the caller"),
    ("TcpStream", "leave the network to the caller"),
    ("TcpListener", "leave the network to the caller"),
    ("UdpSocket", "leave the network to the caller"),
    ("Instant::now", "take the time as an argument"),
    ("SystemTime", "take types::Time as an argument"),
    ("Timestamp::now", "take types::Time as an argument"),
    ("Zoned::now", "take types::Time as an argument"),
    ("SystemRandom", "take types::Entropy as an argument"),
    ("aws_lc_rs::rand", "take types::Entropy as an argument"),
    (
        "RandomState",
        "iteration would differ from run to run: use BTreeMap, or a fixed hasher",
    ),
    ("tokio::", "no async in the pure crates"),
    ("tracing::", "return what happened: the caller logs it"),
    ("println!", "return the text"),
];

pub(super) fn check(files: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for file in files
        .iter()
        .filter(|file| PURE.contains(&file.room.as_str()) && !file.is_test)
    {
        for (number, line) in file.code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for (banned, instead) in BANNED {
                if line.contains(banned) {
                    let (path, number) = (&file.path, number + 1);
                    violations.push(format!(
                        "{path}:{number}: {banned} in a pure crate: {instead}"
                    ));
                }
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_pure_crate_is_found_and_elsewhere_allowed() {
        let text = "//! x\nfn f() { let now = std::time::Instant::now(); }\n";
        assert_eq!(check(&[Source::of("crates/waf/src/a.rs", text)]).len(), 1);
        assert!(check(&[Source::of("crates/edge/src/a.rs", text)]).is_empty());
        assert!(check(&[Source::of("crates/waf/tests/a.rs", text)]).is_empty());
        let tested = "//! x\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert!(check(&[Source::of("crates/waf/src/a.rs", tested)]).is_empty());
    }
}
