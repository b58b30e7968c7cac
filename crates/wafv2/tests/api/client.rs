//! A client in the same process: it speaks awsJson1.1 and sees nothing but answers.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use store::{Memory, Store};
use telemetry::Telemetry;
use telemetry::metrics::Registry;
use types::{Arn, Call, Clock, Entropy, EntropyError, Principal, RequestId, Time};
use waf::RateCounters;
use wafv2::{Explain, Parts, ResourceDirectory, Wafv2};
use wire::{Limits, Request, Service};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const NOW: Time = Time::from_seconds(1_795_000_000);

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Different bytes each time, the same in each run.
#[derive(Debug)]
pub(crate) struct Counted(AtomicU64);

impl Counted {
    pub(crate) fn from(seed: u64) -> Self {
        Self(AtomicU64::new(seed << 32))
    }
}

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, counted) in bytes.iter_mut().rev().zip(count.iter().rev().cycle()) {
            *byte = *counted;
        }
        Ok(())
    }
}

/// The load balancers that there are.
#[derive(Debug, Default)]
pub(crate) struct LoadBalancers(Mutex<BTreeSet<String>>);

impl LoadBalancers {
    pub(crate) fn add(&self, name: &str) -> String {
        let arn = load_balancer_arn(name);
        self.0.lock().unwrap().insert(arn.clone());
        arn
    }

    pub(crate) fn remove(&self, arn: &str) {
        self.0.lock().unwrap().remove(arn);
    }
}

impl ResourceDirectory for LoadBalancers {
    fn exists(&self, arn: &Arn) -> bool {
        self.0.lock().unwrap().contains(arn.as_str())
    }
}

pub(crate) fn load_balancer_arn(name: &str) -> String {
    format!(
        "arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/50dc6c495c0c9188"
    )
}

pub(crate) struct Client {
    pub(crate) wafv2: Arc<Wafv2>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) rates: Arc<RateCounters>,
    pub(crate) load_balancers: Arc<LoadBalancers>,
    pub(crate) people: Arc<judge::People>,
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
        Self::with(store, seed, telemetry::Config::default()).await
    }

    /// A service that writes its logs to a folder.
    pub(crate) async fn logging_to(folder: &std::path::Path) -> Self {
        let config = telemetry::Config {
            folder: Some(folder.to_owned()),
        };
        Self::with(Arc::new(Memory::new()), 1, config).await
    }

    async fn with(store: Arc<dyn Store>, seed: u64, config: telemetry::Config) -> Self {
        let telemetry = Telemetry::start(&config, Arc::new(Registry::default()));
        let telemetry = Arc::new(telemetry.unwrap());
        let rates = Arc::new(RateCounters::new(seed));
        let load_balancers = Arc::new(LoadBalancers::default());
        let people = Arc::new(judge::People::of(ACCOUNT));
        let parts = Parts {
            store: Arc::clone(&store),
            telemetry: Arc::clone(&telemetry),
            rates: Arc::clone(&rates),
            resources: load_balancers.clone(),
            principals: people.clone(),
            clock: Arc::new(Hand(AtomicI64::new(NOW.as_millis()))),
            entropy: Arc::new(Counted::from(seed)),
        };
        let wafv2 = Arc::new(Wafv2::open(parts).await.unwrap());
        let calls = AtomicU64::new(0);
        Self {
            wafv2,
            store,
            telemetry,
            rates,
            load_balancers,
            people,
            region: REGION,
            calls,
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
            event_source: "wafv2.amazonaws.com".to_owned(),
            operation: operation.to_owned(),
            parameters: parameters.to_string(),
            source_ip: IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".to_owned(),
            leave: None,
        }
    }

    /// Calls an operation; the error is AWS's error answer.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, Value> {
        self.call_service(&*self.wafv2, "AWSWAF_20190729", operation, input)
            .await
    }

    pub(crate) async fn explain(&self, input: Value) -> Result<Value, Value> {
        let explain = Explain::new(Arc::clone(&self.wafv2));
        self.call_service(&explain, "Bartizan", "ExplainRequest", input)
            .await
    }

    async fn call_service(
        &self,
        service: &dyn Service,
        prefix: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, Value> {
        let model = service.model();
        let target = format!("{prefix}.{operation}");
        let body = input.to_string();
        let request = Request {
            method: "POST",
            path: "/",
            query: "",
            headers: &[
                ("X-Amz-Target", target.as_str()),
                ("Content-Type", "application/x-amz-json-1.1"),
            ],
            body: body.as_bytes(),
        };
        let limits = Limits {
            body_bytes_max: 8 << 20,
        };
        let caller = self.caller(operation, &input);
        let answer = async {
            let operation = model.read_operation(&request, limits)?;
            let typed = model.read_input(operation, &request, limits)?;
            model.validate(operation, &typed)?;
            let name = operation.name();
            assert!(
                service.implements(name) || service.declines(name).is_some(),
                "{name}"
            );
            service
                .call(&caller, typed)
                .await
                .map(|output| (operation, output))
        };
        match answer.await {
            Ok((operation, output)) => {
                let response = model.write_output(operation, &output, caller.request_id);
                Ok(serde_json::from_slice(&response.body).unwrap())
            }
            Err(error) => {
                let response = model.write_error(&error, caller.request_id);
                let mut answer: Value = serde_json::from_slice(&response.body).unwrap();
                assert_eq!(response.status, error.status);
                if error.status != 400 {
                    answer["status"] = json!(error.status);
                    answer["internal"] = json!(error.internal);
                }
                Err(answer)
            }
        }
    }

    /// What a call asks leave for.
    pub(crate) fn asks(&self, operation: &str, input: &Value) -> Vec<policy::Ask> {
        let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
        let model = self.wafv2.model();
        let shape = model.operation(operation).unwrap().input().unwrap();
        let typed = model.typed(shape, parsed).unwrap();
        let call = self.caller(operation, input);
        policy::Guarded::asks(&*self.wafv2, &call, operation, &typed).unwrap()
    }

    /// Calls an operation that must succeed.
    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        match self.call(operation, input).await {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    /// Calls an operation that must fail; the code and the message.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        match self.call(operation, input).await {
            Ok(answer) => panic!("{operation} must fail, and answered {answer}"),
            Err(error) => code_and_message(&error),
        }
    }

    pub(crate) async fn create_ip_set(&self, name: &str, addresses: &[&str]) -> Value {
        let input = json!({
            "Name": name, "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": addresses,
        });
        self.ok("CreateIPSet", input).await["Summary"].clone()
    }

    pub(crate) async fn create_web_acl(&self, name: &str, rules: Value) -> Value {
        self.ok("CreateWebACL", web_acl(name, rules)).await["Summary"].clone()
    }

    /// Waits until the policies are as they should be.
    pub(crate) async fn policies_where(
        &self,
        reached: impl Fn(&wafv2::Policies) -> bool,
    ) -> Arc<wafv2::Policies> {
        let mut policies = self.wafv2.policies();
        let reached = policies.wait_for(|policies| reached(policies));
        let found = tokio::time::timeout(Duration::from_secs(10), reached).await;
        Arc::clone(&found.expect("the policies follow the store").unwrap())
    }

    /// How many audit records there are.
    pub(crate) async fn audit_records(&self) -> usize {
        let rows = self.store.snapshot(&store::Key::root()).await.unwrap().rows;
        rows.iter()
            .filter(|row| row.key.as_str().starts_with("audit"))
            .count()
    }
}

