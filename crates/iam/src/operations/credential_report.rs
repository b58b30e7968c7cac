//! The credential report: who has which credentials, in CSV. Source: IAM User Guide, "Generate
//! credential reports for your AWS account" (columns, `N/A`, `no_information`, `not_supported`; a
//! report is kept for four hours).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use types::{AccountId, Call, Principal, ServiceError, Time};

use crate::Iam;
use crate::account::Account;
use crate::model::{GenerateCredentialReportResponse, GetCredentialReportResponse};
use crate::state::{AccessKeyRow, time};

/// How long a report is as good as new.
const FRESH: Duration = Duration::from_secs(4 * 60 * 60);

/// A report that was made.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    made: Time,
    csv: Arc<[u8]>,
}

/// The last report of each account, in memory.
pub(crate) type Reports = HashMap<AccountId, Report>;

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
                       password_last_changed,password_next_rotation,mfa_active,\
                       access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
                       access_key_1_last_used_region,access_key_1_last_used_service,\
                       access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                       access_key_2_last_used_region,access_key_2_last_used_service,\
                       cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

pub(crate) async fn generate_credential_report(
    iam: &Iam,
    call: &Call,
    (): (),
) -> Result<GenerateCredentialReportResponse, ServiceError> {
    let account = iam.account_of(call);
    let mut reports = iam.reports();
    let fresh = reports.get(&account.id);
    let fresh = fresh.is_some_and(|report| call.time.since(report.made) < FRESH);
    if !fresh {
        let csv = csv(iam, &account).into_bytes();
        let report = Report {
            made: call.time,
            csv: csv.into(),
        };
        reports.insert(account.id, report);
    }
    let description = "No report exists. Starting a new report generation task";
    Ok(GenerateCredentialReportResponse {
        state: Some(if fresh { "COMPLETE" } else { "STARTED" }.to_owned()),
        description: (!fresh).then(|| description.to_owned()),
    })
}

pub(crate) async fn get_credential_report(
    iam: &Iam,
    call: &Call,
    (): (),
) -> Result<GetCredentialReportResponse, ServiceError> {
    let gone = |code: &'static str, message: &'static str| {
        ServiceError::sender(code, message).with_status(410)
    };
    let report = iam.reports().get(&call.account()).cloned();
    let Some(report) = report else {
        return Err(gone(
            "ReportNotPresent",
            "No report is present: call GenerateCredentialReport first.",
        ));
    };
    if call.time.since(report.made) >= FRESH {
        return Err(gone(
            "ReportExpired",
            "The report is older than four hours: call GenerateCredentialReport again.",
        ));
    }
    Ok(GetCredentialReportResponse {
        content: Some(report.csv.to_vec()),
        report_format: Some("text/csv".to_owned()),
        generated_time: Some(report.made),
    })
}

fn csv(iam: &Iam, account: &Account) -> String {
    let mut text = COLUMNS.to_owned();
    let root_keys: Vec<&AccessKeyRow> = keys(account, None);
    let root = [
        "<root_account>".to_owned(),
        Principal::Root(account.id).arn().to_string(),
        date(Some(account.settings().created_ms)),
        "not_supported".to_owned(),
        "no_information".to_owned(),
        "not_supported".to_owned(),
        "not_supported".to_owned(),
        has_mfa(account, None).to_string(),
    ];
    line(&mut text, &root, &key_columns(iam, account, &root_keys));
    let rules = account.settings().password_policy;
    for (key, user) in account.users.iter() {
        let login = user.login.as_ref();
        let days = rules
            .as_ref()
            .and_then(|rules| rules.age_days_max)
            .filter(|days| *days > 0);
        let rotation = login.and_then(|login| {
            let days = u64::try_from(days?).ok()?;
            let until = time(login.changed_ms).plus(Duration::from_secs(days * 86_400));
            Some(until.as_millis())
        });
        let first = [
            user.name.clone(),
            user.arn(account.id),
            date(Some(user.created_ms)),
            login.is_some().to_string(),
            if login.is_some() {
                "no_information"
            } else {
                "N/A"
            }
            .to_owned(),
            date(login.map(|login| login.changed_ms)),
            date(rotation),
            has_mfa(account, Some(key)).to_string(),
        ];
        line(
            &mut text,
            &first,
            &key_columns(iam, account, &keys(account, Some(key))),
        );
    }
    text
}

/// Names may hold commas, and then are quoted; quotes and line breaks they cannot hold.
fn line(text: &mut String, first: &[String], keys: &[String]) {
    let certificates = ["false", "N/A", "false", "N/A"].map(str::to_owned);
    let fields: Vec<String> = first
        .iter()
        .chain(keys)
        .chain(&certificates)
        .map(|field| match field.contains(',') {
            true => format!("\"{field}\""),
            false => field.clone(),
        })
        .collect();
    text.push('\n');
    text.push_str(&fields.join(","));
}

fn keys<'a>(account: &'a Account, user: Option<&String>) -> Vec<&'a AccessKeyRow> {
    let mut keys: Vec<&AccessKeyRow> = account
        .access_keys
        .values()
        .filter(|key| key.user.as_ref() == user)
        .map(Arc::as_ref)
        .collect();
    keys.sort_by_key(|key| key.created_ms);
    keys
}

/// Five columns for each of two keys.
fn key_columns(iam: &Iam, account: &Account, keys: &[&AccessKeyRow]) -> Vec<String> {
    let mut columns = Vec::with_capacity(10);
    for index in 0..2 {
        let Some(key) = keys.get(index) else {
            columns.extend(["false", "N/A", "N/A", "N/A", "N/A"].map(str::to_owned));
            continue;
        };
        let used = iam.last_used.of(account.id, &key.id);
        columns.extend([
            key.active.to_string(),
            date(Some(key.created_ms)),
            date(used.as_ref().map(|used| used.at_ms)),
            used.as_ref()
                .map_or_else(|| "N/A".to_owned(), |used| used.region.clone()),
            used.as_ref()
                .map_or_else(|| "N/A".to_owned(), |used| used.service.clone()),
        ]);
    }
    columns
}

fn has_mfa(account: &Account, user: Option<&String>) -> bool {
    let mut assigned = account
        .mfa
        .values()
        .filter_map(|device| device.assigned.as_ref());
    assigned.any(|to| to.user.as_ref() == user)
}

fn date(millis: Option<i64>) -> String {
    millis.map_or_else(
        || "N/A".to_owned(),
        |millis| time(millis).rfc3339_seconds().replace('Z', "+00:00"),
    )
}

impl Iam {
    pub(crate) fn reports(&self) -> std::sync::MutexGuard<'_, Reports> {
        self.reports
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
