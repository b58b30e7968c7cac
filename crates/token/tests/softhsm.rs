//! A token by Debian's softhsm2: what is made in it stays, opens nothing else, and comes back with it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use token::{
    COUNT_MAX, Caution, KeyKind, LOOK_KEYS_MAX, Limits, Look, Token, TokenError, TokenPlace,
};
use types::{Entropy, EntropyError, Secret};

const MODULES: [&str; 2] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];
const CHILD: &str = "BTZ_TOKEN_TEST_FOLDER";

struct Library;

impl Entropy for Library {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(bytes).unwrap();
        Ok(())
    }
}

fn module() -> PathBuf {
    let found = MODULES.iter().map(Path::new).find(|path| path.exists());
    found.expect("apt-get install softhsm2").to_owned()
}

/// softhsm2 reads its configuration from the environment of the process that loads it: a test is run
/// again in a process of its own.
fn alone(name: &str, test: impl FnOnce(&Path)) {
    if let Some(folder) = std::env::var_os(CHILD) {
        return test(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    std::fs::write(&configuration, text).unwrap();
    let done = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "btz"])
        .args(["--so-pin", "87654321", "--pin", "123456"])
        .env("SOFTHSM2_CONF", &configuration)
        .output()
        .expect("apt-get install softhsm2");
    assert!(done.status.success(), "{done:?}");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("SOFTHSM2_CONF", &configuration)
        .env(CHILD, folder.path())
        .env("BTZ_TEST_MODULE_FAILS", folder.path().join("fails"))
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}\n{}{}",
        child.status,
        String::from_utf8_lossy(&child.stdout),
        String::from_utf8_lossy(&child.stderr)
    );
}

/// softhsm2 with calls that fail when they are told to.
fn failing_module(folder: &Path) -> PathBuf {
    let built = folder.join("failing.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sdk/failing_module.c");
    let done = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&built)
        .arg(format!("-DMODULE=\"{}\"", module().display()))
        .arg(source)
        .arg("-ldl")
        .output()
        .expect("apt-get install gcc");
    assert!(done.status.success(), "{done:?}");
    built
}

fn token_by(pin: &str, caution: Caution, limits: Limits) -> Token {
    token_of(module(), pin, caution, limits)
}

fn token_of(module: PathBuf, pin: &str, caution: Caution, limits: Limits) -> Token {
    let place = TokenPlace {
        module,
        label: "btz".to_owned(),
    };
    let pin = Some(Secret::new(pin.as_bytes().to_vec()));
    Token::new(place, pin, caution, limits, Arc::new(Library)).unwrap()
}

fn token() -> Token {
    token_by("123456", Caution::Attended, Limits::default())
}

fn wrap(token: &Token, label: &'static str, plaintext: &'static [u8]) -> Vec<u8> {
    let wrapped = token.run(move |connection| connection.wrap(label, b"bound", plaintext));
    wrapped.unwrap()
}

fn unwrap(
    token: &Token,
    label: &'static str,
    bound: &'static [u8],
    wrapped: &[u8],
) -> Result<Vec<u8>, TokenError> {
    let wrapped = wrapped.to_vec();
    let opened = token.run(move |connection| connection.unwrap(label, bound, &wrapped));
    opened.map(|secret| secret.expose().to_vec())
}

