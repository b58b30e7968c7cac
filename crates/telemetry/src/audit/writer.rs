//! Many callers wait, one thread writes their records in groups: while one group is being flushed
//! the next gathers, so a lone call waits for nothing but the disk and a busy disk is asked once
//! for many calls (group commit, as in DeWitt et al. 1984).

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use store::Key;
use tokio::sync::oneshot;

use super::appender::{Appended, Appender};
use super::chain::Kind;
use super::counters::Counters;
use super::folder::Folder;
use super::head::Head;
use super::log::AuditError;
use super::pace::Pace;
use super::recovery;

/// How many calls may wait for their record; the next one is refused.
pub const QUEUE_CALLS_MAX: usize = 32_768;
/// How many bytes of records may wait; what would be beyond is refused.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most bytes of one group; a single record may be larger.
pub const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most records of one group: so a crash leaves at most that many, and those since the last head,
/// without a head over them.
pub const GROUP_RECORDS_MAX: usize = 10_000;
/// Under load the next group gathers until as many wait as its pace wants, or this long since the last
/// was begun: a flush costs the processor as much as many records, and who waits for one comes back
/// with the next call.
pub const GATHER: Duration = Duration::from_millis(4);

/// One record that waits.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) body: Vec<u8>,
    /// The row that it was made from, to be removed from the store.
    pub(super) row: Option<Key>,
    pub(super) done: oneshot::Sender<Result<u64, AuditError>>,
}

impl Appended for Entry {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn body(&self) -> &[u8] {
        &self.body
    }

    fn has_row(&self) -> bool {
        self.row.is_some()
    }
}

/// Something that the log says of itself.
pub(super) struct Own(pub(super) Vec<u8>);

impl Appended for Own {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn body(&self) -> &[u8] {
        &self.0
    }

    fn has_row(&self) -> bool {
        false
    }
}

/// The last signed head that is durable in the log.
pub(super) type LastHead = Mutex<Option<Head>>;

/// What waits for the thread.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<Entry>,
    bytes: usize,
    is_open: bool,
    is_asleep: bool,
    /// How many it is woken for.
    wake_at: usize,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a record behind those that wait, or refuses it.
    pub(super) fn push(&self, entry: Entry) -> Result<(), AuditError> {
        let mut waiting = self.waiting();
        if !waiting.is_open {
            return Err(AuditError::Closed);
        }
        let bytes = waiting.bytes + entry.body.len();
        if waiting.entries.len() >= QUEUE_CALLS_MAX || bytes > QUEUE_BYTES_MAX {
            return Err(AuditError::Busy);
        }
        waiting.bytes = bytes;
        waiting.entries.push(entry);
        let wakes = waiting.is_asleep && waiting.entries.len() >= waiting.wake_at;
        if wakes {
            waiting.is_asleep = false;
        }
        drop(waiting);
        if wakes {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// From now on records are taken.
    pub(super) fn open(&self) {
        self.waiting().is_open = true;
    }

    /// From now on none are; the thread ends when it has written those that wait.
    pub(super) fn close(&self) {
        let mut waiting = self.waiting();
        waiting.is_open = false;
        waiting.is_asleep = false;
        drop(waiting);
        self.wake.notify_one();
    }

    /// What waits, at once or when something does; empty when a head is due, `None` when no more
    /// will come.
    fn take(&self, head_in: Option<Duration>) -> Option<Vec<Entry>> {
        let mut waiting = self.waiting();
        while waiting.entries.is_empty() && waiting.is_open {
            waiting.is_asleep = true;
            waiting.wake_at = 1;
            waiting = match head_in {
                None => self
                    .wake
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(time) => {
                    let woken = self.wake.wait_timeout(waiting, time);
                    let (waiting, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() && waiting.entries.is_empty() {
                        return Some(Vec::new());
                    }
                    waiting
                }
            };
        }
        waiting.is_asleep = false;
        if waiting.entries.is_empty() {
            return None;
        }
        waiting.bytes = 0;
        Some(std::mem::take(&mut waiting.entries))
    }

    /// Returns when so many wait, or after that time.
    fn gather(&self, records: usize, time: Duration) {
        let until = Instant::now() + time;
        let mut waiting = self.waiting();
        while waiting.entries.len() < records && waiting.is_open {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            waiting.is_asleep = true;
            waiting.wake_at = records;
            let woken = self.wake.wait_timeout(waiting, left);
            (waiting, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
        waiting.is_asleep = false;
    }
}

/// Starts the thread; it ends when the queue is closed and empty.
pub(super) fn start(
    appender: Appender,
    queue: Arc<Queue>,
    counters: Arc<Counters>,
    last: Arc<LastHead>,
) -> io::Result<JoinHandle<()>> {
    let publisher = Publisher::start(appender.folder().clone(), last)?;
    let thread = std::thread::Builder::new().name("audit".to_owned());
    queue.open();
    let at_queue = Arc::clone(&queue);
    let started = thread.spawn(move || {
        // However the thread ends, nobody waits for it.
        let _closes = Closes(&at_queue);
        write(appender, &at_queue, &counters, publisher);
    });
    if started.is_err() {
        queue.close();
    }
    started
}

/// Refuses who waits when the thread is gone.
struct Closes<'a>(&'a Queue);

impl Drop for Closes<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        waiting.is_open = false;
        // Their callers learn it by their senders' end.
        waiting.entries.clear();
        waiting.bytes = 0;
    }
}

fn write(mut appender: Appender, queue: &Queue, counters: &Counters, publisher: Publisher) {
    let mut pace = Pace::new();
    while let Some(entries) = queue.take(appender.head_is_due_in()) {
        if entries.is_empty() {
            append(&mut appender, Vec::new(), counters, &publisher);
            continue;
        }
        let records = entries.len();
        let begun = Instant::now();
        for group in groups(entries) {
            append(&mut appender, group, counters, &publisher);
        }
        let wanted = pace.came(records);
        if wanted > 1 {
            queue.gather(wanted, GATHER.saturating_sub(begun.elapsed()));
        }
    }
    // Whatever follows the head over this was written by nobody of ours.
    match appender.append(&[Own(recovery::closed(appender.now()))], true) {
        Ok((_, Some(head))) if head.signed.is_some() => publisher.publish(head),
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "audit: the last head cannot be written"),
    }
    publisher.finish();
}

