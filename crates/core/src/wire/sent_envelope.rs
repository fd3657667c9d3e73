//! An envelope as it travels: what was signed except the root, and its leaves as this direction has them.

use minicbor::{Decode, Encode};

use crate::envelope::{LeafHash, Seal, Signature, Statement, merkle_root};
use crate::id::{DeviceId, EnvelopeHash, OrganisationId, PersonId};

/// One whole envelope. Root and number of leaves are not sent: the receiver computes them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SentEnvelope<L> {
    /// As signed.
    #[n(0)]
    pub organisation: OrganisationId,
    /// As signed.
    #[n(1)]
    pub device: DeviceId,
    /// As signed.
    #[n(2)]
    pub person: PersonId,
    /// As signed.
    #[n(3)]
    pub counter: u64,
    /// As signed.
    #[n(4)]
    pub previous: Option<EnvelopeHash>,
    /// All leaves in the order that was signed.
    #[n(5)]
    pub leaves: Vec<L>,
    /// The signature of the device that sealed it.
    #[n(6)]
    pub signature: Signature,
}

impl<L> SentEnvelope<L> {
    /// Puts a seal and its leaves into one message.
    pub fn of(seal: &Seal, leaves: Vec<L>) -> Self {
        let statement = &seal.statement;
        Self {
            organisation: statement.organisation,
            device: statement.device,
            person: statement.person,
            counter: statement.counter,
            previous: statement.previous,
            leaves,
            signature: seal.signature,
        }
    }

    /// Rebuilds what was signed, from the hashes of the leaves.
    pub fn seal(&self, leaves: &[LeafHash]) -> Seal {
        let statement = Statement {
            organisation: self.organisation,
            device: self.device,
            person: self.person,
            counter: self.counter,
            previous: self.previous,
            root: merkle_root(leaves),
            leaves: u32::try_from(leaves.len()).unwrap_or(u32::MAX),
        };
        Seal {
            statement,
            signature: self.signature,
        }
    }
}
