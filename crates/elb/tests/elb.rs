//! The load balancer `default` and the describe operations, as a client of the API sees them and as
//! the edge is given them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use elb::{DefaultLoadBalancer, Elb};
use route::Target;
use store::{Key, Memory, Store};
use types::{
    AccountId, Arn, Call, Clock, Entropy, EntropyError, Principal, Region, RequestId, ServiceError,
    Time,
};
use wire::{Limits, Request, Service, Value, json};

const VERSION: &str = "2015-12-01";
const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 20,
};

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Time {
        Time::from_seconds(1_795_000_000)
    }
}

/// Other bytes each time.
#[derive(Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

struct House {
    store: Arc<dyn Store>,
    elb: Elb,
    entropy: Arc<Counting>,
}

impl House {
    async fn new() -> Self {
        let store: Arc<dyn Store> = Arc::new(Memory::new());
        let entropy = Arc::new(Counting::default());
        let elb = open(&store, &entropy).await;
        Self {
            store,
            elb,
            entropy,
        }
    }

    /// The same rows, after a restart.
    async fn restarted(self) -> Self {
        let elb = open(&self.store, &self.entropy).await;
        Self { elb, ..self }
    }

    async fn ensure(&self, wanted: &DefaultLoadBalancer) -> Arn {
        self.elb
            .ensure_default(account(), &region("eu-west-1"), wanted.clone())
            .await
            .unwrap()
    }

    /// One call, by the form that a client sends.
    async fn ask_in(&self, region_name: &str, form: &str) -> Result<Value, ServiceError> {
        let body = format!("Version={VERSION}&Action={form}");
        let request = Request {
            method: "POST",
            path: "/",
            query: "",
            headers: &[],
            body: body.as_bytes(),
        };
        let model = self.elb.model();
        let operation = model.read_operation(&request, LIMITS)?;
        let input = model.read_input(operation, &request, LIMITS)?;
        model.validate(operation, &input)?;
        assert!(self.elb.implements(operation.name()));
        let call = Call {
            request_id: RequestId::from_random([9; 16]),
            time: Stopped.now(),
            principal: Principal::Root(account()),
            session: None,
            access_key_id: "AKIDEXAMPLE".to_owned(),
            region: region(region_name),
            event_source: "elasticloadbalancing.amazonaws.com".to_owned(),
            operation: operation.name().to_owned(),
            parameters: "{}".to_owned(),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: "test".to_owned(),
            leave: None,
        };
        let output = self.elb.call(&call, input).await?;
        let response = model.write_output(operation, &output, call.request_id);
        assert_eq!(response.status, 200);
        Ok(output)
    }

    async fn ask(&self, form: &str) -> Result<Value, ServiceError> {
        self.ask_in("eu-west-1", form).await
    }

    /// The code and message of a refusal.
    async fn refused(&self, form: &str) -> (String, String) {
        let error = self.ask(form).await.unwrap_err();
        assert_eq!(error.status, 400);
        (error.code.into_owned(), error.message)
    }
}

async fn open(store: &Arc<dyn Store>, entropy: &Arc<Counting>) -> Elb {
    let entropy: Arc<dyn Entropy> = Arc::<Counting>::clone(entropy);
    Elb::open(Arc::clone(store), Arc::new(Stopped), entropy)
        .await
        .unwrap()
}

fn account() -> AccountId {
    "123456789012".parse().unwrap()
}

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn target(host: &str, port: u16) -> Target {
    Target {
        host: host.to_owned(),
        port,
        tls: false,
    }
}

fn wanted() -> DefaultLoadBalancer {
    DefaultLoadBalancer {
        http: "127.0.0.1:8080".parse().unwrap(),
        https: Some("127.0.0.1:8443".parse().unwrap()),
        target: target("127.0.0.1", 3000),
    }
}

/// The texts of a member in all items of a list.
fn texts(output: &Value, list: &str, member: &str) -> Vec<String> {
    let items = output.member(list).and_then(Value::as_list).unwrap();
    items
        .iter()
        .map(|item| item.member(member).unwrap())
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| json::to_string(value), str::to_owned)
        })
        .collect()
}

/// The targets of all target groups.
fn targets(table: &route::Table) -> Vec<Target> {
    let groups = table.target_groups.values();
    groups
        .flat_map(|group| group.targets())
        .map(|target| target.target.clone())
        .collect()
}

#[tokio::test]
async fn the_edge_is_given_the_listeners_and_the_target() {
    let house = House::new().await;
    let mut tables = house.elb.tables();
    assert!(tables.borrow_and_update().addresses.is_empty());
    let arn = house.ensure(&wanted()).await;
    assert!(
        arn.resource().starts_with("loadbalancer/app/default/"),
        "{arn}"
    );
    assert!(house.elb.has_load_balancer(&arn));
    assert!(!house.elb.has_load_balancer(&Arn::new(
        "elasticloadbalancing",
        "eu-west-1",
        "123456789012",
        "loadbalancer/app/default/0"
    )));
    tables
        .wait_for(|table| !table.addresses.is_empty())
        .await
        .unwrap();
    let table = Arc::clone(&tables.borrow());
    for address in ["127.0.0.1:8080", "127.0.0.1:8443"] {
        let found = table.listener(address.parse().unwrap(), "any").unwrap();
        assert_eq!(found.load_balancer_arn, arn.as_str());
        assert_eq!(targets(&table), [target("127.0.0.1", 3000)]);
    }
}

