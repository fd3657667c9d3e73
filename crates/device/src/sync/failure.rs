//! What a failed exchange means for the person: try again, or do something else.

use bitacora_core::sync::ExchangeError;

use super::exchange::Failure;
use crate::channel::ChannelError;
use crate::error::{DeviceError, ErrorCode};

/// Returns whether the link broke, so that trying again is the cure.
pub(super) fn is_break(failure: &Failure<DeviceError>) -> bool {
    matches!(
        failure,
        Failure::Channel(
            ChannelError::Unreachable(_) | ChannelError::Broken(_) | ChannelError::Stalled
        ) | Failure::Exchange(ExchangeError::Truncated)
            | Failure::Wire(bitacora_core::wire::WireError::Truncated)
    )
}

/// Returns the failure with the code to act on.
pub(super) fn into_device(failure: Failure<DeviceError>) -> DeviceError {
    match failure {
        Failure::Channel(error) => error.into(),
        Failure::Exchange(ExchangeError::Log(error)) => error,
        Failure::Exchange(ExchangeError::Refused(refusal)) => DeviceError::Refused {
            word: refusal.code.as_str().to_owned(),
            message: refusal.text,
        },
        Failure::Exchange(error @ ExchangeError::WrongServer) => {
            server(ErrorCode::ServerKeyChanged, error)
        }
        Failure::Exchange(ExchangeError::Truncated) => {
            server(ErrorCode::NoNetwork, "the connection was lost")
        }
        Failure::Exchange(error) => server(ErrorCode::ServerRefused, error),
        Failure::Wire(error) => server(ErrorCode::ServerRefused, error),
        Failure::Worker(error) => server(ErrorCode::Internal, error),
    }
}

fn server(code: ErrorCode, message: impl ToString) -> DeviceError {
    DeviceError::Server {
        code,
        message: message.to_string(),
    }
}
