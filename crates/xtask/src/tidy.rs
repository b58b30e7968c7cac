//! `cargo xtask tidy`: the house's law, checked. Arrows between floors, purity of the lower ones,
//! sizes, module documents, registries against folders, licences. ARCHITECTURE.md says why.

mod arrows;
mod licences;
mod purity;
mod registries;
mod sizes;
mod sources;

use anyhow::{Result, bail};

use crate::shell;

/// Checks everything and shows every violation, not only the first.
pub(crate) fn tidy() -> Result<()> {
    let root = shell::root();
    let files = sources::hand_written(&root)?;
    let mut violations = Vec::new();
    violations.extend(arrows::check(&root)?);
    violations.extend(purity::check(&files));
    violations.extend(sizes::check(&files));
    violations.extend(registries::check(&root, &files)?);
    violations.extend(licences::check()?);
    if violations.is_empty() {
        shell::say(&format!("tidy: {} files, all in order", files.len()));
        return Ok(());
    }
    for violation in &violations {
        shell::complain(violation);
    }
    bail!(
        "{} violations of the house's law (ARCHITECTURE.md, CONTRIBUTING.md)",
        violations.len()
    )
}
