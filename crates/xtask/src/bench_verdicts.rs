//! `cargo xtask bench verdicts`: how many attacks of the labelled corpus (`tests/corpus`) the default
//! policy refuses, how many benign requests it refuses too, by class and by half, and what an
//! evaluation takes. The example `verdicts` of crate wafv2 judges, in a release build.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::shell;

/// Goal: this share of the attacks is refused.
const DETECTION_GOAL: f64 = 0.90;
/// Goal: at most this share of the benign requests is refused.
const FALSE_POSITIVES_GOAL: f64 = 0.001;
/// Characters of a payload that are shown.
const SHOWN_CHARS: usize = 160;

/// Runs the bench. `--verbose` names what was missed or wrongly refused, `--output json` prints it
/// all, `--half HALF` and `--class CLASS` leave out the rest, `--rounds N` times more, `--check`
/// makes a missed goal a failure.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let options = Options::read(arguments)?;
    shell::run(shell::cargo().args([
        "build",
        "--release",
        "--package",
        "wafv2",
        "--example",
        "verdicts",
    ]))?;
    let program = shell::target()?.join("release/examples/verdicts");
    let text = shell::output(
        Command::new(program)
            .arg(shell::root().join("tests/corpus"))
            .arg(options.rounds.to_string()),
    )?;
    let document: Value = serde_json::from_str(&text).context("what `verdicts` printed")?;
    let mut requests = Vec::new();
    for request in document
        .get("requests")
        .and_then(Value::as_array)
        .context("`verdicts` printed no requests")?
    {
        let request = Request::read(request).context("a request lacks a member")?;
        if options.admits(&request) {
            requests.push(request);
        }
    }
    let halves: Vec<Half<'_>> = ["tuned", "held_out"]
        .into_iter()
        .filter_map(|name| Half::of(name, &requests))
        .collect();
    if options.json {
        let text = as_json(&halves, &requests);
        shell::say(&serde_json::to_string_pretty(&text)?);
    } else {
        for half in &halves {
            shell::say(&half.table());
            if options.verbose {
                shell::say(&half.wrong());
            }
        }
        shell::say(&times(&requests));
    }
    let missed: Vec<&str> = halves
        .iter()
        .filter(|half| !half.meets_goals())
        .map(|half| half.name)
        .collect();
    if options.check && !missed.is_empty() {
        bail!("the goals are missed: {}", missed.join(", "));
    }
    Ok(())
}

#[derive(Debug)]
struct Options {
    verbose: bool,
    json: bool,
    check: bool,
    half: Option<String>,
    class: Option<String>,
    rounds: u32,
}

impl Options {
    fn read<S: AsRef<str>>(arguments: &[S]) -> Result<Self> {
        let mut options = Self {
            verbose: false,
            json: false,
            check: false,
            half: None,
            class: None,
            rounds: 5,
        };
        let mut arguments = arguments.iter().map(AsRef::as_ref);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .with_context(|| format!("{argument} what?"))
            };
            match argument {
                "--verbose" | "-v" => options.verbose = true,
                "--check" => options.check = true,
                "--output" => match value()? {
                    "json" => options.json = true,
                    "text" => options.json = false,
                    other => bail!("--output is json or text, not `{other}`"),
                },
                "--half" => match value()? {
                    half @ ("tuned" | "held_out") => options.half = Some(half.to_owned()),
                    other => bail!("--half is tuned or held_out, not `{other}`"),
                },
                "--class" => options.class = Some(value()?.to_owned()),
                "--rounds" => options.rounds = value()?.parse::<u32>()?.max(1),
                other => bail!(
                    "no option `{other}`: --verbose, --output json, --half tuned|held_out, \
                     --class CLASS, --rounds N, --check"
                ),
            }
        }
        Ok(options)
    }

    fn admits(&self, request: &Request) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        is(&self.half, &request.half) && is(&self.class, &request.class)
    }
}

/// A judged request.
#[derive(Debug, Clone)]
struct Request {
    id: String,
    half: String,
    is_attack: bool,
    class: String,
    refused: bool,
    rule: String,
    evidence: String,
    payload: String,
    micros: f64,
}

