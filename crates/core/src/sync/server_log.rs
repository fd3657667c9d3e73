//! What the server's end needs of its store.

use std::error::Error;

use crate::authoring::ChangeMeta;
use crate::document::{self, DocumentError};
use crate::enrol::Role;
use crate::envelope::{DocumentKind, LeafHash, PublicKey, Seal};
use crate::id::{ActorId, ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId};
use crate::receipt::{Receipt, RefusalCode};
use crate::sync::Tail;
use crate::wire::{Directory, PersonName};

/// A device as the server's own tables know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The key that its envelopes are signed with.
    pub key: PublicKey,
    /// Cut off: nothing is taken from it or given to it.
    pub revoked: bool,
    /// The audiences it may read and write.
    pub scopes: Vec<ScopeRight>,
}

/// What a device may do in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRight {
    /// The audience.
    pub scope: ScopeId,
    /// The earliest position from which it may read: 0 for a commander, else the position 72 hours before
    /// it first subscribed. The store fixes it at the first call and returns the same ever after.
    pub mark: u64,
}

/// An envelope as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEnvelope {
    /// Statement and signature.
    pub seal: Seal,
    /// The leaves in order.
    pub leaves: Vec<EnvelopeLeaf>,
    /// Kept, but its predecessor is missing: none of its changes is admitted yet.
    pub held: bool,
}

/// A leaf of a stored envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopeLeaf {
    /// The leaf's hash.
    pub hash: LeafHash,
    /// The change, if it was ever handed in.
    pub change: Option<ChangeHash>,
}

/// A change on its way into the store.
#[derive(Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its hash, computed from the bytes.
    pub change: ChangeHash,
    /// Its document.
    pub document: DocumentId,
    /// What the document is.
    pub kind: DocumentKind,
    /// The audience.
    pub scope: ScopeId,
    /// The device that sealed it.
    pub device: DeviceId,
    /// Who wrote it, by the envelope that it came in.
    pub person: PersonId,
    /// The envelope's counter.
    pub counter: u64,
    /// The place in the envelope.
    pub leaf: u32,
    /// The raw chunk.
    pub bytes: Vec<u8>,
}

impl NewChange {
    /// Returns the name under which it is kept: these bytes in this document, of this kind. The same bytes under
    /// another one are another change, judged by itself.
    pub fn leaf_hash(&self) -> LeafHash {
        LeafHash::of(self.kind, self.document, self.change)
    }
}

/// A change as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// As it came.
    pub new: NewChange,
    /// What became of it.
    pub state: ChangeState,
}

/// What became of a change at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeState {
    /// In its scope's log.
    Stored {
        /// The position.
        seq: u64,
    },
    /// Kept until these changes are in the log; empty while its envelope is held.
    Waiting {
        /// All changes that are missing.
        missing: Vec<ChangeHash>,
    },
    /// Kept aside because an ancestor was refused.
    Blocked {
        /// The refused ancestor.
        by: ChangeHash,
    },
    /// Kept aside.
    Refused {
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people; without content.
        text: String,
    },
}

/// The answer of the document store to a change whose ancestors are all there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Applied to a copy, saved, loaded again, compared; staged in this transaction.
    Accepted,
    /// Not accepted; the document is as before.
    Refused {
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people; without content.
        text: String,
    },
}

/// A row of a scope's log.
#[derive(Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The position.
    pub seq: u64,
    /// The change, with its envelope. The bytes are as stored, perhaps damaged: the reader checks.
    pub new: NewChange,
}

/// The server's store, as the exchange needs it. Synchronous: the driver calls it on a blocking thread.
///
/// Between [`begin`](Self::begin) and [`commit`](Self::commit) the calls are one transaction that no other
/// writer interleaves. Reads inside see what was written inside. After [`rollback`](Self::rollback) nothing
/// of it is left.
pub trait ServerLog {
    /// Why the store failed: disk, corruption. Never a fault of the device.
    type Error: Error + Send + Sync + 'static;

    /// Begins a writing transaction.
    fn begin(&mut self) -> Result<(), Self::Error>;
    /// Makes it durable; returns after the disk has it.
    fn commit(&mut self) -> Result<(), Self::Error>;
    /// Drops it. Must not fail: the next `begin` reports what is wrong.
    fn rollback(&mut self);

    /// Returns the device, if it is enrolled. Called before anything else, and again for every message: what is
    /// revoked meanwhile counts at once.
    fn standing(&mut self, device: DeviceId, now_ms: u64) -> Result<Option<Standing>, Self::Error>;
    /// Returns the key of any device ever enrolled, revoked ones too: to check what others hold of it.
    fn device_key(&mut self, device: DeviceId) -> Result<Option<PublicKey>, Self::Error>;
    /// Returns the directory for this device if its revision is not `held_rev`.
    fn directory(
        &mut self,
        device: DeviceId,
        held_rev: u64,
    ) -> Result<Option<Directory>, Self::Error>;
    /// Learns persons of a device; what is known already stays. One transaction of its own.
    fn introduce(&mut self, device: DeviceId, persons: &[PersonName]) -> Result<(), Self::Error>;
    /// Returns what a person may do on a device; none if the device never announced this person.
    ///
    /// A code's role is its holder's, and on that device alone: whoever else is announced there is a member.
    /// Pseudonyms are no secret, so naming one must not bring its rights along.
    fn role_on(&mut self, device: DeviceId, person: PersonId) -> Result<Option<Role>, Self::Error>;
    /// Notes that two phones share this device's identity, for the operator and the commander.
    fn clone_alarm(&mut self, device: DeviceId, counter: u64) -> Result<(), Self::Error>;
    /// Notes that an exchange went through. One transaction of its own.
    fn contacted(
        &mut self,
        device: DeviceId,
        now_ms: u64,
        device_clock_s: i64,
    ) -> Result<(), Self::Error>;

