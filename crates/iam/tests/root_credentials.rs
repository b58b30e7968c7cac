//! Root credentials at first start, at the next, given by the environment, damaged, and with the
//! process killed at any point.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use iam::{Given, Iam, KeySets, Parts, Root, RootError};
use policy::{Ask, Authorizer};
use store::Memory;
use types::{
    Call, Entropy, EntropyError, KeyWrap, KeyWrapError, Principal, RequestId, Secret, Time,
};

struct System(SystemRandom);

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes).map_err(|_| EntropyError)
    }
}

fn load(given: Given, folder: &Path) -> Result<Root, RootError> {
    Root::load(given, folder, &System(SystemRandom::new()))
}

fn given(account: Option<&str>, key: Option<(&str, &str)>) -> Given {
    Given {
        account: account.map(|text| text.parse().unwrap()),
        access_key_id: key.map(|(id, _)| id.to_owned()),
        secret_access_key: key.map(|(_, secret)| Secret::new(secret.into())),
    }
}

fn shown(root: &Root) -> (String, String, String) {
    let secret = String::from_utf8(root.access_key.secret.expose().to_vec()).unwrap();
    (root.account.to_string(), root.access_key.id.clone(), secret)
}

#[test]
fn the_first_start_makes_credentials_and_the_next_finds_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("a/data");
    let root = load(Given::default(), &data).unwrap();
    let file = root.file.clone().unwrap();
    assert_eq!(file, data.join("credentials"));
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(&data).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let (account, id, secret) = shown(&root);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!(
            "[btz]\naws_account_id = {account}\naws_access_key_id = {id}\n\
             aws_secret_access_key = {secret}\n"
        )
    );
    assert_eq!((id.len(), secret.len()), (20, 40));
    assert_eq!(shown(&load(Given::default(), &data).unwrap()), shown(&root));
    let other = load(Given::default(), &folder.path().join("b")).unwrap();
    assert_ne!(shown(&other), shown(&root));
    assert!(!format!("{root:?}").contains(&secret));
}

#[test]
fn what_is_given_is_taken_as_it_is_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let all = given(
        Some("123456789012"),
        Some(("any text? no: any-id/1", "s3cr3t")),
    );
    assert!(matches!(
        load(all, folder.path()),
        Err(RootError::AccessKeyId(_))
    ));
    let all = given(Some("123456789012"), Some(("any-id/1=", "s")));
    let root = load(all, folder.path()).unwrap();
    assert_eq!(
        shown(&root),
        ("123456789012".into(), "any-id/1=".into(), "s".into())
    );
    assert_eq!(root.file, None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    // Only the key: the account is made and kept, the secret is not.
    let key = given(None, Some(("id", "top-secret")));
    let root = load(key.clone(), folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join("credentials")).unwrap();
    assert_eq!(text, format!("[btz]\naws_account_id = {}\n", root.account));
    assert_eq!(load(key, folder.path()).unwrap().account, root.account);
    // Then nothing given: the account stays, a key is made.
    let made = load(Given::default(), folder.path()).unwrap();
    assert_eq!(made.account, root.account);
    assert_ne!(made.access_key.id, "id");
    // Then another account: the key stays.
    let moved = load(given(Some("000000000001"), None), folder.path()).unwrap();
    assert_eq!(moved.account.to_string(), "000000000001");
    assert_eq!(moved.access_key.id, made.access_key.id);
}

#[test]
fn half_a_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut half = given(None, Some(("id", "secret")));
    half.secret_access_key = None;
    assert!(matches!(
        load(half, folder.path()),
        Err(RootError::HalfGiven)
    ));
    let empty = given(None, Some(("id", "")));
    assert!(matches!(
        load(empty, folder.path()),
        Err(RootError::EmptySecret)
    ));
}

#[test]
fn a_damaged_file_is_refused_and_not_touched() {
    let long = "x".repeat(70_000);
    for (text, reason) in [
        (
            &b"[btz]\naws_access_key_id = AKIA\n"[..],
            "half an access key",
        ),
        (b"[btz]\naws_account_id = 12\n", "exactly 12 digits"),
        (b"\xff\xfe", "no UTF-8"),
        (long.as_bytes(), "larger than 65536 bytes"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        fs::write(&path, text).unwrap();
        let error = load(Given::default(), folder.path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(reason) && error.contains("delete it"),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), text);
    }
}

