//! A bar on a terminal's standard error for what takes longer than a second; elsewhere nothing.

use std::io::{IsTerminal, Read, Write};
use std::time::{Duration, Instant};

/// What takes less needs no bar.
const AFTER: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(100);
const WIDTH: usize = 40;

/// How far something is.
pub(crate) struct Progress {
    label: &'static str,
    began: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn of(label: &'static str) -> Self {
        Self {
            label,
            began: Instant::now(),
            shown: None,
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// So many bytes of so many; 0 when that is not known.
    pub(crate) fn show(&mut self, done: u64, total: u64) {
        let since = self.shown.unwrap_or(self.began);
        let pause = if self.shown.is_some() { EVERY } else { AFTER };
        if !self.is_terminal || since.elapsed() < pause {
            return;
        }
        self.shown = Some(Instant::now());
        let text = format!("\r{}", bar(self.label, done, total));
        drop(std::io::stderr().write_all(text.as_bytes()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            // Clears the line.
            drop(std::io::stderr().write_all(b"\r\x1b[K"));
        }
    }
}

/// A stream whose bytes are shown as they pass.
pub(crate) struct Passing<T> {
    inner: T,
    progress: Progress,
    bytes: u64,
    bytes_total: u64,
}

impl<T> Passing<T> {
    /// `bytes_total` is 0 when it is not known.
    pub(crate) fn of(inner: T, label: &'static str, bytes_total: u64) -> Self {
        Self {
            inner,
            progress: Progress::of(label),
            bytes: 0,
            bytes_total,
        }
    }

    fn passed(&mut self, bytes: usize) {
        self.bytes += u64::try_from(bytes).unwrap_or_default();
        self.progress.show(self.bytes, self.bytes_total);
    }
}

impl<T: Read> Read for Passing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.passed(read);
        Ok(read)
    }
}

impl<T: Write> Write for Passing<T> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.passed(written);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn bar(label: &str, done: u64, total: u64) -> String {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    if total == 0 {
        return format!("{label} {} MiB", mib(done));
    }
    let percent = (done.saturating_mul(100) / total).min(100);
    let filled = usize::try_from(percent).unwrap_or_default() * WIDTH / 100;
    let (full, empty) = ("█".repeat(filled), "░".repeat(WIDTH - filled));
    format!(
        "{label} {full}{empty} {percent:3} %  {} of {} MiB",
        mib(done),
        mib(total)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        let mib = 1024 * 1024;
        assert!(bar("x", 0, 10 * mib).contains("  0 %  0 of 10 MiB"));
        assert!(bar("x", 5 * mib, 10 * mib).contains("█░"));
        assert!(bar("x", 11 * mib, 10 * mib).contains("100 %"));
        assert_eq!(bar("x", 3 * mib, 0), "x 3 MiB");
    }
}
