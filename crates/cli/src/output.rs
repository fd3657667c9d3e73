//! What a command answers: JSON for programs, lines for people.

use std::io::{self, BufWriter, IsTerminal, Write, stderr, stdout};

use serde_json::Value;

use crate::failure::Failure;

/// Where answers go.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    /// JSON on standard output instead of lines.
    pub(crate) json: bool,
}

impl Output {
    /// Answers with one value, or with its lines for people.
    pub(crate) fn answer(
        self,
        value: &Value,
        lines: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let mut out = stdout().lock();
        let written = if self.json {
            writeln!(out, "{value:#}")
        } else {
            writeln!(out, "{}", lines().trim_end())
        };
        finished(written.and_then(|()| out.flush()))
    }

    /// Answers with many values, one at a time: a JSON array or a line each. `each` gets the place to put them;
    /// if it puts none, people are told beside the answer what there is nothing of.
    pub(crate) fn stream(
        self,
        nothing: &str,
        each: impl FnOnce(&mut Stream<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut out = BufWriter::new(stdout().lock());
        let mut stream = Stream {
            out: &mut out,
            json: self.json,
            first: true,
        };
        let ended = each(&mut stream);
        let first = stream.first;
        // Work that stops in the middle has answered until there; those answers must be readable.
        let end = match (self.json, first) {
            (true, true) if ended.is_ok() => writeln!(out, "[]"),
            (true, false) => writeln!(out, "\n]"),
            _ => Ok(()),
        };
        let written = finished(end.and_then(|()| out.flush()));
        if first && !self.json && ended.is_ok() && !nothing.is_empty() {
            say(nothing);
        }
        ended.and(written)
    }
}

/// An answer of many values under way.
pub(crate) struct Stream<'a> {
    out: &'a mut dyn Write,
    json: bool,
    first: bool,
}

impl Stream<'_> {
    /// Puts one value, or its line for people.
    pub(crate) fn put(
        &mut self,
        value: impl FnOnce() -> Value,
        line: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = if self.json {
            value().to_string()
        } else {
            line()
        };
        self.put_text(&text)
    }

    /// Puts one value as it is written: as JSON, or as its line for people.
    pub(crate) fn put_text(&mut self, text: &str) -> Result<(), Failure> {
        let before = if self.first { "[\n" } else { ",\n" };
        self.first = false;
        finished(if self.json {
            write!(self.out, "{before}{text}")
        } else {
            writeln!(self.out, "{text}")
        })
    }
}

/// A reader that has seen enough (`bitacora list | head`) is no failure.
pub(crate) fn finished(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::refused(format!(
            "the answer could not be written: {error}"
        ))),
        Ok(()) => Ok(()),
    }
}

/// A message beside the answer.
pub(crate) fn say(message: impl std::fmt::Display) {
    // Nothing can be done about a standard error that is gone, and nothing depends on it.
    let _ = writeln!(stderr(), "{message}");
}

/// A line on standard error that is written over while long work goes on; silent if nobody watches.
pub(crate) struct Progress {
    what: &'static str,
    watched: bool,
    shown: bool,
}

impl Progress {
    /// Starts with nothing shown.
    pub(crate) fn of(what: &'static str) -> Self {
        Self {
            what,
            watched: stderr().is_terminal(),
            shown: false,
        }
    }

    /// Shows how far the work is.
    pub(crate) fn at(&mut self, state: impl std::fmt::Display) {
        if self.watched {
            self.shown = true;
            let _ = write!(stderr(), "\r\x1b[2K{}: {state}", self.what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(stderr(), "\r\x1b[2K");
        }
    }
}
