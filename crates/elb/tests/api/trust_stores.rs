//! Trust stores: made, changed, asked for, and what listeners make of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use route::MutualAuthentication;
use serde_json::{Value, json};

use super::client::{Client, fixed, text};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn list(authority: &Authority, entries: u64) -> String {
    let time = date_time_ymd(2026, 1, 1);
    let revoked = |serial: u64| RevokedCertParams {
        serial_number: SerialNumber::from(serial),
        revocation_time: time,
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: time,
        next_update: date_time_ymd(2036, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: (1..=entries).map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(authority).unwrap().pem().unwrap()
}

/// A client whose bucket `trust` holds `ca.pem`, and the authority of it.
async fn with_bundle() -> (Client, Authority) {
    let client = Client::new().await;
    let ca = authority();
    client.buckets.put("trust", "ca.pem", ca.pem().as_bytes());
    (client, ca)
}

fn creating(name: &str) -> Value {
    json!({
        "Name": name, "CaCertificatesBundleS3Bucket": "trust",
        "CaCertificatesBundleS3Key": "ca.pem",
    })
}

async fn made(client: &Client, name: &str) -> String {
    let made = client.ok("CreateTrustStore", creating(name)).await;
    text(&made["TrustStores"][0]["TrustStoreArn"])
}

/// A listener that judges its clients.
async fn verifying(client: &Client, name: &str, port: u16, store: &str) -> Value {
    let balancer = client.load_balancer(name).await;
    let certificate = client.certificates.add("one", &["a.example"]);
    json!({
        "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": port,
        "DefaultActions": [fixed("200")],
        "Certificates": [{ "CertificateArn": certificate }],
        "MutualAuthentication": { "Mode": "verify", "TrustStoreArn": store },
    })
}

fn revoking(store: &str, keys: &[&str]) -> Value {
    let content = |key: &&str| json!({ "S3Bucket": "trust", "S3Key": key });
    let contents: Vec<Value> = keys.iter().map(content).collect();
    json!({ "TrustStoreArn": store, "RevocationContents": contents })
}

#[tokio::test]
async fn a_trust_store_is_answered_as_it_was_made() {
    let (client, ca) = with_bundle().await;
    let mut input = creating("partners");
    input["Tags"] = json!([{ "Key": "team", "Value": "edge" }]);
    let created = client.ok("CreateTrustStore", input).await;
    let arn = text(&created["TrustStores"][0]["TrustStoreArn"]);
    assert!(
        arn.starts_with("arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/partners/"),
        "{arn}"
    );
    let expected = json!([{
        "Name": "partners", "TrustStoreArn": arn, "Status": "ACTIVE",
        "NumberOfCaCertificates": 1, "TotalRevokedEntries": 0,
    }]);
    assert_eq!(created["TrustStores"], expected);
    for input in [
        json!({}),
        json!({ "Names": ["partners"] }),
        json!({ "TrustStoreArns": [arn] }),
    ] {
        let described = client.ok("DescribeTrustStores", input).await;
        assert_eq!(described["TrustStores"], expected);
    }
    let described = client
        .ok("DescribeTags", json!({ "ResourceArns": [arn] }))
        .await;
    let tags = &described["TagDescriptions"][0]["Tags"];
    assert_eq!(*tags, json!([{ "Key": "team", "Value": "edge" }]));

    let input = json!({ "TrustStoreArn": arn });
    let bundle = client.ok("GetTrustStoreCaCertificatesBundle", input).await;
    assert_eq!(content(&bundle), ca.pem());

    let both = ca.pem() + &authority().pem();
    client.buckets.put("trust", "both.pem", both.as_bytes());
    let input = json!({
        "TrustStoreArn": arn, "CaCertificatesBundleS3Bucket": "trust",
        "CaCertificatesBundleS3Key": "both.pem", "CaCertificatesBundleS3ObjectVersion": "null",
    });
    let modified = client.ok("ModifyTrustStore", input).await;
    assert_eq!(modified["TrustStores"][0]["NumberOfCaCertificates"], 2);

    let input = json!({ "TrustStoreArn": arn });
    client.ok("DeleteTrustStore", input.clone()).await;
    let code = client.code("DeleteTrustStore", input).await;
    assert_eq!(code, "TrustStoreNotFound");
}

/// What a `Location` leads to.
fn content(answer: &Value) -> String {
    let location = text(&answer["Location"]);
    let (kind, encoded) = location.split_once(',').unwrap();
    assert_eq!(kind, "data:application/x-pem-file;base64");
    String::from_utf8(BASE64.decode(encoded).unwrap()).unwrap()
}

#[tokio::test]
async fn what_cannot_be_a_trust_store_is_refused_in_awss_words() {
    let (client, ca) = with_bundle().await;
    let arn = made(&client, "one").await;
    let leaf = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
    client
        .buckets
        .put("trust", "leaf.pem", leaf.cert.pem().as_bytes());
    client
        .buckets
        .put("trust", "list.pem", list(&ca, 1).as_bytes());
    client
        .buckets
        .put("trust", "long.pem", &vec![b'x'; 600_000]);
    let from = |key: &str, version: Value| {
        json!({
            "Name": "other", "CaCertificatesBundleS3Bucket": "trust",
            "CaCertificatesBundleS3Key": key, "CaCertificatesBundleS3ObjectVersion": version,
        })
    };
    let mut named = creating("-x");
    named["Name"] = json!("-x");
    for (input, code) in [
        (creating("one"), "DuplicateTrustStoreName"),
        (
            from("none.pem", Value::Null),
            "CaCertificatesBundleNotFound",
        ),
        (from("ca.pem", json!("3")), "CaCertificatesBundleNotFound"),
        (from("leaf.pem", Value::Null), "InvalidCaCertificatesBundle"),
        (from("list.pem", Value::Null), "InvalidCaCertificatesBundle"),
        (from("long.pem", Value::Null), "InvalidCaCertificatesBundle"),
        (named, "ValidationError"),
    ] {
        let refused = client.code("CreateTrustStore", input.clone()).await;
        assert_eq!(refused, code, "{input}");
    }
    let nowhere = arn.replace("/one/", "/none/");
    for (operation, input, code) in [
        (
            "DescribeTrustStores",
            json!({ "Names": ["none"] }),
            "TrustStoreNotFound",
        ),
        (
            "DescribeTrustStores",
            json!({ "TrustStoreArns": [nowhere] }),
            "TrustStoreNotFound",
        ),
        (
            "DescribeTrustStores",
            json!({ "TrustStoreArns": [arn], "Names": ["one"] }),
            "ValidationError",
        ),
        (
            "DescribeTrustStores",
            json!({ "TrustStoreArns": ["arn:x"] }),
            "ValidationError",
        ),
        (
            "AddTrustStoreRevocations",
            revoking(&arn, &["none.pem"]),
            "RevocationContentNotFound",
        ),
        (
            "AddTrustStoreRevocations",
            revoking(&arn, &["ca.pem"]),
            "InvalidRevocationContent",
        ),
        (
            "AddTrustStoreRevocations",
            revoking(&nowhere, &["list.pem"]),
            "TrustStoreNotFound",
        ),
        (
            "AddTrustStoreRevocations",
            revoking(&arn, &[]),
            "ValidationError",
        ),
        (
            "RemoveTrustStoreRevocations",
            json!({ "TrustStoreArn": arn, "RevocationIds": [9] }),
            "RevocationIdNotFound",
        ),
        (
            "DescribeTrustStoreRevocations",
            json!({ "TrustStoreArn": arn, "RevocationIds": [9] }),
            "RevocationIdNotFound",
        ),
        (
            "GetTrustStoreRevocationContent",
            json!({ "TrustStoreArn": arn, "RevocationId": 9 }),
            "RevocationIdNotFound",
        ),
        (
            "GetResourcePolicy",
            json!({ "ResourceArn": arn }),
            "ResourceNotFound",
        ),
        (
            "DeleteSharedTrustStoreAssociation",
            json!({ "TrustStoreArn": arn, "ResourceArn": "arn:x" }),
            "AssociationNotFound",
        ),
    ] {
        let refused = client.code(operation, input.clone()).await;
        assert_eq!(refused, code, "{operation} {input}");
    }
}

#[tokio::test]
async fn revocation_lists_come_and_go_with_ids_of_their_own() {
    let (client, ca) = with_bundle().await;
    let arn = made(&client, "one").await;
    client
        .buckets
        .put("trust", "two.pem", list(&ca, 2).as_bytes());
    client
        .buckets
        .put("trust", "three.pem", list(&ca, 3).as_bytes());
    let input = revoking(&arn, &["two.pem", "three.pem"]);
    let added = client.ok("AddTrustStoreRevocations", input).await;
    let of = |id: u64, entries: u64| {
        json!({
            "TrustStoreArn": arn, "RevocationId": id, "RevocationType": "CRL",
            "NumberOfRevokedEntries": entries,
        })
    };
    assert_eq!(added["TrustStoreRevocations"], json!([of(1, 2), of(2, 3)]));
    let total = async || {
        let described = client.ok("DescribeTrustStores", json!({})).await;
        described["TrustStores"][0]["TotalRevokedEntries"].clone()
    };
    assert_eq!(total().await, 5);
    let input = json!({ "TrustStoreArn": arn, "RevocationId": 2 });
    let second = client.ok("GetTrustStoreRevocationContent", input).await;
    assert_eq!(
        content(&second).as_bytes(),
        client.buckets.bytes("trust", "three.pem")
    );
    let page = json!({ "TrustStoreArn": arn, "PageSize": 1 });
    let first = client.ok("DescribeTrustStoreRevocations", page).await;
    assert_eq!(first["TrustStoreRevocations"], json!([of(1, 2)]));
    let next = json!({ "TrustStoreArn": arn, "PageSize": 1, "Marker": first["NextMarker"] });
    let second = client.ok("DescribeTrustStoreRevocations", next).await;
    assert_eq!(second["TrustStoreRevocations"], json!([of(2, 3)]));
    assert!(second.get("NextMarker").is_none_or(Value::is_null));

    let input = json!({ "TrustStoreArn": arn, "RevocationIds": [1] });
    client.ok("RemoveTrustStoreRevocations", input).await;
    assert_eq!(total().await, 3);
    let added = client
        .ok("AddTrustStoreRevocations", revoking(&arn, &["two.pem"]))
        .await;
    assert_eq!(added["TrustStoreRevocations"][0]["RevocationId"], 3);
    // Another of the name has none of the lists.
    client
        .ok("DeleteTrustStore", json!({ "TrustStoreArn": arn }))
        .await;
    let again = made(&client, "one").await;
    assert_ne!(again, arn);
    let input = json!({ "TrustStoreArn": again });
    let described = client.ok("DescribeTrustStoreRevocations", input).await;
    assert_eq!(described["TrustStoreRevocations"], json!([]));
}

#[tokio::test]
async fn more_lists_than_may_be_are_refused() {
    let (client, ca) = with_bundle().await;
    let arn = made(&client, "one").await;
    client
        .buckets
        .put("trust", "list.pem", list(&ca, 1).as_bytes());
    let thirty = revoking(&arn, &["list.pem"; 30]);
    client.ok("AddTrustStoreRevocations", thirty).await;
    let code = client
        .code("AddTrustStoreRevocations", revoking(&arn, &["list.pem"]))
        .await;
    assert_eq!(code, "TooManyTrustStoreRevocationEntries");
    for number in 1..20 {
        made(&client, &format!("n{number}")).await;
    }
    let code = client.code("CreateTrustStore", creating("n20")).await;
    assert_eq!(code, "TooManyTrustStores");
}

/// What the edge follows: the mutual authentication of the only listener.
fn in_force(table: &route::Table) -> Option<MutualAuthentication> {
    let mut listeners = table.addresses.values().flatten();
    let tls = listeners.find_map(|listener| listener.tls.clone())?;
    Some(tls.mutual_authentication)
}

#[tokio::test]
async fn a_listener_judges_by_its_trust_store_and_follows_it() {
    let (client, ca) = with_bundle().await;
    let arn = made(&client, "one").await;
    let input = verifying(&client, "shop", 443, &arn).await;
    let balancer = text(&input["LoadBalancerArn"]);
    let created = client.ok("CreateListener", input).await;
    let listener = text(&created["Listeners"][0]["ListenerArn"]);
    let expected = json!({
        "Mode": "verify", "TrustStoreArn": arn, "IgnoreClientCertificateExpiry": false,
        "TrustStoreAssociationStatus": "active", "AdvertiseTrustStoreCaNames": "off",
    });
    assert_eq!(created["Listeners"][0]["MutualAuthentication"], expected);
    let described = client
        .ok("DescribeListeners", json!({ "ListenerArns": [listener] }))
        .await;
    assert_eq!(described["Listeners"][0]["MutualAuthentication"], expected);
    let follows = |authorities: usize, lists: usize| {
        move |table: &route::Table| {
            matches!(
                in_force(table),
                Some(MutualAuthentication::Verify { trust_store, .. })
                    if trust_store.ca_certificates.len() == authorities
                        && trust_store.revocation_lists.len() == lists
            )
        }
    };
    client.table_where(follows(1, 0)).await;
    client
        .buckets
        .put("trust", "list.pem", list(&ca, 1).as_bytes());
    client
        .ok("AddTrustStoreRevocations", revoking(&arn, &["list.pem"]))
        .await;
    client.table_where(follows(1, 1)).await;
    let both = ca.pem() + &authority().pem();
    client.buckets.put("trust", "ca.pem", both.as_bytes());
    let mut input = creating("one");
    input["TrustStoreArn"] = json!(arn);
    input.as_object_mut().unwrap().remove("Name");
    client.ok("ModifyTrustStore", input).await;
    client.table_where(follows(2, 1)).await;

    // Whatever else is changed, the listener goes on judging.
    let input = json!({ "ListenerArn": listener, "Port": 8443 });
    let modified = client.ok("ModifyListener", input).await;
    assert_eq!(modified["Listeners"][0]["MutualAuthentication"], expected);

    let input = json!({ "TrustStoreArn": arn });
    let associated = client
        .ok("DescribeTrustStoreAssociations", input.clone())
        .await;
    let expected = json!([{ "ResourceArn": balancer }]);
    assert_eq!(associated["TrustStoreAssociations"], expected);
    let code = client.code("DeleteTrustStore", input.clone()).await;
    assert_eq!(code, "TrustStoreInUse");
    let shared = json!({ "TrustStoreArn": arn, "ResourceArn": balancer });
    let code = client
        .code("DeleteSharedTrustStoreAssociation", shared)
        .await;
    assert_eq!(code, "DeleteAssociationSameAccount");
    let off = json!({ "ListenerArn": listener, "MutualAuthentication": { "Mode": "off" } });
    client.ok("ModifyListener", off).await;
    let is_off = |table: &route::Table| in_force(table) == Some(MutualAuthentication::Off);
    client.table_where(is_off).await;
    client.ok("DeleteTrustStore", input).await;
}

#[tokio::test]
async fn a_listener_cannot_judge_by_nothing() {
    let (client, _) = with_bundle().await;
    let arn = made(&client, "one").await;
    let nowhere = arn.replace("/one/", "/none/");
    let good = verifying(&client, "shop", 443, &arn).await;
    for (mutual, code) in [
        (json!({ "Mode": "verify" }), "ValidationError"),
        (
            json!({ "Mode": "verify", "TrustStoreArn": nowhere }),
            "TrustStoreNotFound",
        ),
        (
            json!({ "Mode": "passthrough", "TrustStoreArn": arn }),
            "ValidationError",
        ),
        (
            json!({ "Mode": "off", "IgnoreClientCertificateExpiry": true }),
            "ValidationError",
        ),
        (json!({ "Mode": "sometimes" }), "ValidationError"),
    ] {
        let mut input = good.clone();
        input["MutualAuthentication"] = mutual.clone();
        let refused = client.code("CreateListener", input).await;
        assert_eq!(refused, code, "{mutual}");
    }
    let http = json!({
        "LoadBalancerArn": good["LoadBalancerArn"], "Protocol": "HTTP", "Port": 80,
        "DefaultActions": [fixed("200")], "MutualAuthentication": good["MutualAuthentication"],
    });
    assert_eq!(client.code("CreateListener", http).await, "ValidationError");
}
