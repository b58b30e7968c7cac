//! Fetching AWS's own models: the wheel of botocore.

use anyhow::{Context, Result};
use serde_json::Value;

use super::wheel::Wheel;
use crate::shell;

/// The version whose models are checked in.
const BOTOCORE: Wheel = Wheel {
    package: "botocore",
    version: "1.44.5",
    sha256: "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921",
};

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
    let wheel = BOTOCORE.file()?;
    let text = shell::output(
        shell::program("python3")
            .args(["-c", READ_MODEL])
            .arg(&wheel)
            .arg(name),
    )?;
    serde_json::from_str(&text).with_context(|| format!("botocore's model of {name} is no JSON"))
}
