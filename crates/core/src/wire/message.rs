//! Any message: a pair of its number and its body.

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use super::done::{Done, Refusal};
use super::hello::Hello;
use super::limit;
use super::pull::Pull;
use super::push::Push;
use super::welcome::Welcome;
use crate::receipt::Receipt;

/// Which way messages go; the limits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a device to the server.
    Up,
    /// From the server to a device.
    Down,
}

impl Direction {
    /// Returns the largest message, in bytes.
    pub const fn message_bytes_max(self) -> usize {
        match self {
            Self::Up => limit::UP_MESSAGE_BYTES_MAX,
            Self::Down => limit::DOWN_MESSAGE_BYTES_MAX,
        }
    }

    /// Returns the most bytes of all messages of one exchange, decompressed.
    pub const fn total_bytes_max(self) -> u64 {
        match self {
            Self::Up => limit::UP_TOTAL_BYTES_MAX,
            Self::Down => limit::DOWN_TOTAL_BYTES_MAX,
        }
    }
}

/// Any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Up, first.
    Hello(Hello),
    /// Up.
    Push(Push),
    /// Down, first.
    Welcome(Box<Welcome>),
    /// Down.
    Receipt(Receipt),
    /// Down.
    Pull(Pull),
    /// Down, last.
    Done(Done),
    /// Down, last.
    Refusal(Refusal),
    /// A message of a newer build; passed over.
    Unknown(u8),
}

impl Message {
    /// Returns the message's number on the wire.
    pub const fn number(&self) -> u8 {
        match self {
            Self::Hello(_) => 1,
            Self::Push(_) => 2,
            Self::Welcome(_) => 3,
            Self::Receipt(_) => 4,
            Self::Pull(_) => 5,
            Self::Done(_) => 6,
            Self::Refusal(_) => 7,
            Self::Unknown(number) => *number,
        }
    }
}

impl<C> Encode<C> for Message {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.array(2)?.u8(self.number())?;
        match self {
            Self::Hello(body) => e.encode(body)?.ok(),
            Self::Push(body) => e.encode(body)?.ok(),
            Self::Welcome(body) => e.encode(body)?.ok(),
            Self::Receipt(body) => e.encode(body)?.ok(),
            Self::Pull(body) => e.encode(body)?.ok(),
            Self::Done(body) => e.encode(body)?.ok(),
            Self::Refusal(body) => e.encode(body)?.ok(),
            Self::Unknown(_) => e.null()?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Message {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        if d.array()? != Some(2) {
            return Err(DecodeError::message("message is not a pair of number and body").at(at));
        }
        match d.u8()? {
            1 => Ok(Self::Hello(d.decode()?)),
            2 => Ok(Self::Push(d.decode()?)),
            3 => Ok(Self::Welcome(d.decode()?)),
            4 => Ok(Self::Receipt(d.decode()?)),
            5 => Ok(Self::Pull(d.decode()?)),
            6 => Ok(Self::Done(d.decode()?)),
            7 => Ok(Self::Refusal(d.decode()?)),
            number => d.skip().map(|()| Self::Unknown(number)),
        }
    }
}
