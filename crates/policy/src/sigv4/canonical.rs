//! The canonical request, rebuilt from what will be executed, and the string to sign made of it.
//! Source: IAM User Guide, "Create a signed AWS API request", steps 1 to 3.

use aws_lc_rs::digest;

use types::hex;

use super::encoding::{decode, encode_into};
use super::presented::{CONTENT_SHA256, SECURITY_TOKEN_PARAMETER, SIGNATURE_PARAMETER};
use super::{ALGORITHM, Form, Presented, Rules, SignatureError, SignedRequestParts};

/// The canonical request's bytes (header values need not be text).
pub(super) fn request(
    request: &SignedRequestParts<'_>,
    presented: &Presented<'_>,
    rules: Rules,
) -> Result<Vec<u8>, SignatureError> {
    let payload_hash = sha256_hex(request.body);
    if let Some(claimed) = request.single_header(CONTENT_SHA256)?
        && claimed != payload_hash.as_bytes()
    {
        return Err(SignatureError::invalid(
            "The 'x-amz-content-sha256' header does not match the SHA-256 of the request's body.",
        ));
    }
    let mut canonical = Vec::with_capacity(1024);
    line(&mut canonical, request.method.as_bytes());
    line(&mut canonical, path(request.path, rules)?.as_bytes());
    line(&mut canonical, query(request, presented, rules).as_bytes());
    for name in &presented.signed_headers {
        canonical.extend_from_slice(name.as_bytes());
        canonical.push(b':');
        header(&mut canonical, request, name);
        canonical.push(b'\n');
    }
    canonical.push(b'\n');
    line(
        &mut canonical,
        presented.signed_headers.join(";").as_bytes(),
    );
    canonical.extend_from_slice(payload_hash.as_bytes());
    Ok(canonical)
}

/// Algorithm, time, scope and the canonical request's hash.
pub(super) fn string_to_sign(presented: &Presented<'_>, canonical: &[u8]) -> String {
    let Presented {
        time_text,
        date,
        region,
        service,
        ..
    } = presented;
    let hash = sha256_hex(canonical);
    let lines = [
        ALGORITHM,
        time_text,
        &[date, region.as_str(), service, "aws4_request"].join("/"),
        &hash,
    ];
    lines.join("\n")
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn path(raw: &str, rules: Rules) -> Result<String, SignatureError> {
    let broken = |reason| SignatureError::incomplete(format!("The request's path {reason}."));
    if !raw.starts_with('/') {
        return Err(broken("does not start with '/'"));
    }
    let decoded = decode(raw).ok_or_else(|| broken("holds a '%' without two hex digits"))?;
    if std::str::from_utf8(&decoded).is_err() {
        return Err(broken("is not UTF-8"));
    }
    let bytes = if rules.double_encode_path {
        raw.as_bytes()
    } else {
        &decoded
    };
    let bytes = if rules.normalize_path {
        &normalize(bytes)
    } else {
        bytes
    };
    let mut encoded = String::with_capacity(bytes.len());
    encode_into(&mut encoded, bytes, true);
    Ok(encoded)
}

/// RFC 3986, section 5.2.4, with repeated slashes made one.
fn normalize(path: &[u8]) -> Vec<u8> {
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut normal = vec![b'/'];
    normal.extend(segments.join(&b'/'));
    let ends_in_folder = [&b"/"[..], b"/.", b"/.."]
        .iter()
        .any(|end| path.ends_with(end));
    if ends_in_folder && normal.len() > 1 {
        normal.push(b'/');
    }
    normal
}

fn query(request: &SignedRequestParts<'_>, presented: &Presented<'_>, rules: Rules) -> String {
    let is_query_form = matches!(presented.form, Form::Query { .. });
    let signed = |name: &str| match name {
        SIGNATURE_PARAMETER => !is_query_form,
        SECURITY_TOKEN_PARAMETER => !rules.session_token_unsigned,
        _ => true,
    };
    let mut encoded: Vec<(String, String)> = request
        .query
        .iter()
        .filter(|(name, _)| signed(name))
        .map(|(name, value)| {
            let (mut encoded_name, mut encoded_value) = (String::new(), String::new());
            encode_into(&mut encoded_name, name.as_bytes(), false);
            encode_into(&mut encoded_value, value.as_bytes(), false);
            (encoded_name, encoded_value)
        })
        .collect();
    encoded.sort_unstable();
    let pairs: Vec<String> = encoded
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn line(canonical: &mut Vec<u8>, text: &[u8]) {
    canonical.extend_from_slice(text);
    canonical.push(b'\n');
}

/// All values of a header, trimmed, inner white space made one space, joined by commas.
fn header(canonical: &mut Vec<u8>, request: &SignedRequestParts<'_>, name: &str) {
    let values = request.headers.iter().filter(|(header, _)| *header == name);
    for (at, (_, value)) in values.enumerate() {
        if at > 0 {
            canonical.push(b',');
        }
        let words = value.split(u8::is_ascii_whitespace);
        for (at, word) in words.filter(|word| !word.is_empty()).enumerate() {
            if at > 0 {
                canonical.push(b' ');
            }
            canonical.extend_from_slice(word);
        }
    }
}
