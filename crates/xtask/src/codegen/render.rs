//! `model.rs`: the structures that the listed operations reach, and the dispatch to them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::names::{field, snake_case};
use super::reach::{Form, Shapes};
use super::{Source, Target};

/// Names that a structure must not take from the generated text.
const RESERVED: &[&str] = &[
    "Vec",
    "String",
    "Option",
    "Box",
    "Result",
    "Value",
    "Time",
    "BTreeMap",
    "Call",
    "LazyLock",
    "Members",
    "Model",
    "ServiceError",
    "ShapeError",
    "Structure",
    "FromValue",
    "IntoValue",
    "Ok",
    "Err",
    "Some",
    "None",
    "Self",
    "Default",
];

/// The text of the generated file, before rustfmt.
pub(super) fn model(target: &Target, model: &Value, model_file: &str) -> Result<String> {
    let shapes = Shapes::new(model, &target.opaque)?;
    let mut structures = BTreeSet::new();
    let mut operations = target.operations.clone();
    operations.sort();
    for operation in &operations {
        for side in ["input", "output"] {
            if let Some(shape) = shape_of(model, operation, side)? {
                if !matches!(shapes.form(shape)?, Form::Structure(_)) {
                    bail!("`{shape}`, the {side} of {operation}, is opaque or no structure");
                }
                shapes.reach(shape, &mut structures)?;
            }
        }
    }
    let mut body = String::new();
    for name in &structures {
        structure(&shapes, name, &mut body).with_context(|| format!("structure {name}"))?;
    }
    if !operations.is_empty() {
        dispatch(target, &operations, &mut body)?;
    }

    let service = match &target.source {
        Source::Botocore(service) => format!("botocore's model of `{service}`"),
        Source::Extension(file) => format!("`{file}`"),
    };
    let mut text = format!(
        "//! The API's model, and of its shapes those that the operations here reach. Source: \
         {service}.\n//!\n//! Written by `cargo xtask codegen`; do not edit.\n\n"
    );
    if body.contains("BTreeMap<") {
        text.push_str("use std::collections::BTreeMap;\n");
    }
    text.push_str("use std::sync::LazyLock;\n\n");
    let mut from_types: Vec<&str> = Vec::new();
    if !operations.is_empty() {
        from_types.extend(["Call", "ServiceError"]);
    }
    if mentions(&body, "Time") {
        from_types.push("Time");
    }
    if !from_types.is_empty() {
        writeln!(text, "use types::{{{}}};", from_types.join(", "))?;
    }
    let mut from_wire = vec!["Model"];
    if !structures.is_empty() || !operations.is_empty() {
        from_wire.extend(["FromValue", "IntoValue"]);
    }
    if !structures.is_empty() {
        from_wire.extend(["ShapeError", "Structure", "Value"]);
        if body.contains("Members::of") {
            from_wire.push("Members");
        }
    } else if !operations.is_empty() {
        from_wire.push("Value");
    }
    writeln!(text, "use wire::{{{}}};\n", from_wire.join(", "))?;
    write!(
        text,
        "/// All operations and shapes of the API.\n\
         pub(crate) static MODEL: LazyLock<Model> = \
         LazyLock::new(|| Model::embedded(include_str!({model_file:?})));\n\n"
    )?;
    let listed: Vec<String> = operations.iter().map(|name| format!("{name:?}")).collect();
    write!(
        text,
        "/// The operations that are written, sorted.\npub(crate) const IMPLEMENTED: &[&str] = &[{}];\n",
        listed.join(", ")
    )?;
    text.push_str(&body);
    Ok(text)
}

fn mentions(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|found| found == word)
}

fn shape_of<'m>(model: &'m Value, operation: &str, side: &str) -> Result<Option<&'m str>> {
    let operation = model
        .get("operations")
        .and_then(|operations| operations.get(operation))
        .with_context(|| format!("no operation `{operation}` in the model"))?;
    Ok(operation
        .get(side)
        .and_then(|reference| reference.get("shape"))
        .and_then(Value::as_str))
}