/// Groups of at most [`GROUP_BYTES_MAX`] and [`GROUP_RECORDS_MAX`], each of one record at least.
fn groups(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut groups = Vec::new();
    let (mut group, mut bytes) = (Vec::with_capacity(entries.len()), 0);
    for entry in entries {
        let is_full = group.len() >= GROUP_RECORDS_MAX;
        if is_full || bytes + entry.body.len() > GROUP_BYTES_MAX && !group.is_empty() {
            groups.push(std::mem::take(&mut group));
            bytes = 0;
        }
        bytes += entry.body.len();
        group.push(entry);
    }
    groups.push(group);
    groups
}

fn append(appender: &mut Appender, group: Vec<Entry>, counters: &Counters, publisher: &Publisher) {
    // What the log says of itself counts once a signed head is over it.
    let head = group.iter().any(|entry| entry.kind == Kind::Event);
    match appender.append(&group, head) {
        Ok((first, head)) => {
            counters.appended(group.len());
            for (sequence, entry) in (first..).zip(group) {
                // A caller that went away needs no answer; its record is written all the same.
                drop(entry.done.send(Ok(sequence)));
            }
            if let Some(head) = head.filter(|head| head.signed.is_some()) {
                publisher.publish(head);
            }
        }
        Err(error) => {
            counters.failing(true);
            tracing::error!(
                %error,
                calls = group.len(),
                "audit: the log cannot be written; calls are refused until it can"
            );
            let error = AuditError::Disk(error.to_string().into());
            for entry in group {
                drop(entry.done.send(Err(error.clone())));
            }
        }
    }
}

/// Keeps the last signed head beside the segments, on a thread of its own: no call waits for it.
struct Publisher {
    last: Arc<LastHead>,
    shared: Arc<Published>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Published {
    next: Mutex<Option<Head>>,
    wake: Condvar,
    ends: AtomicBool,
}

impl Publisher {
    fn start(folder: Folder, last: Arc<LastHead>) -> io::Result<Self> {
        let shared = Arc::new(Published::default());
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("audit-head".to_owned());
        let thread = thread.spawn(move || of_thread.run(&folder))?;
        Ok(Self {
            last,
            shared,
            thread,
        })
    }

    fn publish(&self, head: Head) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(head.clone());
        *self.shared.next() = Some(head);
        self.shared.wake.notify_one();
    }

    fn finish(self) {
        {
            let _next = self.shared.next();
            self.shared.ends.store(true, Ordering::Relaxed);
        }
        self.shared.wake.notify_one();
        if self.thread.join().is_err() {
            tracing::error!("audit: a thread of it has panicked");
        }
    }
}

impl Published {
    fn next(&self) -> MutexGuard<'_, Option<Head>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, folder: &Folder) {
        loop {
            let head = {
                let mut next = self.next();
                while next.is_none() && !self.ends.load(Ordering::Relaxed) {
                    next = self.wake.wait(next).unwrap_or_else(PoisonError::into_inner);
                }
                match next.take() {
                    Some(head) => head,
                    None => return,
                }
            };
            if let Err(error) = folder.keep_head(&head) {
                tracing::warn!(%error, "audit: the last signed head cannot be kept");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_so_many_records_and_bytes_and_none_is_lost() {
        let entry = |bytes: usize| Entry {
            kind: Kind::Call,
            body: vec![b'x'; bytes],
            row: None,
            done: oneshot::channel().0,
        };
        let sizes =
            |entries: Vec<Entry>| -> Vec<usize> { groups(entries).iter().map(Vec::len).collect() };
        let many = (0..=2 * GROUP_RECORDS_MAX).map(|_| entry(2)).collect();
        assert_eq!(sizes(many), [GROUP_RECORDS_MAX, GROUP_RECORDS_MAX, 1]);
        let large = [GROUP_BYTES_MAX, 1, GROUP_BYTES_MAX - 1, 2 * GROUP_BYTES_MAX];
        assert_eq!(sizes(large.map(entry).into()), [1, 2, 1]);
    }
}
