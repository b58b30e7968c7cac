//! A backup, as `btz backup verify` and `restore` read it: before its signature is seen, nothing of it is
//! believed, and what is given out keeps to its limits.

use backup::{BackupError, FileName, KEY_BYTES_MAX, Row, Sink, VALUE_BYTES_MAX, read};

#[derive(Default)]
struct Judge {
    last: Option<String>,
    file: Option<FileName>,
}

impl Sink for Judge {
    fn row(&mut self, row: Row<'_>) -> Result<(), BackupError> {
        assert!(row.key.len() <= KEY_BYTES_MAX && row.value.len() <= VALUE_BYTES_MAX);
        assert!(self.file.is_none(), "rows come before files");
        assert!(self.last.as_deref().is_none_or(|last| last < row.key));
        self.last = Some(row.key.to_owned());
        Ok(())
    }

    fn file(&mut self, name: &FileName) -> Result<(), BackupError> {
        assert!(name.is_safe(), "{name:?} leads elsewhere");
        assert!(self.file.as_ref().is_none_or(|last| last < name));
        self.file = Some(name.clone());
        Ok(())
    }
}

pub(super) fn run(bytes: &[u8]) {
    if let Ok(verified) = read(bytes, &mut Judge::default()) {
        assert_eq!(
            usize::try_from(verified.bytes),
            Ok(bytes.len()),
            "every byte was read"
        );
    }
}
