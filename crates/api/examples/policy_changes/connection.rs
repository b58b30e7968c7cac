//! Kept connections of a client: to the API, whose calls it signs, and to a load balancer. As plain as
//! HTTP/1.1 allows, so that what is timed is the server.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use policy::sigv4::{self, Credentials, SignedRequestParts};
use serde_json::Value;
use types::{Region, Time};

const TIMEOUT: Duration = Duration::from_secs(60);

/// A kept connection.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)
            .with_context(|| format!("nothing answers at {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self {
            address,
            stream,
            buffer: Vec::new(),
        })
    }

    /// Sends a request and reads its answer: status and body.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let head_end = loop {
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
            self.fill()?;
        };
        let head = self.buffer.get(..head_end).unwrap_or_default();
        let head = std::str::from_utf8(head)?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.context("no status")?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        let length = field("content-length:").context("an answer without a length")?;
        let end = head_end + 4 + length.trim().parse::<usize>()?;
        let closes = field("connection:").is_some_and(|value| value.trim() == "close");
        while self.buffer.len() < end {
            self.fill()?;
        }
        let body = self.buffer.get(head_end + 4..end).unwrap_or_default();
        let body = body.to_vec();
        if closes {
            self.reopen()?;
        }
        Ok((status, body))
    }

    /// Begins anew.
    pub(crate) fn reopen(&mut self) -> Result<()> {
        *self = Self::open(self.address)?;
        Ok(())
    }

    fn fill(&mut self) -> Result<()> {
        let mut piece = [0; 16 * 1024];
        let count = loop {
            match self.stream.read(&mut piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        ensure!(count > 0, "{} closed the connection", self.address);
        self.buffer
            .extend_from_slice(piece.get(..count).unwrap_or_default());
        Ok(())
    }
}

/// A caller of the APIs.
pub(crate) struct Caller {
    connection: Connection,
    credentials: Credentials,
    region: Region,
}

impl Caller {
    pub(crate) fn new(api: SocketAddr, credentials: Credentials, region: Region) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(api)?,
            credentials,
            region,
        })
    }

    /// Calls an operation of a service that speaks awsJson1.1.
    pub(crate) fn json(
        &mut self,
        (service, target_prefix): (&str, &str),
        operation: &str,
        input: &Value,
    ) -> Result<Value> {
        let request = self.signed_json((service, target_prefix), operation, input)?;
        let body = self
            .answer(&request)
            .with_context(|| operation.to_owned())?;
        serde_json::from_slice(&body).context("the API answered no JSON")
    }

    /// A call of a service that speaks awsJson1.1 as it goes over the wire, signed for now.
    pub(crate) fn signed_json(
        &self,
        (service, target_prefix): (&str, &str),
        operation: &str,
        input: &Value,
    ) -> Result<Vec<u8>> {
        let more = [
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", format!("{target_prefix}.{operation}")),
        ];
        self.signed(service, &more, &input.to_string())
    }

    /// Calls an operation of a service that speaks awsQuery; answers its XML.
    pub(crate) fn form(&mut self, service: &str, form: &str) -> Result<String> {
        let form_type = "application/x-www-form-urlencoded; charset=utf-8";
        let request = self.signed(service, &[("content-type", form_type.to_owned())], form)?;
        Ok(String::from_utf8(self.answer(&request)?)?)
    }

    fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let (status, answer) = self.connection.exchange(request)?;
        if status != 200 {
            let answer = String::from_utf8_lossy(&answer);
            bail!("the API answered {status}: {answer}");
        }
        Ok(answer)
    }

    fn signed(
        &self,
        service: &str,
        more: &[(&'static str, String)],
        body: &str,
    ) -> Result<Vec<u8>> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let time = Time::from_millis(i64::try_from(since.as_millis())?);
        let mut headers = vec![
            ("host", self.connection.address.to_string()),
            ("x-amz-date", time.basic()),
        ];
        headers.extend_from_slice(more);
        let signed: Vec<(&str, &[u8])> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let parts = SignedRequestParts {
            method: "POST",
            path: "/",
            query: &[],
            headers: &signed,
            body: body.as_bytes(),
        };
        let authorization = sigv4::sign(&parts, &self.credentials, &self.region, service, time)?;
        headers.push(("authorization", authorization));
        headers.push(("content-length", body.len().to_string()));
        let mut request = "POST / HTTP/1.1\r\n".to_owned();
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n")?;
        }
        request.push_str("\r\n");
        request.push_str(body);
        Ok(request.into_bytes())
    }
}

/// The text of an answer's first element of that name.
pub(crate) fn element<'a>(answer: &'a str, name: &str) -> Result<&'a str> {
    let found = answer
        .split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once('<'));
    Ok(found.with_context(|| format!("no {name} in {answer}"))?.0)
}
