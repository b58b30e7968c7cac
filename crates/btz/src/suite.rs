//! The whole suite in one process: the floors wired together, from the store up to the doors.

mod buckets;
mod certificates;
mod cookie_key;
pub(crate) mod identity_providers;
pub(crate) mod key_stores;
mod logs;
pub(crate) mod networks;
mod public_address;
mod sealed;
mod snapshot;
pub(crate) mod storage;
mod xks_client;

pub(crate) use snapshot::not_given;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use edge::{Edge, Policy};
use elb::{DefaultLoadBalancer, Elb, TargetHealthDirectory};
use iam::{Accounts, Given, Iam, Root, Sts};
use keys::seal::Seal;
use kms::Kms;
use policy::Guarded;
use route::health::Health;
use store::Store;
use telemetry::metrics::Registry;
use telemetry::{Telemetry, audit};
use tokio::task::JoinHandle;
use types::{Arn, Clock, Entropy, Region};
use waf::RateCounters;
use wafv2::{Explain, Parts, ResourceDirectory, Wafv2};

use self::buckets::Buckets;
use self::certificates::{Authority, Certificates, Renewal};
use self::identity_providers::Providers;
use self::xks_client::XksClient;
use crate::admin::{Admin, Administered};
use crate::backup::{Recorder, Source, record_restored};
use crate::certificate::local_ca::Identity;
use crate::config::{Config, Mistakes, TargetUrl};
use crate::seal::Opened;
use crate::sealed_file::SecretFiles;
use crate::sockets::{self, Inherited, Named, Sockets};
use crate::system::{SystemClock, SystemEntropy};
use crate::{private_file, sealed_file};

/// How long connections and calls in flight may take to end when the suite stops.
const DRAIN: Duration = Duration::from_secs(10);

/// How long a process that was followed by another goes on: its clients' idle connections learn
/// with their next answer that it was the last, and what takes longer than that is cut.
const IDLE_AFTER_HANDOVER: Duration = Duration::from_secs(30);
const DRAIN_AFTER_HANDOVER: Duration = Duration::from_secs(60);

/// The edge, shared with `/metrics`; taken out when the suite stops.
type SharedEdge = Arc<Mutex<Option<Edge>>>;

/// A running suite.
pub(crate) struct Suite {
    /// What to tell the user.
    pub(crate) facts: Facts,
    edge: SharedEdge,
    /// `None` while the store is another process's.
    api: Option<api::Server>,
    door: Arc<api::FrontDoor>,
    api_socket: TcpListener,
    admin: Admin,
    admin_socket: TcpListener,
    given: sockets::Given,
    store: Arc<dyn Store>,
    seal: Arc<Seal>,
    iam: Arc<Iam>,
    kms: Kms,
    audit: audit::Log,
    recorder: Recorder,
    telemetry: Arc<Telemetry>,
    renewal: Option<Renewal>,
    tasks: Vec<JoinHandle<()>>,
}

/// What a started suite tells its user.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The load balancer's HTTP address.
    pub(crate) http: SocketAddr,
    /// Its HTTPS address.
    pub(crate) https: Option<SocketAddr>,
    /// The local CA that clients are to trust, if the certificate is of one.
    pub(crate) local_ca: Option<PathBuf>,
    /// The AWS APIs' address.
    pub(crate) api: SocketAddr,
    /// The admin listener's address.
    pub(crate) admin: SocketAddr,
    /// The load balancer.
    pub(crate) load_balancer_arn: Arn,
    /// Its web ACL; `None` when the user took it away.
    pub(crate) web_acl_arn: Option<String>,
    /// Lists of addresses that its rules ask for and that nobody has given, while the rules are those
    /// of the first start.
    pub(crate) not_given: Vec<&'static str>,
    /// Where the root credentials are; `None` when the environment gave them.
    pub(crate) credentials: Option<PathBuf>,
    /// The Region of `default`.
    pub(crate) region: String,
    /// Why the installation is sealed; `None` when the seal is open.
    pub(crate) sealed: Option<String>,
}

