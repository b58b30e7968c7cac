//! A client in the same process: it sees nothing but answers and rows.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use judge::{Hand, People, Wrap};
use kms::{Kms, Parts, TokenCluster};
use policy::{Ask, Authorizer, Guarded};
use serde_json::{Value, json};
use store::{Memory, Store};
use telemetry::metrics::Registry;
use types::{Call, Clock, Entropy, EntropyError, Principal, RequestId, ServiceError, Time};
use wire::Service;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const NOW: Time = Time::from_seconds(1_795_000_000);

/// The library's own randomness.
#[derive(Debug)]
pub(crate) struct Random;

impl Entropy for Random {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(bytes).expect("randomness");
        Ok(())
    }
}

/// Says what the test sets: whether a new key policy leaves its author in.
#[derive(Debug, Default)]
pub(crate) struct Decides {
    pub(crate) refuses: AtomicBool,
    /// How often it was asked.
    pub(crate) asked: AtomicU64,
}

impl Authorizer for Decides {
    fn authorize(&self, _call: &Call, ask: &Ask) -> Result<(), String> {
        assert!(["kms:PutKeyPolicy", "kms:ReEncryptTo"].contains(&ask.action));
        assert!(ask.resource_policy.is_some(), "it is judged by its policy");
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.refuses.load(Ordering::Relaxed) {
            return Err("no".to_owned());
        }
        Ok(())
    }
}

pub(crate) struct Client {
    pub(crate) kms: Kms,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) decides: Arc<Decides>,
    pub(crate) people: Arc<People>,
    pub(crate) metrics: Arc<Registry>,
    account: &'static str,
    region: &'static str,
    calls: Arc<AtomicU64>,
}

impl Client {
    pub(crate) async fn new() -> Self {
        Self::on(Vec::new()).await
    }

    /// With tokens for custom key stores.
    pub(crate) async fn on(clusters: Vec<TokenCluster>) -> Self {
        let clock = Arc::new(Hand::at(NOW));
        Self::started(Arc::new(Memory::new()), clock, clusters).await
    }

    /// Another process on a store that others used or use.
    pub(crate) async fn over(store: Arc<dyn Store>, clock: Arc<Hand>) -> Self {
        Self::started(store, clock, Vec::new()).await
    }

    /// The same after a stop: another process on the rows of this one.
    pub(crate) async fn again(&self, clusters: Vec<TokenCluster>) -> Self {
        Self::started(Arc::clone(&self.store), Arc::clone(&self.clock), clusters).await
    }

