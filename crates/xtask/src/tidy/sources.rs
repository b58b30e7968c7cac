//! The hand-written Rust files of the workspace, split into code and tests.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// One file.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the checkout's root, with `/`.
    pub(super) path: String,
    /// The floor's crate it lies in, such as `waf`.
    pub(super) room: String,
    /// All of it.
    pub(super) whole: String,
    /// Everything up to the inline test module.
    pub(super) code: String,
    /// Whether all of it is test, bench or example code.
    pub(super) is_test: bool,
}

impl Source {
    /// A file by its text, for the rules' own tests.
    #[cfg(test)]
    pub(super) fn of(path: &str, text: &str) -> Self {
        source(path.to_owned(), text)
    }
}

/// All files below `crates/` and `fuzz/` that no generator wrote.
pub(super) fn hand_written(root: &Path) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    for folder in ["crates", "fuzz"] {
        collect(&root.join(folder), &mut paths)?;
    }
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        if text
            .lines()
            .take(5)
            .any(|line| line.starts_with("//! Written by `cargo xtask codegen`"))
        {
            continue;
        }
        let relative = path.strip_prefix(root).unwrap_or(&path);
        sources.push(source(relative.to_string_lossy().replace('\\', "/"), &text));
    }
    Ok(sources)
}

fn source(path: String, text: &str) -> Source {
    let room = path.split('/').nth(1).unwrap_or_default().to_owned();
    let is_test = ["/tests/", "/benches/", "/examples/", "fuzz/"]
        .iter()
        .any(|part| path.contains(part))
        || path.ends_with("/tests.rs");
    let code = match text.find("#[cfg(test)]\nmod ") {
        Some(tests) => text.get(..tests).unwrap_or(text).to_owned(),
        None => text.to_owned(),
    };
    Source {
        path,
        room,
        whole: text.to_owned(),
        code,
        is_test,
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot list {}", folder.display()));
        }
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "target" {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
