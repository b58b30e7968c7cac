//! A client in the same process: it sees nothing but answers and rows.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use iam::{AccessKey, Authenticated, Iam, KeySets, Parts, Root};
use judge::{Hand, Wrap};
use policy::{Ask, Guarded};
use serde_json::{Value, json};
use store::{Memory, Store};
use types::{Call, Clock, Entropy, EntropyError, Principal, RequestId, Secret, Session, Time};
use wire::{BoxFuture, Service};

pub(crate) const ACCOUNT: &str = "111111111111";
pub(crate) const NOW: Time = Time::from_seconds(1_795_000_000);
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}]}"#;

/// Different bytes each time, the same in each run.
#[derive(Debug)]
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            let mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
            for (byte, mixed) in chunk.iter_mut().zip(mixed) {
                *byte = mixed;
            }
        }
        Ok(())
    }
}

/// What a provider publishes; away while there is nothing.
#[derive(Default)]
pub(crate) struct Published {
    pub(crate) text: Mutex<Option<String>>,
    pub(crate) asked: AtomicU64,
    /// Whether others come to their turn before it answers.
    pub(crate) slow: AtomicBool,
}

impl KeySets for Published {
    fn fetch<'a>(&'a self, issuer: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        assert!(issuer.starts_with("https://"));
        self.asked.fetch_add(1, Ordering::Relaxed);
        let text = self.text.lock().unwrap().clone();
        let is_slow = self.slow.load(Ordering::Relaxed);
        Box::pin(async move {
            if is_slow {
                tokio::task::yield_now().await;
            }
            text.map(String::into_bytes)
                .ok_or_else(|| "away".to_owned())
        })
    }
}

/// Who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) session: Option<Session>,
    pub(crate) access_key_id: String,
}

pub(crate) struct Client {
    pub(crate) iam: Arc<Iam>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) key_sets: Arc<Published>,
    calls: AtomicU64,
    seed: u64,
}

pub(crate) const ROOT_KEY: &str = "AKIAROOT";

impl Client {
    pub(crate) async fn new() -> Self {
        Self::over(Arc::new(Memory::new()), 1).await
    }

    /// A service over a store that others may use too.
    pub(crate) async fn over(store: Arc<dyn Store>, seed: u64) -> Self {
        let clock = Arc::new(Hand::at(NOW));
        let key_sets = Arc::new(Published::default());
        let parts = Parts {
            root: Root {
                account: ACCOUNT.parse().unwrap(),
                access_key: AccessKey {
                    id: ROOT_KEY.to_owned(),
                    secret: Secret::new(b"root secret".to_vec()),
                },
                file: None,
            },
            store: Arc::clone(&store),
            entropy: Arc::new(Counted(AtomicU64::new(seed << 32))),
            wrap: Arc::new(Wrap::default()),
            key_sets: key_sets.clone(),
        };
        Self {
            iam: Arc::new(Iam::open(parts).await.unwrap()),
            store,
            clock,
            key_sets,
            calls: AtomicU64::new(0),
            seed,
        }
    }

    pub(crate) fn root() -> Caller {
        Caller {
            principal: Principal::Root(ACCOUNT.parse().unwrap()),
            session: None,
            access_key_id: ROOT_KEY.to_owned(),
        }
    }

    /// Who calls with an access key, if it is let in.
    pub(crate) fn caller(&self, id: &str, token: Option<&str>) -> Option<Caller> {
        let Authenticated {
            principal, session, ..
        } = self.iam.authenticate(id, token)?;
        Some(Caller {
            principal,
            session,
            access_key_id: id.to_owned(),
        })
    }

    pub(crate) fn call_of(&self, caller: &Caller, service: &str, operation: &str) -> Call {
        let count = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 16];
        random[..8].copy_from_slice(&self.seed.to_be_bytes());
        random[8..].copy_from_slice(&count.to_be_bytes());
        Call {
            request_id: RequestId::from_random(random),
            time: self.clock.now(),
            principal: caller.principal.clone(),
            session: caller.session.clone(),
            access_key_id: caller.access_key_id.clone(),
            region: "us-east-1".parse().unwrap(),
            event_source: format!("{service}.amazonaws.com"),
            operation: operation.to_owned(),
            parameters: String::new(),
            source_ip: IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".to_owned(),
            leave: None,
        }
    }

    /// Calls an operation of a service; the error is AWS's.
    pub(crate) async fn ask(
        &self,
        service: &dyn Service,
        caller: &Caller,
        operation: &str,
        input: Value,
    ) -> Result<Value, types::ServiceError> {
        let model = service.model();
        let mut call = self.call_of(caller, model.endpoint_prefix(), operation);
        let operation = model.operation(operation).unwrap();
        assert!(service.implements(operation.name()), "{}", operation.name());
        let typed = match operation.input() {
            Some(shape) => {
                let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
                model.typed(shape, parsed).unwrap()
            }
            None => wire::Value::Map(Vec::new()),
        };
        call.parameters = model.audit_parameters(operation, &typed);
        model.validate(operation, &typed)?;
        let output = service.call(&call, typed).await?;
        Ok(serde_json::from_str(&wire::json::to_string(&output)).unwrap())
    }

    /// What a call asks leave for.
    pub(crate) fn asks(
        &self,
        service: &dyn Guarded,
        caller: &Caller,
        operation: &str,
        input: &Value,
    ) -> Result<Vec<Ask>, types::ServiceError> {
        let model = service.model();
        let call = self.call_of(caller, model.endpoint_prefix(), operation);
        let typed = match model.operation(operation).unwrap().input() {
            Some(shape) => {
                let parsed = wire::json::parse(input.to_string().as_bytes()).unwrap();
                model.typed(shape, parsed).unwrap()
            }
            None => wire::Value::Map(Vec::new()),
        };
        service.asks(&call, operation, &typed)
    }

    /// Calls an IAM operation as the first account's root.
    pub(crate) async fn call(
        &self,
        operation: &str,
        input: Value,
    ) -> Result<Value, types::ServiceError> {
        self.ask(self.iam.as_ref(), &Self::root(), operation, input)
            .await
    }

    /// An IAM operation that must succeed.
    pub(crate) async fn ok(&self, operation: &str, input: Value) -> Value {
        match self.call(operation, input).await {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error:?}"),
        }
    }

    /// An IAM operation that must fail: status, code and message.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> (u16, String, String) {
        match self.call(operation, input).await {
            Ok(answer) => panic!("{operation} must fail, and answered {answer}"),
            Err(error) => (error.status, error.code.to_string(), error.message),
        }
    }

    /// An IAM operation that must fail: its code and message as one text.
    pub(crate) async fn refusal(&self, operation: &str, input: Value) -> String {
        let (_, code, message) = self.refused(operation, input).await;
        format!("{code}: {message}")
    }

    /// A user with an access key: the key's id and secret.
    pub(crate) async fn user_with_key(&self, name: &str) -> (String, String) {
        self.ok("CreateUser", json!({ "UserName": name })).await;
        let made = self
            .ok("CreateAccessKey", json!({ "UserName": name }))
            .await;
        let key = &made["AccessKey"];
        (text(&key["AccessKeyId"]), text(&key["SecretAccessKey"]))
    }
}

pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// A document as an answer holds it, decoded.
pub(crate) fn decoded(document: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = document.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
