//! The machine's clock and randomness, for everything below that takes them as capabilities, and which
//! machine it is.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use telemetry::audit::Machine;
use types::{Clock, Entropy, EntropyError, Time};

/// Separates this hash of the machine's id from any other: machine-id(5) asks not to show it.
const MACHINE_DOMAIN: &str = "btz audit machine v1";

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        // A clock before 1970 is a broken clock: signatures will be refused, nothing else minds.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness, through the cryptography library.
#[derive(Debug, Default)]
pub(crate) struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes).map_err(|_| EntropyError)
    }
}

/// Which machine this is to those that share its store: the same after its data folder was emptied. By
/// its id, its name (of two clones at least that is different) and the folder, since several may run
/// beside each other. `None` where the system has no id, as in most containers: a name alone may be
/// many machines'.
pub(crate) fn machine(data: &Path) -> Option<Machine> {
    machine_of(
        &std::fs::read_to_string("/etc/machine-id").ok()?,
        &std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?,
        data,
    )
}

fn machine_of(id: &str, name: &str, data: &Path) -> Option<Machine> {
    let (id, name) = (id.trim(), name.trim());
    // Before the first boot has made one it says `uninitialized`.
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return None;
    }
    // The folder itself may not be there yet, or be a link: what it is called stays.
    let data = std::path::absolute(data).ok()?;
    let of = format!("{MACHINE_DOMAIN}\0{id}\0{name}\0{}", data.display());
    let hash = digest(&SHA256, of.as_bytes());
    Some(Machine {
        id: types::hex(hash.as_ref().get(..16)?),
        name: name.chars().take(253).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_by_its_id_name_and_folder() {
        let id = "0123456789abcdef0123456789abcdef\n";
        let of = |id: &str, name: &str, data: &str| machine_of(id, name, Path::new(data));
        let one = of(id, "web-1\n", "/srv/btz").unwrap();
        assert_eq!(one.name, "web-1");
        assert_eq!(of(id, "web-1", "/srv/btz").unwrap(), one);
        assert_ne!(of(id, "web-2", "/srv/btz").unwrap().id, one.id);
        assert_ne!(of(id, "web-1", "/srv/other").unwrap().id, one.id);
        assert!(!one.id.contains("0123456789abcdef"));
        for none in ["", "uninitialized\n", "0123"] {
            assert!(of(none, "web-1", "/srv/btz").is_none(), "{none}");
        }
    }
}
