//! What went wrong between this device and its server, as the device says it.

use bitacora_core::enrol::message::Refusal;

use crate::channel::ChannelError;
use crate::enrol::EnrolError;
use crate::error::{DeviceError, ErrorCode};

impl From<ChannelError> for DeviceError {
    fn from(error: ChannelError) -> Self {
        let message = error.to_string();
        let code = match error {
            ChannelError::Refused(answer) => {
                return Self::Refused {
                    word: answer.code,
                    message,
                };
            }
            ChannelError::WrongServer => ErrorCode::ServerKeyChanged,
            ChannelError::Unreachable(_) | ChannelError::Broken(_) | ChannelError::Stalled => {
                ErrorCode::NoNetwork
            }
            ChannelError::Malformed(_) => ErrorCode::ServerUnknown,
            ChannelError::Key(_) | ChannelError::Tls(_) => ErrorCode::Internal,
        };
        Self::Server { code, message }
    }
}

impl From<EnrolError> for DeviceError {
    fn from(error: EnrolError) -> Self {
        let message = error.to_string();
        let code = match error {
            EnrolError::Channel(error) => return error.into(),
            EnrolError::Refused(refusal) => return refused(refusal, message),
            EnrolError::AlreadyEnrolled { .. } => {
                return refused(Refusal::AlreadyEnrolled, message);
            }
            EnrolError::ServerNotProved => ErrorCode::CodeWrong,
            EnrolError::ForeignServer => ErrorCode::ServerKeyChanged,
        };
        Self::Server { code, message }
    }
}

fn refused(refusal: Refusal, message: String) -> DeviceError {
    let word = refusal.as_str().to_owned();
    DeviceError::Refused { word, message }
}
