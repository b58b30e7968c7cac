//! `btz demo`: a sample application, the suite in front of it, attacks and their benign twins, and
//! what became of each. Everything is on loopback, in a folder that is removed at the end.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::cli::{Demo, Output};
use crate::command::protect;
use crate::config::Config;
use crate::demo::application;
use crate::demo::requests::{DemoRequest, REQUESTS};
use crate::sockets::Inherited;
use crate::suite::Suite;
use crate::{Exit, caller, http_client, say, table};

/// What became of one request.
struct Outcome {
    request: &'static DemoRequest,
    status: u16,
    id: Option<String>,
    rule: String,
}

impl Outcome {
    fn is_right(&self) -> bool {
        self.request.is_attack == (self.status == 403)
    }
}

/// Runs the demo; exit code 1 when a request was judged wrongly.
pub(crate) fn demo(arguments: &Demo, output: Output) -> Result<Exit> {
    protect::log();
    let mut config = arguments.options.config()?;
    let folder = match arguments.options.data {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("btz-demo-").tempdir()?),
    };
    if let Some(folder) = &folder {
        config.data = folder.path().to_path_buf();
    }
    if !arguments.stay {
        // Nobody is to connect but the demo itself: any free port will do.
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        for (given, address) in [
            (arguments.options.listen, &mut config.listen),
            (arguments.options.api, &mut config.api),
            (arguments.options.admin, &mut config.admin),
        ] {
            *address = given.unwrap_or(any);
        }
    }
    let exit = protect::runtime(&config)?.block_on(run(config, arguments.stay, output));
    drop(folder);
    exit
}

async fn run(mut config: Config, stay: bool, output: Output) -> Result<Exit> {
    let application = application::start(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    config.target = Some(format!("http://{application}"));
    let config = config.checked()?;
    let suite = Suite::start(&config, caller::given()?, false, Inherited::default()).await?;
    let called = Config {
        api: suite.facts.api,
        ..config.clone()
    };
    let http = suite.facts.http;
    let (results, explanation) =
        tokio::task::spawn_blocking(move || attack(http, &called)).await??;
    let wrong = results.iter().filter(|result| !result.is_right()).count();
    match output {
        Output::Json => say(&serde_json::to_string_pretty(&as_json(&results))?),
        Output::Table => say(&shown(&results, &explanation)),
    }
    if stay {
        let stopped = protect::stopped()?;
        say(&format!(
            "\n{}\n\nCtrl-C ends it.",
            protect::banner(&config, &suite.facts)
        ));
        stopped.await;
    }
    suite.stop().await;
    Ok(if wrong == 0 {
        Exit::Fine
    } else {
        Exit::Findings
    })
}

/// Sends every request, and asks for the explanation of every refusal.
fn attack(http: SocketAddr, config: &Config) -> Result<(Vec<Outcome>, String)> {
    let mut results = Vec::new();
    let mut first = None;
    for request in REQUESTS {
        let head = format!(
            "{} HTTP/1.1\r\nHost: shop.example\r\n{}",
            request.line, request.headers
        );
        let answer = http_client::exchange(http, &head, request.body.as_bytes())
            .with_context(|| format!("the demo's request `{}`", request.line))?;
        let id = answer.header("x-btz-request-id").map(str::to_owned);
        let mut rule = String::new();
        if let Some(id) = &id
            && answer.status == 403
        {
            let explained = explained(config, id)?;
            let explanation = explained.get("Explanation");
            rule = explanation.and_then(terminating_rule).unwrap_or_default();
            if first.is_none() {
                first = Some(text(&explained, "Text")?.to_owned());
            }
        }
        results.push(Outcome {
            request,
            status: answer.status,
            id,
            rule,
        });
    }
    match first {
        Some(explanation) => Ok((results, explanation)),
        None => bail!("no request was refused: the web ACL is not in force"),
    }
}

/// The explanation is there a few milliseconds after the answer.
fn explained(config: &Config, id: &str) -> Result<Value> {
    let mut tries = 50;
    loop {
        match caller::call(config, "ExplainRequest", &json!({"RequestId": id})) {
            Err(_) if tries > 0 => {
                tries -= 1;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            answer => return answer,
        }
    }
}

fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str> {
    answer
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("the API's answer lacks {name}"))
}

/// `GROUP / RULE`, or the rule alone.
fn terminating_rule(explanation: &Value) -> Option<String> {
    let matched = explanation.get("decision")?.get("terminating")?;
    let rule = matched.get("rule")?.as_str()?;
    let group = matched
        .get("ruleGroup")
        .and_then(|group| group.get("id"))
        .and_then(Value::as_str);
    Some(match group {
        Some(group) => format!(
            "{} / {rule}",
            group.rsplit(['#', '/']).next().unwrap_or(group)
        ),
        None => rule.to_owned(),
    })
}

fn shown(results: &[Outcome], explanation: &str) -> String {
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|result| {
            let verdict = match (result.request.is_attack, result.is_right()) {
                (true, true) => "refused",
                (false, true) => "passed",
                (true, false) => "MISSED",
                (false, false) => "WRONGLY REFUSED",
            };
            let kind = if result.request.is_attack {
                "attack"
            } else {
                "benign"
            };
            vec![
                kind.to_owned(),
                result.request.what.to_owned(),
                verdict.to_owned(),
                result.status.to_string(),
                result.rule.clone(),
            ]
        })
        .collect();
    let attacks = results.iter().filter(|result| result.request.is_attack);
    let refused = attacks.clone().filter(|result| result.is_right()).count();
    let benign = results.iter().filter(|result| !result.request.is_attack);
    let passed = benign.clone().filter(|result| result.is_right()).count();
    format!(
        "{}\n{refused} of {} attacks refused, {passed} of {} benign requests passed.\n\n\
         Why was the first one refused? (btz explain ID)\n\n{}",
        table::table(&["", "request", "verdict", "status", "by rule"], &rows),
        attacks.count(),
        benign.count(),
        indented(explanation)
    )
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("  {line}\n")
            }
        })
        .collect()
}

fn as_json(results: &[Outcome]) -> Vec<Value> {
    results
        .iter()
        .map(|result| {
            json!({
                "what": result.request.what,
                "attack": result.request.is_attack,
                "request": result.request.line,
                "status": result.status,
                "right": result.is_right(),
                "requestId": result.id,
                "rule": result.rule,
            })
        })
        .collect()
}
