//! `cargo xtask bench isolation`: what a healthy target group's requests take while others behind
//! the same edge are sick: refused, connected but silent, not even connected (a full backlog, so
//! that handshakes hang), or trickling. The same clients send the same requests at the same pace in
//! every round, but for those in which the healthy routes are alone; only whether the targets behind
//! the other paths are well changes, in turn.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::bench_edge::{
    Folder, build_edge, free_port, machine, median, start_edge, start_nginx, target_server,
    wait_for,
};
use crate::bench_rounds::Rounds;
use crate::bench_upgrades::{connect, exchange};
use crate::{prerequisites, shell};

/// How much longer the slowest of a hundred healthy requests may take beside sick target groups.
const BAR: f64 = 1.10;
const ROUNDS: usize = 10;
const SECONDS: u32 = 3;
/// Clients of the healthy route, and how often each sends a request.
const HEALTHY: usize = 8;
const HEALTHY_PERIOD: Duration = Duration::from_millis(8);
/// Clients of each of the other routes, how often each sends a request, and how long it waits.
const OTHERS: usize = 16;
const OTHERS_PERIOD: Duration = Duration::from_millis(250);
const OTHERS_PATIENCE: Duration = Duration::from_secs(2);
/// Between two bytes of a trickle, and how many there are.
const DRIP: Duration = Duration::from_millis(50);
const DRIPS: usize = 100;

/// What is behind the other paths.
const KINDS: [&str; 4] = ["refused", "silent", "unconnectable", "slow"];

/// What else there is while the healthy route is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Well,
    Sick,
}

const TURNS: [(Beside, &str); 3] = [
    (Beside::Nothing, "alone"),
    (Beside::Well, "beside well ones"),
    (Beside::Sick, "beside sick ones"),
];

/// Runs the bench. `--rounds N`, `--seconds N`; `--check` makes a missed bar a failure.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let options = Rounds::read(arguments, ROUNDS, SECONDS)?;
    prerequisites::for_bench()?;
    build_edge()?;
    let folder = Folder::new()?;
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let (load_cpu, edge_cpu) = ("0".to_owned(), (cpus - 1).to_string());
    let well = free_port()?;
    let _target = start_nginx(&folder, "target", &target_server(well), &load_cpu)?;
    wait_for(well)?;
    let sick = Sick::start()?;
    let wells = KINDS.map(|kind| format!("/well/{kind}"));
    let sicks = KINDS.map(|kind| format!("/sick/{kind}"));
    let mut paths: Vec<(&str, u16)> = wells.iter().map(|path| (path.as_str(), well)).collect();
    paths.extend(sicks.iter().map(String::as_str).zip(sick.ports));
    let (_edge, port) = start_edge(well, &paths, &edge_cpu)?;

    shell::say(&format!(
        "{HEALTHY} clients of the healthy route, a GET of 13 bytes each every {} ms; {OTHERS} clients of each of\n\
         {} other routes, every {} ms, who wait {} s at most; {} rounds of {} s each; edge on CPU {}, load and\n\
         targets everywhere; {}\n",
        HEALTHY_PERIOD.as_millis(),
        KINDS.len(),
        OTHERS_PERIOD.as_millis(),
        OTHERS_PATIENCE.as_secs(),
        options.rounds,
        options.seconds,
        cpus - 1,
        machine(cpus),
    ));
    let length = Duration::from_secs(options.seconds.into());
    // Pools are filled and sick targets known before anything counts.
    for beside in [Beside::Well, Beside::Sick] {
        measure(port, beside, length)?;
    }
    let mut seen: [Vec<Percentiles>; 3] = Default::default();
    for round in 0..options.rounds {
        for ((beside, name), seen) in TURNS.iter().zip(&mut seen) {
            let measured = measure(port, *beside, length)?;
            shell::say(&format!(
                "round {:>2} {name:<16}: p50 {:6.0} µs, p99 {:6.0} µs of {} requests; others: {}",
                round + 1,
                measured.p50,
                measured.p99,
                measured.requests,
                measured.others,
            ));
            seen.push(measured);
        }
    }
    report(&seen, options.check)
}

