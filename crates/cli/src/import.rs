//! Captures from files: JSON, JSON lines and CSV. One bad line never stops the others.

mod capped;
mod here;
mod json;
mod lines;
mod sheet;
mod unique;

use std::io::BufRead;

use bitacora_core::capture::Capture;

pub(crate) use here::Here;
pub(crate) use json::capture_of;

/// The longest line or file of one capture that is read, bytes. A capture of every field takes about 4 kB.
pub(crate) const CAPTURE_BYTES_MAX: usize = 64 * 1024;

/// One line of an import file.
pub(crate) struct Line {
    /// Counted from 1, as an editor shows it.
    pub(crate) number: u64,
    /// The capture, or what is wrong with the line: its field and the reason.
    pub(crate) capture: Result<Capture, String>,
}

/// Reads JSON lines; empty lines are passed over.
pub(crate) fn json_lines(reader: impl BufRead) -> impl Iterator<Item = std::io::Result<Line>> {
    lines::numbered(reader)
        .filter(|line| !matches!(line, Ok((_, Ok(text))) if text.trim().is_empty()))
        .map(|line| {
            let (number, text) = line?;
            Ok(Line {
                number,
                capture: text.and_then(|text| capture_of(&text)),
            })
        })
}

/// Reads CSV with a header of field paths.
pub(crate) fn csv_lines(reader: impl BufRead) -> Result<impl Iterator<Item = Line>, String> {
    sheet::lines(reader)
}
