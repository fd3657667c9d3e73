//! The first message down: who answers, how far it got with this device, where each scope stands.

use std::fmt;

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use super::hello::Cursor;
use crate::enrol::Role;
use crate::envelope::PublicKey;
use crate::id::{DeviceId, EnvelopeHash, OrganisationId, PersonId, PostId, ServerId};
use crate::receipt::{Headquarters, RefusalCode};

/// The answer to a [`Hello`](super::Hello), after all pushes of the request were committed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Welcome {
    /// The protocol version that both speak.
    #[n(0)]
    pub version: u8,
    /// The server; must be the one whose key was pinned.
    #[n(1)]
    pub server: ServerId,
    /// The organisation whose devices it serves.
    #[n(2)]
    pub organisation: OrganisationId,
    /// The server's clock, milliseconds since 1970.
    #[n(3)]
    pub time_ms: u64,
    /// The generation of the server's logs; a restore from a backup begins a new one.
    #[n(4)]
    pub epoch: u64,
    /// The last envelope of this device before the first one missing; none if there is none.
    #[n(5)]
    pub known: Option<Known>,
    /// The directory, if the device's revision is another.
    #[n(6)]
    pub directory: Option<Directory>,
    /// One per scope of the hello, in its order.
    #[n(7)]
    pub scopes: Vec<ScopeAnswer>,
}

/// An envelope that the server holds, named by counter and the beginning of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Known {
    /// The counter.
    #[n(0)]
    pub counter: u64,
    /// The first 8 bytes of the envelope's hash: enough to see that two phones share one identity.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 8],
}

impl Known {
    /// Names an envelope.
    pub fn of(counter: u64, hash: &EnvelopeHash) -> Self {
        let mut short = [0; 8];
        short
            .iter_mut()
            .zip(hash.as_bytes())
            .for_each(|(to, from)| *to = *from);
        Self {
            counter,
            hash: short,
        }
    }
}

/// Where one scope stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeAnswer {
    /// The cursor is good; rows follow from it.
    Resume,
    /// Read from here: a first subscription, or nothing in common is left. The cursor is the mark.
    Start(Cursor),
    /// The cursor is not of this log: ask again with checkpoints.
    Fork,
    /// The last common checkpoint; rows follow from it.
    Rewind(Cursor),
    /// No rows.
    Refused(RefusalCode),
}

/// Persons, devices and posts, whole. It has one writer, the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Directory {
    /// Grows with every alteration.
    #[n(0)]
    pub rev: u64,
    /// Everybody who ever wrote.
    #[n(1)]
    pub persons: Vec<PersonEntry>,
    /// Every device that was ever enrolled, revoked ones included.
    #[n(2)]
    pub devices: Vec<DeviceEntry>,
    /// The posts that this device works for.
    #[n(3)]
    pub posts: Vec<PostEntry>,
    /// The server is headquarters, and signs that it is.
    #[n(4)]
    pub headquarters: Option<Headquarters>,
}

/// A person of the directory.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct PersonEntry {
    /// The pseudonym.
    #[n(0)]
    pub person: PersonId,
    /// The name that colleagues see.
    #[n(1)]
    pub name: String,
    /// What this person may do.
    #[n(2)]
    pub role: Role,
}

/// A device of the directory.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceEntry {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// The key that its envelopes are signed with.
    #[n(1)]
    pub key: PublicKey,
    /// What it is called at the post.
    #[n(2)]
    pub name: String,
    /// The role it was enrolled for.
    #[n(3)]
    pub role: Role,
    /// The post it belongs to.
    #[n(4)]
    pub post: PostId,
    /// Cut off.
    #[n(5)]
    pub revoked: bool,
}

/// A post of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PostEntry {
    /// The code.
    #[n(0)]
    pub post: PostId,
    /// What people call it.
    #[n(1)]
    pub name: String,
    /// IANA time zone.
    #[n(2)]
    pub tz: String,
    /// Minutes without a touch until a phone locks while a patrol is open.
    #[n(3)]
    pub lock_minutes: u16,
    /// `pa` (puesto, patrulla) or `mx` (módulo, recorrido).
    #[n(4)]
    pub vocabulary: String,
    /// The trails that the post offers.
    #[n(5)]
    pub trails: Vec<TrailEntry>,
}

/// A trail of a post.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct TrailEntry {
    /// The code kept in records.
    #[n(0)]
    pub trail: String,
    /// What people call it.
    #[n(1)]
    pub name: String,
}

impl fmt::Debug for PersonEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonEntry")
            .field("person", &self.person)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DeviceEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entry = f.debug_struct("DeviceEntry");
        entry
            .field("device", &self.device)
            .field("role", &self.role)
            .field("revoked", &self.revoked);
        entry.finish_non_exhaustive()
    }
}

impl<C> Encode<C> for ScopeAnswer {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Resume => e.array(1)?.u8(0)?.ok(),
            Self::Start(mark) => e.array(2)?.u8(1)?.encode(mark)?.ok(),
            Self::Fork => e.array(1)?.u8(2)?.ok(),
            Self::Rewind(common) => e.array(2)?.u8(3)?.encode(common)?.ok(),
            Self::Refused(code) => e.array(2)?.u8(4)?.encode(code)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for ScopeAnswer {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        match (d.array()?, d.u8()?) {
            (Some(1), 0) => Ok(Self::Resume),
            (Some(2), 1) => Ok(Self::Start(d.decode()?)),
            (Some(1), 2) => Ok(Self::Fork),
            (Some(2), 3) => Ok(Self::Rewind(d.decode()?)),
            (Some(2), 4) => Ok(Self::Refused(d.decode()?)),
            _ => Err(DecodeError::message("answer for a scope is not known to this build").at(at)),
        }
    }
}