#[tokio::test]
async fn what_is_so_already_is_left_alone_and_what_changed_is_changed_in_place() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await;
    let commits = house.store.stats().commits;
    let house = house.restarted().await;
    assert_eq!(house.ensure(&wanted()).await, arn);
    assert_eq!(
        house.store.stats().commits,
        commits,
        "nothing to do, nothing is committed"
    );
    let form = format!("DescribeListeners&LoadBalancerArn={arn}");
    let before = texts(&house.ask(&form).await.unwrap(), "Listeners", "ListenerArn");
    let moved = DefaultLoadBalancer {
        http: "127.0.0.1:9090".parse().unwrap(),
        https: None,
        target: Target {
            tls: true,
            ..target("app.internal", 8000)
        },
    };
    assert_eq!(house.ensure(&moved).await, arn);
    assert_eq!(
        house.store.stats().commits,
        commits + 1,
        "one change, one commit"
    );
    let listeners = house.ask(&form).await.unwrap();
    assert_eq!(texts(&listeners, "Listeners", "Port"), ["9090"]);
    let after = texts(&listeners, "Listeners", "ListenerArn");
    assert!(
        before.contains(&after.concat()),
        "the HTTP listener keeps its ARN"
    );
    let mut tables = house.elb.tables();
    let table = tables
        .wait_for(|table| table.addresses.len() == 1)
        .await
        .unwrap()
        .clone();
    let address = "127.0.0.1:9090".parse().unwrap();
    assert!(table.listener(address, "any").is_some());
    assert_eq!(
        targets(&table),
        [Target {
            tls: true,
            ..target("app.internal", 8000)
        }]
    );
}

#[tokio::test]
async fn each_change_is_committed_with_its_audit_record() {
    let house = House::new().await;
    house.ensure(&wanted()).await;
    let records = house
        .store
        .snapshot(&Key::new(["audit"]))
        .await
        .unwrap()
        .rows;
    assert_eq!(records.len(), 1);
    let text = String::from_utf8(records.first().unwrap().value.to_vec()).unwrap();
    assert!(
        text.contains("CreateLoadBalancer") && text.contains("127.0.0.1:3000"),
        "{text}"
    );
    let rows = house.store.snapshot(&Key::new(["elb"])).await.unwrap().rows;
    assert!(
        rows.iter()
            .all(|row| row.revision == records.first().unwrap().revision)
    );
}

#[tokio::test]
async fn a_client_finds_the_arn_and_all_that_belongs_to_it() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await.to_string();
    for form in [
        "DescribeLoadBalancers".to_owned(),
        "DescribeLoadBalancers&Names.member.1=default".to_owned(),
        format!("DescribeLoadBalancers&LoadBalancerArns.member.1={arn}"),
    ] {
        let output = house.ask(&form).await.unwrap();
        assert_eq!(
            texts(&output, "LoadBalancers", "LoadBalancerArn"),
            std::slice::from_ref(&arn),
            "{form}"
        );
        assert_eq!(texts(&output, "LoadBalancers", "Scheme"), ["internal"]);
        assert_eq!(
            texts(&output, "LoadBalancers", "CreatedTime"),
            ["1795000000"]
        );
    }
    let groups = house
        .ask(&format!("DescribeTargetGroups&LoadBalancerArn={arn}"))
        .await
        .unwrap();
    let group = texts(&groups, "TargetGroups", "TargetGroupArn").concat();
    assert_eq!(texts(&groups, "TargetGroups", "Port"), ["3000"]);
    let form = format!("DescribeTargetHealth&TargetGroupArn={group}");
    let health = json::to_string(&house.ask(&form).await.unwrap());
    assert!(
        health.contains(r#"{"Id":"127.0.0.1","Port":3000}"#),
        "{health}"
    );
    assert!(health.contains("Elb.InternalError"), "{health}");
    let other = house
        .ask(&format!("{form}&Targets.member.1.Id=10.0.0.1"))
        .await
        .unwrap();
    assert!(json::to_string(&other).contains("Target.NotRegistered"));
    let attributes = house
        .ask(&format!(
            "DescribeLoadBalancerAttributes&LoadBalancerArn={arn}"
        ))
        .await
        .unwrap();
    assert!(texts(&attributes, "Attributes", "Key").contains(&"waf.fail_open.enabled".to_owned()));
    let tags = house
        .ask(&format!(
            "DescribeTags&ResourceArns.member.1={arn}&ResourceArns.member.2={group}"
        ))
        .await
        .unwrap();
    assert_eq!(texts(&tags, "TagDescriptions", "ResourceArn"), [arn, group]);
}

