//! Where a statement stands, as SimulatePrincipalPolicy tells it: line and column, from 1, columns
//! in characters.

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Turns byte offsets into positions; asked in ascending order it walks the text once.
#[derive(Debug)]
pub(super) struct Positions<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Positions<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    pub(super) fn of(&mut self, offset: usize) -> Position {
        if offset < self.at {
            *self = Self::new(self.text);
        }
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        for character in passed.chars() {
            if character == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.at = offset;
        self.position
    }
}
