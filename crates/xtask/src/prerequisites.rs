//! What a bare Debian 12 with the Rust toolchain lacks, by its package name, and its installation.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// A Debian package and a file or program that tells that it is there.
struct Package {
    name: &'static str,
    sign: Sign,
}

enum Sign {
    Program(&'static str),
    Path(&'static str),
}

/// What building needs: the C parts of the cryptography and compression libraries.
const BUILD: &[Package] = &[
    Package {
        name: "gcc",
        sign: Sign::Program("cc"),
    },
    Package {
        name: "g++",
        sign: Sign::Program("c++"),
    },
    Package {
        name: "make",
        sign: Sign::Program("make"),
    },
    Package {
        name: "cmake",
        sign: Sign::Program("cmake"),
    },
];

/// What testing needs beyond that.
const TEST: &[Package] = &[
    Package {
        name: "git",
        sign: Sign::Program("git"),
    },
    Package {
        name: "python3",
        sign: Sign::Program("python3"),
    },
    Package {
        name: "python3-venv",
        sign: Sign::Path("/usr/share/doc/python3-venv"),
    },
    Package {
        name: "nodejs",
        sign: Sign::Program("node"),
    },
    Package {
        name: "npm",
        sign: Sign::Program("npm"),
    },
    Package {
        name: "curl",
        sign: Sign::Program("curl"),
    },
    Package {
        name: "postgresql",
        sign: Sign::Path("/usr/lib/postgresql"),
    },
    Package {
        name: "nghttp2-client",
        sign: Sign::Program("nghttp"),
    },
    Package {
        name: "pebble",
        sign: Sign::Program("pebble"),
    },
    Package {
        name: "chromium",
        sign: Sign::Program("chromium"),
    },
    Package {
        name: "softhsm2",
        sign: Sign::Program("softhsm2-util"),
    },
    Package {
        name: "swtpm",
        sign: Sign::Program("swtpm"),
    },
];

/// What `bench edge` needs: the peers and the load.
const BENCH: &[Package] = &[
    Package {
        name: "nginx-light",
        sign: Sign::Program("nginx"),
    },
    Package {
        name: "haproxy",
        sign: Sign::Program("haproxy"),
    },
    Package {
        name: "wrk",
        sign: Sign::Program("wrk"),
    },
];

/// Makes sure that the workspace can be built.
pub(crate) fn for_build() -> Result<()> {
    install(BUILD)
}

/// Makes sure that everything `cargo xtask test` starts is there.
pub(crate) fn for_test() -> Result<()> {
    install(BUILD)?;
    install(TEST)
}

/// Makes sure that the bench's peers are there.
pub(crate) fn for_bench() -> Result<()> {
    install(BUILD)?;
    install(BENCH)
}

fn install(packages: &[Package]) -> Result<()> {
    let lacking: Vec<&str> = packages
        .iter()
        .filter(|package| match package.sign {
            Sign::Program(name) => !shell::is_installed(name),
            Sign::Path(path) => !Path::new(path).exists(),
        })
        .map(|package| package.name)
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let names = lacking.join(" ");
    if !shell::is_installed("apt-get") {
        bail!("these are lacking: {names}. There is no apt-get here: install them by hand");
    }
    let root = shell::output(shell::program("id").arg("-u"))?.trim() == "0";
    let apt = || {
        let mut command = shell::program(if root { "apt-get" } else { "sudo" });
        if !root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    shell::say(&format!("installing Debian packages: {names}"));
    // No service of these packages is to run by itself: tests start their own, on free ports.
    shell::run(apt().args(["-q", "-o", "Acquire::Retries=3", "update"]))?;
    shell::run(
        apt()
            .args([
                "-q",
                "-y",
                "-o",
                "Acquire::Retries=3",
                "install",
                "--no-install-recommends",
            ])
            .args(&lacking),
    )
    .with_context(|| format!("install these by hand, then try again: {names}"))
}

/// A virtual environment with the Python packages of `tests/requirements.txt`; answers its folder.
pub(crate) fn python() -> Result<PathBuf> {
    let requirements = shell::root().join("tests/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = shell::cache()?.join("python");
    let mark = folder.join("installed-requirements.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    shell::say(&format!(
        "installing Python packages into {}",
        folder.display()
    ));
    shell::run(
        shell::program("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    shell::run(
        shell::program(folder.join("bin/pip"))
            .args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&requirements),
    )?;
    std::fs::write(&mark, wanted).with_context(|| format!("cannot write {}", mark.display()))?;
    Ok(folder)
}

/// The JavaScript packages of `tests/sdk/node`, as its lock file has them; answers their folder.
pub(crate) fn node() -> Result<PathBuf> {
    let project = shell::root().join("tests/sdk/node");
    let lock = project.join("package-lock.json");
    let wanted = std::fs::read_to_string(&lock)
        .with_context(|| format!("cannot read {}", lock.display()))?;
    let folder = shell::cache()?.join("node");
    let modules = folder.join("node_modules");
    let mark = folder.join("installed-lock.json");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    shell::say(&format!(
        "installing JavaScript packages into {}",
        folder.display()
    ));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(project.join(name), folder.join(name))
            .with_context(|| format!("cannot copy {name} to {}", folder.display()))?;
    }
    // No package runs a program of its own while it is installed.
    shell::run(
        shell::program("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--loglevel", "error"])
            .current_dir(&folder),
    )?;
    std::fs::write(&mark, wanted).with_context(|| format!("cannot write {}", mark.display()))?;
    Ok(modules)
}
