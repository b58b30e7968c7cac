//! `btz protect` and `btz serve`: start the suite, tell where it is, run until told to stop.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{Protect, Serve};
use crate::config::Config;
use crate::suite::{Facts, Suite};
use crate::{Exit, UsageError, caller, say};

/// `btz protect URL`.
pub(crate) fn protect(arguments: &Protect) -> Result<Exit> {
    let mut config = arguments.options.config()?;
    config.target = Some(arguments.target.clone());
    serve_config(&config.checked()?, arguments.dev_reset)
}

/// `btz serve --config FILE`.
pub(crate) fn serve(arguments: &Serve) -> Result<Exit> {
    let config = arguments.options.config()?.checked()?;
    serve_config(&config, arguments.dev_reset)
}

fn serve_config(config: &Config, dev_reset: bool) -> Result<Exit> {
    if dev_reset && !config.admin.ip().is_loopback() {
        let why = "--dev-reset lets anyone forget all state: it needs a loopback --admin address";
        return Err(UsageError(why.to_owned()).into());
    }
    log();
    runtime(config)?.block_on(async {
        let suite = Suite::start(config, caller::given()?, dev_reset).await?;
        if dev_reset {
            tracing::warn!(
                "--dev-reset: POST /reset forgets all state; never use this in production"
            );
        }
        // Before anybody is told that it runs: a signal from then on drains.
        let stopped = stopped()?;
        say(&banner(config, &suite.facts));
        stopped.await;
        suite.stop().await;
        Ok(Exit::Fine)
    })
}

/// Logs go to standard error, warnings and worse unless `BTZ_LOG` says otherwise.
pub(crate) fn log() {
    use std::io::IsTerminal;
    let filter = tracing_subscriber::EnvFilter::try_from_env("BTZ_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

/// The runtime that everything runs on.
pub(crate) fn runtime(config: &Config) -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if config.threads > 0 {
        builder.worker_threads(config.threads);
    }
    builder
        .enable_all()
        .thread_name("btz")
        .build()
        .context("cannot start threads")
}

/// Catches SIGINT and SIGTERM from now on; what it answers ends with the first of them.
pub(crate) fn stopped() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// What a user needs to know first.
pub(crate) fn banner(config: &Config, facts: &Facts) -> String {
    let target = config.target.as_deref().unwrap_or_default();
    let mut lines = vec![format!("Bartizan protects {target}"), String::new()];
    lines.push(format!("  HTTP          http://{}", facts.http));
    if let Some(https) = facts.https {
        lines.push(format!("  HTTPS         https://{https}"));
    }
    if let Some(ca) = &facts.local_ca {
        lines.push(format!(
            "  local CA      {}   (curl --cacert; import it into browsers)",
            ca.display()
        ));
    }
    lines.push(format!("  AWS APIs      http://{}", facts.api));
    lines.push(format!(
        "  admin         http://{}   /healthz /readyz /metrics",
        facts.admin
    ));
    lines.push(format!("  data          {}", config.data.display()));
    lines.push(format!("  load balancer {}", facts.load_balancer_arn));
    match &facts.web_acl_arn {
        Some(arn) => lines.push(format!("  web ACL       {arn}")),
        None => lines.push("  web ACL       none: every request passes".to_owned()),
    }
    lines.push(String::new());
    lines.push("Point the aws CLI at it:".to_owned());
    lines.push(format!(
        "  export AWS_ENDPOINT_URL=http://{} AWS_REGION={region} AWS_DEFAULT_REGION={region}",
        facts.api,
        region = facts.region
    ));
    match &facts.credentials {
        Some(file) => lines.push(format!(
            "  export AWS_SHARED_CREDENTIALS_FILE={} AWS_PROFILE={}",
            file.display(),
            iam::PROFILE
        )),
        None => lines.push(
            "  export AWS_ACCESS_KEY_ID=$BTZ_ROOT_ACCESS_KEY_ID \
             AWS_SECRET_ACCESS_KEY=$BTZ_ROOT_SECRET_ACCESS_KEY"
                .to_owned(),
        ),
    }
    lines.push("  aws wafv2 list-web-acls --scope REGIONAL".to_owned());
    lines.join("\n")
}
