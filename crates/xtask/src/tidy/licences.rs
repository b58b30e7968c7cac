//! Licences of everything that is linked into the binary, read from cargo's own metadata.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// Licences that may be in the binary: permissive, and file-level copyleft that we do not change.
const ALLOWED: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "MIT-0",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "Zlib",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
    "OpenSSL",
    "BSL-1.0",
    "MPL-2.0",
    "CDLA-Permissive-2.0",
    "Apache-2.0 WITH LLVM-exception",
];

pub(super) fn check() -> Result<Vec<String>> {
    // Other platforms' crates are not in the binary, and would be downloaded only to be read here.
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let text = shell::output(
        shell::cargo()
            .args([
                "metadata",
                "--format-version=1",
                "--locked",
                "--filter-platform",
            ])
            .arg(platform),
    )?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let mut violations = Vec::new();
    for package in packages.context("cargo metadata lists no packages")? {
        let word = |name| {
            package
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let licence = word("license");
        if !is_allowed(licence) {
            let (name, version) = (word("name"), word("version"));
            violations.push(format!(
                "dependency {name} {version}: licence `{licence}` is not allowed"
            ));
        }
    }
    Ok(violations)
}

/// Whether an SPDX expression can be satisfied by allowed licences alone. `AND` binds closer than
/// `OR`; parentheses group.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let allowed = alternatives(&words, &mut at);
    allowed && at == words.len()
}

fn alternatives(words: &[&str], at: &mut usize) -> bool {
    let mut any = conjunction(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        any |= conjunction(words, at);
    }
    any
}

fn conjunction(words: &[&str], at: &mut usize) -> bool {
    let mut all = term(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        all &= term(words, at);
    }
    all
}

fn term(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let inner = alternatives(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return inner && closed;
    }
    if words.get(*at) == Some(&"WITH")
        && let Some(exception) = words.get(*at + 1)
    {
        *at += 2;
        return ALLOWED.contains(&format!("{word} WITH {exception}").as_str());
    }
    ALLOWED.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_needs_one_allowed_alternative() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-2.0) AND ISC",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND AGPL-3.0",
            "(MIT",
            "LGPL-2.1 OR BUSL-1.1",
            "MIT MIT",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
