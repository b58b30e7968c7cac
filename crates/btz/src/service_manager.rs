//! What the service manager is told, by the protocol of sd_notify(3) and sd_watchdog_enabled(3):
//! datagrams to `NOTIFY_SOCKET`. Without it nothing is told.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tokio::task::JoinHandle;

/// The address of a notification socket: a path, or `@` and an abstract name.
fn address(text: &std::ffi::OsStr) -> std::io::Result<SocketAddr> {
    match text.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(text),
    }
}

/// Tells `text`, lines of `NAME=value`. That nobody listens is no error of ours.
fn tell(text: &str) {
    let Some(to) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let told =
        address(&to).and_then(|to| UnixDatagram::unbound()?.send_to_addr(text.as_bytes(), &to));
    if let Err(error) = told {
        tracing::warn!(%error, "the service manager could not be told: {text}");
    }
}

/// A status is one line.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// It serves.
pub(crate) fn ready(status: &str) {
    tell(&format!("READY=1\nSTATUS={}", line(status)));
}

/// It reloads, which ends with [`ready`].
pub(crate) fn reloading(status: &str) {
    tell(&format!("RELOADING=1\nSTATUS={}", line(status)));
}

/// Another process is the service from now on.
pub(crate) fn main_process(pid: u32) {
    tell(&format!("MAINPID={pid}"));
}

/// It stops.
pub(crate) fn stopping() {
    tell("STOPPING=1\nSTATUS=finishing what is in flight");
}

/// Half the time within which the service manager wants a sign of life; `None` if it wants none of
/// this process.
fn watchdog_every() -> Option<Duration> {
    let is_ours = match std::env::var("WATCHDOG_PID") {
        Ok(pid) => pid.parse() == Ok(std::process::id()),
        Err(_) => true,
    };
    let within: u64 = std::env::var("WATCHDOG_USEC").ok()?.parse().ok()?;
    (is_ours && within > 1).then(|| Duration::from_micros(within / 2))
}

/// Gives the signs of life that the service manager wants, from a task of the runtime that serves:
/// when it no longer gets a turn, nothing else does.
pub(crate) fn watch_over_us() -> Option<JoinHandle<()>> {
    let mut every = tokio::time::interval(watchdog_every()?);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    Some(tokio::spawn(async move {
        loop {
            every.tick().await;
            tell("WATCHDOG=1");
        }
    }))
}
