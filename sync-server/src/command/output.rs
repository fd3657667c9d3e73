//! What a command says: JSON or text on standard output, problems on standard error.

use std::io::Write as _;

use serde::Serialize;

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Gives the answer: the value as one line of JSON, or the text.
    pub(super) fn answer<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let answer = if self.json {
            serde_json::to_string(value)?
        } else {
            text()
        };
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{}", answer.trim_end()).and_then(|()| out.flush()) {
            // Who reads only the first lines is not an error of ours.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    /// Says why a command failed, cause after cause.
    pub(super) fn error(&self, error: &anyhow::Error) {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        let text = if self.json {
            serde_json::json!({ "error": causes.join(": ") }).to_string()
        } else {
            format!("error: {}", causes.join(": "))
        };
        // Nothing is left to do if even this cannot be written.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}
