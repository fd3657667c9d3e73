//! How a request is refused: a status, a code to act on and a sentence to read.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bitacora_core::enrol::message::{ErrorAnswer, Refusal};

use super::word::Word;
use crate::enrolment::{EnrolmentError, IssueError};
use crate::handed_in::HandInError;
use crate::store::StoreError;

/// A refused request.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    code: Word,
    message: String,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: Word, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn no_such_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Word::NoSuchRoute,
            "There is nothing at this address.",
        )
    }

    pub(super) fn no_such_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Word::NoSuchMethod,
            "This address does not answer this method.",
        )
    }

    pub(super) fn unknown_device() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Word::UnknownDevice,
            "This device is not enrolled at this server.",
        )
    }

    pub(super) fn revoked() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Word::Revoked,
            "This device was revoked at this server.",
        )
    }

    pub(super) fn role() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Word::Role,
            "Only the post's commander may do this.",
        )
    }

    pub(super) fn malformed(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Word::Malformed, reason)
    }

    /// For what is this server's own fault. The reason is logged here and not told.
    pub(super) fn internal(error: &dyn std::error::Error) -> Self {
        let cause = error.source().map(ToString::to_string);
        tracing::error!(%error, cause, "A request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Word::Internal,
            "The server failed. Nothing was taken; try again later.",
        )
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<EnrolmentError> for Refused {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::Refused(Refusal::Busy) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Word::Enrolment(Refusal::Busy),
                Refusal::Busy.to_string(),
            ),
            EnrolmentError::Refused(refusal) => Self::new(
                StatusCode::FORBIDDEN,
                Word::Enrolment(refusal),
                refusal.to_string(),
            ),
            EnrolmentError::Store(error) => error.into(),
        }
    }
}

impl From<HandInError> for Refused {
    fn from(error: HandInError) -> Self {
        match error {
            HandInError::File(error) => {
                Self::new(StatusCode::BAD_REQUEST, Word::File, error.to_string())
            }
            HandInError::Store(error) => error.into(),
        }
    }
}

impl From<IssueError> for Refused {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Name => Self::new(StatusCode::BAD_REQUEST, Word::Name, error.to_string()),
            IssueError::Post => Self::new(StatusCode::FORBIDDEN, Word::Post, error.to_string()),
            IssueError::TooMany => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Word::TooManyCodes,
                error.to_string(),
            ),
            IssueError::Random => Self::internal(&error),
            IssueError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        // A body that was not read to its end would be taken for the next request.
        let answer = ErrorAnswer {
            code: self.code.as_str().to_owned(),
            message: self.message,
        };
        (self.status, [(header::CONNECTION, "close")], Json(answer)).into_response()
    }
}
