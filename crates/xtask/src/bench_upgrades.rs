//! `cargo xtask bench upgrades`: 20 upgrades of a running btz during 1,000,000 requests, none of
//! which may fail. Clients keep connections, make new ones, send bodies and speak HTTP/2; none of
//! them tries anything again, but for what HTTP/2 says was not served (RFC 9113, section 6.8). wrk
//! is there as a witness that is not ours.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::bench_edge::{Folder, free_port, start_nginx, target_server, wait_for};
use crate::{prerequisites, shell};

const REQUESTS: u64 = 1_000_000;
const UPGRADES: u64 = 20;
/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Requests at once on an HTTP/2 connection.
const STREAMS: u32 = 10;
/// Requests on one HTTP/2 connection.
const STREAMS_MAX: u32 = 20_000;
/// After so many there is nothing more to learn.
const FAILURES_MAX: usize = 100;
const WITNESS_SECONDS: u32 = 5;

/// Runs the bench. `--requests N`, `--upgrades N`.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let (requests, upgrades) = options(arguments)?;
    prerequisites::for_bench()?;
    let program = program()?;
    let folder = Folder::new()?;
    let target = free_port()?;
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let all = format!("0-{}", cpus - 1);
    let _target = start_nginx(&folder, "target", &target_server(target), &all)?;
    wait_for(target)?;
    let data = folder.path().join("data");
    let port = free_port()?;
    let mut serving = Serving::start(&program, &data, target, port)?;
    wait_for(port)?;

    let load = Load::default();
    let began = Instant::now();
    let upgraded = std::thread::scope(|scope| {
        for client in [
            kept, kept, kept, fresh, fresh, posting, http2, http2, witness,
        ] {
            let load = &load;
            scope.spawn(move || {
                while !load.has_ended() {
                    if let Err(error) = client(load, port) {
                        load.fail(format!("{error:#}"));
                    }
                }
            });
        }
        let upgraded = upgrade_all(&load, &mut serving, &program, &data, requests, upgrades);
        load.end.store(true, Ordering::Relaxed);
        upgraded
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let failures = load.failures.into_inner();
    let failures = failures.unwrap_or_else(PoisonError::into_inner);
    let total: u64 = load.answered.iter().map(|(_, count)| read(count)).sum();
    for (name, count) in &load.answered {
        shell::say(&format!("{:>9} {name}", read(count)));
    }
    let slowest = read(&load.slowest_micros) / 1000;
    let longest = upgraded.iter().max().copied().unwrap_or_default();
    shell::say(&format!(
        "{total} requests answered with 200 in {seconds:.0} s ({:.0}/s) on {cpus} CPUs during {} upgrades; \
         {} failed\nan upgrade took at most {} ms, an answer at most {slowest} ms; \
         {} HTTP/2 requests were told to go elsewhere and went",
        total as f64 / seconds,
        upgraded.len(),
        failures.len(),
        longest.as_millis(),
        read(&load.sent_elsewhere),
    ));
    for failure in failures.iter().take(20) {
        shell::complain(failure);
    }
    ensure!(failures.is_empty(), "bar: no request fails: missed");
    shell::say("bar: no request fails: met");
    Ok(())
}

/// The release build, or what `BTZ_BINARY` names, as in the tests.
fn program() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("BTZ_BINARY") {
        return Ok(program.into());
    }
    shell::run(shell::cargo().args(["build", "--release", "--package", "btz"]))?;
    Ok(shell::target()?.join("release/btz"))
}

fn options<S: AsRef<str>>(arguments: &[S]) -> Result<(u64, u64)> {
    let (mut requests, mut upgrades) = (REQUESTS, UPGRADES);
    let mut arguments = arguments.iter().map(AsRef::as_ref);
    while let Some(argument) = arguments.next() {
        let number = arguments.next().context("a number is missing")?.parse()?;
        match argument {
            "--requests" => requests = number,
            "--upgrades" => upgrades = number,
            other => bail!("no option `{other}`: --requests N, --upgrades N"),
        }
    }
    Ok((requests, upgrades))
}

/// Upgrades at even distances, until all requests are answered; answers how long each took.
fn upgrade_all(
    load: &Load,
    serving: &mut Serving,
    program: &Path,
    data: &Path,
    requests: u64,
    upgrades: u64,
) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    for number in 1..=upgrades {
        load.wait_for(requests * number / (upgrades + 1));
        let began = Instant::now();
        let answer = shell::output(
            Command::new(program)
                .args(["upgrade", "--output", "json", "--data"])
                .arg(data),
        )?;
        let answer: serde_json::Value = serde_json::from_str(&answer)?;
        let process = answer.get("pid").and_then(serde_json::Value::as_u64);
        let process = process.with_context(|| format!("btz upgrade answered {answer}"))?;
        serving.process = process.to_string();
        took.push(began.elapsed());
        shell::say(&format!(
            "upgrade {number}: process {process} serves after {} ms, {} requests so far",
            began.elapsed().as_millis(),
            load.total()
        ));
    }
    load.wait_for(requests);
    Ok(took)
}

