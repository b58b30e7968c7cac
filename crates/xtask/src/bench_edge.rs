//! `cargo xtask bench edge`: what one small GET costs in CPU time, through the edge without rules
//! and through nginx and HAProxy as plain proxies. Same run, same load (wrk), same target, one
//! worker each, each in turn and several times over; the proxy has one CPU, load and target share
//! another.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::bench_rounds::Rounds;
use crate::{prerequisites, shell};

/// How much more than nginx the edge may take.
const BAR: f64 = 1.5;
const CONNECTIONS: &str = "32";
const ROUNDS: usize = 5;
const SECONDS: u32 = 4;

/// Runs the bench. `--rounds N`, `--seconds N`; `--check` makes a missed bar a failure.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let options = Rounds::read(arguments, ROUNDS, SECONDS)?;
    prerequisites::for_bench()?;
    build_edge()?;
    let folder = Folder::new()?;
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let (load_cpu, proxy_cpu) = ("0".to_owned(), (cpus - 1).to_string());

    let target_port = free_port()?;
    let _target = start_nginx(&folder, "target", &target_server(target_port), &load_cpu)?;
    wait_for(target_port)?;
    let proxies = [
        nginx(&folder, target_port, &proxy_cpu)?,
        haproxy(&folder, target_port, &proxy_cpu)?,
        edge(target_port, &proxy_cpu)?,
    ];

    shell::say(&conditions(cpus, &options)?);
    // Caches, pools and branch predictors are warm before anything counts.
    for proxy in &proxies {
        load(proxy, 1, &load_cpu)?;
    }
    let mut costs: Vec<Vec<f64>> = vec![Vec::new(); proxies.len()];
    for round in 0..options.rounds {
        for (proxy, costs) in proxies.iter().zip(&mut costs) {
            let before = cpu_seconds(proxy.server.0.id())?;
            let requests = load(proxy, options.seconds, &load_cpu)?;
            let seconds = cpu_seconds(proxy.server.0.id())? - before;
            let micros = seconds * 1e6 / requests;
            let rate = requests / f64::from(options.seconds);
            shell::say(&format!(
                "round {}: {:<8} {micros:6.1} µs CPU per request, {rate:8.0} requests/s",
                round + 1,
                proxy.name
            ));
            costs.push(micros);
        }
    }
    report(&proxies, &costs, options.check)
}

pub(crate) fn build_edge() -> Result<()> {
    let package = ["build", "--release", "--package", "edge"];
    shell::run(
        shell::cargo()
            .args(package)
            .args(["--example", "plain_proxy"]),
    )
}

fn report(proxies: &[Proxy], costs: &[Vec<f64>], check: bool) -> Result<()> {
    let base = costs.first().map(|costs| median(costs)).unwrap_or_default();
    ensure!(
        base > 0.0,
        "nginx used no CPU time: the rounds are too short"
    );
    shell::say("");
    let mut last = 0.0;
    for (proxy, costs) in proxies.iter().zip(costs) {
        let cost = median(costs);
        last = cost / base;
        shell::say(&format!(
            "{:<8} median {cost:6.1} µs CPU per request, {last:4.2} times nginx",
            proxy.name
        ));
    }
    let verdict = if last <= BAR { "met" } else { "missed" };
    let text = format!("bar: the edge takes at most {BAR} times nginx's CPU time: {verdict}");
    if check && last > BAR {
        bail!(text);
    }
    shell::say(&text);
    Ok(())
}

/// A proxy under test.
struct Proxy {
    name: &'static str,
    port: u16,
    server: Server,
}

/// A program that is ended when it is not needed any more.
pub(crate) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        if self.0.kill().and_then(|()| self.0.wait()).is_err() {
            shell::complain(&format!("process {} could not be ended", self.0.id()));
        }
    }
}

/// A folder for configurations and what the programs leave, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("bartizan-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            shell::complain(&format!("{} stays: {error}", self.0.display()));
        }
    }
}

fn start(cpu: &str, program: &str, arguments: &[&str]) -> Result<Server> {
    let child = Command::new("taskset")
        .args(["-c", cpu, program])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    Ok(Server(child))
}

pub(crate) fn start_nginx(folder: &Folder, name: &str, http: &str, cpu: &str) -> Result<Server> {
    let at = folder.0.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("  {kind}_temp_path {at}/{name}-{kind};\n"))
        .collect();
    let text = format!(
        "daemon off; master_process off; worker_processes 1;\n\
         pid {at}/{name}.pid; error_log {at}/{name}.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off; keepalive_requests 1000000000;\n{temporary}{http}}}\n"
    );
    let path = folder.write(&format!("{name}.conf"), &text)?;
    let path = path
        .to_str()
        .context("the temporary folder's name is no text")?;
    start(cpu, "nginx", &["-c", path])
}

pub(crate) fn target_server(port: u16) -> String {
    format!(
        "  server {{ listen 127.0.0.1:{port}; location / {{ return 200 \"hello, world\\n\"; }} }}\n"
    )
}

