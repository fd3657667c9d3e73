//! Lines with their numbers, none longer than a capture may be.

use std::io::{self, BufRead};

use super::CAPTURE_BYTES_MAX;

/// The number of a line and its text, or why it is not readable.
type Numbered = (u64, Result<String, String>);

/// Reads line by line; what is too long is skipped to its end without being held.
pub(super) fn numbered(mut reader: impl BufRead) -> impl Iterator<Item = io::Result<Numbered>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        number += 1;
        match next(&mut reader) {
            Ok(None) => None,
            Ok(Some(line)) => Some(Ok((number, line))),
            Err(error) => Some(Err(error)),
        }
    })
}

fn next(reader: &mut impl BufRead) -> io::Result<Option<Result<String, String>>> {
    let mut line = Vec::new();
    let mut length = 0usize;
    loop {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            if length == 0 {
                return Ok(None);
            }
            break;
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available
            .get(..end.unwrap_or(available.len()))
            .unwrap_or_default();
        length += part.len();
        if length <= CAPTURE_BYTES_MAX {
            line.extend_from_slice(part);
        }
        let used = end.map_or(available.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    if length > CAPTURE_BYTES_MAX {
        return Ok(Some(Err(format!(
            "the line has {length} bytes; a capture has at most {CAPTURE_BYTES_MAX}"
        ))));
    }
    Ok(Some(
        String::from_utf8(line).map_err(|_| "the line is not UTF-8 text".to_owned()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let text = format!("a\n{}\n\nb", "x".repeat(CAPTURE_BYTES_MAX + 1));
        let lines: Vec<_> = numbered(text.as_bytes()).filter_map(Result::ok).collect();
        assert_eq!(
            lines.len(),
            4,
            "every line has its number, the empty one too"
        );
        assert!(
            matches!(lines.get(1), Some((2, Err(reason))) if reason.contains("at most")),
            "the long line says why"
        );
        assert_eq!(
            lines.last(),
            Some(&(4, Ok("b".to_owned()))),
            "a last line without an end is read"
        );
    }

    #[test]
    fn bytes_that_are_no_text_say_so() {
        let lines: Vec<_> = numbered(&b"\xff\xfe\nok"[..])
            .filter_map(Result::ok)
            .collect();
        assert!(
            matches!(lines.first(), Some((1, Err(reason))) if reason.contains("UTF-8")),
            "not silently replaced"
        );
    }
}
