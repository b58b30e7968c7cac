//! Registries match their folders: every file is reached by its parent's `mod`, every operation
//! listed for codegen has its function, every managed rule group and fuzz target is registered.

use std::path::Path;

use anyhow::Result;

use super::sources::Source;

pub(super) fn check(root: &Path, files: &[Source]) -> Result<Vec<String>> {
    let mut violations = orphans(files);
    violations.extend(unregistered(
        root,
        "crates/waf/managed",
        "json",
        &text_of(files, "crates/waf/src/managed/"),
    )?);
    violations.extend(unregistered(
        root,
        "fuzz/src/target",
        "rs",
        &text_of(files, "fuzz/src/"),
    )?);
    Ok(violations)
}

/// Files that no `mod` reaches compile nowhere and test nothing.
fn orphans(files: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for file in files.iter().filter(|file| file.path.contains("/src/")) {
        let Some((folder, name)) = file.path.rsplit_once('/') else {
            continue;
        };
        let stem = name.trim_end_matches(".rs");
        if matches!(stem, "lib" | "main") || folder.ends_with("/bin") || folder.contains("/bin/") {
            continue;
        }
        // `a/mod.rs` is module `a` of the folder above; `a/b.rs` is module `b` of `a.rs` or `a/mod.rs`.
        let (parent, module) = match (stem, folder.rsplit_once('/')) {
            ("mod", Some((above, module))) => (above, module),
            _ => (folder, stem),
        };
        let candidates = [
            format!("{parent}/mod.rs"),
            format!("{parent}.rs"),
            format!("{parent}/lib.rs"),
            format!("{parent}/main.rs"),
        ];
        let declared = files
            .iter()
            .any(|other| candidates.contains(&other.path) && other.text_declares(module));
        if !declared {
            violations.push(format!("{}: no `mod {module};` reaches it", file.path));
        }
    }
    violations
}

impl Source {
    fn text_declares(&self, module: &str) -> bool {
        self.whole.lines().any(|line| {
            let line = line.trim().trim_end_matches(';');
            line.strip_suffix(module)
                .is_some_and(|head| head.ends_with("mod "))
        })
    }
}

/// Files of `folder` whose stem the registry's text does not name.
fn unregistered(root: &Path, folder: &str, extension: &str, registry: &str) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(violations);
    }
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.extension().is_some_and(|found| found == extension) && !registry.contains(&stem) {
            violations.push(format!(
                "{folder}/{stem}.{extension}: its registry does not name it"
            ));
        }
    }
    violations.sort();
    Ok(violations)
}

fn text_of(files: &[Source], start: &str) -> String {
    let in_reach = |file: &&Source| {
        file.path.starts_with(start) || file.path == format!("{}.rs", start.trim_end_matches('/'))
    };
    files
        .iter()
        .filter(in_reach)
        .map(|file| file.whole.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_mod_reaches_is_found() {
        let files = [
            Source::of("crates/waf/src/lib.rs", "//! x\npub mod field;\nmod a;\n"),
            Source::of("crates/waf/src/field/mod.rs", "//! x\n"),
            Source::of("crates/waf/src/a.rs", "//! x\nmod b;\n"),
            Source::of("crates/waf/src/a/b.rs", "//! x\n"),
            Source::of("crates/waf/src/a/lost.rs", "//! x\n"),
        ];
        assert_eq!(
            orphans(&files),
            ["crates/waf/src/a/lost.rs: no `mod lost;` reaches it"]
        );
    }
}