fn report(seen: &[Vec<Percentiles>; 3], check: bool) -> Result<()> {
    let of = |turn: &[Percentiles], part: fn(&Percentiles) -> f64| {
        median(&turn.iter().map(part).collect::<Vec<f64>>())
    };
    shell::say("\nmedians of the rounds:");
    for ((_, name), turn) in TURNS.iter().zip(seen) {
        let (p50, p99) = (of(turn, |seen| seen.p50), of(turn, |seen| seen.p99));
        shell::say(&format!("{name:<16} p50 {p50:6.0} µs, p99 {p99:6.0} µs"));
    }
    let [alone, well, sick] = seen;
    let ratio = |one: &[Percentiles], other: &[Percentiles]| {
        of(one, |seen| seen.p99) / of(other, |seen| seen.p99)
    };
    let ratios: Vec<f64> = sick.iter().zip(well).map(|(s, w)| s.p99 / w.p99).collect();
    let moved = ratio(sick, well);
    shell::say(&format!(
        "p99 beside sick ones: {moved:.2} times that beside well ones (median of the rounds' own ratios {:.2}), \
         {:.2} times that alone",
        median(&ratios),
        ratio(sick, alone),
    ));
    let verdict = if moved <= BAR { "met" } else { "missed" };
    let text = format!(
        "bar: p99 of healthy routes moves at most {:.0} % when others fall sick: {verdict}",
        (BAR - 1.0) * 100.0
    );
    ensure!(!check || moved <= BAR, text);
    shell::say(&text);
    Ok(())
}

/// What one round has shown.
struct Percentiles {
    p50: f64,
    p99: f64,
    requests: usize,
    /// What became of the other routes' requests.
    others: String,
}

#[derive(Default)]
struct Round {
    end: AtomicBool,
    micros: Mutex<Vec<f64>>,
    answered: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
}

impl Round {
    fn has_ended(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }
}

/// One round: the healthy route's clients, and those of the others as `beside` says.
fn measure(port: u16, beside: Beside, length: Duration) -> Result<Percentiles> {
    let round = Round::default();
    let shared = &round;
    let healthy = std::thread::scope(|scope| {
        let prefix = match beside {
            Beside::Nothing => None,
            Beside::Well => Some("/well/"),
            Beside::Sick => Some("/sick/"),
        };
        if let Some(prefix) = prefix {
            for kind in KINDS {
                for number in 0..OTHERS {
                    scope.spawn(move || others(shared, port, &format!("{prefix}{kind}"), number));
                }
            }
        }
        let clients: Vec<_> = (0..HEALTHY)
            .map(|number| scope.spawn(move || healthy(shared, port, number)))
            .collect();
        std::thread::sleep(length);
        round.end.store(true, Ordering::Relaxed);
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client panicked")))
            .collect::<Result<Vec<()>>>()
    });
    healthy?;
    let micros = round.micros.into_inner();
    let mut micros = micros.unwrap_or_else(PoisonError::into_inner);
    micros.sort_by(f64::total_cmp);
    let read = |count: AtomicU64| count.into_inner();
    Ok(Percentiles {
        p50: percentile(&micros, 50),
        p99: percentile(&micros, 99),
        requests: micros.len(),
        others: format!(
            "{} answered with 200, {} otherwise, {} not in time",
            read(round.answered),
            read(round.failed),
            read(round.given_up)
        ),
    })
}

/// The value that so many of a hundred do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

/// When a client's requests are due, so that clients do not all send at once.
fn pace(number: usize, of: usize, period: Duration) -> impl FnMut() {
    let offset = period.as_secs_f64() * number as f64 / of as f64;
    let mut due = Instant::now() + Duration::from_secs_f64(offset);
    move || {
        let now = Instant::now();
        std::thread::sleep(due.saturating_duration_since(now));
        // What was missed is not made up for in a burst.
        due = (due + period).max(now);
    }
}

