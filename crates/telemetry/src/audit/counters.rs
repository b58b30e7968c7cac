//! What the audit log counts.

use super::log::AuditError;
use super::reckoning::Belief;
use crate::metrics::{Counter, Gauge, Registry};

/// What tells that the clock is doubted.
const CLOCK_DOUBTED: &str = "btz_audit_clock_doubted";

#[derive(Debug)]
pub(super) struct Counters {
    pub(super) records: Counter,
    pub(super) groups: Counter,
    refused_busy: Counter,
    refused_disk: Counter,
    refused_other: Counter,
    failing: Gauge,
    damaged: Gauge,
    adopted: Gauge,
    pub(super) not_anchored: Counter,
    pub(super) retired: Counter,
    clock_leaps: Counter,
    clock_doubted: Gauge,
}

impl Counters {
    pub(super) fn new(registry: &Registry) -> Self {
        let refused = |reason| {
            let help = "Calls that were refused because their audit record could not be written.";
            registry.counter("btz_audit_refused_total", help, &[("reason", reason)])
        };
        Self {
            records: registry.counter(
                "btz_audit_records_total",
                "Records that were appended to the audit log.",
                &[],
            ),
            groups: registry.counter(
                "btz_audit_flushes_total",
                "Groups of audit records that were flushed to the disk.",
                &[],
            ),
            refused_busy: refused("busy"),
            refused_disk: refused("disk"),
            refused_other: refused("other"),
            failing: registry.gauge(
                "btz_audit_failing",
                "Whether the audit log could not be written last time: calls are refused.",
                &[],
            ),
            damaged: registry.gauge(
                "btz_audit_damages",
                "Places at the end of the audit log that did not verify when it was opened.",
                &[],
            ),
            adopted: registry.gauge(
                "btz_audit_adopted_records",
                "Records that no head had signed when the audit log was opened: a crash leaves some.",
                &[],
            ),
            not_anchored: registry.counter(
                "btz_audit_anchor_failures_total",
                "Times that the last signed head of the audit log could not be kept in the store.",
                &[],
            ),
            retired: registry.counter(
                "btz_audit_retired_segments_total",
                "Segments of the audit log that were deleted at the end of their retention.",
                &[],
            ),
            clock_leaps: registry.counter(
                "btz_audit_clock_leaps_total",
                "Times that the clock was so far ahead that the audit log's retention did not believe it.",
                &[],
            ),
            clock_doubted: registry.gauge(
                CLOCK_DOUBTED,
                "Whether the audit log gives up nothing by age, because the clock leapt ahead.",
                &[],
            ),
        }
    }

    pub(super) fn opened(&self, damages: usize, adopted: u64) {
        let shown = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.damaged.set(shown(damages as u64));
        self.adopted.set(shown(adopted));
    }

    pub(super) fn looked(&self, belief: Belief) {
        if matches!(belief, Belief::Leapt { .. }) {
            self.clock_leaps.increment();
        }
        self.clock_doubted.set(i64::from(belief.is_doubted()));
    }

    pub(super) fn appended(&self, records: usize) {
        self.records.add(records as u64);
        self.groups.increment();
        self.failing(false);
    }

    pub(super) fn failing(&self, failing: bool) {
        self.failing.set(i64::from(failing));
    }

    pub(super) fn refused(&self, error: &AuditError) {
        match error {
            AuditError::Busy => self.refused_busy.increment(),
            AuditError::Disk(_) => self.refused_disk.increment(),
            AuditError::Closed | AuditError::Store(_) | AuditError::TooLarge { .. } => {
                self.refused_other.increment();
            }
        }
    }

    pub(super) fn all_refused(&self) -> u64 {
        self.refused_busy.value() + self.refused_disk.value() + self.refused_other.value()
    }
}