/// The Rust type of a shape as a member of `holder`.
fn rust_type(shapes: &Shapes<'_>, name: &str, holder: Option<&str>) -> Result<String> {
    Ok(match shapes.form(name)? {
        Form::Opaque => "Value".to_owned(),
        Form::Structure(_) => match holder {
            Some(holder) if shapes.holds(name, holder)? => format!("Box<{name}>"),
            _ => name.to_owned(),
        },
        Form::List(inner) => format!("Vec<{}>", rust_type(shapes, inner, None)?),
        Form::Map(inner) => format!("BTreeMap<String, {}>", rust_type(shapes, inner, None)?),
        Form::Scalar(scalar) => scalar.to_owned(),
    })
}

fn structure(shapes: &Shapes<'_>, name: &str, out: &mut String) -> Result<()> {
    if RESERVED.contains(&name) {
        bail!("the name `{name}` is taken in generated code");
    }
    let Form::Structure(members) = shapes.form(name)? else {
        bail!("no structure");
    };
    // Where nothing is required, an answer can be started from `Default`.
    let default = if members.iter().any(|(_, _, required)| *required) {
        ""
    } else {
        ", Default"
    };
    write!(
        out,
        "\n/// `{name}`.\n#[derive(Debug, Clone, PartialEq{default})]\npub(crate) struct {name} {{\n"
    )?;
    for (member, shape, required) in &members {
        let inner = rust_type(shapes, shape, Some(name))?;
        let field_type = if *required {
            inner
        } else {
            format!("Option<{inner}>")
        };
        writeln!(
            out,
            "/// `{member}`.\npub(crate) {}: {field_type},",
            field(member)
        )?;
    }
    out.push_str("}\n\n");
    if members.is_empty() {
        write!(
            out,
            "impl FromValue for {name} {{\n\
             fn from_value(_: Value) -> Result<Self, ShapeError> {{ Ok(Self {{}}) }}\n}}\n\n\
             impl IntoValue for {name} {{\n\
             fn into_value(self) -> Value {{ Structure::with_capacity(0).end() }}\n}}\n"
        )?;
        return Ok(());
    }
    write!(
        out,
        "impl FromValue for {name} {{\n\
         fn from_value(value: Value) -> Result<Self, ShapeError> {{\n\
         let mut members = Members::of(value)?;\nOk(Self {{\n"
    )?;
    for (member, _, _) in &members {
        writeln!(out, "{}: members.take({member:?})?,", field(member))?;
    }
    out.push_str("})\n}\n}\n\n");
    write!(
        out,
        "impl IntoValue for {name} {{\nfn into_value(self) -> Value {{\n\
         Structure::with_capacity({})\n",
        members.len()
    )?;
    for (member, _, _) in &members {
        writeln!(out, ".with({member:?}, self.{})", field(member))?;
    }
    out.push_str(".end()\n}\n}\n");
    Ok(())
}

fn dispatch(target: &Target, operations: &[String], out: &mut String) -> Result<()> {
    let (handler, module) = (&target.handler, &target.operations_module);
    write!(
        out,
        "\n/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the\n\
         /// function of its name in `{module}`, and makes its answer a value.\n\
         pub(crate) async fn dispatch(service: &{handler}, call: &Call, input: Value) \
         -> Result<Value, ServiceError> {{\nuse {module};\n\
         let output = match call.operation.as_str() {{\n"
    )?;
    let module = module.rsplit("::").next().unwrap_or(module);
    for operation in operations {
        writeln!(
            out,
            "{operation:?} => {module}::{}(service, call, FromValue::from_value(input)?)\
             .await?.into_value(),",
            snake_case(operation)
        )?;
    }
    out.push_str(
        "other => return Err(ServiceError::receiver(\"InternalFailure\", \
         format!(\"{other} was dispatched, but it is not written\"))),\n};\nOk(output)\n}\n",
    );
    Ok(())
}
