//! `btz protect` and `btz serve`: start the suite, tell where it is, run until told to stop or until
//! another process took over.

use std::path::PathBuf;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Options, Protect, Serve};
use crate::config::Config;
use crate::control::{self, Answer, Asked};
use crate::handover::{Predecessor, Program, hand_over};
use crate::sockets::Inherited;
use crate::suite::{Facts, Suite, not_given};
use crate::{Exit, UsageError, caller, memory, say, service_manager};

/// `btz protect URL`.
pub(crate) fn protect(arguments: &Protect) -> Result<Exit> {
    let config = || {
        let mut config = arguments.options.config()?;
        config.target = Some(arguments.target.clone());
        config.checked()
    };
    serve_config(&arguments.options, config, arguments.dev_reset)
}

/// `btz serve --config FILE`.
pub(crate) fn serve(arguments: &Serve) -> Result<Exit> {
    let config = || arguments.options.config()?.checked();
    serve_config(&arguments.options, config, arguments.dev_reset)
}

fn serve_config(
    options: &Options,
    config: impl Fn() -> Result<Config>,
    dev_reset: bool,
) -> Result<Exit> {
    log();
    memory::harden();
    // Before there are threads: it changes the environment.
    let (inherited, predecessor) = Inherited::take()?;
    let program = Program::current()?;
    let mut predecessor = predecessor.map(Predecessor::new).transpose()?;
    let run = || {
        let config = config()?;
        if dev_reset && !config.admin.ip().is_loopback() {
            let why =
                "--dev-reset lets anyone forget all state: it needs a loopback --admin address";
            return Err(UsageError(why.to_owned()).into());
        }
        if let Some(predecessor) = &mut predecessor {
            predecessor.ask_for_the_store(&config)?;
        }
        let runtime = runtime(&config)?;
        let started = runtime.block_on(start(&config, dev_reset, inherited));
        Ok((config, runtime, started?))
    };
    match run() {
        Ok((config, runtime, suite)) => runtime.block_on(serve_suite(Served {
            suite,
            config,
            program,
            configuration: options.config.clone(),
            predecessor,
        })),
        Err(error) => {
            if let Some(predecessor) = &mut predecessor {
                predecessor.fail(&error);
            }
            Err(error)
        }
    }
}

async fn start(config: &Config, dev_reset: bool, inherited: Inherited) -> Result<Suite> {
    let suite = Suite::start(config, caller::given()?, dev_reset, inherited).await?;
    if dev_reset {
        tracing::warn!("--dev-reset: POST /reset forgets all state; never use this in production");
    }
    Ok(suite)
}

/// A suite and what it needs to be followed by another.
struct Served {
    suite: Suite,
    config: Config,
    program: Program,
    /// The configuration file, which SIGHUP reads again. Without a file it ends the process, as when
    /// its terminal is closed.
    configuration: Option<PathBuf>,
    predecessor: Option<Predecessor>,
}

/// Serves until told to stop, or until another process does.
async fn serve_suite(served: Served) -> Result<Exit> {
    let Served {
        mut suite,
        config,
        program,
        configuration,
        predecessor,
    } = served;
    // Before anybody is told that it runs: a signal from then on drains.
    let stopped = stopped()?;
    let mut upgrade = signal(SignalKind::user_defined2())?;
    let mut hangup = configuration
        .as_ref()
        .map(|_| signal(SignalKind::hangup()))
        .transpose()?;
    let is_successor = predecessor.is_some();
    let mut settled = None;
    if let Some(mut predecessor) = predecessor {
        let taken =
            tokio::task::spawn_blocking(move || predecessor.take_over().map(|()| predecessor));
        match taken.await? {
            Ok(predecessor) => settled = Some(predecessor),
            // It is gone: this process is the service all the same.
            Err(error) => tracing::warn!("{error:#}"),
        }
    }
    let (mut asks, listening) = control::listen(
        suite.backup_source(&config, configuration),
        suite.backup_recorder(),
    );
    if let Some(predecessor) = settled {
        predecessor.settle();
    }
    let status = format!("protects {}", config.target.as_deref().unwrap_or_default());
    service_manager::ready(&status);
    let watched = service_manager::watch_over_us();
    if is_successor {
        say(&format!("process {} serves now", std::process::id()));
    } else {
        say(&banner(&config, &suite.facts));
    }
    let mut stopped = std::pin::pin!(stopped);
    let successor = loop {
        let asked = tokio::select! {
            () = &mut stopped => break None,
            _ = upgrade.recv() => None,
            () = hung_up(&mut hangup) => None,
            Some(asked) = asks.recv() => Some(asked),
        };
        service_manager::reloading("starts its successor");
        let handed = tokio::select! {
            handed = hand_over(&mut suite, &config, &program) => handed,
            () = &mut stopped => break None,
        };
        match handed {
            Ok(successor) => break Some((successor, asked)),
            Err(error) => {
                tracing::error!("no upgrade, all goes on as it was: {error:#}");
                service_manager::ready(&format!("{status}; no upgrade: {error:#}"));
                let reason = format!("{error:#}");
                tell(asked, Answer::Failed { reason });
            }
        }
    };
    let mut tasks = Vec::from_iter(watched);
    tasks.push(listening);
    match successor {
        Some((successor, asked)) => {
            let (pid, version) = (successor.pid, successor.version.clone());
            service_manager::main_process(pid);
            successor.over().await;
            tell(asked, Answer::Upgraded { pid, version });
            tokio::select! {
                () = suite.retire() => {}
                () = &mut stopped => {}
            }
        }
        None => {
            service_manager::stopping();
            suite.stop().await;
        }
    }
    for task in tasks {
        task.abort();
    }
    Ok(Exit::Fine)
}

fn tell(asked: Option<Asked>, answer: Answer) {
    if let Some(asked) = asked
        && asked.send(answer).is_err()
    {
        tracing::debug!("who asked for the upgrade is gone");
    }
}

/// The next SIGHUP, if it is listened for.
async fn hung_up(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
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
    if !facts.not_given.is_empty() {
        lines.push(format!("  address lists {}", not_given(&facts.not_given)));
    }
    if let Some(sealed) = &facts.sealed {
        lines.push(format!("  SEALED        no key is served: {sealed}"));
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