#[test]
fn what_a_key_wraps_opens_by_it_alone_and_as_it_was() {
    alone("what_a_key_wraps_opens_by_it_alone_and_as_it_was", |_| {
        let first = token();
        assert_eq!(first.run(|c| c.make("one")).unwrap(), KeyKind::Aes);
        first.run(|c| c.make("two")).unwrap();
        assert_eq!(
            first.run(|c| c.make("one")),
            Err(TokenError::KeyExists("one".to_owned()))
        );
        let wrapped = wrap(&first, "one", b"secret");
        assert_eq!(
            unwrap(&first, "one", b"bound", &wrapped).unwrap(),
            b"secret"
        );
        // Another session, after the first one ended.
        drop(first);
        let second = token();
        assert_eq!(
            unwrap(&second, "one", b"bound", &wrapped).unwrap(),
            b"secret"
        );
        assert_ne!(wrap(&second, "one", b"secret"), wrapped);
        let damaged = Err(TokenError::Damaged);
        assert_eq!(unwrap(&second, "two", b"bound", &wrapped), damaged);
        assert_eq!(unwrap(&second, "one", b"other", &wrapped), damaged);
        for at in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[at] ^= 1;
            assert_eq!(
                unwrap(&second, "one", b"bound", &changed),
                damaged,
                "byte {at}"
            );
            assert_eq!(unwrap(&second, "one", b"bound", &wrapped[..at]), damaged);
        }
        assert_eq!(
            unwrap(&second, "one", b"bound", &wrapped).unwrap(),
            b"secret"
        );
        second.run(|c| c.destroy("one")).unwrap();
        assert_eq!(
            second.run(|c| c.find("one")),
            Err(TokenError::NoSuchKey("one".to_owned()))
        );
    });
}

#[test]
fn rsa_keys_wrap_too() {
    alone("rsa_keys_wrap_too", |_| {
        let token = token();
        token.run(|c| c.make_of(KeyKind::Rsa, "pair")).unwrap();
        assert_eq!(token.run(|c| c.find("pair")).unwrap(), KeyKind::Rsa);
        let wrapped = wrap(&token, "pair", b"thirty-two bytes of a key, or so");
        let opened = unwrap(&token, "pair", b"", &wrapped).unwrap();
        assert_eq!(opened, b"thirty-two bytes of a key, or so");
        let mut changed = wrapped;
        changed[9] ^= 1;
        assert_eq!(
            unwrap(&token, "pair", b"", &changed),
            Err(TokenError::Damaged)
        );
    });
}

#[test]
fn a_key_that_can_be_read_out_is_refused() {
    alone("a_key_that_can_be_read_out_is_refused", |_| {
        let token = token();
        token.run(|c| c.make("kept")).unwrap();
        // By the module itself, in the login that the token's session has.
        let context = Pkcs11::new(module()).unwrap();
        let slot = context.get_slots_with_initialized_token().unwrap()[0];
        let session = context.open_rw_session(slot).unwrap();
        let mut template = vec![
            Attribute::Token(true),
            Attribute::Label(b"loose".to_vec()),
            Attribute::Sensitive(false),
            Attribute::Extractable(true),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::ValueLen(32.into()),
        ];
        session
            .generate_key(&Mechanism::AesKeyGen, &template)
            .unwrap();
        template[1] = Attribute::Label(b"short".to_vec());
        template[2] = Attribute::Sensitive(true);
        template[3] = Attribute::Extractable(false);
        template[6] = Attribute::ValueLen(16.into());
        session
            .generate_key(&Mechanism::AesKeyGen, &template)
            .unwrap();
        for label in ["loose", "short"] {
            let found = token.run(move |c| c.find(label));
            assert!(
                matches!(&found, Err(TokenError::KeyUnfit { .. })),
                "{label}: {found:?}"
            );
        }
        // And what we make cannot be read out by anybody.
        let kept = session
            .find_objects(&[Attribute::Label(b"kept".to_vec())])
            .unwrap();
        let asked = [cryptoki::object::AttributeType::Value];
        let value = session.get_attributes(kept[0], &asked);
        assert!(value.is_err() || value.unwrap().is_empty());
    });
}

