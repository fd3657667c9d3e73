//! What the device's end needs of its store.

use std::error::Error;

use crate::envelope::{DocumentKind, LeafHash, PublicKey, Seal, Unsealed};
use crate::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash, ScopeId};
use crate::receipt::Receipt;
use crate::sync::Tail;
use crate::wire::{Cursor, Directory, PersonName};

/// A leaf of an envelope that is being sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedLeaf {
    /// The leaf's hash.
    pub hash: LeafHash,
    /// The document that its change is of.
    pub document: DocumentId,
    /// The change.
    pub change: ChangeHash,
}

/// An envelope that the device holds, its own or another's, with the changes that it has of it.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldEnvelope {
    /// Statement and signature.
    pub seal: Seal,
    /// The leaves in order.
    pub leaves: Vec<HeldLeaf>,
}

/// A leaf of a held envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldLeaf {
    /// The leaf's hash.
    pub hash: LeafHash,
    /// The change, if it is here.
    pub change: Option<HeldChange>,
}

/// A change that the device holds.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldChange {
    /// Its document.
    pub document: DocumentId,
    /// What the document is.
    pub kind: DocumentKind,
    /// The audience.
    pub scope: ScopeId,
    /// The raw chunk as stored, perhaps damaged: the sender checks.
    pub bytes: Vec<u8>,
}

/// An audience that the device reads, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Which.
    pub scope: ScopeId,
    /// The position from which on the device reads; none before the first answer.
    pub mark: Option<Cursor>,
    /// How far it has read, counted from the mark; none before the first answer.
    pub read: Option<StoredCheckpoint>,
}

/// A position that the device had read to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// The generation of the server's logs at that time.
    pub epoch: u64,
    /// Position, chain and sum, counted from the mark.
    pub tail: Tail,
}

/// A pull message whose every row was checked; to be committed in one transaction.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedPull {
    /// The audience.
    pub scope: ScopeId,
    /// The envelopes of the rows, sound ones only. Store the seal and all leaf hashes: after a fork they
    /// are offered to the server again.
    pub envelopes: Vec<CheckedEnvelope>,
    /// The rows in order.
    pub rows: Vec<CheckedRow>,
    /// How far the device has read with them. Also the newest checkpoint.
    pub read: StoredCheckpoint,
    /// Checkpoints that are not needed any more, by position.
    pub superseded: Vec<u64>,
}

/// An envelope whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedEnvelope {
    /// Statement and signature.
    pub seal: Seal,
    /// All leaves in order.
    pub leaves: Vec<LeafHash>,
}

/// A checked row.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedRow {
    /// The position in the log; none for a change that entered with its document from before the mark.
    pub seq: Option<u64>,
    /// The document.
    pub document: DocumentId,
    /// The change. Rows with a position count in the digest by it, whatever else is wrong with them.
    pub change: ChangeHash,
    /// What came.
    pub content: CheckedChange,
}

/// What came with a row.
#[derive(Clone, PartialEq, Eq)]
pub enum CheckedChange {
    /// One of this device's own changes, held already.
    Own,
    /// A change with a sound envelope. It may be held already. If it cannot be applied, the store keeps it
    /// aside and names it; the rest goes on.
    New {
        /// What the document is.
        kind: DocumentKind,
        /// The place in [`CheckedPull::envelopes`].
        envelope: usize,
        /// The place in that envelope.
        leaf: u32,
        /// The raw chunk; its hash is the row's change.
        bytes: Vec<u8>,
    },
    /// Not to be applied; to be kept aside by its hash and named.
    Bad(BadRow),
}

/// Why a row of the server's is not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRow {
    /// The server itself cannot give the bytes.
    Withheld,
    /// The bytes are not the change that the log names.
    Bytes,
    /// The envelope's signature or root is wrong.
    Envelope,
    /// The envelope's device is in no directory.
    UnknownDevice,
}

/// How the device learned that another phone has its identity, or that it was restored from a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyEvidence {
    /// The server holds envelopes of this device that this device never sealed.
    ServerKnowsMore {
        /// Up to this counter.
        counter: u64,
    },
    /// The server holds another envelope under a counter of this device.
    AnotherEnvelope {
        /// The counter.
        counter: u64,
    },
}

/// The device's store, as the exchange needs it. Synchronous; each method that writes is one transaction
/// and returns after the disk has it. *Own* means sealed by the identity that is now in use.
pub trait DeviceLog {
    /// Why the store failed.
    type Error: Error + Send + Sync + 'static;

