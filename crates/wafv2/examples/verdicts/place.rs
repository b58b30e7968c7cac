//! Requests as text with holes, and their rendering to the bytes that a client sends.
//!
//! `{{ENCODER+ENCODER}}` takes the payload, `{{ENCODER+ENCODER:TEXT}}` a text of its own, `{{random:N}}`,
//! `{{random-hex:N}}` and `{{random-base64:N}}` take N bytes of noise that is the same in every run.
//! What a client adds of itself (Host, User-Agent, Accept ...) is added where the text does not say
//! it; Content-Length always. Source: RFC 9112.

use anyhow::{Context, Result, bail, ensure};

use crate::encoder;

/// What a client says of itself in every request: header lines.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// A payload and how it is disguised before it is put into its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling<'a> {
    pub(crate) payload: &'a [u8],
    pub(crate) encoders: &'a [String],
    /// Instead of the encoder that the hole names.
    pub(crate) last: Option<&'a str>,
}

/// A request's bytes as they go over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) head: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// Renders a request. `seed` chooses noise.
pub(crate) fn render(
    text: &str,
    filling: Option<Filling<'_>>,
    client: &Client,
    host: &str,
    seed: u64,
) -> Result<Wire> {
    let (head_text, body_text) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut noise = Noise(seed);
    let head = fill(head_text, filling, &mut noise)?;
    let mut body = fill(body_text, filling, &mut noise)?;
    let mut lines = head.split(|byte| *byte == b'\n');
    let request_line = lines.next().context("there is no request line")?;
    let mut headers: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = colon
            .and_then(|colon| line.split_at_checked(colon))
            .with_context(|| format!("no header: `{}`", String::from_utf8_lossy(line)))?;
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        headers.push((name.to_vec(), value.to_vec()));
    }
    let has = |headers: &[(Vec<u8>, Vec<u8>)], wanted: &str| {
        headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    let introduced = has(&headers, "User-Agent");
    if !has(&headers, "Host") {
        headers.insert(0, (b"Host".to_vec(), host.as_bytes().to_vec()));
    }
    if !introduced {
        for (name, value) in &client.headers {
            if !has(&headers, name) {
                headers.push((name.clone().into_bytes(), value.clone().into_bytes()));
            }
        }
    }
    if is_multipart(&headers) {
        body = lines_end_with_crlf(&body);
    }
    let bodiless = request_line.starts_with(b"GET ") || request_line.starts_with(b"HEAD ");
    if !body.is_empty() || !bodiless {
        let length = body.len().to_string().into_bytes();
        headers.push((b"Content-Length".to_vec(), length));
    }
    let mut head = request_line.to_vec();
    head.extend_from_slice(b"\r\n");
    for (name, value) in headers {
        head.extend_from_slice(&[&name[..], b": ", &value, b"\r\n"].concat());
    }
    head.extend_from_slice(b"\r\n");
    Ok(Wire { head, body })
}

fn is_multipart(headers: &[(Vec<u8>, Vec<u8>)]) -> bool {
    headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case(b"content-type") && value.starts_with(b"multipart/")
    })
}

fn lines_end_with_crlf(body: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(body.len() + 16);
    let mut before = 0;
    for byte in body {
        if *byte == b'\n' && before != b'\r' {
            lines.push(b'\r');
        }
        lines.push(*byte);
        before = *byte;
    }
    lines
}

