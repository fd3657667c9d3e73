//! A spreadsheet's bytes, none of its lines longer than can be read: the rest of a longer one is passed over.

use std::io::{self, BufRead, Read};

use super::CAPTURE_BYTES_MAX;

/// Bytes of one line that are passed on. A line of allowed content is never longer: each of its bytes may be a quote
/// that is written twice, and each cell brings two quotes and a comma.
const LINE_BYTES_MAX: usize = 3 * CAPTURE_BYTES_MAX;

/// Passes bytes on line by line. A line ends where it does for a spreadsheet: not inside quotes.
pub(super) struct Capped<R> {
    inner: R,
    /// Bytes that are ready to be read, and how many of them were.
    ready: Vec<u8>,
    taken: usize,
    line_bytes: usize,
    is_quoted: bool,
    /// The same, as the reader of what was passed on sees it.
    seen_quoted: bool,
}

impl<R: BufRead> Capped<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            ready: Vec::new(),
            taken: 0,
            line_bytes: 0,
            is_quoted: false,
            seen_quoted: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        while self.ready.is_empty() {
            let chunk = self.inner.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let length = chunk.len();
            for byte in chunk {
                let quote = *byte == b'"';
                self.is_quoted ^= quote;
                if !self.is_quoted && matches!(byte, b'\n' | b'\r') {
                    if self.seen_quoted {
                        self.ready.push(b'"');
                    }
                    self.ready.push(*byte);
                    (self.line_bytes, self.seen_quoted) = (0, false);
                    continue;
                }
                self.line_bytes = self.line_bytes.saturating_add(1);
                if self.line_bytes <= LINE_BYTES_MAX {
                    self.seen_quoted ^= quote;
                    self.ready.push(*byte);
                }
            }
            self.inner.consume(length);
        }
        Ok(())
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