impl Suite {
    /// Starts everything; answers when policy is in force and the API answers.
    pub(crate) async fn start(
        config: &Config,
        given: Given,
        dev_reset: bool,
        inherited: Inherited,
    ) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::default());
        let target = target(config)?;
        private_file::folder(&config.data)?;
        // The store before the credentials: who does not get its lock must not make any.
        let store = storage::open(config).await?;
        let sockets = Sockets::open(config, inherited)?;
        // Before anything that keeps a secret.
        let opened = sealed::open(config, &store, &entropy).await?;
        let Opened {
            seal, mut sealed, ..
        } = opened;
        let files = SecretFiles::of(&config.data, Arc::clone(&seal) as _);
        match &mut sealed {
            None => files.wrap_all()?,
            Some(why) => why.push_str(&sealed::certificates(config)?),
        }
        if !given.is_whole() {
            sealed_file::open_credentials(&config.data, seal.as_ref())?;
        }
        let root = Root::load(given, &config.data, entropy.as_ref())?;
        let credentials = root.file.clone();
        let registry = Arc::new(Registry::default());
        private_file::folder(&config.data.join("logs"))?;
        let logs = telemetry::Config {
            folder: Some(config.data.join("logs")),
        };
        let telemetry = Telemetry::start(&logs, Arc::clone(&registry))
            .with_context(|| format!("cannot write logs below {}", config.data.display()))?;
        let telemetry = Arc::new(telemetry);
        logs::export_traces(&telemetry, config)?;

        let account = root.account;
        let iam = Arc::new(
            Iam::open(iam::Parts {
                root,
                store: Arc::clone(&store),
                entropy: Arc::clone(&entropy),
                wrap: Arc::clone(&seal) as _,
                key_sets: Arc::new(Providers::of(config)),
            })
            .await?,
        );
        let elb = Arc::new(
            Elb::open(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&entropy)).await?,
        );
        let certificates = Certificates::open(config, files.clone(), account, &registry)?;
        elb.ask_for_certificates(Arc::clone(&certificates) as _);
        elb.ask_for_objects(Arc::new(Buckets(buckets::folder(&config.data))));
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let rates = Arc::new(RateCounters::new(u64::from_le_bytes(seed)));
        let parts = Parts {
            store: Arc::clone(&store),
            telemetry: Arc::clone(&telemetry),
            rates: Arc::clone(&rates),
            resources: Arc::new(LoadBalancers(Arc::clone(&elb))),
            principals: Arc::clone(&iam) as _,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let wafv2 = Arc::new(Wafv2::open(parts).await?);
        let policy: Policy = Arc::new(ArcSwap::default());
        let (networks, mut tasks) =
            networks::Follower::start(&config.networks, &config.data).await?;
        tasks.push(snapshot::follow(
            &elb,
            &wafv2,
            &certificates,
            networks.subscribe(),
            Arc::clone(&clock),
            Arc::clone(&policy),
        ));
        tasks.push(certificates.follow());
        tasks.push(logs::follow(&elb, &telemetry, config)?);

        let http = sockets.http.local_addr()?;
        let https = sockets.https.as_ref().map(TcpListener::local_addr);
        let https = https.transpose()?;
        let (listeners, identity) = listeners(config, http, https, clock.as_ref(), &files)?;
        let local_ca = identity.as_ref().and_then(|made| made.local_ca.clone());
        let mut edge_config = edge::Config::new(listeners, rates);
        edge_config.identity = identity.map(Identity::certified_key).transpose()?;
        edge_config.limits.inspected_body_bytes = config.body_inspection_limit_bytes;
        edge_config.cookie_key = Some(cookie_key::load(
            &config.data,
            entropy.as_ref(),
            seal.as_ref(),
        )?);
        edge_config.sockets = sockets.others;
        edge_config.sockets.push(sockets.http);
        edge_config.sockets.extend(sockets.https);

        let region: Region = config.region.parse()?;
        let default = DefaultPolicy {
            elb: Arc::clone(&elb),
            wafv2: Arc::clone(&wafv2),
            account,
            region,
            wanted: DefaultLoadBalancer {
                http,
                https,
                target,
            },
            policy: Arc::clone(&policy),
        };
        let (load_balancer_arn, web_acl_arn) = default.ensure().await?;
        let not_given = snapshot::optional(&policy, &wafv2, clock.as_ref());
        let authority = config.acme.as_ref().map(|acme| Authority {
            config: acme.clone(),
            data: config.data.clone(),
            files: files.clone(),
            certificates: Arc::clone(&certificates),
            policy: Arc::clone(&policy),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        });
        let renewal = authority.map(|authority| Renewal::new(authority, &registry));
        let mut renewal = renewal.transpose()?;

        let parts = audit::Parts {
            store: Arc::clone(&store),
            wrap: Arc::clone(&seal) as _,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            metrics: &registry,
        };
        let audit = audit::Log::open(config.audit(), parts).await?;
        record_restored(&audit, &config.data).await?;
        let recorder = Recorder::new(audit.clone(), &registry);
        let kms = Kms::open(kms::Parts {
            store: Arc::clone(&store),
            wrap: Arc::clone(&seal) as _,
            authorizer: Arc::clone(&iam) as _,
            principals: Arc::clone(&iam) as _,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            clusters: config.kms.clusters(account)?,
            xks: Some(Arc::new(XksClient::new(
                &config.kms.xks,
                account,
                &registry,
            )?)),
            metrics: &registry,
        })
        .await?;
        let door = api::FrontDoor::new(api::Dependencies {
            services: services(&elb, &wafv2, &iam, kms.clone()),
            authorizer: Arc::clone(&iam) as _,
            iam: Arc::clone(&iam),
            audit: audit.clone(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            metrics: &registry,
        })?;
        let door = Arc::new(door);
        // Nothing is accepted before policy is in force, and nothing that can fail comes after.
        let edge = Edge::start(
            edge_config,
            policy,
            Arc::clone(&telemetry) as _,
            Arc::clone(&clock),
            entropy,
        )
        .await?;
        let edge = Arc::new(Mutex::new(Some(edge)));
        elb.ask_for_target_health(Arc::new(TargetHealth(Arc::clone(&edge))));
        let api = serve_api(&sockets.api, &door)?;
        let administered = Arc::new(State {
            store: Arc::clone(&store),
            telemetry: Arc::clone(&telemetry),
            edge: Arc::clone(&edge),
            networks,
            default,
            certificates,
            clock,
            seal: Arc::clone(&seal),
        });
        let admin = Admin::start(&sockets.admin, administered, dev_reset)?;
        admin.set_ready(true);
        if let Some(renewal) = &mut renewal {
            renewal.start();
        }
        let facts = Facts {
            http,
            https,
            local_ca,
            api: api.local_address(),
            admin: admin.address,
            load_balancer_arn,
            web_acl_arn,
            not_given,
            credentials,
            region: config.region.clone(),
            sealed,
        };
        Ok(Self {
            facts,
            edge,
            api: Some(api),
            door,
            api_socket: sockets.api,
            admin,
            admin_socket: sockets.admin,
            given: sockets.given,
            store,
            seal,
            iam,
            kms,
            audit,
            recorder,
            telemetry,
            renewal,
            tasks,
        })
    }

    /// Writes what the services keep in memory for a while: when keys were used last, how long this
    /// ran. The API has ended its calls.
    async fn flush(&self) {
        for (service, flushed) in [
            ("iam", self.iam.flush().await),
            ("kms", self.kms.flush().await),
        ] {
            if let Err(error) = flushed {
                tracing::warn!(%error, service, "the last uses could not be written");
            }
        }
    }

    /// What a backup is made of.
    pub(crate) fn backup_source(&self, config: &Config, configuration: Option<PathBuf>) -> Source {
        Source {
            data: config.data.clone(),
            configuration,
            store: Arc::clone(&self.store),
            is_own_store: config.store == "redb",
            seal: Arc::clone(&self.seal),
        }
    }

    /// Records backups in the audit log.
    pub(crate) fn backup_recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// Duplicates of all sockets that are listened on, for a process that takes over.
    pub(crate) fn sockets(&self) -> Result<Vec<Named>> {
        let mut sockets = vec![
            self.given.name("api", &self.api_socket)?,
            self.given.name("admin", &self.admin_socket)?,
        ];
        let edge = self.edge.lock().unwrap_or_else(PoisonError::into_inner);
        for socket in edge.as_ref().context("the edge has ended")?.sockets()? {
            let address = Some(socket.local_addr()?);
            let name = if address == Some(self.facts.http) {
                "listen"
            } else if address == self.facts.https {
                "listen_tls"
            } else {
                "listener"
            };
            sockets.push(self.given.name(name, &socket)?);
        }
        Ok(sockets)
    }

    /// Ends the API's calls and lets go of the store, for a process that takes over. Traffic is
    /// served on, by the policy that was last in force.
    pub(crate) async fn release(&mut self) -> Result<()> {
        if let Some(api) = self.api.take()
            && !api.shutdown(DRAIN).await
        {
            tracing::warn!("calls of the API were cut off after {} s", DRAIN.as_secs());
        }
        // Who takes over goes on with its orders.
        if let Some(renewal) = &mut self.renewal {
            renewal.stop();
        }
        self.flush().await;
        self.audit.close().await;
        Ok(self.store.release().await?)
    }

    /// Takes back what [`Suite::release`] gave up.
    pub(crate) async fn resume(&mut self) -> Result<()> {
        self.store.resume().await?;
        self.audit.reopen().await?;
        if self.api.is_none() {
            self.api = Some(serve_api(&self.api_socket, &self.door)?);
        }
        if let Some(renewal) = &mut self.renewal {
            renewal.start();
        }
        Ok(())
    }

    /// Ends after another process took over: it accepts already, so nobody is hurried.
    pub(crate) async fn retire(self) {
        self.admin.stop_accepting();
        self.end(IDLE_AFTER_HANDOVER, DRAIN_AFTER_HANDOVER).await;
    }

    /// Stops in order: not ready, no new connections, what is in flight ends, logs are flushed.
    pub(crate) async fn stop(self) {
        self.admin.set_ready(false);
        self.end(Duration::ZERO, DRAIN).await;
    }

    async fn end(mut self, idle: Duration, grace: Duration) {
        if let Some(renewal) = &mut self.renewal {
            renewal.stop();
        }
        let edge = self
            .edge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let drain = async {
            if let Some(edge) = edge {
                edge.drain(idle, grace).await;
            }
        };
        // Without an API the store is another process's already.
        let api = self.api.take();
        let has_store = api.is_some();
        let api = async {
            match api {
                Some(api) => api.shutdown(DRAIN).await,
                None => true,
            }
        };
        let ((), finished) = tokio::join!(drain, api);
        if !finished {
            tracing::warn!("calls of the API were cut off after {} s", DRAIN.as_secs());
        }
        if has_store {
            self.flush().await;
        }
        self.audit.close().await;
        self.telemetry.flush().await;
        for task in &self.tasks {
            task.abort();
        }
        let telemetry = self.telemetry;
        // It joins its threads.
        drop(tokio::task::spawn_blocking(move || telemetry.shutdown()).await);
    }
}

