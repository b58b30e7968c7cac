//! `btz audit`: reads and verifies the audit log's folder, whether a btz runs or not.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use telemetry::audit::{
    Begin, Filter, Folder, Found, Head, PublicKey, Range, Report, last_signed_head, search, verify,
};

use crate::cli::Output;
use crate::cli::audit::{AuditCommand, List, Place, Verify};
use crate::progress::Progress;
use crate::{Exit, UsageError, complain, say, table};

/// `btz audit …`
pub(crate) fn audit(command: &AuditCommand, output: Output) -> Result<Exit> {
    match command {
        AuditCommand::Verify(arguments) => judge(arguments, output),
        AuditCommand::List(arguments) => list(arguments, output),
        AuditCommand::Key(place) => key(place, output),
        AuditCommand::Head(place) => head(place),
    }
}

/// The log's folder, which must be there.
fn folder(place: &Place) -> Result<PathBuf> {
    let folder = match &place.folder {
        Some(folder) => folder.clone(),
        None => place.options.config()?.audit().folder,
    };
    if !folder.is_dir() {
        bail!(UsageError(format!(
            "there is no audit log in {}: give --data or --folder",
            folder.display()
        )));
    }
    Ok(folder)
}

fn judge(arguments: &Verify, output: Output) -> Result<Exit> {
    let folder = folder(&arguments.place)?;
    let range = Range {
        from: arguments.from,
        to: arguments.to,
        keys: read_all(
            &arguments.public_keys,
            |text| Ok(text.parse::<PublicKey>()?),
        )?,
        heads: read_all(&arguments.heads, |text| {
            serde_json::from_str::<Head>(text).context("it is no head, as btz audit head prints it")
        })?,
    };
    let mut progress = Progress::of("verifying");
    let report = verify(&folder, &range, |done, total| progress.show(done, total));
    drop(progress);
    let report = report.with_context(|| format!("cannot read {}", folder.display()))?;
    match output {
        Output::Json => {
            let mut shown = serde_json::to_value(&report)?;
            if let Some(members) = shown.as_object_mut() {
                members.insert("intact".to_owned(), report.is_intact().into());
                members.insert("proven".to_owned(), report.is_proven().into());
            }
            say(&serde_json::to_string_pretty(&shown)?);
        }
        Output::Table => say(&text(&report, &range, &folder)),
    }
    let is_fine = if arguments.strict {
        report.is_proven()
    } else {
        report.is_intact()
    };
    Ok(if is_fine { Exit::Fine } else { Exit::Findings })
}

fn read_all<T>(paths: &[PathBuf], parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path)?;
        parse(&text)
    };
    let each = paths
        .iter()
        .map(|path| read(path).with_context(|| path.display().to_string()));
    each.collect()
}