pub(crate) fn code_and_message(error: &Value) -> (String, String) {
    let code = error["__type"]
        .as_str()
        .unwrap()
        .rsplit('#')
        .next()
        .unwrap()
        .to_owned();
    let message = error.get("Message").or_else(|| error.get("message"));
    (
        code,
        message
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    )
}

pub(crate) fn visibility(metric: &str) -> Value {
    json!({
        "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": metric,
    })
}

pub(crate) fn web_acl(name: &str, rules: Value) -> Value {
    json!({
        "Name": name, "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
        "VisibilityConfig": visibility(name), "Rules": rules,
    })
}

/// A rule that blocks what an IP set holds.
pub(crate) fn block_ip_set(ip_set_arn: &Value) -> Value {
    json!({
        "Name": "bad-addresses", "Priority": 0, "Action": {"Block": {}},
        "Statement": {"IPSetReferenceStatement": {"ARN": ip_set_arn}},
        "VisibilityConfig": visibility("bad-addresses"),
    })
}

/// A rule that blocks a path.
pub(crate) fn block_path(name: &str, priority: i64, path: &str) -> Value {
    use base64::Engine as _;
    let search = base64::engine::general_purpose::STANDARD.encode(path);
    json!({
        "Name": name, "Priority": priority, "Action": {"Block": {}},
        "Statement": {"ByteMatchStatement": {
            "SearchString": search, "FieldToMatch": {"UriPath": {}},
            "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}],
            "PositionalConstraint": "STARTS_WITH",
        }},
        "VisibilityConfig": visibility(name),
    })
}

/// How an item is named by Get, Update and Delete.
pub(crate) fn named(summary: &Value) -> Value {
    json!({"Name": summary["Name"], "Id": summary["Id"], "Scope": "REGIONAL"})
}

/// The members of both.
pub(crate) fn with(one: Value, other: Value) -> Value {
    let (Value::Object(mut one), Value::Object(other)) = (one, other) else {
        panic!("two objects");
    };
    one.extend(other);
    Value::Object(one)
}

pub(crate) fn nonexistent() -> (String, String) {
    let text = "AWS WAF couldn’t perform the operation because your resource doesn’t exist.";
    ("WAFNonexistentItemException".to_owned(), text.to_owned())
}

pub(crate) fn associated() -> (String, String) {
    let text = "AWS WAF couldn’t perform the operation because your resource is being used by \
                another resource or it’s associated with another resource.";
    ("WAFAssociatedItemException".to_owned(), text.to_owned())
}

pub(crate) fn optimistic_lock() -> (String, String) {
    let text = "AWS WAF couldn’t save your changes because someone changed the resource after you \
                started to edit it. Reapply your changes.";
    ("WAFOptimisticLockException".to_owned(), text.to_owned())
}

pub(crate) fn duplicate() -> (String, String) {
    let text = "AWS WAF couldn’t perform the operation because some resource in your request is a \
                duplicate of an existing one.";
    ("WAFDuplicateItemException".to_owned(), text.to_owned())
}

pub(crate) fn limits_exceeded() -> (String, String) {
    let text = "AWS WAF couldn’t perform the operation because you exceeded your resource limit.";
    ("WAFLimitsExceededException".to_owned(), text.to_owned())
}

pub(crate) fn invalid(field: &str, parameter: &str, reason: &str) -> (String, String) {
    let text = format!("Error reason: {reason}, field: {field}, parameter: {parameter}");
    ("WAFInvalidParameterException".to_owned(), text)
}

pub(crate) const INVALID_ARN: &str = "The ARN isn't valid. A valid ARN begins with arn: and \
                                      includes other information separated by colons or slashes.";
pub(crate) const MALFORMED: &str = "The parameter contains formatting that is not valid.";
