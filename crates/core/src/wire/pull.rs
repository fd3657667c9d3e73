//! Rows of a scope's log on their way down, with everything needed to check them.
//!
//! A pull message stands alone: it carries every envelope that its rows belong to. The receiver commits
//! rows and cursor in one transaction.

use std::fmt;

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use super::hello::Cursor;
use super::sent_envelope::SentEnvelope;
use crate::envelope::{DocumentKind, LeafHash};
use crate::id::{ChangeHash, DocumentId};

/// Consecutive rows of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Pull {
    /// The scope, as a place in [`Hello::scopes`](super::Hello::scopes).
    #[n(0)]
    pub scope: u8,
    /// The position before the first row.
    #[n(1)]
    pub from: u64,
    /// Envelopes that the rows belong to; rows name them by their place here.
    #[n(2)]
    pub envelopes: Vec<EnvelopePart>,
    /// The rows in order. Those with a position count one each from `from`.
    #[n(3)]
    pub rows: Vec<Row>,
    /// The position after the last row.
    #[n(4)]
    pub cursor: Cursor,
}

/// An envelope of which some leaves are among the rows.
pub type EnvelopePart = SentEnvelope<PullLeaf>;

/// A leaf of an envelope in a pull message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullLeaf {
    /// The change of a row of this message, by its place among the rows.
    Row(u32),
    /// Not in this message.
    Bare(LeafHash),
}

/// One row, or a change that enters with a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// What the row says.
    pub kind: RowKind,
    /// The change hash, stated only if [`Wishes::ROW_HASHES`](super::Wishes::ROW_HASHES) was wished.
    pub stated_hash: Option<ChangeHash>,
}

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
pub enum RowKind {
    /// A change of another device.
    Change {
        /// The document.
        document: DocumentId,
        /// What the document is.
        kind: DocumentKind,
        /// The envelope, as a place in [`Pull::envelopes`].
        envelope: u32,
        /// The raw chunk.
        bytes: Vec<u8>,
    },
    /// A change of the receiving device itself, by envelope counter and leaf.
    Own {
        /// The counter of its envelope.
        counter: u64,
        /// The place of the leaf in the envelope.
        leaf: u32,
    },
    /// A change from before the mark, of a document that has a row after it. It has no position of its own.
    Entered {
        /// The document.
        document: DocumentId,
        /// What the document is.
        kind: DocumentKind,
        /// The envelope, as a place in [`Pull::envelopes`].
        envelope: u32,
        /// The raw chunk.
        bytes: Vec<u8>,
    },
    /// A change whose bytes the server cannot give (damaged on its disk). The hash keeps the chain.
    Withheld {
        /// The document.
        document: DocumentId,
        /// The change.
        change: ChangeHash,
    },
}

impl RowKind {
    /// Returns whether the row has a position in the log.
    pub const fn has_position(&self) -> bool {
        !matches!(self, Self::Entered { .. })
    }

    const fn number(&self) -> u8 {
        match self {
            Self::Change { .. } => CHANGE,
            Self::Own { .. } => OWN,
            Self::Entered { .. } => ENTERED,
            Self::Withheld { .. } => WITHHELD,
        }
    }

    /// Returns the number of fields on the wire, its own number included, a stated hash not.
    const fn fields(&self) -> u64 {
        match self {
            Self::Change { .. } | Self::Entered { .. } => 5,
            Self::Own { .. } | Self::Withheld { .. } => 3,
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            RowKind::Change {
                document,
                envelope,
                bytes,
                ..
            }
            | RowKind::Entered {
                document,
                envelope,
                bytes,
                ..
            } => {
                let name = if self.kind.has_position() {
                    "Change"
                } else {
                    "Entered"
                };
                write!(
                    f,
                    "{name}({document}, envelope {envelope}, {} bytes)",
                    bytes.len()
                )
            }
            RowKind::Own { counter, leaf } => write!(f, "Own({counter}, {leaf})"),
            RowKind::Withheld { document, change } => write!(f, "Withheld({document}, {change:?})"),
        }
    }
}

const CHANGE: u8 = 0;
const OWN: u8 = 1;
const ENTERED: u8 = 2;
const WITHHELD: u8 = 3;

impl<C> Encode<C> for Row {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        let stated = u64::from(self.stated_hash.is_some());
        e.array(self.kind.fields() + stated)?
            .u8(self.kind.number())?;
        match &self.kind {
            RowKind::Change {
                document,
                kind,
                envelope,
                bytes,
            }
            | RowKind::Entered {
                document,
                kind,
                envelope,
                bytes,
            } => e
                .encode(document)?
                .encode(kind)?
                .u32(*envelope)?
                .bytes(bytes)?,
            RowKind::Own { counter, leaf } => e.u64(*counter)?.u32(*leaf)?,
            RowKind::Withheld { document, change } => e.encode(document)?.encode(change)?,
        };
        match &self.stated_hash {
            Some(hash) => e.encode(hash)?.ok(),
            None => Ok(()),
        }
    }
}

impl<'b, C> Decode<'b, C> for Row {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        let length = d
            .array()?
            .ok_or_else(|| DecodeError::message("row has no length").at(at))?;
        let number = d.u8()?;
        let kind = match number {
            CHANGE | ENTERED => {
                let (document, kind, envelope) = (d.decode()?, d.decode()?, d.u32()?);
                let bytes = d.bytes()?.to_vec();
                if number == CHANGE {
                    RowKind::Change {
                        document,
                        kind,
                        envelope,
                        bytes,
                    }
                } else {
                    RowKind::Entered {
                        document,
                        kind,
                        envelope,
                        bytes,
                    }
                }
            }
            OWN => RowKind::Own {
                counter: d.u64()?,
                leaf: d.u32()?,
            },
            WITHHELD => RowKind::Withheld {
                document: d.decode()?,
                change: d.decode()?,
            },
            _ => return Err(DecodeError::message("kind of row is not known to this build").at(at)),
        };
        match length.checked_sub(kind.fields()) {
            Some(0) => Ok(Self {
                kind,
                stated_hash: None,
            }),
            Some(1) => Ok(Self {
                kind,
                stated_hash: Some(d.decode()?),
            }),
            _ => Err(DecodeError::message("row has the wrong number of fields").at(at)),
        }
    }
}

impl<C> Encode<C> for PullLeaf {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Row(index) => e.u32(*index)?.ok(),
            Self::Bare(hash) => e.encode(hash)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for PullLeaf {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        match d.datatype()? {
            minicbor::data::Type::Bytes => Ok(Self::Bare(d.decode()?)),
            _ => Ok(Self::Row(d.u32()?)),
        }
    }
}