fn nginx(folder: &Folder, target: u16, cpu: &str) -> Result<Proxy> {
    let port = free_port()?;
    let http = format!(
        "  upstream target {{ server 127.0.0.1:{target}; keepalive 64; keepalive_requests 1000000000; }}\n\
         \x20 server {{ listen 127.0.0.1:{port}; location / {{\n\
         \x20   proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
         \x20   proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         \x20   proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Port $server_port;\n\
         \x20 }} }}\n"
    );
    let server = start_nginx(folder, "proxy", &http, cpu)?;
    wait_for(port)?;
    Ok(Proxy {
        name: "nginx",
        port,
        server,
    })
}

fn haproxy(folder: &Folder, target: u16, cpu: &str) -> Result<Proxy> {
    let port = free_port()?;
    let text = format!(
        "global\n  nbthread 1\n  maxconn 1024\n\
         defaults\n  mode http\n  option forwardfor\n  timeout connect 10s\n  timeout client 60s\n\
         \x20 timeout server 60s\n\
         frontend front\n  bind 127.0.0.1:{port}\n  http-request set-header X-Forwarded-Proto http\n\
         \x20 http-request set-header X-Forwarded-Port %[dst_port]\n  default_backend target\n\
         backend target\n  http-reuse always\n  server target 127.0.0.1:{target}\n"
    );
    let path = folder.write("haproxy.cfg", &text)?;
    let path = path
        .to_str()
        .context("the temporary folder's name is no text")?;
    let server = start(cpu, "haproxy", &["-db", "-f", path])?;
    wait_for(port)?;
    Ok(Proxy {
        name: "haproxy",
        port,
        server,
    })
}

fn edge(target: u16, cpu: &str) -> Result<Proxy> {
    let (server, port) = start_edge(target, &[], cpu)?;
    Ok(Proxy {
        name: "edge",
        port,
        server,
    })
}

/// The edge on a port of its own, and what is behind which path.
pub(crate) fn start_edge(target: u16, paths: &[(&str, u16)], cpu: &str) -> Result<(Server, u16)> {
    let port = free_port()?;
    let program = shell::target()?.join("release/examples/plain_proxy");
    let program = program
        .to_str()
        .context("the target folder's name is no text")?;
    let listen = format!("127.0.0.1:{port}");
    let mut arguments = vec![listen, format!("127.0.0.1:{target}")];
    arguments.extend(
        paths
            .iter()
            .map(|(path, port)| format!("{path}=127.0.0.1:{port}")),
    );
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = start(cpu, program, &arguments)?;
    wait_for(port)?;
    Ok((server, port))
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

pub(crate) fn wait_for(port: u16) -> Result<()> {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(
            began.elapsed() < Duration::from_secs(10),
            "nothing listens on port {port} after 10 s"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Puts load on a proxy and answers how many requests it served. One that fails fails the bench.
fn load(proxy: &Proxy, seconds: u32, cpu: &str) -> Result<f64> {
    let url = format!("http://127.0.0.1:{}/", proxy.port);
    let text = shell::output(
        Command::new("taskset")
            .args(["-c", cpu, "wrk", "-t1", "-c", CONNECTIONS])
            .arg(format!("-d{seconds}s"))
            .arg(url),
    )?;
    requests(&text).with_context(|| proxy.name.to_owned())
}

/// How many requests wrk says were answered well. One that was not is an error.
pub(crate) fn requests(text: &str) -> Result<f64> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        bail!("requests failed:\n{text}");
    }
    let line = text.lines().find(|line| line.contains(" requests in "));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.with_context(|| format!("wrk printed no count:\n{text}"))?;
    Ok(number.parse::<f64>()?)
}

/// User and system time of a process, all threads together (proc(5), fields 14 and 15; a tick is 10 ms
/// on every Linux of today).
pub(crate) fn cpu_seconds(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = text
        .rsplit_once(')')
        .context("/proc/PID/stat has no name")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || -> Result<f64> {
        Ok(fields
            .next()
            .context("/proc/PID/stat is too short")?
            .parse()?)
    };
    Ok((next()? + next()?) / 100.0)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// What it is measured on, and what else runs there.
pub(crate) fn machine(cpus: usize) -> String {
    let read = |path: &str| fs::read_to_string(Path::new(path)).unwrap_or_default();
    let information = read("/proc/cpuinfo");
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1))
        .unwrap_or("unknown CPU");
    format!(
        "{cpus} × {model}, Linux {}, load average before {}",
        read("/proc/sys/kernel/osrelease").trim(),
        read("/proc/loadavg").split(' ').next().unwrap_or_default(),
    )
}

fn conditions(cpus: usize, options: &Rounds) -> Result<String> {
    let version = |program: &str, flag: &str| -> Result<String> {
        let output = Command::new(program).arg(flag).output()?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok(text.lines().next().unwrap_or_default().to_owned())
    };
    Ok(format!(
        "GET of 13 bytes, wrk -t1 -c{CONNECTIONS}, {} rounds of {} s; proxy on CPU {}, load and target on CPU 0\n\
         {}\n{}; {}; edge: release build, one thread, mimalloc\n",
        options.rounds,
        options.seconds,
        cpus - 1,
        machine(cpus),
        version("nginx", "-v")?,
        version("haproxy", "-v")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(&[]).abs() < f64::EPSILON);
    }

    #[test]
    fn a_process_has_used_cpu_time() {
        assert!(cpu_seconds(std::process::id()).unwrap() >= 0.0);
    }
}
