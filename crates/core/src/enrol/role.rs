//! What a person may do, as the server's own tables say.

use std::fmt;
use std::str::FromStr;

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The role of a person at a post. Never read from a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Records on a patrol.
    PatrolMember,
    /// Leads a patrol: also decides between two values and submits.
    PatrolLeader,
    /// Gives first aid; sees what a leader sees.
    Medic,
    /// Follows protection cases.
    ProtectionFocal,
    /// Answers for the post: reviews, reports, enrols and revokes devices.
    PostCommander,
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "role is not known: expected one of patrol_member, patrol_leader, medic, protection_focal, post_commander"
)]
pub struct UnknownRole;

impl Role {
    /// Every role, in the order in which a person is asked.
    pub const ALL: [Self; 5] = [
        Self::PatrolMember,
        Self::PatrolLeader,
        Self::Medic,
        Self::ProtectionFocal,
        Self::PostCommander,
    ];

    /// Returns the word used on the wire, in the store and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PatrolMember => "patrol_member",
            Self::PatrolLeader => "patrol_leader",
            Self::Medic => "medic",
            Self::ProtectionFocal => "protection_focal",
            Self::PostCommander => "post_commander",
        }
    }

    /// Returns whether a device enrolled for this role may hold its post's records from the beginning.
    pub const fn reads_from_the_beginning(self) -> bool {
        matches!(self, Self::PostCommander)
    }

    /// Returns whether this role may issue codes, list the teams and revoke a device.
    pub const fn administers_devices(self) -> bool {
        matches!(self, Self::PostCommander)
    }

    /// Returns whether this role may more than another.
    pub const fn outranks(self, other: Self) -> bool {
        self.rank() > other.rank()
    }

    const fn rank(self) -> u8 {
        match self {
            Self::PatrolMember => 0,
            Self::Medic | Self::ProtectionFocal => 1,
            Self::PatrolLeader => 2,
            Self::PostCommander => 3,
        }
    }

    /// Returns whether this role may choose between two values.
    pub const fn decides(self) -> bool {
        matches!(self, Self::PatrolLeader | Self::PostCommander)
    }
}

impl<C> Encode<C> for Role {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

/// A role of a newer build may what a member may.
impl<'b, C> Decode<'b, C> for Role {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        Ok(d.str()?.parse().unwrap_or(Self::PatrolMember))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn a_role_of_a_newer_build_gives_a_members_rights() {
        let word = minicbor::to_vec("drone").unwrap();
        assert_eq!(
            minicbor::decode::<Role>(&word).unwrap(),
            Role::PatrolMember,
            "a directory must stay readable, and nobody gains by an unknown word"
        );
    }

    #[test]
    fn every_role_is_read_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(
                role.as_str().parse(),
                Ok(role),
                "the store keeps roles as words"
            );
            let wire = minicbor::to_vec(role).unwrap();
            assert_eq!(
                (
                    minicbor::decode::<Role>(&wire).unwrap(),
                    minicbor::decode::<&str>(&wire).unwrap()
                ),
                (role, role.as_str()),
                "and so does the wire"
            );
        }
        assert_eq!(
            "Commander".parse::<Role>(),
            Err(UnknownRole),
            "a near miss must not become a role"
        );
    }
}
