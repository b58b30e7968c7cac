//! What `cargo xtask bench kms` sends. `kms_calls API_ADDRESS FOLDER`, with root credentials in the
//! environment, makes in an empty, running `btz` a user with a policy of its own and the keys that the
//! bench calls, signs calls as that user, and writes one script for wrk a measurement into the folder.
//! Prints the names of the measurements, one a line.
//!
//! Signatures hold for some minutes: what is measured is what a call costs the server.

#![expect(clippy::print_stdout, reason = "it is a tool that prints")]

#[path = "../policy_changes/connection.rs"]
mod connection;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use policy::sigv4::Credentials;
use serde_json::{Value, json};
use types::Secret;

use connection::{Caller, element};

/// The service, and what its targets begin with.
const KMS: (&str, &str) = ("kms", "TrentService");
/// Different calls of a measurement, so that none is the one before it.
const CALLS: usize = 64;
const USER: &str = "bench";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("kms_calls API_ADDRESS FOLDER");
    let api: SocketAddr = next()?.parse()?;
    let folder = PathBuf::from(next()?);
    let mut root = Caller::new(api, root_credentials()?, "us-east-1".parse()?)?;
    let symmetric = key(&mut root, &json!({}))?;
    let rsa = key(
        &mut root,
        &json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}),
    )?;
    let mut user = Caller::new(
        api,
        user_credentials(&mut root, &symmetric, &rsa)?,
        "us-east-1".parse()?,
    )?;
    for (name, operation, input) in calls(&mut user, &symmetric, &rsa)? {
        let requests = (0..CALLS)
            .map(|number| user.signed_json(KMS, operation, &input(number)))
            .collect::<Result<Vec<_>>>()?;
        let path = folder.join(format!("{name}.lua"));
        std::fs::write(&path, script(&requests)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{name}");
    }
    Ok(())
}

fn root_credentials() -> Result<Credentials> {
    let variable = |name: &str| std::env::var(name).with_context(|| name.to_owned());
    Ok(Credentials {
        access_key_id: variable("BTZ_ROOT_ACCESS_KEY_ID")?,
        secret_access_key: Secret::new(variable("BTZ_ROOT_SECRET_ACCESS_KEY")?.into_bytes()),
        session_token: None,
    })
}

/// Makes a key; answers its ARN.
fn key(root: &mut Caller, input: &Value) -> Result<String> {
    let answer = root.json(KMS, "CreateKey", input)?;
    let arn = answer.pointer("/KeyMetadata/Arn").and_then(Value::as_str);
    Ok(arn.context("no Arn")?.to_owned())
}

/// A user who may use the keys and do nothing else.
fn user_credentials(root: &mut Caller, symmetric: &str, rsa: &str) -> Result<Credentials> {
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], "Resource": symmetric,
         "Condition": {"StringEquals": {"kms:EncryptionContext:purpose": "bench"}}},
        {"Effect": "Allow", "Action": "kms:Sign", "Resource": rsa},
    ]});
    let mut form = |action: &str, more: &str| {
        let form = format!("Version=2010-05-08&Action={action}&UserName={USER}{more}");
        root.form("iam", &form)
    };
    form("CreateUser", "")?;
    let document = percent_encoded(&document.to_string())?;
    let policy = format!("&PolicyName=bench&PolicyDocument={document}");
    form("PutUserPolicy", &policy)?;
    let answer = form("CreateAccessKey", "")?;
    Ok(Credentials {
        access_key_id: element(&answer, "AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(element(&answer, "SecretAccessKey")?.into()),
        session_token: None,
    })
}

fn percent_encoded(text: &str) -> Result<String> {
    let mut encoded = String::new();
    for byte in text.bytes() {
        write!(encoded, "%{byte:02X}")?;
    }
    Ok(encoded)
}

type Input = Box<dyn Fn(usize) -> Value>;

/// The measurements: a name, the operation, and the input of its calls by their number.
fn calls(
    user: &mut Caller,
    symmetric: &str,
    rsa: &str,
) -> Result<Vec<(&'static str, &'static str, Input)>> {
    let context = json!({"purpose": "bench"});
    let encrypt = |bytes: usize| -> Input {
        let (key, context) = (symmetric.to_owned(), context.clone());
        Box::new(move |number| {
            let plaintext = base64(number, bytes);
            json!({"KeyId": key, "Plaintext": plaintext, "EncryptionContext": context})
        })
    };
    let mut blobs = Vec::new();
    for number in 0..CALLS {
        let answer = user.json(KMS, "Encrypt", &encrypt(32)(number))?;
        let blob = answer.get("CiphertextBlob").cloned();
        blobs.push(blob.context("no CiphertextBlob")?);
    }
    let of_decrypt = context.clone();
    let decrypt: Input = Box::new(
        move |number| json!({"CiphertextBlob": blobs.get(number), "EncryptionContext": of_decrypt}),
    );
    let (key, of_data_key) = (symmetric.to_owned(), context.clone());
    let data_key: Input = Box::new(
        move |_| json!({"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": of_data_key}),
    );
    let key = rsa.to_owned();
    let sign: Input = Box::new(move |number| {
        json!({"KeyId": key, "Message": base64(number, 32), "MessageType": "DIGEST",
               "SigningAlgorithm": "RSASSA_PSS_SHA_256"})
    });
    Ok(vec![
        ("encrypt-32", "Encrypt", encrypt(32)),
        ("encrypt-4096", "Encrypt", encrypt(4096)),
        ("decrypt-32", "Decrypt", decrypt),
        ("generate-data-key", "GenerateDataKey", data_key),
        ("sign-rsa-2048", "Sign", sign),
    ])
}

/// Base64 of that many bytes (RFC 4648), different for each number.
fn base64(number: usize, bytes: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let symbol = |at: usize| char::from(ALPHABET.get(at % 64).copied().unwrap_or(b'A'));
    let whole: String = (0..bytes / 3 * 4).map(|at| symbol(number + at)).collect();
    let rest = match bytes % 3 {
        1 => "AA==",
        2 => "AAA=",
        _ => "",
    };
    whole + rest
}

/// wrk's script: a request at a time, in turn (wrk's SCRIPTING document: `request`).
fn script(requests: &[Vec<u8>]) -> Result<String> {
    let mut text = "local requests = {\n".to_owned();
    for request in requests {
        text.push_str("  \"");
        for byte in request {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'/' | b'-' | b':' | b'=' => {
                    text.push(char::from(*byte));
                }
                other => write!(text, "\\{other:03}")?,
            }
        }
        text.push_str("\",\n");
    }
    text.push_str("}\nlocal at = 0\nrequest = function()\n  at = at % #requests + 1\n  return requests[at]\nend\n");
    Ok(text)
}
