//! What a person may do, as the server's own tables say.

use std::fmt;
use std::str::FromStr;

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

    /// Returns whether this role may choose between two values.
    pub const fn decides(self) -> bool {
        matches!(self, Self::PatrolLeader | Self::PostCommander)
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
    use super::*;

    #[test]
    fn every_role_is_read_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(
                role.as_str().parse(),
                Ok(role),
                "the store and the wire keep roles as words"
            );
        }
        assert_eq!(
            "Commander".parse::<Role>(),
            Err(UnknownRole),
            "a near miss must not become a role"
        );
    }
}
