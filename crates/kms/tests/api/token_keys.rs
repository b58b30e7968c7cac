//! Keys in a token by Debian's softhsm2: the material goes with its key, and with nothing else.

use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kms::TokenCluster;
use serde_json::{Value, json};
use token::{Caution, Limits, Look, Token, TokenError, TokenPlace};
use types::Secret;

use super::client::{ACCOUNT, Client, REGION, Random};
use super::maintenance::pass_days;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "pin-of-the-hsm";
const CHILD: &str = "BTZ_KMS_TOKEN_TEST";
const OTHER: &str = "999999999999";
/// Where `failing_module.c` reads which calls are to fail.
const FAILS: &str = "BTZ_TEST_MODULE_FAILS";

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
    let failing = folder.path().join("failing.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sdk/failing_module.c");
    run(Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&failing)
        .arg(format!("-DMODULE=\"{MODULE}\""))
        .arg(source)
        .arg("-ldl"));
    run(Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(FAILS, folder.path().join("fails"))
        .env(CHILD, &failing));
    false
}

/// softhsm2, with calls that fail when they are told to.
fn place() -> TokenPlace {
    TokenPlace {
        module: std::env::var_os(CHILD).unwrap().into(),
        label: "one".to_owned(),
    }
}

/// Lets calls of the module fail, or none any more.
fn fail(how: Option<&str>) {
    let path = std::env::var_os(FAILS).unwrap();
    match how {
        Some(how) => std::fs::write(path, how).unwrap(),
        None => std::fs::remove_file(path).unwrap(),
    }
}

fn clusters() -> Vec<TokenCluster> {
    clusters_of(&[ACCOUNT])
}

fn clusters_of(accounts: &[&str]) -> Vec<TokenCluster> {
    let accounts = accounts.iter().map(|account| account.parse().unwrap());
    vec![TokenCluster {
        cluster_id: "cluster-bartizanhsm".to_owned(),
        place: place(),
        trust_anchor: None,
        accounts: accounts.collect(),
    }]
}

/// The token beside the service.
fn token() -> Token {
    let pin = Some(Secret::new(PIN.as_bytes().to_vec()));
    let (caution, limits) = (Caution::Attended, Limits::default());
    Token::new(place(), pin, caution, limits, Arc::new(Random)).unwrap()
}

/// A store that is connected, and what makes keys in it.
async fn connected(client: &Client) -> Value {
    let input = json!({
        "CustomKeyStoreName": "a",
        "CloudHsmClusterId": "cluster-bartizanhsm",
        "TrustAnchorCertificate": "any",
        "KeyStorePassword": PIN,
    });
    let made = client.ok("CreateCustomKeyStore", input).await;
    let store = made["CustomKeyStoreId"].clone();
    let named = json!({ "CustomKeyStoreId": store });
    client.ok("ConnectCustomKeyStore", named).await;
    json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store })
}

