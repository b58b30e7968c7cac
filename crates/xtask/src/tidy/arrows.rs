//! A crate imports only from floors below it.

use std::path::Path;

use anyhow::{Context, Result};

/// The floors, lowest first. A crate that is not here has no room: change the house first.
const FLOORS: &[&[&str]] = &[
    &["types", "wire"],
    &["policy", "keys", "waf", "ddos", "route", "backup"],
    &["store", "telemetry", "findings", "token"],
    &[
        "iam",
        "kms",
        "elb",
        "wafv2",
        "shield",
        "inspector",
        "guardduty",
        "respond",
    ],
    &["edge", "api", "console"],
    &["btz"],
];

/// Arrows within a floor, or past the rule, that ARCHITECTURE.md allows by name.
const ALLOWED: &[(&str, &str)] = &[
    ("wire", "types"),
    ("findings", "store"),
    ("telemetry", "store"),
];

/// The edge knows no service, no store and no API: all it may import.
const EDGE: &[&str] = &["types", "waf", "ddos", "route", "telemetry"];

/// Outside the floors: they look at the house from outside.
const OUTSIDE: &[&str] = &["xtask", "judge"];

/// Only tests may import it.
const FOR_TESTS: &str = "judge";

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    let folder = root.join("crates");
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&folder).context("cannot list crates/")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in &names {
        let path = folder.join(name).join("Cargo.toml");
        let manifest = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        for import in dependencies(&manifest) {
            if names.contains(&import)
                && let Some(violation) = judge(name, &import)
            {
                violations.push(violation);
            }
        }
        if floor(name).is_none() && !OUTSIDE.contains(&name.as_str()) {
            violations.push(format!(
                "crates/{name}: has no floor (crates/xtask/src/tidy/arrows.rs)"
            ));
        }
    }
    Ok(violations)
}

fn judge(from: &str, to: &str) -> Option<String> {
    if to == FOR_TESTS {
        return Some(format!("crates/{from} imports {to}: it is for tests only"));
    }
    if OUTSIDE.contains(&from) || ALLOWED.contains(&(from, to)) {
        return None;
    }
    if from == "edge" && !EDGE.contains(&to) {
        return Some(format!(
            "crates/edge imports {to}: the edge may import only {EDGE:?}"
        ));
    }
    match (floor(from), floor(to)) {
        (Some(high), Some(low)) if high > low => None,
        _ => Some(format!("crates/{from} imports {to}: imports go down only")),
    }
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&name))
}

/// Names in `[dependencies]`; tests may import what they like.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[dependencies]";
        } else if inside && let Some((name, _)) = line.split_once(['.', '=', ' ']) {
            names.push(name.trim().to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_down_only() {
        for (from, to) in [
            ("waf", "wire"),
            ("telemetry", "store"),
            ("btz", "edge"),
            ("api", "iam"),
        ] {
            assert_eq!(judge(from, to), None, "{from} -> {to}");
        }
        for (from, to) in [
            ("waf", "store"),
            ("types", "wire"),
            ("iam", "wafv2"),
            ("edge", "store"),
            ("waf", "policy"),
            ("iam", "judge"),
        ] {
            assert!(judge(from, to).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn dependencies_are_read_from_their_section_only() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nwaf.workspace = true\n\
                        wire = { path = \"x\" }\n[dev-dependencies]\nstore.workspace = true\n";
        assert_eq!(dependencies(manifest), ["waf", "wire"]);
    }
}