#[test]
fn other_profiles_stay_and_loose_modes_are_tightened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    fs::write(
        &path,
        "# mine\n[work]\naws_access_key_id = x\naws_secret_access_key = y\n",
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let root = load(Given::default(), folder.path()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with(
            "# mine\n[work]\naws_access_key_id = x\naws_secret_access_key = y\n[btz]\n"
        )
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        shown(&load(Given::default(), folder.path()).unwrap()),
        shown(&root)
    );
}

#[test]
fn a_link_that_lies_in_wait_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "untouched").unwrap();
    symlink(&victim, folder.path().join("credentials.new")).unwrap();
    load(Given::default(), folder.path()).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
}

const CHILD_FOLDER: &str = "BTZ_TEST_CREDENTIALS_FOLDER";

/// Not a test of its own: what [`killed_at_any_point_the_file_is_whole_or_absent`] kills.
#[test]
fn child_that_makes_credentials_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else {
        return;
    };
    for run in 0_u32.. {
        load(Given::default(), &Path::new(&folder).join(run.to_string())).unwrap();
    }
}

#[test]
fn killed_at_any_point_the_file_is_whole_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let (mut whole, mut absent) = (0, 0);
    for kill in 0..60_u64 {
        let data = folder.path().join(kill.to_string());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_makes_credentials_until_it_is_killed"])
            .env(CHILD_FOLDER, &data)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Once it is at work, a moment that differs each time.
        let first = data.join("0/credentials");
        assert!((0..10_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            first.exists()
        }));
        std::thread::sleep(Duration::from_micros(173 * kill));
        child.kill().unwrap();
        child.wait().unwrap();
        for run in fs::read_dir(&data).unwrap() {
            let run = run.unwrap().path();
            let before = fs::read_to_string(run.join("credentials"));
            let root = load(Given::default(), &run).unwrap();
            if let Ok(text) = before {
                let (account, id, secret) = shown(&root);
                assert!(
                    [account, id, secret].iter().all(|part| text.contains(part)),
                    "{text}"
                );
                whole += 1;
            } else {
                absent += 1;
            }
        }
    }
    println!("{whole} whole, {absent} absent");
    assert!(whole >= 60);
}

struct Sealed;

impl KeySets for Sealed {
    fn fetch<'a>(&'a self, _: &'a str) -> wire::BoxFuture<'a, Result<Vec<u8>, String>> {
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

#[tokio::test]
async fn root_is_found_by_its_key_alone_and_may_do_all_in_its_account() {
    let folder = tempfile::tempdir().unwrap();
    let root = load(
        given(Some("123456789012"), Some(("id", "secret"))),
        folder.path(),
    )
    .unwrap();
    let parts = Parts {
        root,
        store: Arc::new(Memory::new()),
        entropy: Arc::new(System(SystemRandom::new())),
        wrap: Arc::new(Sealed),
        key_sets: Arc::new(Sealed),
    };
    let iam = Iam::open(parts).await.unwrap();
    let found = iam.authenticate("id", None).unwrap();
    assert_eq!(found.secret.expose(), b"secret");
    assert!(iam.authenticate("id", Some("token")).is_none());
    assert!(iam.authenticate("other", None).is_none());
    let owner = found.principal;
    assert_eq!(owner.arn().as_str(), "arn:aws:iam::123456789012:root");
    let asked = |principal: &Principal| {
        let call = Call {
            request_id: RequestId::from_random([7; 16]),
            time: Time::from_seconds(1_795_348_800),
            principal: principal.clone(),
            session: None,
            access_key_id: "id".to_owned(),
            region: "us-east-1".parse().unwrap(),
            event_source: "wafv2.amazonaws.com".to_owned(),
            operation: "CreateIPSet".to_owned(),
            parameters: String::new(),
            source_ip: "127.0.0.1".parse().unwrap(),
            user_agent: String::new(),
            leave: None,
        };
        iam.authorize(&call, &Ask::new("wafv2:CreateIPSet", "*"))
    };
    assert_eq!(asked(&owner), Ok(()));
    let stranger = Principal::Root("999999999999".parse().unwrap());
    let refusal = asked(&stranger).unwrap_err();
    assert!(refusal.contains("wafv2:CreateIPSet"), "{refusal}");
}
