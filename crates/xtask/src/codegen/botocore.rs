//! Fetching AWS's own models: the wheel of botocore, one pinned version, checked by its hash.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// The version whose models are checked in.
const VERSION: &str = "1.44.5";

/// SHA-256 of that version's wheel: pip refuses another file.
const WHEEL_SHA256: &str = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921";

/// Prints a service's newest model out of the wheel.
const READ_MODEL: &str = "
import gzip, sys, zipfile
wheel, service = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    folder = f'botocore/data/{service}/'
    names = [name for name in archive.namelist()
             if name.startswith(folder) and name.rsplit('/', 1)[1].startswith('service-2.json')]
    if not names:
        sys.exit(f'botocore has no service {service}')
    text = archive.read(max(names))
    sys.stdout.buffer.write(gzip.decompress(text) if max(names).endswith('.gz') else text)
";

/// A service's model as botocore has it.
pub(super) fn service(name: &str) -> Result<Value> {
    let wheel = wheel()?;
    let text = shell::output(
        shell::program("python3")
            .args(["-c", READ_MODEL])
            .arg(&wheel)
            .arg(name),
    )?;
    serde_json::from_str(&text).with_context(|| format!("botocore's model of {name} is no JSON"))
}

fn wheel() -> Result<PathBuf> {
    let folder = shell::cache()?.join(format!("botocore-{VERSION}"));
    let wheel = folder.join(format!("botocore-{VERSION}-py3-none-any.whl"));
    if wheel.is_file() {
        return Ok(wheel);
    }
    shell::say(&format!(
        "fetching botocore {VERSION} with pip into {}",
        folder.display()
    ));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let requirements = folder.join("requirements.txt");
    std::fs::write(
        &requirements,
        format!("botocore=={VERSION} --hash=sha256:{WHEEL_SHA256}\n"),
    )
    .with_context(|| format!("cannot write {}", requirements.display()))?;
    shell::run(
        shell::program("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args([
                "--no-deps",
                "--only-binary",
                ":all:",
                "--require-hashes",
                "--requirement",
            ])
            .arg(&requirements)
            .arg("--dest")
            .arg(&folder),
    )?;
    Ok(wheel)
}