impl Request {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            half: text("half")?,
            is_attack: text("kind")? == "attack",
            class: text("class")?,
            refused: value.get("refused")?.as_bool()?,
            rule: text("rule").unwrap_or_default(),
            evidence: text("evidence").unwrap_or_default(),
            payload: text("payload")?,
            micros: value.get("micros")?.as_f64()?,
        })
    }

    const fn is_wrong(&self) -> bool {
        self.is_attack != self.refused
    }
}

/// Refused ones among all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    refused: usize,
    all: usize,
}

impl Share {
    fn of<'a>(requests: impl Iterator<Item = &'a Request>) -> Self {
        let mut share = Self::default();
        for request in requests {
            share.all += 1;
            share.refused += usize::from(request.refused);
        }
        share
    }

    fn ratio(self) -> f64 {
        let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        float(self.refused) / float(self.all.max(1))
    }

    fn row(self, name: &str) -> String {
        let Self { refused, all } = self;
        format!(
            "  {name:<24} {refused:>5} of {all:>5}  {:6.2} %\n",
            self.ratio() * 100.0
        )
    }
}

/// One half of the corpus.
struct Half<'a> {
    name: &'a str,
    requests: Vec<&'a Request>,
    attacks: BTreeMap<&'a str, Share>,
    benign: BTreeMap<&'a str, Share>,
    detection: Share,
    false_positives: Share,
}

impl<'a> Half<'a> {
    fn of(name: &'a str, requests: &'a [Request]) -> Option<Self> {
        let requests: Vec<&Request> = requests
            .iter()
            .filter(|request| request.half == name)
            .collect();
        if requests.is_empty() {
            return None;
        }
        let by_class = |is_attack: bool| {
            let of_kind = || {
                requests
                    .iter()
                    .filter(|request| request.is_attack == is_attack)
            };
            let mut classes = BTreeMap::new();
            for request in of_kind() {
                let class = request.class.as_str();
                let members = of_kind().filter(|other| other.class == class).copied();
                classes.entry(class).or_insert_with(|| Share::of(members));
            }
            (classes, Share::of(of_kind().copied()))
        };
        let (attacks, detection) = by_class(true);
        let (benign, false_positives) = by_class(false);
        Some(Self {
            name,
            requests,
            attacks,
            benign,
            detection,
            false_positives,
        })
    }

    fn meets_goals(&self) -> bool {
        (self.detection.all == 0 || self.detection.ratio() >= DETECTION_GOAL)
            && self.false_positives.ratio() <= FALSE_POSITIVES_GOAL
    }

    fn table(&self) -> String {
        let mut text = format!("{}: attacks that are refused\n", self.name);
        for (class, share) in &self.attacks {
            text.push_str(&share.row(class));
        }
        text.push_str(&self.detection.row("all attacks"));
        text.push_str(&format!(
            "{}: benign requests that are refused\n",
            self.name
        ));
        for (class, share) in &self.benign {
            text.push_str(&share.row(class));
        }
        text.push_str(&self.false_positives.row("all benign requests"));
        let met = if self.meets_goals() { "met" } else { "missed" };
        text.push_str(&format!(
            "{}: goal at least {:.0} % and at most {:.1} %: {met}\n",
            self.name,
            DETECTION_GOAL * 100.0,
            FALSE_POSITIVES_GOAL * 100.0
        ));
        text
    }

    /// What was judged wrongly. Of the held-out half the names only: who tunes rules does not read it.
    fn wrong(&self) -> String {
        let mut text = String::new();
        for request in self.requests.iter().filter(|request| request.is_wrong()) {
            let verdict = if request.is_attack {
                "missed "
            } else {
                "refused"
            };
            text.push_str(&format!("{verdict} {} {}", self.name, request.id));
            if !request.is_attack {
                text.push_str(&format!(" by {}", request.rule));
            }
            if self.name != "held_out" {
                let (what, shown) = if request.is_attack {
                    ("payload", &request.payload)
                } else {
                    ("because of", &request.evidence)
                };
                text.push_str(&format!("\n        {what}: {}", shorten(shown)));
            }
            text.push('\n');
        }
        text
    }
}