/// Requests on one connection; each must be answered with 200.
fn healthy(round: &Round, port: u16, number: usize) -> Result<()> {
    let request = b"GET /healthy HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    let mut stream = connect(port)?;
    let mut wait = pace(number, HEALTHY, HEALTHY_PERIOD);
    let mut micros = Vec::new();
    while !round.has_ended() {
        wait();
        let began = Instant::now();
        let goes_on = exchange(&mut stream, request).context("the healthy route")?;
        micros.push(began.elapsed().as_secs_f64() * 1e6);
        if !goes_on {
            stream = connect(port)?;
        }
    }
    let all = round.micros.lock();
    all.unwrap_or_else(PoisonError::into_inner).extend(micros);
    Ok(())
}

/// Requests on connections of their own, whatever becomes of them.
fn others(round: &Round, port: u16, path: &str, number: usize) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
    let mut wait = pace(number, OTHERS, OTHERS_PERIOD);
    while !round.has_ended() {
        wait();
        let counted = match ask(port, request.as_bytes(), || round.has_ended()) {
            Ok(true) => &round.answered,
            Ok(false) => &round.failed,
            Err(_) => &round.given_up,
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether a request is answered with 200, whole and within the patience of its client.
fn ask(port: u16, request: &[u8], has_ended: impl Fn() -> bool) -> Result<bool> {
    let mut stream = connect(port)?;
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    stream.write_all(request)?;
    let began = Instant::now();
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        ensure!(
            began.elapsed() < OTHERS_PATIENCE && !has_ended(),
            "not in time"
        );
        match stream.read(&mut piece) {
            Ok(0) => return Ok(answer.starts_with(b"HTTP/1.1 200 ")),
            Ok(read) => answer.extend_from_slice(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Targets that are sick, each in its way, for as long as the bench runs.
struct Sick {
    /// In the order of [`KINDS`].
    ports: [u16; 4],
    /// What keeps the backlog of the unconnectable one full.
    _backlog: (TcpListener, Vec<TcpStream>),
}

impl Sick {
    fn start() -> Result<Self> {
        let refused = free_port()?;
        let silent = serve(|mut stream| {
            // It reads, and says nothing.
            let mut piece = [0; 1024];
            while matches!(stream.read(&mut piece), Ok(1..)) {}
        })?;
        let slow = serve(|mut stream| {
            let mut piece = [0; 1024];
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {DRIPS}\r\n\r\n");
            while matches!(stream.read(&mut piece), Ok(1..)) {
                let pieces = [head.as_bytes()].into_iter().chain([&b"x"[..]; DRIPS]);
                for piece in pieces {
                    if stream.write_all(piece).is_err() {
                        return;
                    }
                    std::thread::sleep(DRIP);
                }
            }
        })?;
        let (unconnectable, backlog) = full()?;
        Ok(Self {
            ports: [refused, silent, unconnectable, slow],
            _backlog: backlog,
        })
    }
}

/// A target that does so with each connection.
fn serve(connection: fn(TcpStream)) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || connection(stream));
        }
    });
    Ok(port)
}

/// A listener that nobody accepts from, with its backlog full: further handshakes hang.
fn full() -> Result<(u16, (TcpListener, Vec<TcpStream>))> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address: SocketAddr = listener.local_addr()?;
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
        ensure!(waiting.len() < 100_000, "a backlog does not get full");
    }
    Ok((address.port(), (listener, waiting)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_definition() {
        let values: Vec<f64> = (1..=200_u8).map(f64::from).collect();
        assert!((percentile(&values, 50) - 100.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 99) - 198.0).abs() < f64::EPSILON);
        assert!((percentile(&[7.0], 99) - 7.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 99).abs() < f64::EPSILON);
    }

    #[test]
    fn sick_targets_are_sick() {
        let sick = Sick::start().unwrap();
        let [refused, silent, unconnectable, slow] = sick.ports;
        let connected = |port: u16| {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            TcpStream::connect_timeout(&address, Duration::from_millis(300))
        };
        let error = connected(refused).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        let error = connected(unconnectable).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        for port in [silent, slow] {
            let never = || false;
            assert!(
                ask(port, b"GET / HTTP/1.1\r\n\r\n", never).is_err(),
                "in time"
            );
        }
    }
}
