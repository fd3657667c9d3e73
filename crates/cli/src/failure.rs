//! Why a command ended without doing what was asked, and the exit code that says so.

use std::fmt;

/// Exit code of a command that was understood and refused.
pub const REFUSED: u8 = 1;
/// Exit code of a command line that was not understood.
pub const USAGE: u8 = 2;

/// A failure with its next step.
pub struct Failure {
    code: u8,
    what: String,
    next: Option<String>,
}

impl Failure {
    /// Something was refused or failed.
    pub fn refused(what: impl fmt::Display) -> Self {
        Self {
            code: REFUSED,
            what: what.to_string(),
            next: None,
        }
    }

    /// The command line makes no sense.
    pub fn usage(what: impl fmt::Display) -> Self {
        Self {
            code: USAGE,
            what: what.to_string(),
            next: None,
        }
    }

    /// Adds what to do next.
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Returns the exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

/// What happened, its causes, and on a line of its own what to do next.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.next.iter().try_for_each(|next| write!(f, "\n{next}"))
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut what = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let inner_text = inner.to_string();
            if !what.contains(&inner_text) {
                what = format!("{what}: {inner_text}");
            }
            cause = inner.source();
        }
        Self {
            code: REFUSED,
            what,
            next: None,
        }
    }
}