/// The operations of every service, as `btz coverage` lists them.
pub(crate) fn coverage() -> Result<Vec<api::ServiceCoverage>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let services = runtime.block_on(every_service())?;
    Ok(api::coverage(&services))
}

/// Every service, over nothing: only their tables are read.
async fn every_service() -> Result<Vec<Arc<dyn Guarded>>> {
    let store: Arc<dyn Store> = Arc::new(store::Memory::new());
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) =
        (Arc::new(SystemClock), Arc::new(SystemEntropy::default()));
    let telemetry = Arc::new(Telemetry::start(
        &telemetry::Config::default(),
        Arc::new(Registry::default()),
    )?);
    let elb = Elb::open(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&entropy)).await?;
    let elb = Arc::new(elb);
    // Nobody signs with these.
    let given = Given {
        account: Some(types::AccountId::from_random(0)),
        access_key_id: Some("coverage".to_owned()),
        secret_access_key: Some(types::Secret::new(b"coverage".to_vec())),
    };
    let root = Root::load(given, Path::new(""), &SystemEntropy::default())?;
    let wrap = Arc::new(Seal::sealed(Arc::clone(&entropy)));
    let iam = Iam::open(iam::Parts {
        root,
        store: Arc::clone(&store),
        wrap: Arc::clone(&wrap) as _,
        entropy: Arc::clone(&entropy),
        key_sets: Arc::new(Providers::of(&Config::default())),
    });
    let iam = Arc::new(iam.await?);
    let resources = Arc::new(LoadBalancers(Arc::clone(&elb)));
    let parts = Parts {
        store: Arc::clone(&store),
        telemetry,
        rates: Arc::new(RateCounters::new(0)),
        resources,
        principals: Arc::clone(&iam) as _,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
    };
    let wafv2 = Arc::new(Wafv2::open(parts).await?);
    let metrics = Registry::default();
    let kms = Kms::open(kms::Parts {
        clusters: Vec::new(),
        xks: None,
        store,
        wrap,
        authorizer: Arc::clone(&iam) as _,
        principals: Arc::clone(&iam) as _,
        clock,
        entropy,
        metrics: &metrics,
    });
    Ok(services(&elb, &wafv2, &iam, kms.await?))
}

