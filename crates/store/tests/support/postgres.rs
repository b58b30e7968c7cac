//! A PostgreSQL server of one's own: private data directory, free port, fsync on. Needs Debian's
//! package `postgresql`. Other crates' tests may include this file by `#[path]`.

use std::ffi::OsString;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    directory: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl Server {
    /// Makes a cluster and starts it.
    pub(crate) fn start() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("btz-postgres-")
            .tempdir()
            .unwrap();
        if let Some((user, group)) = unprivileged() {
            chown(directory.path(), Some(user), Some(group)).unwrap();
        }
        let output = command("initdb")
            .arg("--pgdata")
            .arg(directory.path().join("data"))
            .args([
                "--username=btz",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut server = Self {
            directory,
            port: 0,
            process: None,
        };
        // Between finding a free port and using it, another may take it.
        for _ in 0..5 {
            server.port = TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port();
            if server.run() {
                return server;
            }
        }
        panic!("PostgreSQL does not start: {}", server.log());
    }

    /// How to connect to it, as user `btz` in database `postgres`.
    pub(crate) fn url(&self) -> String {
        format!("host=127.0.0.1 port={} user=btz dbname=postgres", self.port)
    }

    /// As [`Server::url`], with tables in this schema (which must be there).
    pub(crate) fn url_in(&self, schema: &str) -> String {
        format!("{} options='-c search_path={schema}'", self.url())
    }

    /// Stops it at once, as a crash does: the next start recovers from the log.
    pub(crate) fn crash(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        // SIGQUIT is PostgreSQL's immediate shutdown; it takes its backends with it.
        let quit = Command::new("kill")
            .args(["-QUIT", &process.id().to_string()])
            .status();
        if !quit.is_ok_and(|status| status.success()) {
            drop(process.kill());
        }
        drop(process.wait());
    }

    /// Starts it again where it was.
    pub(crate) fn restart(&mut self) {
        assert!(
            self.run(),
            "PostgreSQL does not start again: {}",
            self.log()
        );
    }

    fn run(&mut self) -> bool {
        let log = std::fs::File::create(self.directory.path().join("log")).unwrap();
        let mut process = command("postgres")
            .arg("-D")
            .arg(self.directory.path().join("data"))
            .args(["-p", &self.port.to_string()])
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
            ])
            .args([
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "shared_buffers=16MB",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            if process.try_wait().unwrap().is_some() {
                return false;
            }
            let ready = Command::new(binary("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                self.process = Some(process);
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(process.kill());
        drop(process.wait());
        false
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.crash();
    }
}

/// PostgreSQL refuses to run as root: then its own user runs it. And it ends with the test, even
/// if that is killed.
fn command(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if let Some((user, group)) = unprivileged() {
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={group}"));
        command.arg("--clear-groups");
    }
    command.arg(binary(name)).current_dir("/");
    command
}

/// User and group of `postgres`, if this is root.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields[0] == "postgres").then(|| (fields[2].parse().unwrap(), fields[3].parse().unwrap()))
    });
    Some(user.expect("no user `postgres`: install PostgreSQL by `apt-get install postgresql`"))
}

/// A program of the newest PostgreSQL that is installed.
fn binary(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut programs: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let version = version.ok()?;
            let number = OsString::into_string(version.file_name())
                .ok()?
                .parse()
                .ok()?;
            let program = version.path().join("bin").join(name);
            Path::is_file(&program).then_some((number, program))
        })
        .collect();
    programs.sort();
    let (_, program) = programs.pop().unwrap_or_else(|| {
        panic!(
            "no /usr/lib/postgresql/*/bin/{name}: the PostgreSQL engine cannot be tested; \
             install it by `apt-get install postgresql` (`cargo xtask test` does)"
        )
    });
    program
}
