//! What became of one leaf of an envelope at the server.

use std::fmt;

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};

use crate::id::ChangeHash;
use crate::wire::limit;

/// What became of one leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Durable, at this position of its scope's log.
    Stored {
        /// Position in the scope's log.
        seq: u64,
    },
    /// It was there before, at this position.
    Known {
        /// Position in the scope's log.
        seq: u64,
    },
    /// Kept, but not yet received: changes or envelopes that it needs are not there.
    Waiting {
        /// Some of the missing changes; empty when an earlier envelope is missing.
        missing: Vec<ChangeHash>,
    },
    /// Kept aside: a change that it builds on was refused. Final.
    BlockedBy {
        /// The refused ancestor.
        change: ChangeHash,
    },
    /// Not accepted. Final.
    Refused {
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people; without any content.
        text: String,
    },
    /// The leaf came as a bare hash: nothing was handed in.
    Withheld,
}

impl Verdict {
    /// Returns whether the change is durable at the server.
    pub const fn is_received(&self) -> bool {
        matches!(self, Self::Stored { .. } | Self::Known { .. })
    }

    /// Returns whether the change was refused for this reason.
    pub fn is_refused_as(&self, reason: &RefusalCode) -> bool {
        matches!(self, Self::Refused { code, .. } if code == reason)
    }

    /// Returns whether the change will never be taken as it is.
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::BlockedBy { .. })
    }
}

/// Why a change, an envelope or an exchange was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RefusalCode {
    /// No protocol version in common.
    Version,
    /// The device is not enrolled here.
    UnknownDevice,
    /// The device was revoked.
    Revoked,
    /// The message makes no sense at this place, or a field of it does not.
    Malformed,
    /// More or larger than the limits allow.
    TooLarge,
    /// The envelope's signature, root or counter is wrong.
    Envelope,
    /// The envelope belongs to another organisation.
    Organisation,
    /// Another envelope has this counter or this predecessor: two phones have one identity.
    Clone,
    /// The person who signed was never announced on the device, or the change names another.
    Person,
    /// The person's role, or nobody, may state this.
    Role,
    /// It chooses between two values, which the person may not.
    Choice,
    /// The device may not read or write this scope.
    Scope,
    /// The device asked for rows from before its mark.
    MarkTooEarly,
    /// The bytes are no change that this server accepts.
    Change,
    /// The actor already wrote another change with this number.
    DuplicateSeq,
    /// The document could not be saved and loaded with it.
    Poison,
    /// Too much of this device waits already.
    TooManyWaiting,
    /// A code of a newer build.
    Other(String),
}

impl RefusalCode {
    /// Every code that this build knows.
    pub const KNOWN: [Self; 17] = [
        Self::Version,
        Self::UnknownDevice,
        Self::Revoked,
        Self::Malformed,
        Self::TooLarge,
        Self::Envelope,
        Self::Organisation,
        Self::Clone,
        Self::Person,
        Self::Role,
        Self::Choice,
        Self::Scope,
        Self::MarkTooEarly,
        Self::Change,
        Self::DuplicateSeq,
        Self::Poison,
        Self::TooManyWaiting,
    ];

    /// Returns the word used on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Version => "version",
            Self::UnknownDevice => "unknown_device",
            Self::Revoked => "revoked",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Envelope => "envelope",
            Self::Organisation => "organisation",
            Self::Clone => "clone",
            Self::Person => "person",
            Self::Role => "role",
            Self::Choice => "choice",
            Self::Scope => "scope",
            Self::MarkTooEarly => "mark_too_early",
            Self::Change => "change",
            Self::DuplicateSeq => "duplicate_seq",
            Self::Poison => "poison",
            Self::TooManyWaiting => "too_many_waiting",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for RefusalCode {
    fn from(word: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|code| code.as_str() == word)
            .unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<C> Encode<C> for RefusalCode {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for RefusalCode {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        Ok(Self::from(d.str()?))
    }
}

impl<C> Encode<C> for Verdict {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Stored { seq } => e.array(2)?.u8(0)?.u64(*seq)?.ok(),
            Self::Known { seq } => e.array(2)?.u8(1)?.u64(*seq)?.ok(),
            Self::Waiting { missing } => e.array(2)?.u8(2)?.encode(missing)?.ok(),
            Self::BlockedBy { change } => e.array(2)?.u8(3)?.encode(change)?.ok(),
            Self::Refused { code, text } => e.array(3)?.u8(4)?.encode(code)?.str(text)?.ok(),
            Self::Withheld => e.array(1)?.u8(5)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Verdict {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        let wrong = |what| DecodeError::message(what).at(at);
        match (d.array()?, d.u8()?) {
            (Some(2), 0) => Ok(Self::Stored { seq: d.u64()? }),
            (Some(2), 1) => Ok(Self::Known { seq: d.u64()? }),
            (Some(2), 2) => {
                let missing: Vec<ChangeHash> = d.decode()?;
                let few = missing.len() <= limit::MISSING_MAX;
                few.then_some(Self::Waiting { missing })
                    .ok_or_else(|| wrong("too many missing changes are named"))
            }
            (Some(2), 3) => Ok(Self::BlockedBy {
                change: d.decode()?,
            }),
            (Some(3), 4) => {
                let (code, text): (RefusalCode, &str) = (d.decode()?, d.str()?);
                let short = text.len() <= limit::REASON_BYTES_MAX
                    && code.as_str().len() <= limit::REASON_BYTES_MAX;
                short
                    .then(|| Self::Refused {
                        code,
                        text: text.to_owned(),
                    })
                    .ok_or_else(|| wrong("the reason of a refusal is too long"))
            }
            (Some(1), 5) => Ok(Self::Withheld),
            _ => Err(wrong("verdict is not known to this build")),
        }
    }
}