fn services(elb: &Arc<Elb>, wafv2: &Arc<Wafv2>, iam: &Arc<Iam>, kms: Kms) -> Vec<Arc<dyn Guarded>> {
    let explain = Explain::new(Arc::clone(wafv2));
    vec![
        Arc::clone(wafv2) as _,
        Arc::clone(elb) as _,
        Arc::clone(iam) as _,
        Arc::new(Sts::new(Arc::clone(iam))),
        Arc::new(Accounts::new(Arc::clone(iam))),
        Arc::new(kms),
        Arc::new(explain),
    ]
}

/// The application to protect; that there is none is found before anything is made.
fn target(config: &Config) -> Result<route::Target> {
    let none = "target: no application to protect: set it in the configuration, or use btz protect";
    let target = config
        .target
        .as_deref()
        .ok_or_else(|| Mistakes(vec![none.to_owned()]))?;
    let target = TargetUrl::parse(target)?;
    Ok(route::Target {
        host: target.host,
        port: target.port,
        tls: target.tls,
    })
}

/// Answers calls on a socket that listens.
fn serve_api(socket: &TcpListener, door: &Arc<api::FrontDoor>) -> Result<api::Server> {
    let socket = sockets::accepting(socket)?;
    let limits = api::Limits::default();
    Ok(api::Server::serve(socket, limits, Arc::clone(door))?)
}

