//! Compact models and typed shapes of the services, from the PyPI package botocore.
//!
//! A crate says in its `Cargo.toml` which models it has, one table each:
//!
//! ```toml
//! [[package.metadata.codegen]]
//! service = "wafv2"            # botocore's name of the service; or
//! extension = "extension.json" # an own API, in the same shape language, kept by hand
//! folder = "src"               # where model.json and model.rs lie (default: src)
//! handler = "crate::Wafv2"     # the type that `dispatch` passes to the operations
//! operations-module = "crate::operations"
//! operations = ["CreateIPSet"] # those that are written
//! opaque = ["Rules"]           # shapes that stay wire::Value
//! ```
//!
//! `model.json` holds the whole API; `model.rs` only the structures that the listed operations
//! reach; `authorization.json` the IAM actions of the operations. All are checked in; `--check`
//! fails when they are stale.

mod authorization;
mod botocore;
mod compact;
mod names;
mod reach;
mod render;
mod wheel;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

/// One table of a crate's `package.metadata.codegen`.
pub(crate) struct Target {
    source: Source,
    folder: PathBuf,
    handler: String,
    operations_module: String,
    operations: Vec<String>,
    opaque: Vec<String>,
    authorization: authorization::Exceptions,
}

enum Source {
    /// botocore's name of the service.
    Botocore(String),
    /// The file beside `Cargo.toml`'s folder that describes an own API.
    Extension(String),
}

pub(crate) fn codegen(arguments: &[&str]) -> Result<()> {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => bail!("codegen takes --check or nothing"),
    };
    let mut written = 0_usize;
    let mut stale = Vec::new();
    for target in targets()? {
        for (path, text) in files(&target)? {
            if std::fs::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
                continue;
            }
            if check {
                stale.push(path.display().to_string());
                continue;
            }
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
            shell::say(&format!("wrote {}", path.display()));
            written += 1;
        }
    }
    if !stale.is_empty() {
        bail!(
            "not what codegen writes (run `cargo xtask codegen`): {}",
            stale.join(", ")
        );
    }
    if written == 0 {
        shell::say("codegen: all models are up to date");
    }
    Ok(())
}

/// The files of one target, as they should be.
fn files(target: &Target) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    let (model_path, model) = match &target.source {
        Source::Botocore(service) => {
            let model = compact::model(&botocore::service(service)?)
                .with_context(|| format!("botocore's model of {service}"))?;
            let path = target.folder.join("model.json");
            files.push((path.clone(), compact::text(&model)?));
            files.push((
                target.folder.join("authorization.json"),
                authorization::text(service, &model, &target.authorization)
                    .with_context(|| format!("the IAM actions of {service}"))?,
            ));
            (path, model)
        }
        Source::Extension(file) => {
            let path = target.folder.join(file);
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let model = serde_json::from_str(&text)
                .with_context(|| format!("{} is no JSON", path.display()))?;
            (path, model)
        }
    };
    check_patterns(&model).with_context(|| model_path.display().to_string())?;
    let name = model_path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let rust = render::model(target, &model, name)
        .with_context(|| format!("the structures of {}", model_path.display()))?;
    files.push((model_path.with_extension("rs"), format_rust(&rust)?));
    Ok(files)
}

/// wire must be able to read the model and judge every pattern in it.
fn check_patterns(model: &Value) -> Result<()> {
    let model = wire::Model::from_json(&model.to_string())?;
    for shape in model.shapes() {
        if let Some(pattern) = shape.pattern() {
            pattern.check().with_context(|| {
                format!(
                    "the pattern of {}, `{}`, needs an entry by hand in wire/src/pattern.rs",
                    shape.name(),
                    pattern.as_str()
                )
            })?;
        }
    }
    Ok(())
}

/// What the crates' manifests ask for.
fn targets() -> Result<Vec<Target>> {
    let metadata = shell::output(shell::cargo().args([
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--offline",
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let mut targets = Vec::new();
    for package in list(&metadata, "packages") {
        let manifest = package
            .get("manifest_path")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let folder = Path::new(manifest)
            .parent()
            .unwrap_or_else(|| Path::new(""));
        for table in package
            .pointer("/metadata/codegen")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let target = target(folder, table)
                .with_context(|| format!("[[package.metadata.codegen]] in {manifest}"))?;
            targets.push(target);
        }
    }
    if targets.is_empty() {
        bail!("no crate has [[package.metadata.codegen]]");
    }
    Ok(targets)
}

fn target(package: &Path, table: &Value) -> Result<Target> {
    let text = |name: &str| table.get(name).and_then(Value::as_str);
    let source = match (text("service"), text("extension")) {
        (Some(service), None) => Source::Botocore(service.to_owned()),
        (None, Some(file)) => Source::Extension(file.to_owned()),
        _ => bail!("needs either `service` or `extension`"),
    };
    let texts = |name: &str| -> Vec<String> {
        list(table, name)
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    };
    Ok(Target {
        source,
        folder: package.join(text("folder").unwrap_or("src")),
        handler: text("handler").unwrap_or("crate::Handler").to_owned(),
        operations_module: text("operations-module")
            .unwrap_or("crate::operations")
            .to_owned(),
        operations: texts("operations"),
        opaque: texts("opaque"),
        authorization: authorization::Exceptions::read(table)?,
    })
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// What rustfmt makes of a source text.
fn format_rust(text: &str) -> Result<String> {
    let folder = shell::cache()?;
    // rustfmt reads a file and so finds no edition by itself.
    let path = folder.join(format!("codegen-{}.rs", std::process::id()));
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    let formatted = shell::run(
        shell::program("rustfmt")
            .args(["--edition", "2024", "--config-path"])
            .arg(shell::root())
            .arg(&path),
    )
    .and_then(|()| Ok(std::fs::read_to_string(&path)?));
    std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    formatted
}
