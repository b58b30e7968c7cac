//! How many calls a second the audit log carries, and what a record costs: `cargo run --release -p
//! telemetry --example audit_rate -- [FOLDER] [CALLERS] [SECONDS]`. Flushes are real: the folder
//! should be on the disk that is meant.
#![expect(clippy::print_stdout, reason = "it is what it is for")]

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use store::Memory;
use telemetry::audit::{Config, Log, Outcome, Parts, Range, render, verify};
use telemetry::metrics::Registry;
use types::{
    Call, Clock, Entropy, EntropyError, KeyWrap, KeyWrapError, Principal, RequestId, Secret, Time,
    User,
};

struct Wall;

impl Clock for Wall {
    fn now(&self) -> Time {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Time::from_millis(i64::try_from(since.as_millis()).unwrap_or_default())
    }
}

struct System;

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        SystemRandom::new().fill(bytes).map_err(|_| EntropyError)
    }
}

/// The key lies open here: it is thrown away.
struct NoSeal;

impl KeyWrap for NoSeal {
    fn wrap(&self, _: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        Ok(secret.to_vec())
    }

    fn unwrap(&self, _: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError> {
        Ok(Secret::new(wrapped.to_vec()))
    }
}

/// An Encrypt of a user, as KMS records it.
fn call(number: u64) -> Result<Call, Box<dyn std::error::Error>> {
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    Ok(Call {
        request_id: RequestId::from_random(
            (u128::from(number) * 0x9e37_79b9_7f4a_7c15).to_be_bytes(),
        ),
        time: Wall.now(),
        principal: Principal::User(User {
            account: "111122223333".parse()?,
            path: "/".to_owned(),
            name: "application".to_owned(),
            id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
        }),
        session: None,
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        region: "us-east-1".parse()?,
        event_source: "kms.amazonaws.com".to_owned(),
        operation: "Encrypt".to_owned(),
        parameters: format!(
            r#"{{"keyId":"{key}","plaintext":"HIDDEN_DUE_TO_SECURITY_REASONS","encryptionContext":{{"purpose":"example"}},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#
        ),
        source_ip: IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)),
        user_agent: "Boto3/1.43.0 md/Botocore#1.43.0 ua/2.1 os/linux#6.8.0 lang/python#3.12.3"
            .to_owned(),
        leave: None,
    })
}

/// Seconds of processor time that this process has had.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let given = arguments.next().map(PathBuf::from);
    let folder = given.unwrap_or_else(std::env::temp_dir);
    let folder = folder.join(format!("audit-rate-{}", std::process::id()));
    let callers: u64 = arguments.next().map_or(Ok(256), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;

    let sample = call(1)?;
    let bytes = render(&sample, &Outcome::Success).len();
    let (begun, mut rendered) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(1) {
        std::hint::black_box(render(std::hint::black_box(&sample), &Outcome::Success));
        rendered += 1;
    }
    let each = begun.elapsed() / rendered;
    println!("a record: {bytes} bytes, written in {each:?}");

    let parts = Parts {
        store: Arc::new(Memory::new()),
        wrap: Arc::new(NoSeal),
        clock: Arc::new(Wall),
        entropy: Arc::new(System),
        metrics: &Registry::default(),
    };
    let log = Log::open(Config::new(folder.clone()), parts).await?;
    let slowest = Arc::new(AtomicU64::new(0));
    let (begun, before) = (Instant::now(), processor_seconds());
    let end = begun + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (log, slowest) = (log.clone(), Arc::clone(&slowest));
        let mut call = call(caller)?;
        tasks.push(tokio::spawn(async move {
            let mut number = u128::from(caller) << 64;
            while Instant::now() < end {
                number += 1;
                call.request_id = RequestId::from_random(number.to_be_bytes());
                let begun = Instant::now();
                log.record(&call, Outcome::Success).await?;
                let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
                slowest.fetch_max(micros, Ordering::Relaxed);
            }
            Ok::<(), telemetry::audit::AuditError>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let (wall, processor) = (begun.elapsed().as_secs_f64(), processor_seconds() - before);
    let records = log.records();
    let flushes = log.flushes();
    #[expect(clippy::cast_precision_loss, reason = "for eyes")]
    let (rate, group) = (records as f64, records as f64 / flushes as f64);
    println!(
        "{callers} callers: {:.0} records a second, {:.0} a second and core used ({:.2} us of processor each), \
         {group:.0} a flush, {:.0} flushes a second, slowest {} us",
        rate / wall,
        rate / processor,
        processor / rate * 1e6,
        rate / group / wall,
        slowest.load(Ordering::Relaxed)
    );
    log.close().await;
    let begun = Instant::now();
    let report = verify(&folder, &Range::default(), |_, _| {})?;
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "for eyes")]
    let size = report.bytes as f64;
    println!(
        "verified: {} calls, {:.0} bytes each on the disk, {:.0} MB/s; intact: {}",
        report.calls,
        size / rate,
        size / seconds / 1e6,
        report.is_intact()
    );
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