/// What the edge listens on, and the local CA's certificate where the user gives none.
fn listeners(
    config: &Config,
    http: SocketAddr,
    https: Option<SocketAddr>,
    clock: &dyn Clock,
    files: &SecretFiles,
) -> Result<(Vec<edge::Listener>, Option<Identity>)> {
    let mut listeners = vec![edge::Listener {
        address: http,
        https: false,
    }];
    let Some(address) = https else {
        return Ok((listeners, None));
    };
    listeners.push(edge::Listener {
        address,
        https: true,
    });
    if config.cert.is_some() {
        return Ok((listeners, None));
    }
    let folder = config.data.join("tls");
    let identity = Identity::of_local_ca(&folder, &config.domains, clock.now(), files)?;
    Ok((listeners, Some(identity)))
}

/// Elastic Load Balancing's question about targets, answered by the edge that checks them.
struct TargetHealth(SharedEdge);

impl TargetHealthDirectory for TargetHealth {
    fn health(&self, target_group_arn: &str, host: &str, port: u16) -> Option<Health> {
        let edge = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        edge.as_ref()?.target_health(target_group_arn, host, port)
    }
}

/// WAFv2's question about load balancers, answered by the service that has them.
struct LoadBalancers(Arc<Elb>);

impl ResourceDirectory for LoadBalancers {
    fn exists(&self, arn: &Arn) -> bool {
        self.0.has_load_balancer(arn)
    }
}