#[tokio::test]
async fn another_region_has_none_of_it() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await;
    let output = house
        .ask_in("us-east-1", "DescribeLoadBalancers")
        .await
        .unwrap();
    assert!(texts(&output, "LoadBalancers", "LoadBalancerArn").is_empty());
    let form = format!("DescribeLoadBalancers&LoadBalancerArns.member.1={arn}");
    let error = house.ask_in("us-east-1", &form).await.unwrap_err();
    assert_eq!(error.code, "LoadBalancerNotFound");
}

#[tokio::test]
async fn what_is_not_there_is_told_in_aws_s_words() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await.to_string();
    let gone = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
    for (form, code, message) in [
        (
            format!("DescribeLoadBalancers&LoadBalancerArns.member.1={gone}:loadbalancer/app/x/1"),
            "LoadBalancerNotFound",
            "One or more load balancers not found".to_owned(),
        ),
        (
            "DescribeLoadBalancers&Names.member.1=default&Names.member.2=x".to_owned(),
            "LoadBalancerNotFound",
            "Load balancers '[x]' not found".to_owned(),
        ),
        (
            "DescribeLoadBalancers&LoadBalancerArns.member.1=x".to_owned(),
            "ValidationError",
            "'x' is not a valid load balancer ARN".to_owned(),
        ),
        (
            format!("DescribeListeners&LoadBalancerArn={gone}:loadbalancer/app/x/1"),
            "LoadBalancerNotFound",
            format!("Load balancer '{gone}:loadbalancer/app/x/1' not found"),
        ),
        (
            format!("DescribeListeners&ListenerArns.member.1={gone}:listener/app/x/1/2"),
            "ListenerNotFound",
            "One or more listeners not found".to_owned(),
        ),
        (
            "DescribeListeners".to_owned(),
            "ValidationError",
            "You must specify either listener ARNs or a load balancer ARN".to_owned(),
        ),
        (
            "DescribeTargetGroups&Names.member.1=x".to_owned(),
            "TargetGroupNotFound",
            "One or more target groups not found".to_owned(),
        ),
        (
            format!("DescribeTargetHealth&TargetGroupArn={gone}:targetgroup/x/1"),
            "TargetGroupNotFound",
            "One or more target groups not found".to_owned(),
        ),
        (
            format!("DescribeTags&ResourceArns.member.1={arn}x"),
            "LoadBalancerNotFound",
            "One or more load balancers not found".to_owned(),
        ),
        (
            "DescribeTags".to_owned(),
            "ValidationError",
            "1 validation error detected: Value null at 'resourceArns' failed to satisfy \
             constraint: Member must not be null"
                .to_owned(),
        ),
        (
            "DescribeLoadBalancers&PageSize=401".to_owned(),
            "ValidationError",
            "1 validation error detected: Value '401' at 'pageSize' failed to satisfy constraint: \
             Member must have value less than or equal to 400"
                .to_owned(),
        ),
    ] {
        assert_eq!(
            house.refused(&form).await,
            (code.to_owned(), message),
            "{form}"
        );
    }
    let many: String = (1..=21)
        .map(|at| format!("&ResourceArns.member.{at}={arn}"))
        .collect();
    let (code, _) = house.refused(&format!("DescribeTags{many}")).await;
    assert_eq!(code, "ValidationError");
}

#[tokio::test]
async fn pages_hold_every_item_once() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await;
    let form = format!("DescribeListeners&LoadBalancerArn={arn}&PageSize=1");
    let first = house.ask(&form).await.unwrap();
    let marker = first.member("NextMarker").and_then(Value::as_str).unwrap();
    let second = house.ask(&format!("{form}&Marker={marker}")).await.unwrap();
    assert_eq!(second.member("NextMarker"), None);
    let mut ports = texts(&first, "Listeners", "Port");
    ports.extend(texts(&second, "Listeners", "Port"));
    ports.sort();
    assert_eq!(ports, ["8080", "8443"]);
    let (code, _) = house.refused(&format!("{form}&Marker=nonsense")).await;
    assert_eq!(code, "ValidationError");
}

#[tokio::test]
async fn a_damaged_row_keeps_the_old_table_in_force() {
    let house = House::new().await;
    let arn = house.ensure(&wanted()).await;
    let mut tables = house.elb.tables();
    tables
        .wait_for(|table| table.addresses.len() == 2)
        .await
        .unwrap();
    let rows = house
        .store
        .snapshot(&Key::new(["elb", "listener"]))
        .await
        .unwrap()
        .rows;
    let mut batch = store::Batch::new();
    batch.put(rows.first().unwrap().key.clone(), "{");
    house.store.commit(batch).await.unwrap();
    let error = loop {
        match house
            .ask(&format!("DescribeListeners&LoadBalancerArn={arn}"))
            .await
        {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert_eq!((&*error.code, error.status), ("InternalFailure", 500));
    // The publisher has the same change to see; let it.
    let published = tokio::time::timeout(Duration::from_millis(100), tables.changed()).await;
    assert!(published.is_err(), "a new table was published");
    assert_eq!(tables.borrow().addresses.len(), 2);
}
