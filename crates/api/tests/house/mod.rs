//! A small house to test the front door in: real services, a real store, requests signed by AWS's
//! own signer, one TCP connection each.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file uses its own part of it, and a test may panic"
)]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use api::{Config, Dependencies, FrontDoor, Limits, Server};
use aws_credential_types::Credentials;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use iam::{AccessKey, Iam, KeySets, Parts, Root, sts::Sts};
use judge::{Hand, Wrap};
use policy::{Ask, Authorizer, Guarded, Table};
use store::Memory;
use telemetry::audit::{self, Disk, Log, RealDisk, SegmentFile};
use telemetry::metrics::Registry;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use types::{Call, Entropy, EntropyError, KeyWrap, KeyWrapError, Secret, ServiceError, Time};
use wire::{BoxFuture, Model, Service, Value};

pub(crate) const ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const TARGET: &str = "Ledger_20260101";
const NOW: i64 = 1_795_348_800;

/// A service with a bit of everything: two protocols, constraints, a sensitive member, an operation
/// that is not written, one that takes its time.
static LEDGER: LazyLock<Model> = LazyLock::new(|| {
    Model::embedded(
        r#"{"metadata": {"protocols": ["smithy-rpc-v2-cbor", "json"], "protocol": "json",
            "jsonVersion": "1.1", "apiVersion": "2026-01-01",
            "endpointPrefix": "ledger", "targetPrefix": "Ledger_20260101"},
        "operations": {
            "Add": {"input": {"shape": "AddRequest"}, "output": {"shape": "AddResponse"}},
            "AddSlowly": {"input": {"shape": "AddRequest"}, "output": {"shape": "AddResponse"}},
            "Audit": {"input": {"shape": "AuditRequest"}}},
        "shapes": {
            "AddRequest": {"type": "structure", "required": ["Amount"], "members": {
                "Amount": {"shape": "Amount"}, "Note": {"shape": "Text"},
                "Token": {"shape": "Hidden"}}},
            "AuditRequest": {"type": "structure", "members": {}},
            "AddResponse": {"type": "structure", "members": {"Total": {"shape": "Amount"}}},
            "Amount": {"type": "integer", "min": 1},
            "Text": {"type": "string"},
            "Hidden": {"type": "string", "sensitive": true}}}"#,
    )
});

/// A service of restJson1, which answers what it was asked.
static SHELF: LazyLock<Model> = LazyLock::new(|| {
    Model::embedded(
        r#"{"metadata": {"protocol": "rest-json", "apiVersion": "2026-01-01",
            "endpointPrefix": "shelf"},
        "operations": {
            "ListItems": {"http": {"method": "GET", "requestUri": "/shelves/{Shelf}/items"},
                "input": {"shape": "Items"}, "output": {"shape": "ItemsOut"}},
            "PutItem": {"http": {"method": "PUT", "requestUri": "/shelves/{Shelf}/items/{Key+}",
                "responseCode": 201}, "input": {"shape": "Item"}, "output": {"shape": "ItemOut"}},
            "DropItem": {"http": {"method": "DELETE", "requestUri": "/shelves/{Shelf}/items/{Key+}",
                "responseCode": 204}, "input": {"shape": "Items"}}},
        "shapes": {
            "Item": {"type": "structure", "required": ["Shelf", "Key"], "members": {
                "Shelf": {"shape": "Name", "location": "uri", "locationName": "Shelf"},
                "Key": {"shape": "Name", "location": "uri", "locationName": "Key"},
                "Owner": {"shape": "Name", "location": "header", "locationName": "X-Owner"},
                "Note": {"shape": "Name", "locationName": "note"}}},
            "ItemOut": {"type": "structure", "members": {
                "Shelf": {"shape": "Name"}, "Key": {"shape": "Name"},
                "Owner": {"shape": "Name", "location": "header", "locationName": "X-Owner"},
                "Note": {"shape": "Name", "locationName": "note"}}},
            "Items": {"type": "structure", "members": {
                "Shelf": {"shape": "Name", "location": "uri", "locationName": "Shelf"},
                "Key": {"shape": "Name", "location": "uri", "locationName": "Key"},
                "Tags": {"shape": "Names", "location": "querystring", "locationName": "tag"}}},
            "ItemsOut": {"type": "structure", "members": {
                "Shelf": {"shape": "Name"}, "Tags": {"shape": "Names"}}},
            "Name": {"type": "string", "min": 1, "max": 20},
            "Names": {"type": "list", "member": {"shape": "Name"}}}}"#,
    )
});