fn text(report: &Report, range: &Range, folder: &Path) -> String {
    let mut lines = Vec::new();
    if let Some(first) = report.findings.first() {
        lines.push(format!(
            "NOT AS IT WAS WRITTEN: {} in {}",
            first.what,
            folder.display()
        ));
        let rows = report.findings.iter().map(|finding| {
            let sequence = finding.sequence.map(|number| number.to_string());
            vec![
                finding.file.clone(),
                finding.offset.to_string(),
                sequence.unwrap_or_default(),
                finding.what.clone(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        lines.push(table::table(&["file", "byte", "record", "what"], &rows));
        if report.more_findings > 0 {
            lines.push(format!("and {} places more", report.more_findings));
        }
    } else {
        lines.push(format!("as it was written: {}", folder.display()));
    }
    let begun = report.begun.as_deref().unwrap_or("an unknown time");
    let begin = match report.begin {
        Begin::Made => format!("the log was made with it, {begun}"),
        Begin::Retired => {
            format!("those before it are past their retention; a head signed {begun} is over them")
        }
        Begin::Asked => format!("asked for; that segment was begun {begun}"),
        Begin::Missing => "those before it are MISSING".to_owned(),
    };
    lines.push(format!(
        "records   {} to {}, {} of calls, in {}",
        report.first,
        report.last,
        report.calls,
        several(report.segments, "segment")
    ));
    lines.push(format!("begin     record {}: {begin}", report.first));
    lines.push(match &report.last_signed_head {
        Some(head) => format!(
            "signed    up to record {} at {}; {} after it are chained, not signed",
            head.sequence, head.time, report.unsigned
        ),
        None => "signed    NOTHING: chained only, so that who can write the files could have written all of it".to_owned(),
    });
    for (key, heads) in &report.keys {
        let whose = if range.keys.is_empty() {
            "from the folder itself: a key kept elsewhere (--public-key) proves more"
        } else {
            "given"
        };
        lines.push(format!(
            "key       {key}, {}, {whose}",
            several(heads, "head")
        ));
    }
    for warning in &report.warnings {
        let sequence = warning.sequence.map(|number| format!("record {number}"));
        let place = sequence.unwrap_or_else(|| warning.file.clone());
        lines.push(table::printable(&format!(
            "WARNING   {place}: {}",
            warning.what
        )));
    }
    if report.more_warnings > 0 {
        lines.push(format!("WARNING   and {} more", report.more_warnings));
    }
    for event in &report.events {
        let shown = |name| event.get(name).cloned().unwrap_or_default();
        let time = shown("eventTime");
        lines.push(table::printable(&format!(
            "told      {} {} {}",
            time.as_str().unwrap_or_default(),
            shown("eventName").as_str().unwrap_or_default(),
            shown("serviceEventDetails")
        )));
    }
    lines.join("\n")
}

/// `1 head`, `2 heads`.
fn several(count: impl Display, what: &str) -> String {
    let count = count.to_string();
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn list(arguments: &List, output: Output) -> Result<Exit> {
    let folder = folder(&arguments.place)?;
    let filter = Filter {
        event: arguments.event.clone(),
        user: arguments.user.clone(),
        error: arguments.error.clone(),
        resource: arguments.resource.clone(),
        from: arguments.from,
        until: arguments.to,
    };
    let mut progress = Progress::of("reading");
    let found = search(&folder, &filter, arguments.limit, |done, total| {
        progress.show(done, total);
    });
    drop(progress);
    let found = found.with_context(|| format!("cannot read {}", folder.display()))?;
    let records = found.iter().map(|found| {
        let record = serde_json::from_str::<Value>(&found.text);
        let record = record.with_context(|| format!("record {} is no JSON", found.sequence))?;
        Ok((found, record))
    });
    let records: Vec<(&Found, Value)> = records.collect::<Result<_>>()?;
    match output {
        Output::Json => {
            let shown = records
                .into_iter()
                .map(|(found, record)| json!({"sequence": found.sequence, "record": record}));
            say(&serde_json::to_string_pretty(&shown.collect::<Vec<_>>())?);
        }
        Output::Table => {
            let rows: Vec<_> = records.iter().map(row).collect();
            let headings = [
                "record", "time", "event", "source", "caller", "from", "error",
            ];
            say(&table::table(&headings, &rows));
            if rows.len() == arguments.limit {
                complain(&format!(
                    "the newest {} are shown; --limit COUNT shows more",
                    rows.len()
                ));
            }
        }
    }
    Ok(Exit::Fine)
}

fn row((found, record): &(&Found, Value)) -> Vec<String> {
    let text = |pointer| {
        let value = record.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let caller = match text("/userIdentity/arn") {
        arn if arn.is_empty() => text("/userIdentity/invokedBy"),
        arn => arn,
    };
    vec![
        found.sequence.to_string(),
        text("/eventTime"),
        text("/eventName"),
        text("/eventSource"),
        caller,
        text("/sourceIPAddress"),
        text("/errorCode"),
    ]
}

fn key(place: &Place, output: Output) -> Result<Exit> {
    let folder = folder(place)?;
    let keys = Folder::at(&folder).public_keys()?;
    let Some(key) = keys.first() else {
        complain(&format!(
            "there is no public key in {}: nothing was signed yet (is it sealed? btz seal status)",
            folder.display()
        ));
        return Ok(Exit::Findings);
    };
    match output {
        Output::Json => {
            let shown = json!({"keyId": key.id(), "publicKey": key.to_string()});
            say(&serde_json::to_string_pretty(&shown)?);
        }
        Output::Table => say(&key.to_string()),
    }
    Ok(Exit::Fine)
}

fn head(place: &Place) -> Result<Exit> {
    let folder = folder(place)?;
    let Some(head) = last_signed_head(&folder)? else {
        complain(&format!(
            "there is no signed head in {}: is it sealed? btz seal status",
            folder.display()
        ));
        return Ok(Exit::Findings);
    };
    say(&serde_json::to_string(&head)?);
    Ok(Exit::Fine)
}