/// CKR_GENERAL_ERROR and the like say nothing of whose fault it is: softhsm2 says so of what is damaged.
#[test]
fn a_token_that_fails_for_a_moment_does_not_call_anything_damaged() {
    alone(
        "a_token_that_fails_for_a_moment_does_not_call_anything_damaged",
        |folder| {
            let limits = Limits {
                sessions: 1,
                ..Limits::default()
            };
            let module = failing_module(folder);
            let token = token_of(module, "123456", Caution::Attended, limits);
            token.run(|c| c.make("one")).unwrap();
            let wrapped = wrap(&token, "one", b"secret");
            let mut changed = wrapped.clone();
            *changed.last_mut().unwrap() ^= 1;
            let fails = folder.join("fails");
            let (device_memory, device_error, general_error) = (0x31, 0x30, 0x05);
            let open = |wrapped: &[u8]| unwrap(&token, "one", b"bound", wrapped);
            for code in [device_memory, device_error, general_error] {
                // For as long as it is asked: it is not said that anything is damaged.
                for wrapped in [&wrapped, &changed] {
                    std::fs::write(&fails, format!("decrypt {code} 1000")).unwrap();
                    let failed = open(wrapped).unwrap_err();
                    assert!(
                        matches!(failed, TokenError::Gone(_) | TokenError::Refused(_)),
                        "{code:#x}: {failed:?}"
                    );
                }
                std::fs::remove_file(&fails).unwrap();
                assert_eq!(open(&wrapped).unwrap(), b"secret");
                assert_eq!(open(&changed), Err(TokenError::Damaged));
            }
            // Once: what is whole opens, and what is not does not.
            for code in [device_error, general_error] {
                std::fs::write(&fails, format!("decrypt {code} 1")).unwrap();
                assert_eq!(open(&wrapped).unwrap(), b"secret");
                std::fs::write(&fails, format!("decrypt {code} 1")).unwrap();
                assert_eq!(open(&changed), Err(TokenError::Damaged));
            }
        },
    );
}

#[test]
fn keys_are_listed_by_how_their_labels_begin() {
    alone("keys_are_listed_by_how_their_labels_begin", |_| {
        let token = token();
        for label in ["a-1", "a-2", "b-1"] {
            token.run(move |c| c.make(label)).unwrap();
        }
        let listed = |prefix: &'static str| {
            let (mut look, mut labels) = (Look::default(), Vec::new());
            while !look.is_done() {
                let (on, more) = token.run(move |c| c.look_on(&look, prefix)).unwrap();
                look = on;
                labels.extend(more);
            }
            assert!(!look.is_cut());
            labels.sort_unstable();
            labels
        };
        assert_eq!(listed("a-"), ["a-1", "a-2"]);
        assert_eq!(listed("b"), ["b-1"]);
        token.run(|c| c.destroy("a-1")).unwrap();
        assert_eq!(listed("a-"), ["a-2"]);
    });
}

/// A look that takes longer than a call may: each part comes further, and between two parts the only
/// session is there for others.
#[test]
fn a_look_through_very_many_keys_comes_to_its_end_and_holds_up_nobody() {
    let name = "a_look_through_very_many_keys_comes_to_its_end_and_holds_up_nobody";
    alone(name, |folder| {
        let limits = Limits {
            sessions: 1,
            waiting: 8,
            timeout: Duration::from_secs(3),
        };
        let place = TokenPlace {
            module: failing_module(folder),
            label: "btz".to_owned(),
        };
        let pin = Some(Secret::new(b"123456".to_vec()));
        let token = Token::new(place, pin, Caution::Attended, limits, Arc::new(Library)).unwrap();
        const KEYS: usize = 14;
        for number in 0..KEYS {
            let label = format!("key-{number}");
            token.run(move |c| c.make(&label)).unwrap();
        }
        // Each key takes 300 ms to tell its label: three calls.
        let fails = std::env::var_os("BTZ_TEST_MODULE_FAILS").unwrap();
        std::fs::write(&fails, "slow 100 1000000").unwrap();
        let (mut look, mut labels, mut parts) = (Look::default(), Vec::new(), 0);
        while !look.is_done() {
            let before = look.clone();
            let (on, more) = token.run(move |c| c.look_on(&before, "key-")).unwrap();
            assert!(on.count() > look.count() || parts == 0, "it comes further");
            look = on;
            labels.extend(more);
            parts += 1;
            token.run(|c| c.facts()).unwrap();
        }
        labels.sort_unstable();
        labels.dedup();
        assert_eq!((labels.len(), look.count()), (KEYS, KEYS));
        assert!(parts >= 4, "{parts}");
        // Its thread is not to close a session while the process ends: softhsm2 does not bear that.
        std::mem::forget(token);
    });
}