pub(crate) struct Shelf;

impl Guarded for Shelf {
    fn actions(&self) -> &'static Table {
        static ACTIONS: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(&SHELF));
        &ACTIONS
    }
}

impl Service for Shelf {
    fn model(&self) -> &'static Model {
        &SHELF
    }

    fn implements(&self, operation: &str) -> bool {
        operation != "DropItem"
    }

    fn call<'a>(&'a self, _: &'a Call, input: Value) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(async { Ok(input) })
    }
}

fn own_api(text: &'static str) -> &'static Model {
    Box::leak(Box::new(Model::embedded(text)))
}

static ONE: LazyLock<&'static Model> = LazyLock::new(|| {
    own_api(
        r#"{"metadata": {"protocol": "json", "jsonVersion": "1.1", "apiVersion": "2026-01-01",
            "endpointPrefix": "btz", "targetPrefix": "Bartizan"},
        "operations": {"One": {"output": {"shape": "By"}}},
        "shapes": {"By": {"type": "structure", "members": {"By": {"shape": "Text"}}},
            "Text": {"type": "string"}}}"#,
    )
});
static TWO: LazyLock<&'static Model> = LazyLock::new(|| {
    own_api(
        r#"{"metadata": {"protocol": "json", "jsonVersion": "1.1", "apiVersion": "2026-01-01",
            "endpointPrefix": "btz", "targetPrefix": "Bartizan"},
        "operations": {"Two": {"output": {"shape": "By"}}},
        "shapes": {"By": {"type": "structure", "members": {"By": {"shape": "Text"}}},
            "Text": {"type": "string"}}}"#,
    )
});

pub(crate) struct Ledger {
    total: AtomicI64,
    started: AtomicI64,
}

impl Ledger {
    pub(crate) fn total(&self) -> i64 {
        self.total.load(Ordering::SeqCst)
    }
}

impl Service for Ledger {
    fn model(&self) -> &'static Model {
        &LEDGER
    }

    fn implements(&self, operation: &str) -> bool {
        operation != "Audit"
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(async move {
            assert!(call.leave.is_some(), "what leave was given for is told");
            self.started.fetch_add(1, Ordering::SeqCst);
            if call.operation == "AddSlowly" {
                tokio::time::sleep(Duration::from_millis(700)).await;
            }
            let amount = input.member("Amount").and_then(Value::as_i64).unwrap();
            let total = self.total.fetch_add(amount, Ordering::SeqCst) + amount;
            Ok(Value::Map(vec![(
                "Total".to_owned(),
                Value::Integer(total),
            )]))
        })
    }
}

/// The actions of [`LEDGER`]: one an operation.
static LEDGER_ACTIONS: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(&LEDGER));

impl Guarded for Ledger {
    fn actions(&self) -> &'static Table {
        &LEDGER_ACTIONS
    }
}

struct Own(&'static Model, &'static str);

impl Guarded for Own {
    fn actions(&self) -> &'static Table {
        static ONES: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(&ONE));
        static TWOS: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(&TWO));
        if self.1 == "one" { &ONES } else { &TWOS }
    }
}

impl Service for Own {
    fn model(&self) -> &'static Model {
        self.0
    }

    fn implements(&self, _operation: &str) -> bool {
        true
    }

    fn call<'a>(&'a self, _: &'a Call, _: Value) -> BoxFuture<'a, Result<Value, ServiceError>> {
        let by = Value::String(self.1.to_owned());
        Box::pin(async { Ok(Value::Map(vec![("By".to_owned(), by)])) })
    }
}

struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes).map_err(|_| EntropyError)
    }
}

/// An authorizer that denies all.
pub(crate) struct Deny;

