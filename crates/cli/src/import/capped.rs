//! A spreadsheet's bytes, none of its lines longer than can be read: the rest of a longer one is passed over. Lines
//! whose quotes do not close are noted: a reader of CSV takes the lines after them for one long cell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::CAPTURE_BYTES_MAX;

/// Bytes of one line that are passed on. A line of allowed content is never longer: each of its bytes may be a quote
/// that is written twice, and each cell brings two quotes and a comma.
const LINE_BYTES_MAX: usize = 3 * CAPTURE_BYTES_MAX;

/// Where a record begins that has a quote which is not closed as it should be, and the line of that quote. Lines are
/// counted from 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Broken(Rc<RefCell<BTreeMap<u64, u64>>>);

impl Broken {
    /// Returns the line of the quote, if such a record begins from one line on and before another.
    pub(super) fn between(&self, from: u64, before: u64) -> Option<u64> {
        let broken = self.0.borrow();
        broken.range(from..before).next().map(|(_, quote)| *quote)
    }

    fn note(&self, begun: u64, quote: u64) {
        self.0.borrow_mut().entry(begun).or_insert(quote);
    }
}

/// Where a reader of CSV is in a cell. A quote means something at the beginning of one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a quote in quotes: the end of the cell, or the first half of a quote that is written twice.
    Closed,
}

impl At {
    const fn then(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closed,
            (Self::Quoted, _) | (Self::Start | Self::Closed, b'"') => Self::Quoted,
            (_, b',' | b'\n' | b'\r') => Self::Start,
            (Self::Closed, b' ') => Self::Closed,
            _ => Self::Plain,
        }
    }
}

/// Passes bytes on line by line. A line ends where it does for a spreadsheet: not inside quotes.
pub(super) struct Capped<R> {
    inner: R,
    /// Bytes that are ready to be read, and how many of them were.
    ready: Vec<u8>,
    taken: usize,
    line_bytes: usize,
    at: At,
    /// The same, as the reader of what was passed on sees it.
    seen: At,
    /// The line in the file, the one in which the record began, and the one in which the quote was opened.
    line: u64,
    begun: u64,
    opened: u64,
    broken: Broken,
}

impl<R: BufRead> Capped<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            ready: Vec::new(),
            taken: 0,
            line_bytes: 0,
            at: At::Start,
            seen: At::Start,
            line: 1,
            begun: 1,
            opened: 1,
            broken: Broken::default(),
        }
    }

    /// Returns the lines that are noted while bytes are read.
    pub(super) fn broken(&self) -> Broken {
        self.broken.clone()
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        while self.ready.is_empty() {
            let chunk = self.inner.fill_buf()?.to_vec();
            if chunk.is_empty() {
                if self.at == At::Quoted {
                    self.broken.note(self.begun, self.opened);
                }
                return Ok(());
            }
            chunk.iter().for_each(|byte| self.pass(*byte));
            self.inner.consume(chunk.len());
        }
        Ok(())
    }

    fn pass(&mut self, byte: u8) {
        let before = self.at;
        self.at = before.then(byte);
        match (before, self.at) {
            (At::Start, At::Quoted) => self.opened = self.line,
            (At::Closed, At::Plain) => self.broken.note(self.begun, self.opened),
            _ => {}
        }
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        if self.at == At::Start && byte != b',' {
            if self.seen == At::Quoted {
                self.ready.push(b'"');
            }
            self.ready.push(byte);
            (self.line_bytes, self.seen, self.begun) = (0, At::Start, self.line);
            return;
        }
        self.line_bytes = self.line_bytes.saturating_add(1);
        if self.line_bytes <= LINE_BYTES_MAX {
            self.seen = self.seen.then(byte);
            self.ready.push(byte);
        }
    }
}

impl<R: BufRead> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken >= self.ready.len() {
            self.refill()?;
        }
        let mut left = self.ready.get(self.taken..).unwrap_or_default();
        let count = left.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use std::io::BufReader;

    fn passed(text: &str) -> String {
        let mut out = String::new();
        // A small buffer, so that lines and quotes fall on its borders.
        let inner = BufReader::with_capacity(7, text.as_bytes());
        Capped::new(inner).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn ordinary_lines_pass_as_they_are() {
        let text = "a,b\r\n\"c\nd\",\"e\"\"f\"\n\nlast";
        assert_eq!(passed(text), text, "nothing is added and nothing left out");
    }

    #[test]
    fn of_a_long_line_only_its_beginning_passes_and_the_next_one_is_whole() {
        for (before, after) in [("", ""), ("\"", "\"")] {
            let long = "x".repeat(5 * LINE_BYTES_MAX);
            let out = passed(&format!("{before}{long}{after}\nnext,line\n"));
            assert!(
                out.len() < LINE_BYTES_MAX + 100,
                "{} bytes passed",
                out.len()
            );
            assert!(
                out.ends_with(&format!("x{after}\nnext,line\n")),
                "a quote that was opened is closed"
            );
        }
    }
}
