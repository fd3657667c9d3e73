//! Why a command ended without doing what was asked, and the exit code that says so.

use std::error::Error;
use std::fmt;

use bitacora_device::{DeviceError, ErrorCode};

/// Exit code of a command that was understood and refused.
pub(crate) const REFUSED: u8 = 1;
/// Exit code of a command line that was not understood.
pub(crate) const USAGE: u8 = 2;

/// A failure with its next step.
pub(crate) struct Failure {
    code: u8,
    what: String,
    next: Option<String>,
}

impl Failure {
    /// Something was refused or failed.
    pub(crate) fn refused(what: impl fmt::Display) -> Self {
        Self {
            code: REFUSED,
            what: what.to_string(),
            next: None,
        }
    }

    /// The command line makes no sense.
    pub(crate) fn usage(what: impl fmt::Display) -> Self {
        Self {
            code: USAGE,
            what: what.to_string(),
            next: None,
        }
    }

    /// Adds what to do next.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Adds how far the work has come.
    pub(crate) fn and(mut self, more: impl fmt::Display) -> Self {
        self.what = format!("{}; {more}", self.what);
        self
    }

    /// Returns the exit code.
    pub(crate) fn code(&self) -> u8 {
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

/// Errors of the device come with what to do about them; every other error with its causes.
impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let next = (&error as &dyn Error)
            .downcast_ref::<DeviceError>()
            .and_then(|error| next_step(error.code()));
        Self {
            code: REFUSED,
            what: with_causes(&error),
            next: next.map(str::to_owned),
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut what = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !what.contains(&text) {
            what = format!("{what}: {text}");
        }
        cause = inner.source();
    }
    what
}

fn next_step(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::WrongPin => {
            "Try again with the right PIN; `bitacora person reset` sets a new one. Nothing was deleted."
        }
        ErrorCode::TooManyTries => {
            "Wait, or set a new PIN with `bitacora person reset`. Nothing was deleted."
        }
        ErrorCode::PinTooWeak => {
            "Use at least 6 digits that are no row, repeat, pattern or date, or a passphrase of 10 characters."
        }
        ErrorCode::VaultNewer => "Update this program; the vault was not touched.",
        ErrorCode::VaultTooOld => {
            "Open the vault with the version that wrote it, and hand its records in."
        }
        ErrorCode::VaultDamaged => {
            "Keep the folder as it is and tell the operator; do not make a new vault in it."
        }
        ErrorCode::NotAVault => "Name the vault's folder with --vault.",
        ErrorCode::DiskFull => {
            "Free some space on this disk and do it again; what was saved before is safe."
        }
        ErrorCode::ReadOnly => {
            "Mount the disk so that it can be written, and do it again; nothing was lost."
        }
        ErrorCode::AlreadyOpen | ErrorCode::Busy => {
            "Close the app or the other command that has this vault open."
        }
        ErrorCode::StaleVersion => {
            "Look at the record again with `bitacora show` and repeat the change on what it shows now."
        }
        ErrorCode::NoNetwork => {
            "Everything is kept here. Try `bitacora sync` again when the post's network answers."
        }
        ErrorCode::ServerKeyChanged => {
            "Do not go on: ask the commander whether the server was replaced, and enrol again with a new code."
        }
        ErrorCode::Revoked => {
            "This device was revoked. Its records are kept; hand it to the commander, or enrol it again with a new code."
        }
        ErrorCode::CodeWrong | ErrorCode::CodeUsed | ErrorCode::CodeExpired => {
            "Ask the commander for a new code; each one serves once, within 15 minutes."
        }
        ErrorCode::NotEnrolled => {
            "Join the post's server first: `bitacora enrol --server URL --code CODE`."
        }
        _ => return None,
    })
}