impl Authorizer for Deny {
    fn authorize(&self, call: &Call, ask: &Ask) -> Result<(), String> {
        let (who, action) = (call.principal.arn(), ask.action);
        Err(format!(
            "User: {who} is not authorized to perform: {action} because no identity-based policy \
             allows the {action} action"
        ))
    }
}

/// A disk that is full when it is told to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct FailingDisk(Arc<AtomicBool>);

impl FailingDisk {
    pub(crate) fn fail(&self, fails: bool) {
        self.0.store(fails, Ordering::SeqCst);
    }
}

impl Disk for FailingDisk {
    fn open(&self, path: &std::path::Path, new: bool) -> std::io::Result<Box<dyn SegmentFile>> {
        let file = RealDisk.open(path, new)?;
        Ok(Box::new(FailingFile(self.clone(), file)))
    }
}

#[derive(Debug)]
struct FailingFile(FailingDisk, Box<dyn SegmentFile>);

impl SegmentFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.0.0.load(Ordering::SeqCst) {
            return Err(std::io::Error::other("the disk is full"));
        }
        self.1.append(bytes)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.1.sync()
    }

    fn cut(&mut self, bytes: u64) -> std::io::Result<()> {
        self.1.cut(bytes)
    }
}

pub(crate) fn now() -> Time {
    Time::from_seconds(NOW)
}

pub(crate) fn limits() -> Limits {
    Limits {
        body_bytes_max: 65_536,
        ..Limits::default()
    }
}

pub(crate) fn credentials() -> policy::sigv4::Credentials {
    policy::sigv4::Credentials {
        access_key_id: ID.to_owned(),
        secret_access_key: Secret::new(SECRET.into()),
        session_token: None,
    }
}

/// A running front door.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) service: Arc<Ledger>,
    pub(crate) iam: Arc<Iam>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) services: Vec<Arc<dyn Guarded>>,
    metrics: Registry,
    server: Server,
    audit: Log,
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(limits(), None, None).await
    }

    pub(crate) async fn with(
        limits: Limits,
        authorizer: Option<Box<dyn Authorizer>>,
        disk: Option<FailingDisk>,
    ) -> Self {
        let iam = Arc::new(iam().await);
        let service = Arc::new(Ledger {
            total: AtomicI64::new(0),
            started: AtomicI64::new(0),
        });
        let services: Vec<Arc<dyn Guarded>> = vec![
            service.clone(),
            Arc::new(Sts::new(iam.clone())),
            iam.clone(),
            Arc::new(Own(*ONE, "one")),
            Arc::new(Own(*TWO, "two")),
            Arc::new(Shelf),
        ];
        let clock = Arc::new(Hand::at(now()));
        let metrics = Registry::default();
        let folder = tempfile::tempdir().unwrap();
        let disk = disk.unwrap_or_default();
        let audit = audit_log(folder.path(), disk, &metrics).await;
        let authorizer: Arc<dyn Authorizer> = match authorizer {
            Some(authorizer) => Arc::from(authorizer),
            None => iam.clone(),
        };
        let door = FrontDoor::new(Dependencies {
            services: services.clone(),
            iam: iam.clone(),
            authorizer,
            audit: audit.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy(SystemRandom::new())),
            metrics: &metrics,
        });
        let door = door.unwrap();
        let config = Config {
            address: "127.0.0.1:0".parse().unwrap(),
            limits,
        };
        let server = Server::start(config, door).await.unwrap();
        let address = server.local_address();
        Self {
            address,
            service,
            iam,
            clock,
            services,
            metrics,
            server,
            audit,
            folder,
        }
    }

    /// The audit records, newest first.
    pub(crate) async fn records(&self) -> Vec<serde_json::Value> {
        let mut records = calls(self.folder.path());
        // The clock stands still: names order what time does not.
        records.sort_by_key(|record| record["eventName"].as_str().unwrap().to_owned());
        records
    }

    /// A metric by its name and labels as printed.
    pub(crate) fn metric(&self, series: &str) -> i64 {
        let text = self.metrics.render();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in {text}"))
            .parse()
            .unwrap()
    }

    pub(crate) fn total(&self) -> i64 {
        self.service.total()
    }

    pub(crate) fn started(&self) -> i64 {
        self.service.started.load(Ordering::SeqCst)
    }

    pub(crate) async fn until(&self, condition: impl Fn() -> bool) {
        for _ in 0..2000 {
            if condition() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it did not come to that");
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) async fn write(&self, request: &Request) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(&request.bytes()).await.unwrap();
        stream
    }

    pub(crate) async fn send(&self, request: Request) -> Answer {
        read_answer(self.write(&request).await).await
    }

    pub(crate) async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_answer(stream).await
    }

    /// Shuts down; how many audit records there are then, and whether all came to its end.
    pub(crate) async fn shutdown(self, grace: Duration) -> (usize, bool) {
        let clean = self.server.shutdown(grace).await;
        self.audit.close().await;
        (calls(self.folder.path()).len(), clean)
    }
}

