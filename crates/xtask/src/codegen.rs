//! Compact models and typed shapes of the services, from the PyPI package botocore.

pub(crate) fn codegen(_arguments: &[&str]) -> anyhow::Result<()> {
    anyhow::bail!("codegen lands with the wire crate")
}
