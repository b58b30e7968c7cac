//! A client in the same process: it sees nothing but answers and tables.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use elb::{BucketDirectory, CertificateDirectory, CertificateFacts, Elb, ObjectError};
use serde_json::{Value, json};
use store::{Memory, Store};
use types::{Call, Clock, Entropy, EntropyError, Principal, RequestId, Time};
use wire::Service;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const NOW: Time = Time::from_seconds(1_795_000_000);

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct Hand(AtomicI64);

impl Hand {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Different bytes each time, the same in each run.
#[derive(Debug)]
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, counted) in bytes.iter_mut().rev().zip(count.iter().rev().cycle()) {
            *byte = *counted;
        }
        Ok(())
    }
}

/// The certificates that there are: by ARN, their names.
#[derive(Debug, Default)]
pub(crate) struct Certificates(Mutex<BTreeMap<String, Vec<String>>>);

impl Certificates {
    pub(crate) fn add(&self, name: &str, domains: &[&str]) -> String {
        let arn = format!("arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{name}");
        let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        self.0.lock().unwrap().insert(arn.clone(), domains);
        arn
    }
}

impl CertificateDirectory for Certificates {
    fn certificate(&self, arn: &str) -> Option<CertificateFacts> {
        let domains = self.0.lock().unwrap().get(arn)?.clone();
        Some(CertificateFacts { domains })
    }
}

/// The objects that there are, by bucket and key.
#[derive(Debug, Default)]
pub(crate) struct Buckets(Mutex<BTreeMap<(String, String), Vec<u8>>>);

impl Buckets {
    pub(crate) fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let place = (bucket.to_owned(), key.to_owned());
        self.0.lock().unwrap().insert(place, bytes.to_vec());
    }

    pub(crate) fn bytes(&self, bucket: &str, key: &str) -> Vec<u8> {
        let place = (bucket.to_owned(), key.to_owned());
        self.0.lock().unwrap()[&place].clone()
    }
}

impl BucketDirectory for Buckets {
    fn object(&self, bucket: &str, key: &str, bytes_max: usize) -> Result<Vec<u8>, ObjectError> {
        let place = (bucket.to_owned(), key.to_owned());
        let objects = self.0.lock().unwrap();
        let bytes = objects.get(&place).ok_or(ObjectError::NotFound)?;
        if bytes.len() > bytes_max {
            return Err(ObjectError::TooLarge);
        }
        Ok(bytes.clone())
    }
}

pub(crate) struct Client {
    pub(crate) elb: Arc<Elb>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) certificates: Arc<Certificates>,
    pub(crate) buckets: Arc<Buckets>,
    region: &'static str,
    calls: AtomicU64,
    seed: u64,
}

impl Client {
    pub(crate) async fn new() -> Self {
        Self::over(Arc::new(Memory::new()), 1).await
    }

