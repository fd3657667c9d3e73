//! Saving new records.

use std::fs::File;
use std::io::{BufReader, Read, stdin};
use std::path::Path;

use bitacora_core::capture::Capture;
use bitacora_core::summary::Summary;
use bitacora_device::Device;
use bitacora_device::Saved;
use serde_json::json;

use crate::args::Global;
use crate::failure::Failure;
use crate::import::{self, CAPTURE_BYTES_MAX, Here, Line};
use crate::output::{Output, Progress, Stream, say};
use crate::{session, view};

/// `record`
pub(crate) fn record(global: &Global, out: Output, file: &Path) -> Result<(), Failure> {
    let capture = import::capture_of(&read(file)?).map_err(|reason| {
        Failure::refused(reason).next("`bitacora schema` prints every field; nothing was saved.")
    })?;
    let device = session::open(global)?;
    let saved = device.record(&capture, None)?;
    answer(out, &saved)
}

/// Answers with a record that was just saved.
pub(crate) fn answer(out: Output, saved: &Saved) -> Result<(), Failure> {
    out.answer(&view::saved(saved), || view::saved_line(saved))
}

/// Answers with what was done to a record.
pub(crate) fn answer_done(out: Output, saved: &Saved, done: &str) -> Result<(), Failure> {
    out.answer(&view::saved(saved), || view::done_line(saved, done))
}

/// Reads a small file, or standard input for `-`.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let limit = CAPTURE_BYTES_MAX as u64 + 1;
    let mut text = String::new();
    let read = if file == Path::new("-") {
        stdin().lock().take(limit).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|file| file.take(limit).read_to_string(&mut text))
    };
    read.map_err(|error| Failure::refused(format!("{}: cannot be read: {error}", file.display())))?;
    if text.len() > CAPTURE_BYTES_MAX {
        return Err(Failure::refused(format!(
            "{}: a capture has at most {CAPTURE_BYTES_MAX} bytes",
            file.display()
        ))
        .next("Many captures, one a line, are read by `bitacora import`."));
    }
    Ok(text)
}

/// `import`
pub(crate) fn import(global: &Global, out: Output, file: &Path) -> Result<(), Failure> {
    let device = session::open(global)?;
    let mut tally = Tally::of(Here::of(&device)?);
    out.stream("", |stream| {
        if file == Path::new("-") {
            return tally.json_lines(&device, stdin().lock(), stream);
        }
        let unreadable =
            |error| Failure::refused(format!("{}: cannot be read: {error}", file.display()));
        let is_sheet = file
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let reader = BufReader::new(File::open(file).map_err(unreadable)?);
        if is_sheet {
            let lines = import::csv_lines(reader).map_err(Failure::refused)?;
            return lines
                .into_iter()
                .try_for_each(|line| tally.take(&device, line, stream));
        }
        tally.json_lines(&device, reader, stream)
    })?;
    tally.finish()
}

/// What became of the lines so far.
struct Tally {
    recorded: u64,
    already: u64,
    refused: u64,
    here: Here,
    progress: Progress,
}

impl Tally {
    fn of(here: Here) -> Self {
        Self {
            here,
            recorded: 0,
            already: 0,
            refused: 0,
            progress: Progress::of("importing"),
        }
    }

    fn json_lines(
        &mut self,
        device: &Device,
        reader: impl std::io::BufRead,
        stream: &mut Stream<'_>,
    ) -> Result<(), Failure> {
        for line in import::json_lines(reader) {
            let line = line.map_err(|error| {
                Failure::refused(format!("the file could not be read further: {error}"))
            })?;
            self.take(device, line, stream)?;
        }
        Ok(())
    }

    /// Saves one line. A line that is refused is an answer; only a device that cannot save any more ends the import.
    fn take(
        &mut self,
        device: &Device,
        line: Line,
        stream: &mut Stream<'_>,
    ) -> Result<(), Failure> {
        let number = line.number;
        let capture = match line.capture {
            Ok(capture) => capture,
            Err(reason) => return self.refuse(number, &reason, stream),
        };
        if let Some(known) = self.known(device, &capture)? {
            self.already += 1;
            let (id, code) = (known.encounter_id, known.short_code);
            return stream.put(
                || json!({ "line": number, "already": id }),
                || format!("{number}: already recorded ({code})"),
            );
        }
        match device.import(&capture) {
            Ok(saved) => self.keep(number, &saved, stream),
            Err(error) if view::is_about_the_capture(&error) => {
                self.refuse(number, &error.to_string(), stream)
            }
            Err(error) => Err(Failure::from(error).and(format!(
                "stopped at line {number}; the lines before it are saved"
            ))),
        }
    }

    /// Returns the record that a line names, or that says the same as a line that names none.
    fn known(&mut self, device: &Device, line: &Capture) -> Result<Option<Summary>, Failure> {
        let id = match line.encounter_id {
            Some(id) => Some(id),
            None => self.here.take(device, line)?,
        };
        Ok(id.and_then(|id| device.row(id).ok()).map(|row| row.summary))
    }

    fn keep(&mut self, number: u64, saved: &Saved, stream: &mut Stream<'_>) -> Result<(), Failure> {
        self.recorded += 1;
        self.progress.at(format_args!(
            "{} lines",
            self.recorded + self.already + self.refused
        ));
        let value = || json!({ "line": number, "saved": view::saved(saved) });
        stream.put(value, || format!("{number}: {}", view::saved_line(saved)))
    }

    fn refuse(
        &mut self,
        number: u64,
        reason: &str,
        stream: &mut Stream<'_>,
    ) -> Result<(), Failure> {
        self.refused += 1;
        stream.put(
            || json!({ "line": number, "refused": reason }),
            || format!("{number}: not accepted: {reason}"),
        )
    }

    fn finish(self) -> Result<(), Failure> {
        let Self {
            recorded,
            already,
            refused,
            ..
        } = &self;
        let counts =
            format!("{recorded} recorded, {already} were here already, {refused} not accepted");
        if *refused == 0 {
            drop(self.progress);
            say(counts);
            return Ok(());
        }
        Err(Failure::refused(counts)
            .next(
                "Correct the lines named above and import the same file again: lines that are here already are \
                 passed over.",
            ))
    }
}
