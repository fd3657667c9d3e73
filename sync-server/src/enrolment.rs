//! The server's end of enrolment.

mod issue;
mod pending;
mod proof;

pub use issue::IssueError;
pub(crate) use issue::qr;
pub(crate) use pending::Pending;

use bitacora_core::enrol::message::Refusal;
use thiserror::Error;

use crate::store::StoreError;

/// Why a device was not enrolled.
#[derive(Debug, Error)]
pub(crate) enum EnrolmentError {
    /// For one of the reasons that a person can act on.
    #[error("enrolment was refused: {0}")]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