    async fn started(store: Arc<dyn Store>, clock: Arc<Hand>, clusters: Vec<TokenCluster>) -> Self {
        let decides = Arc::new(Decides::default());
        let people = Arc::new(People::of(ACCOUNT));
        let metrics = Arc::new(Registry::default());
        let kms = Kms::open(Parts {
            clusters,
            xks: None,
            store: Arc::clone(&store),
            wrap: Arc::new(Wrap::default()),
            authorizer: decides.clone(),
            principals: people.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Random),
            metrics: &metrics,
        });
        Self {
            kms: kms.await.unwrap(),
            store,
            clock,
            decides,
            people,
            metrics,
            account: ACCOUNT,
            region: REGION,
            calls: Arc::default(),
        }
    }

    /// The same service, called with other credentials or in another Region.
    pub(crate) fn at(&self, account: &'static str, region: &'static str) -> Self {
        Self {
            kms: self.kms.clone(),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            decides: Arc::clone(&self.decides),
            people: Arc::clone(&self.people),
            metrics: Arc::clone(&self.metrics),
            account,
            region,
            calls: Arc::clone(&self.calls),
        }
    }

    fn caller(&self, operation: &str) -> Call {
        let count = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 16];
        random[8..].copy_from_slice(&count.to_be_bytes());
        Call {
            request_id: RequestId::from_random(random),
            time: self.clock.now(),
            principal: Principal::Root(self.account.parse().unwrap()),
            session: None,
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            region: self.region.parse().unwrap(),
            event_source: "kms.amazonaws.com".to_owned(),
            operation: operation.to_owned(),
            parameters: "{}".to_owned(),
            source_ip: IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".to_owned(),
            leave: None,
        }
    }

    fn typed(&self, operation: &str, input: &Value) -> wire::Value {
        let model = self.kms.model();
        let shape = model.operation(operation).unwrap().input().unwrap();
        let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
        model.typed(shape, parsed).unwrap()
    }

    /// Calls an operation.
    pub(crate) async fn answer(
        &self,
        operation: &str,
        input: Value,
    ) -> Result<Value, ServiceError> {
        assert!(self.kms.implements(operation), "{operation}");
        let model = self.kms.model();
        let typed = self.typed(operation, &input);
        model.validate(model.operation(operation).unwrap(), &typed)?;
        let asks = self.kms.asks(&self.caller(operation), operation, &typed)?;
        self.answer_with_leave(operation, input, &asks).await
    }

    /// Calls an operation as the front door does when leave was given for what it asked.
    pub(crate) async fn answer_with_leave(
        &self,
        operation: &str,
        input: Value,
        asks: &[Ask],
    ) -> Result<Value, ServiceError> {
        let typed = self.typed(operation, &input);
        let mut call = self.caller(operation);
        let leave = asks.iter().map(|ask| (ask.action, ask.resource.clone()));
        call.leave = Some(leave.collect());
        let output = self.kms.call(&call, typed).await?;
        Ok(serde_json::from_str(&wire::json::to_string(&output)).unwrap())
    }

    /// Calls an operation; the error is AWS's code and message.
    pub(crate) async fn call(
        &self,
        operation: &str,
        input: Value,
    ) -> Result<Value, (String, String)> {
        self.answer(operation, input).await.map_err(|error| {
            assert_eq!(error.status, 400, "{operation}: {error:?}");
            (error.code.to_string(), error.message)
        })
    }

    /// Calls an operation that must succeed.
    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        let shown = input.to_string();
        match self.call(operation, input).await {
            Ok(answer) => answer,
            Err(error) => panic!("{operation} {shown}: {error:?}"),
        }
    }

    /// Calls an operation that must fail; the code and the message.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        let shown = input.to_string();
        match self.call(operation, input).await {
            Ok(answer) => panic!("{operation} {shown} must fail, and answered {answer}"),
            Err(error) => error,
        }
    }

    /// Calls an operation that must fail; the code.
    pub(crate) async fn code(&self, operation: &str, input: Value) -> String {
        self.refused(operation, input).await.0
    }

    /// What a call asks leave for.
    pub(crate) fn asks(&self, operation: &str, input: &Value) -> Vec<Ask> {
        let typed = self.typed(operation, input);
        self.kms
            .asks(&self.caller(operation), operation, &typed)
            .unwrap()
    }

    /// The operations that are there, sorted.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let operations = self.kms.model().operations();
        let mut names: Vec<&str> = operations
            .map(wire::Operation::name)
            .filter(|name| self.kms.implements(name))
            .collect();
        names.sort_unstable();
        names
    }

    /// Makes a key; its ARN.
    pub(crate) async fn key(&self, input: Value) -> String {
        let made = self.ok("CreateKey", input).await;
        text(&made["KeyMetadata"]["Arn"])
    }

    pub(crate) async fn state(&self, key: &str) -> String {
        let described = self.ok("DescribeKey", json!({ "KeyId": key })).await;
        text(&described["KeyMetadata"]["KeyState"])
    }

    pub(crate) async fn encrypt(&self, key: &str, plaintext: &[u8]) -> String {
        let input = json!({ "KeyId": key, "Plaintext": blob(plaintext) });
        text(&self.ok("Encrypt", input).await["CiphertextBlob"])
    }

    pub(crate) async fn decrypt(&self, ciphertext: &str) -> Vec<u8> {
        let input = json!({ "CiphertextBlob": ciphertext });
        bytes(&self.ok("Decrypt", input).await["Plaintext"])
    }
}

pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

pub(crate) fn blob(bytes: impl AsRef<[u8]>) -> String {
    BASE64.encode(bytes)
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    BASE64.decode(text(value)).unwrap()
}
