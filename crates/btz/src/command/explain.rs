//! `btz explain ID`: which rule refused a request, for which bytes after which transformations, and
//! the smallest exception that would have let it pass.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::cli::{Explain, Output};
use crate::{Exit, caller, say};

/// Asks the running `btz` and shows what it says.
pub(crate) fn explain(arguments: &Explain, output: Output) -> Result<Exit> {
    let config = arguments.options.config()?.checked()?;
    let id = arguments.id;
    let answer = caller::call(
        &config,
        "ExplainRequest",
        &json!({"RequestId": id.to_string()}),
    )
    .with_context(|| format!("request {id} cannot be explained"))?;
    match output {
        Output::Table => {
            let text = answer.get("Text").and_then(Value::as_str);
            say(text.context("the API's answer holds no text")?);
        }
        Output::Json => {
            let explanation = answer.get("Explanation");
            let explanation = explanation.context("the API's answer holds no explanation")?;
            say(&serde_json::to_string_pretty(explanation)?);
        }
    }
    Ok(Exit::Fine)
}
