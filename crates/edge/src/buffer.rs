//! Bytes on their way: read and not taken yet, or queued and not written yet.

use crate::limits::BODY_PIECE_BYTES;

/// What a read buffer begins with, and shrinks to between messages.
const INPUT_BYTES: usize = 4 * 1024;
/// Writes up to this much are gathered until they are flushed.
pub(crate) const OUTPUT_BYTES: usize = 16 * 1024;

/// Bytes read: `taken..filled` were not taken yet.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    taken: usize,
    filled: usize,
}

impl Input {
    pub(crate) fn unread(&self) -> &[u8] {
        self.bytes.get(self.taken..self.filled).unwrap_or_default()
    }

    /// Takes `bytes` of what was read.
    pub(crate) fn take(&mut self, bytes: usize) {
        self.taken = self.filled.min(self.taken.saturating_add(bytes));
    }

    /// Room to read into. Grows while a head fills it: framing refuses one that is too large.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        if self.taken == self.filled {
            self.taken = 0;
            self.filled = 0;
        }
        if self.filled == self.bytes.len() && self.taken > 0 {
            self.bytes.copy_within(self.taken..self.filled, 0);
            self.filled -= self.taken;
            self.taken = 0;
        }
        if self.filled == self.bytes.len() {
            let grown = (self.bytes.len() * 2).max(INPUT_BYTES);
            self.bytes.resize(grown, 0);
        }
        let end = self.bytes.len().min(self.filled + BODY_PIECE_BYTES);
        self.bytes.get_mut(self.filled..end).unwrap_or_default()
    }

    /// `bytes` were read into the room.
    pub(crate) fn fill(&mut self, bytes: usize) {
        self.filled = self.bytes.len().min(self.filled.saturating_add(bytes));
    }

    /// A body comes: a larger buffer saves system calls.
    pub(crate) fn widen(&mut self) {
        if self.bytes.len() < BODY_PIECE_BYTES {
            self.bytes.resize(BODY_PIECE_BYTES, 0);
        }
    }

    /// Gives memory back that a large message took.
    pub(crate) fn shrink(&mut self) {
        if self.taken == self.filled && self.bytes.len() > INPUT_BYTES {
            *self = Self::default();
        }
    }
}

/// Bytes queued to be written.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    written: usize,
}

impl Output {
    pub(crate) fn unwritten(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// `bytes` of the unwritten ones were written.
    pub(crate) fn wrote(&mut self, bytes: usize) {
        self.written = self.written.saturating_add(bytes);
        if self.written >= self.bytes.len() {
            self.bytes.clear();
            self.written = 0;
        } else if self.written > OUTPUT_BYTES {
            // Whoever keeps queueing must not make it grow without end.
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }

    pub(crate) fn shrink(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > INPUT_BYTES {
            self.bytes = Vec::new();
        }
    }
}

/// Appends a number in a radix of at most 16, without allocating.
pub(crate) fn push_number(bytes: &mut Vec<u8>, mut number: u64, radix: u64) {
    let from = bytes.len();
    loop {
        let digit = number.checked_rem(radix).unwrap_or(0);
        let digit = u8::try_from(digit).unwrap_or(0);
        bytes.push(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        });
        number = number.checked_div(radix).unwrap_or(0);
        if number == 0 {
            break;
        }
    }
    if let Some(digits) = bytes.get_mut(from..) {
        digits.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_taken_in_order_and_room_is_found() {
        let mut input = Input::default();
        let mut read = Vec::new();
        let mut next = 0_u8;
        for round in 0..2_000_usize {
            let room = input.room();
            let filled = room.len().min(round % 700 + 1);
            for byte in &mut room[..filled] {
                *byte = next;
                next = next.wrapping_add(1);
            }
            input.fill(filled);
            let taken = input.unread().len().min(round * 31 % 600);
            read.extend_from_slice(&input.unread()[..taken]);
            input.take(taken);
        }
        assert!(read.len() > 100_000);
        let counts_up = |pair: &[u8]| pair[1] == pair[0].wrapping_add(1);
        assert!(read.windows(2).all(counts_up));
    }

    #[test]
    fn numbers_are_written_as_format_writes_them() {
        for number in [0, 1, 9, 10, 255, 4096, u64::MAX] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number, 16);
            bytes.push(b' ');
            push_number(&mut bytes, number, 10);
            assert_eq!(bytes, format!("{number:x} {number}").into_bytes());
        }
    }
}