    /// Returns changes to be sealed, in the order they came here: own ones that no envelope holds, and those
    /// of [`displaced`](Self::displaced) envelopes; none that is in a row of the log. None at all once the
    /// identity is known to be copied.
    fn unsealed(&mut self, limit: usize) -> Result<Vec<Unsealed>, Self::Error>;
    /// Returns the last own envelope.
    fn last_envelope(&mut self) -> Result<Option<(u64, EnvelopeHash)>, Self::Error>;
    /// Stores a sealed envelope; its changes are unsealed no longer.
    fn save_sealed(&mut self, seal: &Seal, leaves: &[SealedLeaf]) -> Result<(), Self::Error>;
    /// Takes the changes out of an envelope that the server can never take: one that a copy of its phone sealed has its
    /// number, or the server, put back, does not know its device any more. They are unsealed, whoever wrote them: each
    /// is sealed again, in the name of its author, by this device or by whatever identity it gets next. The envelope
    /// itself stays.
    fn displaced(&mut self, envelope: EnvelopeHash) -> Result<(), Self::Error>;
    /// Returns an own envelope with the bytes of its changes.
    fn own_envelope(&mut self, counter: u64) -> Result<Option<HeldEnvelope>, Self::Error>;
    /// Returns hash and number of leaves of an own envelope.
    fn own_envelope_hash(
        &mut self,
        counter: u64,
    ) -> Result<Option<(EnvelopeHash, u32)>, Self::Error>;
    /// Returns document and change of a leaf of an own envelope.
    fn own_leaf(
        &mut self,
        counter: u64,
        leaf: u32,
    ) -> Result<Option<(DocumentId, ChangeHash)>, Self::Error>;
    /// Returns envelopes of others (a former identity of this phone included) with changes that are held,
    /// applied, in no row of their scope's log, not entered from before the mark, not refused by the server,
    /// and not *stored* or *known* by a receipt of the epoch last read whose position no rewind has passed
    /// since: what a fork took from the server. At most `limit`, above (device, counter) `after`, in order.
    fn to_offer(
        &mut self,
        after: Option<(DeviceId, u64)>,
        limit: usize,
    ) -> Result<Vec<HeldEnvelope>, Self::Error>;

    /// Returns the highest counter up to which every own envelope has a receipt, and nothing in it that was
    /// received once is in doubt since a rewind: what a fork took is pushed again.
    fn receipts_through(&mut self) -> Result<u64, Self::Error>;
    /// Returns (counter, version) of newest receipts up to there that still have something waiting.
    fn open_receipts(&mut self, limit: usize) -> Result<Vec<(u64, u32)>, Self::Error>;
    /// Stores a verified receipt if it is newer than the one held, and marks its changes. It may be for an
    /// offered envelope of another device. Only *stored* and *known* mean received. A receipt
    /// that refuses an envelope as a clone's never comes here: [`displaced`](Self::displaced) is called instead.
    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Self::Error>;

    /// Returns the audiences that this device reads; every one that unsent changes belong to is among them.
    fn subscriptions(&mut self) -> Result<Vec<Subscription>, Self::Error>;
    /// Returns earlier positions of a scope since the mark, newest first, the current one included.
    fn checkpoints(&mut self, scope: &ScopeId) -> Result<Vec<StoredCheckpoint>, Self::Error>;
    /// Recomputes number and sum of change hashes from the stored rows with positions up to `through`.
    fn digest(&mut self, scope: &ScopeId, through: u64) -> Result<(u64, u128), Self::Error>;
    /// Begins to read at a mark. Rows held so far lose their positions, checkpoints go, changes stay, and
    /// any receipt is newer than those held.
    fn start(&mut self, scope: &ScopeId, mark: &Cursor) -> Result<(), Self::Error>;
    /// Goes back: rows above lose their positions, checkpoints above go, changes stay, and any receipt is
    /// newer than those held: a server that was put back counts its versions again.
    fn rewind(&mut self, scope: &ScopeId, to: &StoredCheckpoint) -> Result<(), Self::Error>;
    /// Stores rows, envelopes and the new position together.
    fn save_pull(&mut self, pull: &CheckedPull) -> Result<(), Self::Error>;

    /// Returns the revision of the directory; 0 if there is none.
    fn directory_rev(&mut self) -> Result<u64, Self::Error>;
    /// Replaces the directory.
    fn save_directory(&mut self, directory: &Directory) -> Result<(), Self::Error>;
    /// Notes where what this server has received is: at a post, or safe at headquarters. It holds for what the server
    /// proved to have in the generation of its logs, and for all that follows.
    fn received_at(&mut self, is_headquarters: bool, epoch: u64) -> Result<(), Self::Error> {
        let _ = (is_headquarters, epoch);
        Ok(())
    }
    /// Returns the key of a device of the directory, revoked ones too.
    fn device_key(&mut self, device: DeviceId) -> Result<Option<PublicKey>, Self::Error>;
    /// Returns who signed own envelopes above `pushed_above`, in the envelopes' order, and then persons of
    /// this device that the server has not confirmed knowing.
    ///
    /// Who signed is named whether or not it was confirmed: a restored server may have forgotten, and a
    /// device that enrolled anew is another device.
    fn persons_to_introduce(
        &mut self,
        pushed_above: u64,
        limit: usize,
    ) -> Result<Vec<PersonName>, Self::Error>;
    /// Notes that the server knows them.
    fn introduced(&mut self, persons: &[PersonName]) -> Result<(), Self::Error>;
    /// Notes that the server answered, and its clock in milliseconds since 1970.
    fn contacted(&mut self, server_time_ms: u64) -> Result<(), Self::Error>;
    /// Notes that the identity is shared with another phone: seal nothing more until enrolled anew.
    fn identity_is_copied(&mut self, evidence: CopyEvidence) -> Result<(), Self::Error>;
}