/// The audit log of a folder.
async fn audit_log(folder: &std::path::Path, disk: FailingDisk, metrics: &Registry) -> Log {
    let mut config = audit::Config::new(folder.join("audit"));
    config.disk = Arc::new(disk);
    let parts = audit::Parts {
        store: Arc::new(Memory::new()),
        wrap: Arc::new(Sealed),
        clock: Arc::new(Hand::at(now())),
        entropy: Arc::new(SystemEntropy(SystemRandom::new())),
        metrics,
    };
    Log::open(config, parts).await.unwrap()
}

/// The records of calls in it, newest first.
fn calls(folder: &std::path::Path) -> Vec<serde_json::Value> {
    let all = audit::Filter::default();
    let found = audit::search(&folder.join("audit"), &all, usize::MAX, |_, _| {}).unwrap();
    let records = found
        .iter()
        .map(|found| serde_json::from_str(&found.text).unwrap());
    records
        .filter(|record: &serde_json::Value| record["eventType"] == "AwsApiCall")
        .collect()
}

async fn iam() -> Iam {
    let root = Root {
        account: "123456789012".parse().unwrap(),
        access_key: AccessKey {
            id: ID.to_owned(),
            secret: Secret::new(SECRET.into()),
        },
        file: None,
    };
    let parts = Parts {
        root,
        store: Arc::new(Memory::new()),
        entropy: Arc::new(SystemEntropy(SystemRandom::new())),
        wrap: Arc::new(Wrap::default()),
        key_sets: Arc::new(Sealed),
    };
    Iam::open(parts).await.unwrap()
}

/// An audit log that nothing signs, and an installation that reaches no provider.
struct Sealed;

impl KeySets for Sealed {
    fn fetch<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async { Err("there is no network here".to_owned()) })
    }
}

impl KeyWrap for Sealed {
    fn wrap(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
        Err(KeyWrapError::Sealed)
    }

    fn unwrap(&self, _: &str, _: &[u8]) -> Result<Secret, KeyWrapError> {
        Err(KeyWrapError::Sealed)
    }
}

/// Why these services cannot stand side by side.
pub(crate) async fn routing_error(services: Vec<Arc<dyn Guarded>>) -> String {
    let iam = Arc::new(iam().await);
    let folder = tempfile::tempdir().unwrap();
    let metrics = Registry::default();
    let audit = audit_log(folder.path(), FailingDisk::default(), &metrics).await;
    let door = FrontDoor::new(Dependencies {
        services,
        iam: iam.clone(),
        authorizer: iam,
        audit,
        clock: Arc::new(Hand::at(now())),
        entropy: Arc::new(SystemEntropy(SystemRandom::new())),
        metrics: &metrics,
    });
    door.err().unwrap().to_string()
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(operation: &str, body: &str) -> Self {
        Self::new("POST", "/", body)
            .with("content-type", "application/x-amz-json-1.1")
            .with("x-amz-target", &format!("{TARGET}.{operation}"))
    }

    pub(crate) fn form(body: &str) -> Self {
        Self::new("POST", "/", body).with(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
        )
    }

    pub(crate) fn cbor(operation: &str, body: &[u8]) -> Self {
        let path = format!("/service/{TARGET}/operation/{operation}");
        Self::new("POST", &path, body)
            .with("content-type", "application/cbor")
            .with("accept", "application/cbor")
            .with("smithy-protocol", "rpc-v2-cbor")
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target, "")
    }

    pub(crate) fn new(method: &str, target: &str, body: impl AsRef<[u8]>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), "localhost".to_owned())],
            body: body.as_ref().to_vec(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn with_target(self, target: &str) -> Self {
        self.with("x-amz-target", target)
    }

    pub(crate) fn with_method(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    pub(crate) fn with_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.target);
        self
    }

    pub(crate) fn edit(&mut self, name: &str, edit: impl FnOnce(&str) -> String) {
        let (_, value) = self
            .headers
            .iter_mut()
            .find(|(header, _)| header == name)
            .unwrap();
        *value = edit(value);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("user-agent: aws-cli/2.9 test\r\nconnection: close\r\n");
        if !self.body.is_empty() {
            text.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        [text.into_bytes(), self.body.clone()].concat()
    }
}