fn shorten(text: &str) -> String {
    let line: String = text.chars().take(SHOWN_CHARS).collect();
    line.escape_debug()
        .to_string()
        .replace("\\'", "'")
        .replace("\\\"", "\"")
}

fn times(requests: &[Request]) -> String {
    let mut sorted: Vec<f64> = requests.iter().map(|request| request.micros).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let index = sorted.len() * percent / 100;
        let index = index.min(sorted.len().saturating_sub(1));
        sorted.get(index).copied().unwrap_or_default()
    };
    let count = u32::try_from(sorted.len().max(1)).unwrap_or(u32::MAX);
    let mean = sorted.iter().sum::<f64>() / f64::from(count);
    format!(
        "evaluation, release build, one thread: mean {mean:.1} µs a request, median {:.1}, 99 % {:.1}, most {:.1}",
        at(50),
        at(99),
        at(100)
    )
}

fn as_json(halves: &[Half<'_>], requests: &[Request]) -> Value {
    let classes = |shares: &BTreeMap<&str, Share>| {
        let pairs = shares.iter().map(|(class, share)| {
            let counts = json!({"refused": share.refused, "requests": share.all});
            ((*class).to_owned(), counts)
        });
        Value::Object(pairs.collect())
    };
    let wrong = |half: &Half<'_>| -> Vec<Value> {
        let requests = half.requests.iter().filter(|request| request.is_wrong());
        let describe = |request: &&Request| {
            json!({
                "id": request.id,
                "kind": if request.is_attack { "missed" } else { "refused" },
                "rule": request.rule,
            })
        };
        requests.map(describe).collect()
    };
    let mut members = serde_json::Map::new();
    for half in halves {
        members.insert(
            half.name.to_owned(),
            json!({
                "attacks": classes(&half.attacks),
                "benign": classes(&half.benign),
                "detection": half.detection.ratio(),
                "false_positives": half.false_positives.ratio(),
                "goals_met": half.meets_goals(),
                "wrong": wrong(half),
            }),
        );
    }
    let count = u32::try_from(requests.len().max(1)).unwrap_or(u32::MAX);
    let mean = requests.iter().map(|request| request.micros).sum::<f64>() / f64::from(count);
    members.insert("mean_micros".to_owned(), json!(mean));
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(half: &str, is_attack: bool, class: &str, refused: bool) -> Request {
        Request {
            id: format!("{class}/a.1"),
            half: half.to_owned(),
            is_attack,
            class: class.to_owned(),
            refused,
            rule: "r".to_owned(),
            evidence: "the bytes".to_owned(),
            payload: "secret text".to_owned(),
            micros: 2.0,
        }
    }

    #[test]
    fn shares_are_counted_by_half_kind_and_class() {
        let mut requests = vec![request("tuned", true, "xss", true); 9];
        requests.push(request("tuned", true, "xxe", false));
        requests.push(request("held_out", true, "xss", false));
        requests.push(request("tuned", false, "prose", false));
        let half = Half::of("tuned", &requests).unwrap();
        assert_eq!(
            half.detection,
            Share {
                refused: 9,
                all: 10
            }
        );
        assert_eq!(half.attacks["xxe"], Share { refused: 0, all: 1 });
        assert!(half.meets_goals());
        requests.push(request("tuned", false, "prose", true));
        assert!(!Half::of("tuned", &requests).unwrap().meets_goals());
        assert!(!Half::of("held_out", &requests).unwrap().meets_goals());
    }

    #[test]
    fn nobody_reads_the_held_out_payloads() {
        let requests = [
            request("held_out", true, "xss", false),
            request("tuned", true, "xss", false),
        ];
        let told = |name| Half::of(name, &requests).unwrap().wrong();
        assert!(told("held_out").contains("xss/a.1"));
        assert!(!told("held_out").contains("secret"));
        assert!(told("tuned").contains("secret"));
    }

    #[test]
    fn options_are_read_or_refused() {
        let options = Options::read(&["--half", "tuned", "--output", "json"]).unwrap();
        assert!(options.json && options.half.as_deref() == Some("tuned"));
        assert!(Options::read(&["--half", "other"]).is_err());
        assert!(Options::read(&["--class"]).is_err());
        assert!(Options::read(&["--fast"]).is_err());
    }
}
