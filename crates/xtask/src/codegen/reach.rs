//! Which structures the listed operations reach, and where a structure holds itself.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A model's shapes, as botocore's language has them.
pub(super) struct Shapes<'m> {
    shapes: &'m Value,
    opaque: &'m [String],
}

/// What a shape becomes in Rust.
pub(super) enum Form<'m> {
    /// A `wire::Value`.
    Opaque,
    /// A structure with its members and whether each is required.
    Structure(Vec<(&'m str, &'m str, bool)>),
    /// A list of a shape.
    List(&'m str),
    /// A map to a shape.
    Map(&'m str),
    /// A Rust type.
    Scalar(&'static str),
}

impl<'m> Shapes<'m> {
    pub(super) fn new(model: &'m Value, opaque: &'m [String]) -> Result<Self> {
        let shapes = model.get("shapes").context("the model has no shapes")?;
        for name in opaque {
            if shapes.get(name).is_none() {
                bail!("the opaque shape `{name}` is not in the model");
            }
        }
        Ok(Self { shapes, opaque })
    }

    pub(super) fn form(&self, name: &str) -> Result<Form<'m>> {
        if self.opaque.iter().any(|opaque| opaque == name) {
            return Ok(Form::Opaque);
        }
        let shape = self
            .shapes
            .get(name)
            .with_context(|| format!("no shape `{name}`"))?;
        let flag = |name: &str| shape.get(name).and_then(Value::as_bool).unwrap_or(false);
        let inner = |part: &str| {
            shape
                .get(part)
                .and_then(|member| member.get("shape"))
                .and_then(Value::as_str)
                .with_context(|| format!("`{name}` has no {part}"))
        };
        Ok(
            match shape
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
            {
                "structure" if flag("document") => Form::Opaque,
                "structure" => {
                    let required: Vec<&str> = shape
                        .get("required")
                        .and_then(Value::as_array)
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .collect();
                    let members = shape.get("members").and_then(Value::as_object);
                    let member = |(member, reference): (&'m String, &'m Value)| {
                        let shape = reference.get("shape").and_then(Value::as_str);
                        let shape =
                            shape.with_context(|| format!("{name}.{member} has no shape"))?;
                        Ok((member.as_str(), shape, required.contains(&member.as_str())))
                    };
                    Form::Structure(
                        members
                            .into_iter()
                            .flatten()
                            .map(member)
                            .collect::<Result<_>>()?,
                    )
                }
                "list" => Form::List(inner("member")?),
                "map" => Form::Map(inner("value")?),
                "string" | "character" => Form::Scalar("String"),
                "integer" | "long" => Form::Scalar("i64"),
                "float" | "double" => Form::Scalar("f64"),
                "boolean" => Form::Scalar("bool"),
                "blob" => Form::Scalar("Vec<u8>"),
                "timestamp" => Form::Scalar("Time"),
                other => bail!("`{name}` has the unknown type `{other}`"),
            },
        )
    }

    /// The names of the structures below `name`, itself included.
    pub(super) fn reach(&self, name: &'m str, found: &mut BTreeSet<&'m str>) -> Result<()> {
        match self.form(name)? {
            Form::Structure(members) => {
                if found.insert(name) {
                    for (_, shape, _) in members {
                        self.reach(shape, found)?;
                    }
                }
                Ok(())
            }
            Form::List(inner) | Form::Map(inner) => self.reach(inner, found),
            Form::Opaque | Form::Scalar(_) => Ok(()),
        }
    }

    /// Whether a structure of shape `inner` holds, without a list or map between, one of shape
    /// `outer`: then it has to be boxed.
    pub(super) fn holds(&self, inner: &str, outer: &str) -> Result<bool> {
        let mut seen = BTreeSet::new();
        let mut open = vec![inner.to_owned()];
        while let Some(name) = open.pop() {
            if name == outer {
                return Ok(true);
            }
            if seen.insert(name.clone())
                && let Form::Structure(members) = self.form(&name)?
            {
                for (_, shape, _) in members {
                    if matches!(self.form(shape)?, Form::Structure(_)) {
                        open.push(shape.to_owned());
                    }
                }
            }
        }
        Ok(false)
    }
}
