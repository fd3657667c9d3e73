//! Import of captures as JSON lines: each line answers by itself, the rest goes in.

use std::io::{BufRead, ErrorKind, Read};

use bitacora_core::capture::Capture;
use bitacora_core::id::EncounterId;
use serde_json::{Map, Value};

use crate::device::Device;
use crate::error::DeviceError;
use crate::record::Recorded;

/// Bytes of one line at most.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// Characters of a reason that are handed on.
const REASON_CHARACTERS_MAX: usize = 160;

/// What became of one line.
#[derive(Debug)]
pub struct LineResult {
    /// The line, counted from 1.
    pub line: u64,
    /// What became of it.
    pub outcome: Result<LineOutcome, DeviceError>,
}

/// What a good line was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineOutcome {
    /// A new record.
    Recorded {
        /// The record.
        encounter_id: EncounterId,
        /// Its short code.
        short_code: String,
    },
    /// A record of this id is here already; nothing was written.
    Already {
        /// The record.
        encounter_id: EncounterId,
    },
}

/// How many lines became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// New records.
    pub recorded: u64,
    /// Lines whose record was here already.
    pub already: u64,
    /// Lines that were not taken.
    pub refused: u64,
}

impl Device {
    /// Reads captures, one per line, and saves each by itself. `each` is told of every line as it is done.
    ///
    /// Ends early only if the reader fails or nothing can be saved any more (locked, disk full); what
    /// was taken until then stays, and the same file can be imported again if its lines carry ids.
    pub fn import_lines(
        &self,
        mut reader: impl BufRead,
        mut each: impl FnMut(&LineResult),
    ) -> Result<ImportReport, DeviceError> {
        let mut report = ImportReport::default();
        let mut line = 0;
        while let Some(text) = next_line(&mut reader)? {
            line += 1;
            let text = match text {
                Ok(text) if text.trim().is_empty() => continue,
                text => text,
            };
            let outcome =
                text.and_then(|text| self.import_line(text.trim_start_matches('\u{feff}')));
            if let Err(fatal @ (DeviceError::Locked | DeviceError::Store(_))) = outcome {
                return Err(fatal);
            }
            match &outcome {
                Ok(LineOutcome::Recorded { .. }) => report.recorded += 1,
                Ok(LineOutcome::Already { .. }) => report.already += 1,
                Err(_) => report.refused += 1,
            }
            each(&LineResult { line, outcome });
        }
        Ok(report)
    }

    fn import_line(&self, text: &str) -> Result<LineOutcome, DeviceError> {
        let mut capture = parse_capture(text)?;
        capture
            .capture_mode
            .get_or_insert_with(|| "import".to_owned());
        Ok(match self.record_once(&capture, None)? {
            Recorded::New(saved) => LineOutcome::Recorded {
                encounter_id: saved.row.summary.encounter_id,
                short_code: saved.row.summary.short_code,
            },
            Recorded::Already(encounter_id) => LineOutcome::Already { encounter_id },
        })
    }
}

/// Reads one capture from JSON; an error names the field and the reason.
pub fn parse_capture(text: &str) -> Result<Capture, DeviceError> {
    if text.len() > LINE_BYTES_MAX {
        return Err(too_long());
    }
    let value: Value = serde_json::from_str(text)
        .map_err(|error| DeviceError::invalid("capture", format!("not JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(DeviceError::invalid(
            "capture",
            "expected one object with the fields of a capture",
        ));
    };
    serde_json::from_value(Value::Object(fields.clone())).map_err(|error| named(fields, &error))
}

/// Finds the field that the error is about, by reading each one alone.
fn named(fields: Map<String, Value>, error: &serde_json::Error) -> DeviceError {
    for (name, value) in fields {
        let alone = Value::Object(Map::from_iter([(name.clone(), value)]));
        if let Err(error) = serde_json::from_value::<Capture>(alone) {
            return DeviceError::invalid(name, short(&error.to_string()));
        }
    }
    DeviceError::invalid("capture", short(&error.to_string()))
}

fn short(reason: &str) -> String {
    reason.chars().take(REASON_CHARACTERS_MAX).collect()
}

fn too_long() -> DeviceError {
    DeviceError::invalid("line", "too long, at most 64 KiB")
}

/// Reads the next line without ever holding more than the limit; the rest of a longer one is skipped.
fn next_line(
    reader: &mut impl BufRead,
) -> Result<Option<Result<String, DeviceError>>, DeviceError> {
    let unreadable = |source| DeviceError::File {
        what: "the file to import",
        source,
    };
    let mut bytes = Vec::new();
    let limit = LINE_BYTES_MAX as u64 + 1;
    let read = reader
        .by_ref()
        .take(limit)
        .read_until(b'\n', &mut bytes)
        .map_err(unreadable)?;
    if read == 0 {
        return Ok(None);
    }
    if bytes.len() > LINE_BYTES_MAX && bytes.last() != Some(&b'\n') {
        skip_line(reader).map_err(unreadable)?;
        return Ok(Some(Err(too_long())));
    }
    let text = String::from_utf8(bytes).map_err(|_| DeviceError::invalid("line", "not UTF-8"));
    Ok(Some(text))
}

fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if ended {
            return Ok(());
        }
    }
}
