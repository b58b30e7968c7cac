//! The store's file: private, locked by one process, checked when it is opened.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::redb::{Database, DatabaseError};

use crate::StoreError;
use crate::redb::error::{explain, explain_io};
use crate::redb::format;

/// Memory for pages read. Control state is small, hot paths read a view, and the system caches the
/// file: more than this is memory that is kept twice.
const CACHE_BYTES: usize = 4 << 20;

/// Opens the file, or makes it (mode 0600, its directory 0700), and brings it to this program's
/// format. Reads all of it: damage is told here, not met later.
pub(super) fn open(path: &Path) -> Result<Database, StoreError> {
    prepare(path).map_err(|error| explain_io(&error, format!("{}: {error}", path.display())))?;
    // redb says of itself that it may panic on a file that was altered; that is the file's fault.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let opened = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .set_check_integrity_on_open(true)
            .create(path);
        let database = opened.map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
                StoreError::Locked {
                    path: path.to_owned(),
                    holder: holder(path),
                }
            }
            other => explain(other),
        })?;
        format::upgrade(&database)?;
        Ok(database)
    }));
    let opened = opened.unwrap_or_else(|panic| Err(StoreError::corrupt(panicked(&*panic))));
    opened.map_err(|error| at(path, error))
}

/// What a panic said.
pub(super) fn panicked(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the engine gave up: {}", text.unwrap_or("no reason given"))
}

fn prepare(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    let mode = file.metadata()?.mode() & 0o7777;
    if mode != 0o600 {
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
    }
    // The file's name, too, is to outlast a power cut.
    File::open(directory)?.sync_all()
}

/// Names the file in errors that do not.
fn at(path: &Path, error: StoreError) -> StoreError {
    let named = |reason| format!("{}: {reason}", path.display());
    match error {
        StoreError::Corrupt { reason } => StoreError::Corrupt {
            reason: named(reason),
        },
        StoreError::Full { reason } => StoreError::Full {
            reason: named(reason),
        },
        StoreError::Unavailable { reason } => StoreError::Unavailable {
            reason: named(reason),
        },
        other => other,
    }
}

/// The process that has the file locked, by proc(5)'s `/proc/locks`.
fn holder(path: &Path) -> String {
    find_holder(path).unwrap_or_else(|| "another process".to_owned())
}

fn find_holder(path: &Path) -> Option<String> {
    let file = fs::metadata(path).ok()?;
    let (major, minor) = (
        (file.dev() >> 8) & 0xfff,
        (file.dev() & 0xff) | ((file.dev() >> 12) & 0xf_ff00),
    );
    let inode = format!("{major:02x}:{minor:02x}:{}", file.ino());
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let pid = locks.lines().find_map(|lock| {
        // 1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF
        let fields: Vec<&str> = lock.split_whitespace().collect();
        let at = fields.iter().position(|field| *field == inode)?;
        let pid: u32 = fields.get(at.checked_sub(1)?)?.parse().ok()?;
        (pid > 0).then_some(pid)
    })?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(format!("process {pid} ({})", name.trim_end()))
}