    /// Returns the generation of the logs; a restore from a backup makes a new random one.
    fn epoch(&mut self) -> Result<u64, Self::Error>;
    /// Returns the end of a scope's log; [`Tail::empty`] of an empty one.
    fn tail(&mut self, scope: &ScopeId) -> Result<Tail, Self::Error>;
    /// Returns the log's first `seq` rows in sum; `None` beyond its end. 0 is [`Tail::empty`].
    fn tail_at(&mut self, scope: &ScopeId, seq: u64) -> Result<Option<Tail>, Self::Error>;
    /// Appends a row. `tail` is the end of the log with it, so `tail.seq` is its position.
    fn append(&mut self, change: &NewChange, tail: &Tail) -> Result<(), Self::Error>;
    /// Returns rows above a position, in order.
    fn rows(
        &mut self,
        scope: &ScopeId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<LogRow>, Self::Error>;
    /// Returns the rows of one document of this kind up to a position, in order.
    fn document_rows(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
        through: u64,
    ) -> Result<Vec<LogRow>, Self::Error>;
    /// Returns how many changes of a document the log has under this kind, and their bytes in all.
    fn document_size(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
    ) -> Result<(u64, u64), Self::Error>;
    /// Returns the first row of a document of this kind above a position.
    fn first_row_after(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
        after: u64,
    ) -> Result<Option<u64>, Self::Error>;

    /// Returns an envelope.
    fn envelope(
        &mut self,
        device: DeviceId,
        counter: u64,
    ) -> Result<Option<StoredEnvelope>, Self::Error>;
    /// Returns the last of the device's envelopes 1, 2, 3, … before the first one missing.
    fn known_through(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<(u64, EnvelopeHash)>, Self::Error>;
    /// Stores an envelope, or puts this state of it in place of the former one.
    fn save_envelope(&mut self, envelope: &StoredEnvelope) -> Result<(), Self::Error>;

    /// Returns a change in whatever state, by its leaf.
    fn change(&mut self, leaf: LeafHash) -> Result<Option<StoredChange>, Self::Error>;
    /// Stores a change with its state, or puts the state in place of the former one. What is refused or
    /// blocked is kept aside with its reason for the operator; without bytes, if it comes so. A change that comes again
    /// under another envelope belongs to that one from then on.
    fn save_change(&mut self, change: &NewChange, state: &ChangeState) -> Result<(), Self::Error>;
    /// Returns how many changes sealed by a device are put aside, and their bytes in all. What is beyond
    /// [`QUARANTINE_CHANGES_MAX`](crate::wire::limit::QUARANTINE_CHANGES_MAX) need not be counted.
    fn aside(&mut self, device: DeviceId) -> Result<(u64, u64), Self::Error>;
    /// Notes that a change that is not stored was brought by a further envelope, which vouches for it too. Once for
    /// each person of a device; forgotten as soon as the change is stored.
    fn also_brought(&mut self, change: &NewChange) -> Result<(), Self::Error>;
    /// Returns a change that is not stored as each further envelope brought it, the first one first.
    fn brought_also(&mut self, leaf: LeafHash) -> Result<Vec<NewChange>, Self::Error>;
    /// Returns the changes of this document and kind whose state is waiting with this one among the missing.
    fn waiting_on(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        missing: ChangeHash,
    ) -> Result<Vec<NewChange>, Self::Error>;
    /// Returns the changes of this document and kind that were put aside because this one was refused.
    fn blocked_by(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        refused: ChangeHash,
    ) -> Result<Vec<NewChange>, Self::Error>;
    /// Notes a change to be judged in one of the next transactions; once is enough.
    fn note_ready(&mut self, leaf: LeafHash) -> Result<(), Self::Error>;
    /// Returns the first `limit` changes that were noted, in the order of noting.
    fn ready(&mut self, limit: usize) -> Result<Vec<LeafHash>, Self::Error>;
    /// Forgets that a change was noted.
    fn forget_ready(&mut self, leaf: LeafHash) -> Result<(), Self::Error>;
    /// Tells the operator that the store failed on a change whose turn had come; it stays noted.
    fn not_judged(&mut self, leaf: LeafHash, error: &Self::Error);
    /// Returns how many changes are waiting that a device sealed, those that it sealed after another did among them.
    fn waiting_count(&mut self, device: DeviceId) -> Result<usize, Self::Error>;
    /// Returns the stored change that an actor numbered `seq` in a document of this kind.
    fn by_actor_seq(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        actor: ActorId,
        seq: u64,
    ) -> Result<Option<ChangeHash>, Self::Error>;
    /// Reads a change strictly, without the document library. Servers may do it in a worker that may die.
    fn inspect(&mut self, bytes: &[u8]) -> Result<Result<ChangeMeta, DocumentError>, Self::Error> {
        Ok(document::parse_change(bytes))
    }
    /// Applies a change to a copy of its document, checks that the result can be saved and loaded again, and
    /// stages document and derived rows in this transaction. All ancestors are in the log.
    ///
    /// What the change says in its person's name is judged here ([`rightful`](crate::review::rightful)).
    fn admit(&mut self, change: &NewChange, meta: &ChangeMeta) -> Result<Admission, Self::Error>;

    /// Returns the newest receipt of an envelope.
    fn receipt(&mut self, device: DeviceId, counter: u64) -> Result<Option<Receipt>, Self::Error>;
    /// Returns the newest receipts of a device's envelopes above a counter, in order.
    fn receipts_after(
        &mut self,
        device: DeviceId,
        counter: u64,
        limit: usize,
    ) -> Result<Vec<Receipt>, Self::Error>;
    /// Stores a receipt beside the earlier versions.
    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Self::Error>;
}