/// The module is not started again for it: what others do there goes on.
#[test]
fn a_key_that_cannot_be_asked_is_passed_over() {
    alone("a_key_that_cannot_be_asked_is_passed_over", |folder| {
        let place = TokenPlace {
            module: failing_module(folder),
            label: "btz".to_owned(),
        };
        let pin = Some(Secret::new(b"123456".to_vec()));
        let (caution, limits) = (Caution::Attended, Limits::default());
        let token = Token::new(place, pin, caution, limits, Arc::new(Library)).unwrap();
        for number in 0..4 {
            let label = format!("key-{number}");
            token.run(move |c| c.make(&label)).unwrap();
        }
        let fails = std::env::var_os("BTZ_TEST_MODULE_FAILS").unwrap();
        // After that a module would be started again.
        std::thread::sleep(Duration::from_millis(1_100));
        // CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY.
        for code in [0x05, 0x06, 0x30, 0x31] {
            for number in 0..4 {
                std::fs::write(&fails, format!("key {code} {number}")).unwrap();
                let (mut look, mut labels, mut parts) = (Look::default(), Vec::new(), 0);
                while !look.is_done() {
                    let (on, more) = token.run(move |c| c.look_on(&look, "key-")).unwrap();
                    assert!(on.count() > 0 || parts == 0, "it does not begin anew");
                    look = on;
                    labels.extend(more);
                    parts += 1;
                }
                labels.sort_unstable();
                let others = (0..4).filter(|other| *other != number);
                let others: Vec<String> = others.map(|other| format!("key-{other}")).collect();
                assert_eq!(labels, others, "{code:#x}");
                assert_eq!((look.count(), look.unasked()), (4, 1), "{code:#x}");
            }
        }
        // Its thread is not to close a session while the process ends: softhsm2 does not bear that.
        std::mem::forget(token);
    });
}

/// The module is not started again for it either, and what else has its label goes.
#[test]
fn a_key_that_its_token_does_not_delete_is_told_and_in_nobodys_way() {
    let name = "a_key_that_its_token_does_not_delete_is_told_and_in_nobodys_way";
    alone(name, |folder| {
        let (caution, limits) = (Caution::Attended, Limits::default());
        let token = token_of(failing_module(folder), "123456", caution, limits);
        for label in ["key-0", "key-1"] {
            token.run(move |c| c.make(label)).unwrap();
        }
        let look = |look: Look| token.run(move |c| c.look_on(&look, "key-")).unwrap().0;
        let whole = look(look(Look::default()));
        assert!(whole.is_done());
        let fails = folder.join("fails");
        // After that a module would be started again.
        std::thread::sleep(Duration::from_millis(1_100));
        // CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_ACTION_PROHIBITED, CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY,
        // CKR_OBJECT_HANDLE_INVALID.
        for code in [0x05, 0x06, 0x1b, 0x30, 0x31, 0x82] {
            std::fs::write(&fails, format!("keep {code} 0")).unwrap();
            let kept = token.run(|c| c.destroy("key-0"));
            assert!(
                matches!(kept, Err(TokenError::Refused(_))),
                "{code:#x}: {kept:?}"
            );
            token.run(|c| c.find("key-0")).unwrap();
            token.run(|c| c.destroy("key-1")).unwrap();
            assert!(token.run(|c| c.find("key-1")).is_err());
            token.run(|c| c.make("key-1")).unwrap();
            assert_eq!(
                look(whole.clone()).count(),
                whole.count(),
                "the module goes on"
            );
        }
        // CKR_GENERAL_ERROR, of what was carried out.
        std::fs::write(&fails, "lose 5 1").unwrap();
        token.run(|c| c.destroy("key-1")).unwrap();
        assert!(token.run(|c| c.find("key-1")).is_err());
        std::fs::remove_file(&fails).unwrap();
        for label in ["key-0", "key-1", "key-0"] {
            token.run(move |c| c.destroy(label)).unwrap();
            assert!(token.run(move |c| c.find(label)).is_err());
        }
        // CKR_SESSION_HANDLE_INVALID: another session does it.
        token.run(|c| c.make("key-2")).unwrap();
        std::fs::write(&fails, "destroy 179 1").unwrap();
        token.run(|c| c.destroy("key-2")).unwrap();
        assert!(token.run(|c| c.find("key-2")).is_err());
    });
}

