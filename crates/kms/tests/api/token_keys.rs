//! Keys in a token by Debian's softhsm2: the material goes with its key, and with nothing else.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kms::TokenCluster;
use serde_json::json;
use token::{Caution, Limits, Token, TokenError, TokenPlace};
use types::Secret;

use super::client::{ACCOUNT, Client, Random};
use super::maintenance::pass_days;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "pin-of-the-hsm";
const CHILD: &str = "BTZ_KMS_TOKEN_TEST";

/// softhsm2 reads its configuration from the environment of the process that loads it: the test is run
/// again in a process of its own.
fn alone(name: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\n", tokens.display());
    std::fs::write(&configuration, text).unwrap();
    let run = |command: &mut Command| {
        let done = command.env("SOFTHSM2_CONF", &configuration).output();
        let done = done.expect("apt-get install softhsm2");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let why = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{said}{why}");
    };
    run(Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "one"])
        .args(["--so-pin", "87654321", "--pin", PIN]));
    run(Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1"));
    false
}

fn place() -> TokenPlace {
    TokenPlace {
        module: Path::new(MODULE).to_owned(),
        label: "one".to_owned(),
    }
}

#[tokio::test]
async fn the_material_of_a_key_goes_when_the_key_does_and_no_other() {
    if !alone("token_keys::the_material_of_a_key_goes_when_the_key_does_and_no_other") {
        return;
    }
    let client = Client::on(vec![TokenCluster {
        cluster_id: "cluster-bartizanhsm".to_owned(),
        place: place(),
        trust_anchor: None,
        accounts: vec![ACCOUNT.parse().unwrap()],
    }])
    .await;
    let input = json!({
        "CustomKeyStoreName": "a",
        "CloudHsmClusterId": "cluster-bartizanhsm",
        "TrustAnchorCertificate": "any",
        "KeyStorePassword": PIN,
    });
    // Another account is not told of the token.
    let stranger = client.at("999999999999", "eu-west-1");
    let code = stranger.code("CreateCustomKeyStore", input.clone()).await;
    assert_eq!(code, "CloudHsmClusterNotFoundException");
    let made = client.ok("CreateCustomKeyStore", input).await;
    let store = made["CustomKeyStoreId"].clone();
    let named = json!({ "CustomKeyStoreId": store });
    client.ok("ConnectCustomKeyStore", named).await;
    let input = json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store });
    let (goes, stays) = (client.key(input.clone()).await, client.key(input).await);
    let input = json!({ "KeyId": goes, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;

    let pin = Some(Secret::new(PIN.as_bytes().to_vec()));
    let (caution, limits) = (Caution::Attended, Limits::default());
    let token = Token::new(place(), pin, caution, limits, Arc::new(Random)).unwrap();
    let find = |key: &str| {
        let label = format!("btz-kms-{}", key.rsplit('/').next().unwrap());
        token.run(move |connection| connection.find(&label))
    };
    tokio::time::pause();
    pass_days(&client, 6).await;
    find(&goes).expect("the waiting period is not over");
    pass_days(&client, 2).await;
    tokio::time::resume();
    let begin = Instant::now();
    while !matches!(find(&goes), Err(TokenError::NoSuchKey(_))) {
        assert!(begin.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    find(&stays).expect("another key's material stays");
}