    /// A service over a store that others may use too.
    pub(crate) async fn over(store: Arc<dyn Store>, seed: u64) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(NOW.as_millis())));
        let entropy = Arc::new(Counted(AtomicU64::new(seed << 32)));
        let elb = Elb::open(Arc::clone(&store), clock.clone(), entropy);
        let elb = Arc::new(elb.await.unwrap());
        let certificates = Arc::new(Certificates::default());
        elb.ask_for_certificates(certificates.clone());
        let buckets = Arc::new(Buckets::default());
        elb.ask_for_objects(buckets.clone());
        Self {
            elb,
            store,
            clock,
            certificates,
            buckets,
            region: REGION,
            calls: AtomicU64::new(0),
            seed,
        }
    }

    pub(crate) fn in_region(mut self, region: &'static str) -> Self {
        self.region = region;
        self
    }

    fn caller(&self, operation: &str, parameters: &Value) -> Call {
        let count = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 16];
        random[..8].copy_from_slice(&self.seed.to_be_bytes());
        random[8..].copy_from_slice(&count.to_be_bytes());
        Call {
            request_id: RequestId::from_random(random),
            time: NOW,
            principal: Principal::Root(ACCOUNT.parse().unwrap()),
            session: None,
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            region: self.region.parse().unwrap(),
            event_source: "elasticloadbalancing.amazonaws.com".to_owned(),
            operation: operation.to_owned(),
            parameters: parameters.to_string(),
            source_ip: IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".to_owned(),
            leave: None,
        }
    }

    /// Calls an operation; the error is AWS's code and message.
    pub(crate) async fn call(
        &self,
        operation: &str,
        input: Value,
    ) -> Result<Value, (String, String)> {
        let model = self.elb.model();
        let caller = self.caller(operation, &input);
        let operation = model.operation(operation).unwrap();
        assert!(
            self.elb.implements(operation.name()),
            "{}",
            operation.name()
        );
        let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
        let typed = model.typed(operation.input().unwrap(), parsed).unwrap();
        let answer = match model.validate(operation, &typed) {
            Ok(()) => self.elb.call(&caller, typed).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(output) => Ok(serde_json::from_str(&wire::json::to_string(&output)).unwrap()),
            Err(error) => {
                assert_eq!(error.status, 400, "{error:?}");
                Err((error.code.to_string(), error.message))
            }
        }
    }

    /// What a call asks leave for.
    pub(crate) fn asks(&self, operation: &str, input: &Value) -> Vec<policy::Ask> {
        let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
        let model = self.elb.model();
        let shape = model.operation(operation).unwrap().input().unwrap();
        let typed = model.typed(shape, parsed).unwrap();
        let call = self.caller(operation, input);
        policy::Guarded::asks(&*self.elb, &call, operation, &typed).unwrap()
    }

    /// Calls an operation that must succeed.
    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        match self.call(operation, input).await {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error:?}"),
        }
    }

    /// Calls an operation that must fail; the code and the message.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        match self.call(operation, input).await {
            Ok(answer) => panic!("{operation} must fail, and answered {answer}"),
            Err(error) => error,
        }
    }

    /// Calls an operation that must fail; the code.
    pub(crate) async fn code(&self, operation: &str, input: Value) -> String {
        self.refused(operation, input).await.0
    }

    pub(crate) async fn load_balancer(&self, name: &str) -> String {
        let made = self.ok("CreateLoadBalancer", json!({ "Name": name })).await;
        text(&made["LoadBalancers"][0]["LoadBalancerArn"])
    }

    /// A target group with targets at these ports of this machine.
    pub(crate) async fn target_group(&self, name: &str, ports: &[u16]) -> String {
        let input = json!({ "Name": name, "Protocol": "HTTP", "Port": 80, "TargetType": "ip" });
        let made = self.ok("CreateTargetGroup", input).await;
        let arn = text(&made["TargetGroups"][0]["TargetGroupArn"]);
        let targets: Vec<Value> = ports
            .iter()
            .map(|port| json!({ "Id": "127.0.0.1", "Port": port }))
            .collect();
        if !targets.is_empty() {
            let input = json!({ "TargetGroupArn": arn, "Targets": targets });
            self.ok("RegisterTargets", input).await;
        }
        arn
    }

    pub(crate) async fn listener(&self, balancer: &str, port: u16, action: Value) -> String {
        let input = json!({
            "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": port, "DefaultActions": [action],
        });
        let made = self.ok("CreateListener", input).await;
        text(&made["Listeners"][0]["ListenerArn"])
    }

    pub(crate) async fn rule(
        &self,
        listener: &str,
        priority: u32,
        condition: Value,
        action: Value,
    ) -> String {
        let input = json!({
            "ListenerArn": listener, "Priority": priority, "Conditions": [condition],
            "Actions": [action],
        });
        let made = self.ok("CreateRule", input).await;
        text(&made["Rules"][0]["RuleArn"])
    }

    /// Waits until the table is as it should be.
    pub(crate) async fn table_where(
        &self,
        reached: impl Fn(&route::Table) -> bool,
    ) -> Arc<route::Table> {
        let mut tables = self.elb.tables();
        let reached = tables.wait_for(|table| reached(table));
        let found = tokio::time::timeout(Duration::from_secs(10), reached).await;
        Arc::clone(&found.expect("the table follows the rows").unwrap())
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(crate) fn forward(group: &str) -> Value {
    json!({ "Type": "forward", "TargetGroupArn": group })
}

pub(crate) fn fixed(status: &str) -> Value {
    json!({ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": status } })
}

pub(crate) fn path(pattern: &str) -> Value {
    json!({ "Field": "path-pattern", "Values": [pattern] })
}

/// The ports of all targets that an action forwards to.
pub(crate) fn ports(action: &route::Action) -> Vec<u16> {
    let route::Action::Forward(forward) = action else {
        panic!("{action:?}");
    };
    let groups = forward.target_groups.iter();
    groups
        .flat_map(|group| group.target_group.targets())
        .map(|target| target.target.port)
        .collect()
}