/// A session whose login has ended is shown no key: that says nothing of whether it is there.
#[test]
fn a_key_is_not_called_gone_by_a_session_that_is_not_logged_in() {
    let name = "a_key_is_not_called_gone_by_a_session_that_is_not_logged_in";
    alone(name, |_| {
        let limits = Limits {
            sessions: 1,
            ..Limits::default()
        };
        let token = token_by("123456", Caution::Attended, limits);
        token.run(|c| c.make("one")).unwrap();
        // A logout is of all sessions of a process.
        let context = Pkcs11::new(module()).unwrap();
        let slot = context.get_slots_with_initialized_token().unwrap()[0];
        context.open_rw_session(slot).unwrap().logout().unwrap();
        token.run(|c| c.destroy("one")).unwrap();
        let found = token_by("123456", Caution::Attended, limits).run(|c| c.find("one"));
        assert_eq!(found, Err(TokenError::NoSuchKey("one".to_owned())));
    });
}

/// A token that shows many keys, counted up, and how long that took.
fn count_up_many(folder: &Path, show: &str) -> (Token, Look, Duration) {
    let limits = Limits {
        sessions: 1,
        timeout: Duration::from_secs(60),
        ..Limits::default()
    };
    let token = token_of(failing_module(folder), "123456", Caution::Attended, limits);
    token.run(|c| c.facts()).unwrap();
    std::fs::write(folder.join("fails"), show).unwrap();
    let begin = Instant::now();
    let counted = token.run(|c| c.look_on(&Look::default(), ""));
    (token, counted.unwrap().0, begin.elapsed())
}

fn to_its_end(token: Token, mut look: Look) -> Look {
    while !look.is_done() {
        look = token.run(move |c| c.look_on(&look, "")).unwrap().0;
    }
    // Its thread is not to close a session while the process ends: softhsm2 does not bear that.
    std::mem::forget(token);
    look
}

#[test]
fn so_many_keys_are_looked_at_and_of_more_it_is_told() {
    alone(
        "so_many_keys_are_looked_at_and_of_more_it_is_told",
        |folder| {
            let (token, all, _) = count_up_many(folder, &format!("show 1 {LOOK_KEYS_MAX}"));
            assert!(!all.is_cut());
            std::mem::forget(token);
            let (token, cut, _) = count_up_many(folder, &format!("show 1 {}", LOOK_KEYS_MAX + 1));
            assert!(cut.is_cut());
            let looked = to_its_end(token, cut);
            assert_eq!((looked.count(), looked.is_cut()), (LOOK_KEYS_MAX, true));
        },
    );
}

/// Keys that come slowly: 256 in 400 ms.
#[test]
fn keys_are_counted_up_for_so_long_and_of_more_it_is_told() {
    let name = "keys_are_counted_up_for_so_long_and_of_more_it_is_told";
    alone(name, |folder| {
        let (token, cut, took) = count_up_many(folder, "show 400 20000");
        assert!(cut.is_cut());
        assert!(took >= COUNT_MAX, "{took:?}");
        let looked = to_its_end(token, cut);
        assert!(looked.is_cut() && looked.count() > 0);
        // All of them would take 31 s; none that came later than the limit is among them.
        let calls = u32::try_from(looked.count().div_ceil(256)).unwrap();
        assert!(calls * Duration::from_millis(400) <= COUNT_MAX, "{calls}");
    });
}