/// Waits until something is so.
async fn until(is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Rows that say that material of deleted keys is left in a store's token; the ids of the keys.
async fn leave(client: &Client, store_id: &str, numbers: Range<usize>) -> Vec<String> {
    leave_of(client, ACCOUNT, store_id, numbers).await
}

async fn leave_of(
    client: &Client,
    account: &str,
    store_id: &str,
    numbers: Range<usize>,
) -> Vec<String> {
    let id = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    let ids: Vec<String> = numbers.map(id).collect();
    for part in ids.chunks(store::MAX_BATCH_ROWS) {
        let mut batch = store::Batch::new();
        for id in part {
            let at = store::Key::new(["kms", "leftover", account, REGION, store_id, id]);
            batch.put(at, "{}");
        }
        client.store.commit(batch).await.unwrap();
    }
    ids
}

/// Rows of a store that nobody can ask take no room, and one key that a token does not give is not in the
/// way of those behind it.
#[tokio::test]
async fn what_can_be_removed_is_removed_whatever_else_stays() {
    if !alone("token_keys::what_can_be_removed_is_removed_whatever_else_stays") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    // CKR_ACTION_PROHIBITED, once: of the first of two.
    fail(Some("destroy 27 1"));
    // More than are worked at, of a store that comes first and is not connected.
    leave(&client, "cks-0", 0..10_001).await;
    let token = token();
    let labels =
        ["0", "1"].map(|number| format!("btz-kms-00000000-0000-4000-8000-00000000000{number}"));
    for label in labels.clone() {
        token
            .run(move |connection| connection.make(&label))
            .unwrap();
    }
    leave(&client, input["CustomKeyStoreId"].as_str().unwrap(), 0..2).await;
    let [first, second] = labels.map(|label| {
        let token = token.clone();
        move || {
            let label = label.clone();
            token.run(move |connection| connection.find(&label))
        }
    });
    until(|| matches!(second(), Err(TokenError::NoSuchKey(_)))).await;
    first().expect("the token does not give it");
    let left = "btz_kms_custom_key_store_material_left 10002";
    until(|| client.metrics.render().contains(left)).await;
}

/// Makes keys in the token whose rows say that they are to go.
async fn leave_keys(
    client: &Client,
    token: &Token,
    store_id: &str,
    numbers: Range<usize>,
) -> Vec<String> {
    let id = |number: usize| format!("btz-kms-00000000-0000-4000-8000-{number:012}");
    let labels: Vec<String> = numbers.clone().map(id).collect();
    for label in labels.clone() {
        token
            .run(move |connection| connection.make(&label))
            .unwrap();
    }
    leave(client, store_id, numbers).await;
    labels
}

fn is_there(token: &Token, label: &str) -> bool {
    let label = label.to_owned();
    match token.run(move |connection| connection.find(&label)) {
        Ok(_) => true,
        Err(TokenError::NoSuchKey(_)) => false,
        Err(other) => panic!("{other}"),
    }
}

/// The value of what is counted.
fn counted(client: &Client, name: &str) -> u64 {
    let shown = client.metrics.render();
    let mut lines = shown.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap().parse().unwrap()
}

/// Lets time pass.
async fn skip(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// Lets time pass, and waits until what is due then was tried.
async fn pass(client: &Client, store_id: &str, seconds: u64) {
    skip(seconds).await;
    // What is due is tried in one go, and two do not overlap: the first is over when the next does this.
    for number in 1..=2 {
        let id = format!("ffffffff-0000-4000-8000-{number:012}");
        let at = store::Key::new(["kms", "leftover", ACCOUNT, REGION, store_id, &id]);
        let mut batch = store::Batch::new();
        batch.put(at.clone(), "{}");
        client.store.commit(batch).await.unwrap();
        let begin = Instant::now();
        while client.store.get(&at).await.unwrap().is_some() {
            assert!(begin.elapsed() < Duration::from_secs(60));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Lets a removal that does not end begin, and its caller's patience end. Where it has not begun by then,
/// that takes as long as it takes.
async fn be_given_up() {
    skip(5).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    skip(11).await;
}

const LEFT: &str = "btz_kms_custom_key_store_material_left";
const KEPT: &str = "btz_kms_custom_key_store_material_kept";
const FAILED: &str = "btz_kms_custom_key_store_removals_failed_total";

/// It is tried more and more seldom, stays a row, and goes when its token lets it.
#[tokio::test]
async fn a_key_that_its_token_does_not_remove_is_passed_over() {
    if !alone("token_keys::a_key_that_its_token_does_not_remove_is_passed_over") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let store_id = input["CustomKeyStoreId"].as_str().unwrap();
    let token = token();
    client.key(input.clone()).await;
    let look = |look: Look| token.run(move |connection| connection.look_on(&look, ""));
    // CKR_GENERAL_ERROR, always: of the first of three.
    fail(Some("keep 5 0"));
    let mut whole = Look::default();
    while !whole.is_done() {
        whole = look(whole).unwrap().0;
    }
    // After that a module would be started again.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let labels = leave_keys(&client, &token, store_id, 0..3).await;
    until(|| {
        labels
            .iter()
            .filter(|label| is_there(&token, label))
            .count()
            == 1
    })
    .await;
    assert!(is_there(&token, &labels[0]), "the token does not give it");
    until(|| (counted(&client, LEFT), counted(&client, KEPT)) == (1, 1)).await;
    assert_eq!(counted(&client, FAILED), 1);
    // After a minute, and then after two.
    for failed in [2, 2] {
        pass(&client, store_id, 61).await;
        assert_eq!(counted(&client, FAILED), failed);
    }
    let goes_on = look(whole.clone()).unwrap().0;
    assert_eq!(goes_on.count(), whole.count(), "the module goes on");
    // A store that is connected anew is asked at once.
    let named = json!({ "CustomKeyStoreId": store_id });
    client.ok("DisconnectCustomKeyStore", named.clone()).await;
    client.ok("ConnectCustomKeyStore", named).await;
    skip(5).await;
    until(|| counted(&client, FAILED) == 3).await;
    fail(None);
    skip(61).await;
    until(|| !is_there(&token, &labels[0])).await;
    until(|| (counted(&client, LEFT), counted(&client, KEPT)) == (0, 0)).await;
    assert_eq!(counted(&client, FAILED), 3);
}

/// A key that cannot be removed without breaking the session: the others wait, and then go before it.
#[tokio::test]
async fn a_key_whose_removal_breaks_its_session_lets_the_others_go_first() {
    if !alone("token_keys::a_key_whose_removal_breaks_its_session_lets_the_others_go_first") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let store_id = input["CustomKeyStoreId"].as_str().unwrap();
    let token = token();
    // CKR_DEVICE_REMOVED, always: of the first of three.
    fail(Some("keep 50 0"));
    let labels = leave_keys(&client, &token, store_id, 0..3).await;
    until(|| counted(&client, FAILED) == 1).await;
    let stay = || labels.iter().map(|label| is_there(&token, label));
    assert!(stay().all(|is_there| is_there), "the others wait");
    skip(61).await;
    until(|| counted(&client, FAILED) == 2).await;
    assert!(stay().eq([true, false, false]));
    fail(None);
    skip(121).await;
    until(|| !is_there(&token, &labels[0])).await;
}

/// Two of them, and no more, are in the token at once: its other sessions are for its keys' uses.
#[tokio::test]
async fn removals_that_do_not_end_leave_sessions_to_others() {
    if !alone("token_keys::removals_that_do_not_end_leave_sessions_to_others") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let store_id = input["CustomKeyStoreId"].as_str().unwrap();
    let key = client.key(input.clone()).await;
    let token = token();
    // The first of five does not end while the test lasts; then three of them.
    fail(Some("hang 600000 1"));
    let labels = leave_keys(&client, &token, store_id, 0..5).await;
    be_given_up().await;
    until(|| counted(&client, LEFT) == 1).await;
    assert!(is_there(&token, &labels[0]));
    // It is not asked for again as long as that goes on.
    pass(&client, store_id, 61).await;
    assert_eq!(counted(&client, FAILED), 1);
    fail(Some("hang 600000 3"));
    let labels = leave_keys(&client, &token, store_id, 1..5).await;
    // One more is given up, and the others wait.
    be_given_up().await;
    until(|| counted(&client, FAILED) == 3).await;
    assert!(labels.iter().all(|label| is_there(&token, label)));
    client.encrypt(&key, b"a").await;
}

#[tokio::test]
async fn a_key_that_is_not_made_after_all_leaves_nothing_in_the_token() {
    if !alone("token_keys::a_key_that_is_not_made_after_all_leaves_nothing_in_the_token") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let kept = client.key(input.clone()).await;
    let token = token();
    let labels = || {
        let (mut look, mut labels, mut failures) = (Look::default(), Vec::new(), 0);
        while !look.is_done() {
            let looked = token.run(move |connection| connection.look_on(&look, "btz-kms-"));
            // A key may go in the midst of it.
            let Ok((on, more)) = looked else {
                failures += 1;
                assert!(failures < 100, "{:?}", looked.err());
                (look, labels) = (Look::default(), Vec::new());
                continue;
            };
            look = on;
            labels.extend(more);
        }
        labels
    };
    assert_eq!(labels().len(), 1);

    // CKR_DEVICE_MEMORY: the key is made, and the answer is that it is not.
    fail(Some("generate 49 1"));
    let code = client.code("CreateKey", input.clone()).await;
    assert_eq!(code, "KMSInvalidStateException");
    assert_eq!(labels().len(), 2, "the test tests nothing otherwise");
    until(|| labels().len() == 1).await;

    // Who called is gone before the key is made.
    fail(None);
    let call = client.answer("CreateKey", input);
    let cut = tokio::time::timeout(Duration::ZERO, call).await;
    cut.unwrap_err();
    until(|| labels().len() == 2).await;
    until(|| labels().len() == 1).await;
    client.encrypt(&kept, b"a").await;
}

/// Keys that come more slowly than they are waited for: 256 a second.
#[tokio::test]
async fn a_token_that_was_not_looked_through_to_its_end_is_told() {
    if !alone("token_keys::a_token_that_was_not_looked_through_to_its_end_is_told") {
        return;
    }
    let client = Client::on(clusters()).await;
    fail(Some("show 1000 20000"));
    connected(&client).await;
    skip(5).await;
    let cut = "btz_kms_custom_key_store_looks_cut_total";
    until(|| counted(&client, cut) == 1).await;
    let looked_at = counted(&client, "btz_kms_custom_key_store_keys_looked_at_total");
    assert!((1..20_000).contains(&looked_at), "{looked_at}");
}

/// What was left while btz was killed is found: it is told, and not touched.
#[tokio::test]
async fn keys_of_a_token_that_no_key_has_are_told() {
    if !alone("token_keys::keys_of_a_token_that_no_key_has_are_told") {
        return;
    }
    let client = Client::on(clusters_of(&[ACCOUNT, OTHER])).await;
    let token = token();
    for label in ["btz-kms-of-another", "btz-kms-../a%2f", "not-of-btz"] {
        token.run(move |connection| connection.make(label)).unwrap();
    }
    // A key, and what is left of two, in another account's store on the token, which is not connected.
    let other = client.at(OTHER, REGION);
    let input = connected(&other).await;
    let store_id = input["CustomKeyStoreId"].as_str().unwrap();
    other.key(input.clone()).await;
    let named = json!({ "CustomKeyStoreId": store_id });
    other.ok("DisconnectCustomKeyStore", named).await;
    for label in leave_of(&client, OTHER, store_id, 0..2).await {
        let label = format!("btz-kms-{label}");
        token
            .run(move |connection| connection.make(&label))
            .unwrap();
    }
    let input = connected(&client).await;
    client.key(input).await;
    let shown = "btz_kms_custom_key_store_unknown_keys 2";
    until(|| client.metrics.render().contains(shown)).await;
    token
        .run(|connection| connection.find("btz-kms-of-another"))
        .unwrap();
}

#[tokio::test]
async fn a_token_that_fails_for_a_moment_makes_no_ciphertext_invalid() {
    if !alone("token_keys::a_token_that_fails_for_a_moment_makes_no_ciphertext_invalid") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let key = client.key(input).await;
    let sealed = client.encrypt(&key, b"a").await;
    let decrypt = json!({ "CiphertextBlob": sealed });
    // CKR_GENERAL_ERROR, CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY.
    for code in [5, 0x30, 0x31] {
        fail(Some(&format!("decrypt {code} 1000")));
        let refused = client.code("Decrypt", decrypt.clone()).await;
        assert_eq!(refused, "KMSInvalidStateException", "{code:#x}");
    }
    fail(None);
    client.ok("Decrypt", decrypt).await;
}

#[tokio::test]
async fn the_material_of_a_key_goes_when_the_key_does_and_no_other() {
    if !alone("token_keys::the_material_of_a_key_goes_when_the_key_does_and_no_other") {
        return;
    }
    let client = Client::on(clusters()).await;
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

    let token = token();
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

/// A key is deleted in a moment when its token cannot be asked, and btz is stopped.
#[tokio::test]
async fn the_material_of_a_deleted_key_goes_after_a_stop_too() {
    if !alone("token_keys::the_material_of_a_deleted_key_goes_after_a_stop_too") {
        return;
    }
    let client = Client::on(clusters()).await;
    let input = connected(&client).await;
    let named = json!({ "CustomKeyStoreId": input["CustomKeyStoreId"] });
    let (goes, stays) = (client.key(input.clone()).await, client.key(input).await);
    let input = json!({ "KeyId": goes, "PendingWindowInDays": 7 });
    client.ok("ScheduleKeyDeletion", input).await;
    client.ok("DisconnectCustomKeyStore", named.clone()).await;
    tokio::time::pause();
    pass_days(&client, 8).await;
    tokio::time::resume();
    let gone = client.code("DescribeKey", json!({ "KeyId": goes })).await;
    assert_eq!(gone, "NotFoundException");

    let token = token();
    let find = |key: &str| {
        let label = format!("btz-kms-{}", key.rsplit('/').next().unwrap());
        token.run(move |connection| connection.find(&label))
    };
    let again = client.again(clusters()).await;
    drop(client);
    let left = "btz_kms_custom_key_store_material_left";
    until(|| again.metrics.render().contains(&format!("{left} 1"))).await;
    find(&goes).expect("nobody could remove it");
    let input = json!({ "KeyId": stays, "PendingWindowInDays": 7 });
    again.ok("ScheduleKeyDeletion", input).await;
    again.ok("ConnectCustomKeyStore", named.clone()).await;
    until(|| matches!(find(&goes), Err(TokenError::NoSuchKey(_)))).await;
    until(|| again.metrics.render().contains(&format!("{left} 0"))).await;
    find(&stays).expect("another key's material stays");
    // The other goes while nobody can ask the token; its store then stays until it is gone.
    again.ok("DisconnectCustomKeyStore", named.clone()).await;
    tokio::time::pause();
    pass_days(&again, 8).await;
    tokio::time::resume();
    let (code, message) = again.refused("DeleteCustomKeyStore", named.clone()).await;
    assert_eq!(code, "CustomKeyStoreHasCMKsException");
    let label = format!("btz-kms-{}", stays.rsplit('/').next().unwrap());
    let store_id = named["CustomKeyStoreId"].as_str().unwrap();
    for said in [
        store_id,
        &label,
        "1 of them",
        "cluster-bartizanhsm",
        "[[kms.token]]",
    ] {
        assert!(message.contains(said), "{said}: {message}");
    }
    // But not because of a token that the owner has taken away, as the message says, however much is left
    // there: from this account here.
    leave(&again, store_id, 0..2 * store::MAX_BATCH_ROWS).await;
    let without = again.again(clusters_of(&[OTHER])).await;
    without.ok("DeleteCustomKeyStore", named).await;
    let left = store::Key::new(["kms", "leftover"]);
    let left = without.store.scan(&left, None, 10).await.unwrap();
    assert_eq!(left.rows.len(), 0);
}
