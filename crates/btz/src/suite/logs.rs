//! Requests as data: which load balancers' requests and connections are in logs, and where traces go.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use elb::Elb;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use telemetry::Telemetry;
use telemetry::access_log::{AccessLogs, LogPlace};
use telemetry::traces::{self, Endpoint};
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::private_file;

/// Where systems keep the certificates that they trust: Debian and its kin, Fedora and its kin,
/// Alpine and macOS.
const TRUSTED: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// Follows the load balancers' `access_logs.s3.*` and `connection_logs.s3.*` for as long as they live.
pub(super) fn follow(
    elb: &Arc<Elb>,
    telemetry: &Arc<Telemetry>,
    config: &Config,
) -> Result<JoinHandle<()>> {
    let base = AccessLogs {
        folder: super::buckets::folder(&config.data),
        node: config.listen.ip(),
        bucket_bytes_max: config.bucket_bytes_max,
        by_load_balancer: BTreeMap::new(),
        others: config.access_log_place(),
        connections: BTreeMap::new(),
    };
    private_file::folder(&base.folder)?;
    let mut tables = elb.tables();
    let telemetry = Arc::clone(telemetry);
    let mut before = None;
    let mut apply = move |table: &route::Table| {
        let logs = of(&base, table);
        if before.as_ref() != Some(&logs) {
            telemetry.log_access(Arc::new(logs.clone()));
            before = Some(logs);
        }
    };
    apply(tables.borrow_and_update().as_ref());
    Ok(tokio::spawn(async move {
        while tables.changed().await.is_ok() {
            let table = Arc::clone(&tables.borrow_and_update());
            apply(&table);
        }
    }))
}

fn of(base: &AccessLogs, table: &route::Table) -> AccessLogs {
    let mut logs = base.clone();
    for listener in table.addresses.values().flatten() {
        let arn = &listener.load_balancer_arn;
        let attributes = &listener.load_balancer_attributes;
        for (wanted, places) in [
            (&attributes.access_logs, &mut logs.by_load_balancer),
            (&attributes.connection_logs, &mut logs.connections),
        ] {
            let Some(wanted) = wanted else {
                continue;
            };
            // The API refuses others; rows of before may have them.
            match LogPlace::new(&wanted.bucket, &wanted.prefix) {
                Some(place) => {
                    places.insert(arn.clone(), Arc::new(place));
                }
                None => tracing::warn!(
                    load_balancer = %arn, bucket = %wanted.bucket, prefix = %wanted.prefix,
                    "a log of it cannot be written: that is no name of a bucket, or no prefix"
                ),
            }
        }
    }
    logs
}

/// Begins to export traces, where the configuration has a collector.
pub(super) fn export_traces(telemetry: &Telemetry, config: &Config) -> Result<()> {
    let Some(address) = &config.traces else {
        return Ok(());
    };
    let mut endpoint = Endpoint::parse(address).context("traces")?;
    if endpoint.is_https() {
        let tls = trusting(config.traces_ca.as_deref())?;
        endpoint = endpoint.trusting(Arc::new(tls));
    }
    let config = traces::Config {
        endpoint,
        ratio_millionths: u32::from(config.traces_percent) * 10_000,
    };
    telemetry
        .export_traces(config)
        .context("cannot export traces")
}

/// TLS that trusts the certificates of a PEM file, or those that the system trusts.
fn trusting(ca: Option<&Path>) -> Result<ClientConfig> {
    let found = TRUSTED.iter().map(Path::new).find(|path| path.exists());
    let path = ca
        .or(found)
        .context("the system's trusted certificates were not found: name a file by traces_ca")?;
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let (added, _) = roots.add_parsable_certificates(certificates.filter_map(Result::ok));
    if added == 0 {
        anyhow::bail!("{} holds no certificate", path.display());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