/// The process that serves; it is ended when this is dropped.
struct Serving {
    process: String,
}

impl Serving {
    fn start(program: &Path, data: &Path, target: u16, port: u16) -> Result<Self> {
        let any = ["--api", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data"];
        let child = Command::new(program)
            .arg("protect")
            .arg(format!("http://127.0.0.1:{target}"))
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(any)
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self {
            process: child.id().to_string(),
        })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if shell::run(Command::new("kill").arg(&self.process)).is_err() {
            shell::complain(&format!("process {} could not be ended", self.process));
        }
    }
}

/// What the clients have seen.
struct Load {
    end: AtomicBool,
    answered: [(&'static str, AtomicU64); 5],
    slowest_micros: AtomicU64,
    sent_elsewhere: AtomicU64,
    failures: Mutex<Vec<String>>,
}

const KEPT: usize = 0;
const FRESH: usize = 1;
const POSTING: usize = 2;
const HTTP2: usize = 3;
const WITNESS: usize = 4;

impl Default for Load {
    fn default() -> Self {
        let names = [
            "over kept connections",
            "over new connections",
            "with a body",
            "over HTTP/2",
            "by wrk",
        ];
        Self {
            end: AtomicBool::new(false),
            answered: names.map(|name| (name, AtomicU64::new(0))),
            slowest_micros: AtomicU64::new(0),
            sent_elsewhere: AtomicU64::new(0),
            failures: Mutex::default(),
        }
    }
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

impl Load {
    fn has_ended(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }

    fn total(&self) -> u64 {
        self.answered.iter().map(|(_, count)| read(count)).sum()
    }

    fn wait_for(&self, requests: u64) {
        while self.total() < requests && !self.has_ended() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn count(&self, client: usize, number: u64, began: Instant) {
        if let Some((_, count)) = self.answered.get(client) {
            count.fetch_add(number, Ordering::Relaxed);
        }
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.slowest_micros.fetch_max(micros, Ordering::Relaxed);
    }

    fn fail(&self, why: String) {
        let failures = self.failures.lock();
        let mut failures = failures.unwrap_or_else(PoisonError::into_inner);
        failures.push(why);
        if failures.len() >= FAILURES_MAX {
            self.end.store(true, Ordering::Relaxed);
        }
    }
}

pub(crate) fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).context("cannot connect")?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

const GET: &str = "GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n";

/// Requests on one connection, until an answer says that it was the last.
fn kept(load: &Load, port: u16) -> Result<()> {
    let mut stream = connect(port)?;
    let request = format!("{GET}\r\n");
    while !load.has_ended() {
        let began = Instant::now();
        let goes_on = exchange(&mut stream, request.as_bytes()).context("a kept connection")?;
        load.count(KEPT, 1, began);
        if !goes_on {
            break;
        }
    }
    Ok(())
}

fn fresh(load: &Load, port: u16) -> Result<()> {
    let began = Instant::now();
    let request = format!("{GET}Connection: close\r\n\r\n");
    exchange(&mut connect(port)?, request.as_bytes()).context("a new connection")?;
    load.count(FRESH, 1, began);
    Ok(())
}

fn posting(load: &Load, port: u16) -> Result<()> {
    let mut stream = connect(port)?;
    let body = format!("{{\"name\":\"Ada\",\"note\":\"{}\"}}", "x".repeat(8000));
    let request = format!(
        "POST /form HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    while !load.has_ended() {
        let began = Instant::now();
        let goes_on = exchange(&mut stream, request.as_bytes()).context("a request with a body")?;
        load.count(POSTING, 1, began);
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// One request and its whole answer, which must be 200; whether the connection goes on.
pub(crate) fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<bool> {
    stream.write_all(request).context("cannot send")?;
    let mut answer = Vec::with_capacity(1024);
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
            let length = field("Content-Length: ").context("an answer without length")?;
            if body.len() >= length.parse()? {
                ensure!(head.starts_with("HTTP/1.1 200 "), "answered: {head}");
                return Ok(field("Connection: ") != Some("close"));
            }
        }
        drop(text);
        let bytes = stream.read(&mut piece).context("no answer")?;
        ensure!(bytes > 0, "closed after {} bytes of answer", answer.len());
        answer.extend_from_slice(piece.get(..bytes).unwrap_or_default());
    }
}

const HEADERS: u8 = 1;
const DATA: u8 = 0;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_STREAM_AND_HEADERS: u8 = 5;

/// Several requests at once on one connection, until the server says that it leaves.
fn http2(load: &Load, port: u16) -> Result<()> {
    let mut stream = connect(port)?;
    let mut hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    hello.extend(frame(SETTINGS, 0, 0, b""));
    // As much as there can be: answers are small, and nobody is to wait for a window.
    hello.extend(frame(WINDOW_UPDATE, 0, 0, &0x7fff_0000_u32.to_be_bytes()));
    stream.write_all(&hello).context("HTTP/2: cannot send")?;
    let mut next = 1;
    while !load.has_ended() && next < STREAMS_MAX {
        let began = Instant::now();
        let ids: Vec<u32> = (0..STREAMS).map(|number| next + 2 * number).collect();
        next += 2 * STREAMS;
        let batch: Vec<u8> = ids
            .iter()
            .flat_map(|id| frame(HEADERS, END_STREAM_AND_HEADERS, *id, &get_block()))
            .collect();
        stream.write_all(&batch).context("HTTP/2: cannot send")?;
        let seen = answers(&mut stream, ids).context("HTTP/2")?;
        load.count(HTTP2, seen.answered, began);
        load.sent_elsewhere
            .fetch_add(seen.not_served, Ordering::Relaxed);
        if seen.leaves {
            break;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    answered: u64,
    /// The server said that it does not serve them.
    not_served: u64,
    leaves: bool,
}

/// Reads until every one of `open` is answered, or is none that the server serves.
fn answers(stream: &mut TcpStream, mut open: Vec<u32>) -> Result<Seen> {
    let mut seen = Seen::default();
    while !open.is_empty() {
        let mut head = [0; 9];
        let left = open.len();
        let read = stream.read_exact(&mut head);
        read.with_context(|| format!("{left} requests were not answered"))?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload)?;
        let id = u32::from_be_bytes(id);
        match kind {
            // RFC 7541: `:status: 200` is entry 8 of the static table; a size update may precede.
            HEADERS => {
                let status = payload.iter().find(|byte| **byte & 0xe0 != 0x20);
                ensure!(status == Some(&0x88), "status {status:x?} on stream {id}");
            }
            RESET => bail!("stream {id} was reset: {payload:x?}"),
            SETTINGS if flags & ACK == 0 => stream.write_all(&frame(SETTINGS, ACK, 0, b""))?,
            PING if flags & ACK == 0 => stream.write_all(&frame(PING, ACK, 0, &payload))?,
            GOAWAY => {
                seen.leaves = true;
                let (last, rest) = payload.split_first_chunk().context("GOAWAY is short")?;
                let (error, _) = rest.split_first_chunk().context("GOAWAY is short")?;
                let (last, error) = (u32::from_be_bytes(*last), u32::from_be_bytes(*error));
                ensure!(error == 0, "GOAWAY with error {error}");
                let before = open.len();
                open.retain(|id| *id <= last);
                seen.not_served += (before - open.len()) as u64;
            }
            _ => {}
        }
        if (kind == HEADERS || kind == DATA) && flags & END_STREAM != 0 {
            let before = open.len();
            open.retain(|other| *other != id);
            seen.answered += (before - open.len()) as u64;
        }
    }
    Ok(seen)
}

fn frame(kind: u8, flags: u8, id: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len())
        .unwrap_or_default()
        .to_be_bytes();
    let mut frame = vec![a, b, c, kind, flags];
    frame.extend(id.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// `GET /` as a header block: static entries, and two literals that are not remembered.
fn get_block() -> Vec<u8> {
    let mut block = vec![0x82, 0x86, 0x84];
    for (name, value) in [(0x01, "shop.example"), (0x0f, "Mozilla/5.0")] {
        block.push(name);
        if name == 0x0f {
            // 58, `user-agent`: what the prefix of four bits does not hold follows.
            block.push(58 - 15);
        }
        block.push(u8::try_from(value.len()).unwrap_or_default());
        block.extend_from_slice(value.as_bytes());
    }
    block
}

/// wrk for some seconds, over connections that it keeps.
fn witness(load: &Load, port: u16) -> Result<()> {
    let began = Instant::now();
    let text = shell::output(
        Command::new("wrk")
            .args(["-t1", "-c4", &format!("-d{WITNESS_SECONDS}s")])
            .args(["-H", "User-Agent: Mozilla/5.0"])
            .arg(format!("http://127.0.0.1:{port}/")),
    )?;
    let trouble = |line: &&str| line.contains("Socket errors") || line.contains("Non-2xx");
    if let Some(line) = text.lines().find(trouble) {
        bail!("wrk: {}", line.trim());
    }
    let line = text.lines().find(|line| line.contains(" requests in "));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.with_context(|| format!("wrk printed no count:\n{text}"))?;
    let pause = Duration::from_secs(WITNESS_SECONDS.into());
    // The time that it was asked to take is no answer's.
    load.count(WITNESS, number.parse()?, began + pause.min(began.elapsed()));
    Ok(())
}