pub(crate) fn unsigned(request: Request) -> Request {
    request
}

pub(crate) fn signed(service: &str, request: Request) -> Request {
    signed_at(service, request, 0)
}

/// Signed with temporary credentials.
pub(crate) fn signed_by_session(
    [id, secret, token]: [&str; 3],
    service: &str,
    request: Request,
    offset_seconds: i64,
) -> Request {
    let credentials = Credentials::new(id, secret, Some(token.to_owned()), None, "test");
    sign_by_aws(
        credentials,
        service,
        request,
        offset_seconds,
        SigningSettings::default(),
    )
}

pub(crate) fn signed_at(service: &str, request: Request, offset_seconds: i64) -> Request {
    let settings = SigningSettings::default();
    sign_by_aws(root(), service, request, offset_seconds, settings)
}

pub(crate) fn presigned(service: &str, request: Request, expires_seconds: u64) -> Request {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(expires_seconds));
    sign_by_aws(root(), service, request, 0, settings)
}

fn root() -> Credentials {
    Credentials::new(ID, SECRET, None, None, "test")
}

fn sign_by_aws(
    credentials: Credentials,
    service: &str,
    mut request: Request,
    offset_seconds: i64,
    settings: SigningSettings,
) -> Request {
    let seconds = u64::try_from(NOW + offset_seconds).unwrap();
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name(service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .settings(settings)
        .build()
        .unwrap();
    let uri = format!("http://localhost{}", request.target);
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(&request.body);
    let signable = SignableRequest::new(&request.method, uri, headers, body).unwrap();
    let (instructions, _) = sign(signable, &params.into()).unwrap().into_parts();
    let (headers, parameters) = instructions.into_parts();
    request.headers.extend(
        headers
            .iter()
            .map(|h| (h.name().to_owned(), h.value().to_owned())),
    );
    for (name, value) in parameters {
        let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let joint = if request.target.contains('?') {
            '&'
        } else {
            '?'
        };
        request.target.push_str(&format!("{joint}{name}={escaped}"));
    }
    request
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        &found
            .unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
            .1
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The text of the first such element.
    pub(crate) fn element(&self, tag: &str) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap();
        let (within, _) = rest.split_once(&format!("</{tag}>")).unwrap();
        within.replace("&#39;", "'").replace("&apos;", "'")
    }

    /// Code and message of an error, in whichever protocol.
    pub(crate) fn error(&self) -> (String, String) {
        let text = self.text();
        if text.starts_with('{') {
            let error: serde_json::Value = serde_json::from_str(&text).unwrap();
            let message = error
                .get("message")
                .or_else(|| error.get("Message"))
                .unwrap();
            // restJson1 has the code in the head.
            let code = match &error["__type"] {
                serde_json::Value::Null => self.header("x-amzn-errortype"),
                code => code.as_str().unwrap(),
            };
            return (code.to_owned(), message.as_str().unwrap().to_owned());
        }
        (self.element("Code"), self.element("Message"))
    }
}

pub(crate) async fn read_answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes));
    let end = read.await.unwrap();
    assert!(end.is_ok() || !bytes.is_empty(), "{end:?}");
    let at = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(bytes.drain(..at + 4).collect()).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: bytes,
    }
}