#[test]
fn a_wrong_pin_is_tried_once_and_by_nobody_unattended() {
    alone("a_wrong_pin_is_tried_once_and_by_nobody_unattended", |_| {
        let wrong = token_by("999999", Caution::Attended, Limits::default());
        for _ in 0..12 {
            let refused = wrong.run(|c| c.facts());
            assert_eq!(refused, Err(TokenError::PinRefused("btz".to_owned())));
        }
        // One try was spent, which the token tells: a service that is started again spends no more.
        for _ in 0..12 {
            let service = token_by("999999", Caution::Unattended, Limits::default());
            let refused = service.run(|c| c.facts());
            assert!(
                matches!(refused, Err(TokenError::PinAtRisk { .. })),
                "{refused:?}"
            );
        }
        let right = token_by("123456", Caution::Attended, Limits::default());
        assert_eq!(right.run(|c| c.facts()).unwrap().label, "btz");
        // While somebody is in, another PIN does not get in beside, and tries nothing.
        let beside = token_by("999999", Caution::Attended, Limits::default());
        assert!(beside.run(|c| c.facts()).is_err());
        right.run(|c| c.make("one")).unwrap();
        drop((right, wrong, beside));
        let unattended = token_by("123456", Caution::Unattended, Limits::default());
        unattended.run(|c| c.find("one")).unwrap();
    });
}

#[test]
fn a_token_that_goes_away_is_found_again_when_it_is_back() {
    alone(
        "a_token_that_goes_away_is_found_again_when_it_is_back",
        |folder| {
            let token = token();
            token.run(|c| c.make("one")).unwrap();
            let wrapped = wrap(&token, "one", b"secret");
            let (tokens, away) = (folder.join("tokens"), folder.join("away"));
            std::fs::rename(&tokens, &away).unwrap();
            std::fs::create_dir(&tokens).unwrap();
            for _ in 0..3 {
                let gone = unwrap(&token, "one", b"bound", &wrapped).unwrap_err();
                assert!(
                    matches!(gone, TokenError::Gone(_) | TokenError::Absent { .. }),
                    "{gone:?}"
                );
            }
            std::fs::remove_dir(&tokens).unwrap();
            std::fs::rename(&away, &tokens).unwrap();
            let begin = Instant::now();
            loop {
                match unwrap(&token, "one", b"bound", &wrapped) {
                    Ok(opened) => break assert_eq!(opened, b"secret"),
                    Err(error) if begin.elapsed() > Duration::from_secs(20) => panic!("{error:?}"),
                    Err(_) => std::thread::sleep(Duration::from_millis(100)),
                }
            }
        },
    );
}

#[test]
fn who_waits_for_a_token_that_is_stuck_is_told_and_few_wait() {
    alone(
        "who_waits_for_a_token_that_is_stuck_is_told_and_few_wait",
        |_| {
            let limits = Limits {
                sessions: 1,
                waiting: 2,
                timeout: Duration::from_secs(2),
            };
            let token = token_by("123456", Caution::Attended, limits);
            token.run(|c| c.facts()).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .unwrap();
            let (begun, has_begun) = std::sync::mpsc::channel();
            let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
            runtime.block_on(async {
                let stuck = {
                    let token = token.clone();
                    tokio::spawn(async move {
                        let stuck = token.call(move |_| {
                            begun.send(()).unwrap();
                            let _unless_dropped = may_go_on.recv();
                            Ok(())
                        });
                        stuck.await
                    })
                };
                tokio::task::yield_now().await;
                has_begun.recv().unwrap();
                let waiting: Vec<_> = (0..2)
                    .map(|_| {
                        let token = token.clone();
                        tokio::spawn(async move { token.call(|c| c.facts()).await })
                    })
                    .collect();
                tokio::task::yield_now().await;
                assert_eq!(token.call(|c| c.facts()).await, Err(TokenError::Busy(2)));
                for one in waiting {
                    assert_eq!(one.await.unwrap(), Err(TokenError::Timeout(2000)));
                }
                assert_eq!(stuck.await.unwrap(), Err(TokenError::Timeout(2000)));
                go_on.send(()).unwrap();
                token.call(|c| c.facts()).await.unwrap();
            });
        },
    );
}
