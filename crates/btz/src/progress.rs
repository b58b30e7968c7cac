//! A bar on a terminal's standard error for what takes longer than a second; elsewhere nothing.

use std::io::{IsTerminal, Write};
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

    /// So many bytes of so many.
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

fn bar(label: &str, done: u64, total: u64) -> String {
    let percent = (done.saturating_mul(100) / total.max(1)).min(100);
    let filled = usize::try_from(percent).unwrap_or_default() * WIDTH / 100;
    let (full, empty) = ("█".repeat(filled), "░".repeat(WIDTH - filled));
    let mib = |bytes: u64| bytes / (1024 * 1024);
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
        assert!(bar("x", 0, 0).contains("  0 %"));
    }
}