/// What the admin listener looks at.
struct State {
    store: Arc<dyn Store>,
    telemetry: Arc<Telemetry>,
    edge: SharedEdge,
    networks: networks::Follower,
    default: DefaultPolicy,
    certificates: Arc<Certificates>,
    clock: Arc<dyn Clock>,
    seal: Arc<Seal>,
}

/// What `btz protect` set up, to be set up again after a reset.
struct DefaultPolicy {
    elb: Arc<Elb>,
    wafv2: Arc<Wafv2>,
    account: types::AccountId,
    region: Region,
    wanted: DefaultLoadBalancer,
    policy: Policy,
}

impl DefaultPolicy {
    /// Makes `default` what it should be and waits until the edge enforces it.
    async fn ensure(&self) -> Result<(Arn, Option<String>)> {
        let load_balancer = self
            .elb
            .ensure_default(self.account, &self.region, self.wanted.clone())
            .await?;
        let web_acl = self.wafv2.ensure_default(&load_balancer).await?;
        snapshot::settle(&self.policy, &load_balancer, web_acl.as_deref()).await?;
        Ok((load_balancer, web_acl))
    }
}

impl Administered for State {
    fn sealed(&self) -> bool {
        !self.seal.is_open()
    }

    fn metrics(&self) -> String {
        let mut text = self.telemetry.registry().render();
        text.push_str(&self.certificates.metrics(self.clock.now()));
        let web_acls = &self.default.policy.load().web_acls;
        let asked = web_acls.values().flat_map(|web_acl| web_acl.sources());
        text.push_str(&self.networks.metrics(&asked.collect(), self.clock.now()));
        let open = u8::from(self.seal.is_open());
        text.push_str(&format!(
            "# HELP btz_seal_open Whether the seal is open: sealed, no key is served.\n\
             # TYPE btz_seal_open gauge\nbtz_seal_open {open}\n"
        ));
        if let Some(edge) = self
            .edge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
        {
            for (name, help, value) in edge.counters().values() {
                text.push_str(&format!(
                    "# HELP btz_edge_{name}_total {help}\n# TYPE btz_edge_{name}_total counter\nbtz_edge_{name}_total {value}\n"
                ));
            }
            let open = edge.open_connections();
            text.push_str(&format!(
                "# HELP btz_edge_open_connections Client connections that are open.\n\
                 # TYPE btz_edge_open_connections gauge\nbtz_edge_open_connections {open}\n"
            ));
        }
        text
    }

    fn reset(&self) -> wire::BoxFuture<'_, Result<()>> {
        Box::pin(async {
            storage::forget(self.store.as_ref()).await?;
            self.telemetry.decisions().clear()?;
            self.default.ensure().await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn start(config: &Config) -> anyhow::Error {
        let Err(error) = Suite::start(config, Given::default(), false, Inherited::default()).await
        else {
            panic!("it started");
        };
        error
    }

    #[tokio::test]
    async fn every_operation_has_an_iam_action() {
        for service in every_service().await.unwrap() {
            for operation in service.model().operations() {
                let name = operation.name();
                let mut actions = service.actions().of_operation(name);
                assert!(
                    actions.next().is_some(),
                    "{} {name} can be allowed to nobody",
                    service.model().signing_name()
                );
            }
        }
    }

    #[tokio::test]
    async fn without_an_application_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().join("data"),
            ..Config::default()
        };
        let error = start(&config).await;
        assert!(error.downcast_ref::<Mistakes>().is_some(), "{error:#}");
        assert!(!config.data.exists());
    }

    #[tokio::test]
    async fn a_second_process_makes_no_credentials_beside_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            target: Some("http://127.0.0.1:1".to_owned()),
            data: folder.path().to_owned(),
            ..Config::default()
        };
        let _first = storage::open(&config).await.unwrap();
        let error = format!("{:#}", start(&config).await);
        assert!(error.contains("in use"), "{error}");
        assert!(!folder.path().join(iam::FILE_NAME).exists());
    }
}