/// Fills the holes of a text.
fn fill(text: &str, filling: Option<Filling<'_>>, noise: &mut Noise) -> Result<Vec<u8>> {
    let mut filled = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.extend_from_slice(before.as_bytes());
        let (hole, behind) = split_hole(after).context("a hole has no end")?;
        rest = behind;
        match hole.split_once(':') {
            Some(("random", length)) => filled.extend(noise.bytes(length.parse()?)),
            Some(("random-hex", length)) => {
                filled.extend(encode("hex", &noise.bytes(length.parse()?))?);
            }
            Some(("random-base64", length)) => {
                filled.extend(encode("base64", &noise.bytes(length.parse()?))?);
            }
            Some(("random-base64url", length)) => {
                filled.extend(encode("base64url", &noise.bytes(length.parse()?))?);
            }
            Some((chain, text)) => {
                let mut bytes = text.as_bytes().to_vec();
                for name in chain.split('+') {
                    bytes = encode(name, &bytes)?;
                }
                filled.extend(bytes);
            }
            None => {
                let Some(filling) = filling else {
                    bail!("`{{{{{hole}}}}}` has nothing to be filled with");
                };
                let mut bytes = filling.payload.to_vec();
                for name in filling.encoders {
                    bytes = encode(name, &bytes)?;
                }
                let (before, last) = hole.rsplit_once('+').unwrap_or(("", hole));
                for name in before.split('+').filter(|name| !name.is_empty()) {
                    bytes = encode(name, &bytes)?;
                }
                filled.extend(encode(filling.last.unwrap_or(last), &bytes)?);
            }
        }
    }
    filled.extend_from_slice(rest.as_bytes());
    Ok(filled)
}

fn encode(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    encoder::apply(name, bytes).with_context(|| format!("there is no encoder `{name}`"))
}

/// What stands up to the `}}` that ends a hole, and what follows it. Braces within it are paired.
fn split_hole(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                let (hole, end) = text.split_at_checked(at)?;
                return Some((hole, end.strip_prefix("}}")?));
            }
            _ => {}
        }
    }
    None
}

/// Whether a text has a hole for a payload.
pub(crate) fn takes_a_payload(text: &str) -> Result<bool> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let (hole, behind) = split_hole(after).context("a hole has no end")?;
        if !hole.contains(':') {
            let known = hole.split('+').all(encoder::is_known);
            ensure!(known, "there is no encoder `{hole}`");
            return Ok(true);
        }
        rest = behind;
    }
    Ok(false)
}

/// Noise that is the same in every run: xorshift64*.
struct Noise(u64);

impl Noise {
    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut next = || {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            self.0.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
        };
        (0..count).map(|_| next()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, filling: Option<Filling<'_>>) -> String {
        let client = Client {
            name: "test".to_owned(),
            headers: vec![("User-Agent".to_owned(), "t/1".to_owned())],
        };
        let wire = render(text, filling, &client, "a.example", 1).unwrap();
        String::from_utf8([wire.head, wire.body].concat()).unwrap()
    }

    #[test]
    fn a_client_adds_what_the_text_does_not_say() {
        assert_eq!(
            rendered("GET / HTTP/1.1", None),
            "GET / HTTP/1.1\r\nHost: a.example\r\nUser-Agent: t/1\r\n\r\n"
        );
        assert_eq!(
            rendered(
                "POST / HTTP/1.1\nHost: b\nUser-Agent: u\n\na={{form:b c}}",
                None
            ),
            "POST / HTTP/1.1\r\nHost: b\r\nUser-Agent: u\r\nContent-Length: 5\r\n\r\na=b+c"
        );
    }

    #[test]
    fn a_payload_is_disguised_and_then_written_as_its_place_asks() {
        let encoders = ["url".to_owned()];
        let mut filling = Filling {
            payload: b"'",
            encoders: &encoders,
            last: None,
        };
        let text = "GET /?a={{url}} HTTP/1.1";
        assert!(rendered(text, Some(filling)).starts_with("GET /?a=%2527 "));
        filling.last = Some("raw");
        assert!(rendered(text, Some(filling)).starts_with("GET /?a=%27 "));
        assert!(takes_a_payload(text).unwrap());
        assert!(!takes_a_payload("GET /?a={{url:x}} HTTP/1.1").unwrap());
    }

    #[test]
    fn braces_within_a_hole_are_paired() {
        let text = "POST / HTTP/1.1\n\na={{form:{\"b\":{}}}}&c={{raw:{{d}}}}";
        assert!(rendered(text, None).ends_with("\r\n\r\na=%7B%22b%22%3A%7B%7D%7D&c={{d}}"));
    }

    #[test]
    fn noise_is_the_same_in_every_run() {
        let text = "GET /{{random-hex:8}} HTTP/1.1";
        assert_eq!(rendered(text, None), rendered(text, None));
    }
}
