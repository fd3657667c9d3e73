//! What a device's store must do.

use std::ops::DerefMut;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey, Statement, Unsealed};
use bitacora_core::id::{ChangeHash, OrganisationId, ScopeId};
use bitacora_core::receipt::{Finding, Verdict};
use bitacora_core::sync::{
    CheckedChange, CheckedEnvelope, CheckedPull, CheckedRow, CopyEvidence, DeviceIdentity,
    DeviceLog, SealedLeaf, ServerIdentity, StoredCheckpoint, Tail,
};
use bitacora_core::wire::{DeviceEntry, Directory};
use ed25519_dalek::SigningKey;
use serde_json::json;

use super::written::{Sealed, Writer};

/// A device's store under test: enrolled, and without records.
pub trait Phone {
    /// Returns the store, as an exchange sees it.
    fn log(&mut self) -> impl DerefMut<Target: DeviceLog>;
    /// Saves a new record.
    fn save(&mut self);
    /// Ends the process and opens the store again.
    fn crash(&mut self);
    /// Returns who the device is, and the server whose receipts it takes.
    fn identities(&self) -> (DeviceIdentity, ServerIdentity);
    /// Returns the audience.
    fn scope(&self) -> ScopeId;
}

/// The suite on its way.
struct Suite<'p, P> {
    phone: &'p mut P,
    organisation: OrganisationId,
    scope: ScopeId,
    server: ServerIdentity,
}

const EPOCH: u64 = 7;

/// Runs the whole suite over a new store.
pub fn device_log<P: Phone>(phone: &mut P) {
    let (identity, server) = phone.identities();
    let (organisation, scope) = (identity.organisation, phone.scope());
    let mut suite = Suite {
        phone,
        organisation,
        scope,
        server,
    };
    let mut other = Writer::new(SigningKey::from_bytes(&[77; 32]), organisation);
    suite.knows(&other);
    suite.seals_in_the_order_of_saving(&identity);
    suite.receipts_count_once_and_older_ones_nothing(&identity);
    let pulled = suite.rows_arrive_once_and_bad_ones_stop_nothing(&mut other);
    suite.what_a_fork_took_is_offered_until_a_receipt(&identity, &pulled);
    suite.what_is_displaced_is_sealed_again(&identity, &pulled);
    suite.a_copied_identity_seals_nothing();
}

impl<P: Phone> Suite<'_, P> {
    fn knows(&mut self, other: &Writer) {
        let entry = DeviceEntry {
            device: other.device,
            key: PublicKey::of(&other.key),
            name: "Teléfono 9".into(),
            role: Role::PatrolMember,
            post: self.scope.post.clone(),
            revoked: false,
        };
        let directory = Directory {
            rev: 3,
            persons: vec![],
            devices: vec![entry],
            posts: vec![],
            headquarters: None,
        };
        for _ in 0..2 {
            self.phone.log().save_directory(&directory).unwrap();
        }
        self.phone.crash();
        let mut log = self.phone.log();
        assert_eq!(log.directory_rev().unwrap(), 3);
        let key = log.device_key(other.device).unwrap();
        assert_eq!(
            key,
            Some(PublicKey::of(&other.key)),
            "who is known stays known"
        );
        let gone = Directory {
            rev: 4,
            devices: vec![],
            ..directory
        };
        log.save_directory(&gone).unwrap();
        let key = log.device_key(other.device).unwrap();
        assert_eq!(
            key,
            Some(PublicKey::of(&other.key)),
            "also by a later directory"
        );
    }

    fn seal(&mut self, identity: &DeviceIdentity, changes: &[Unsealed]) -> u64 {
        let leaf = |change: &Unsealed| SealedLeaf {
            hash: LeafHash::of(change.kind, change.document, change.change),
            change: change.change,
        };
        let leaves: Vec<SealedLeaf> = changes.iter().map(leaf).collect();
        let hashes: Vec<LeafHash> = leaves.iter().map(|leaf| leaf.hash).collect();
        let mut log = self.phone.log();
        let last = log.last_envelope().unwrap();
        let statement = Statement::following(
            last,
            self.organisation,
            identity.device,
            changes[0].person,
            &hashes,
        );
        let counter = statement.counter;
        log.save_sealed(&statement.seal(&identity.key), &leaves)
            .unwrap();
        counter
    }

    fn seals_in_the_order_of_saving(&mut self, identity: &DeviceIdentity) {
        for _ in 0..3 {
            self.phone.save();
        }
        self.phone.crash();
        let saved = self.phone.log().unsealed(10).unwrap();
        assert_eq!(saved.len(), 3, "what was saved survives a crash, unsealed");
        assert_eq!(
            self.phone.log().unsealed(2).unwrap(),
            saved[..2],
            "oldest first"
        );
        assert_eq!(self.phone.log().last_envelope().unwrap(), None);
        assert_eq!(self.seal(identity, &saved[..2]), 1);
        assert_eq!(self.phone.log().unsealed(10).unwrap(), saved[2..]);
        assert_eq!(self.seal(identity, &saved[2..]), 2);
        self.phone.crash();
        let mut log = self.phone.log();
        assert!(
            log.unsealed(10).unwrap().is_empty(),
            "each change is sealed once"
        );
        let (hash, leaves) = log.own_envelope_hash(1).unwrap().unwrap();
        assert_eq!(leaves, 2);
        let held = log.own_envelope(1).unwrap().unwrap();
        assert_eq!(held.seal.statement.hash(), hash, "as it was sealed");
        assert!(
            held.leaves.iter().all(|leaf| leaf.change.is_some()),
            "with its changes"
        );
        let leaf = log.own_leaf(1, 1).unwrap();
        assert_eq!(leaf, Some((saved[1].document, saved[1].change)));
        assert_eq!(log.own_leaf(1, 2).unwrap(), None);
        assert!(log.own_envelope(3).unwrap().is_none());
        let last = log.last_envelope().unwrap();
        assert_eq!(last.map(|(counter, _)| counter), Some(2));
        assert_eq!(log.receipts_through().unwrap(), 0);
    }

    /// Takes a receipt for one of the device's own envelopes.
    fn receipt(&mut self, device: &DeviceIdentity, counter: u64, version: u32, verdict: Verdict) {
        let mut log = self.phone.log();
        let (envelope, leaves) = log.own_envelope_hash(counter).unwrap().unwrap();
        let finding = Finding {
            server: self.server.server,
            epoch: EPOCH,
            device: device.device,
            counter,
            envelope,
            version,
            verdicts: vec![verdict; leaves as usize],
            signed_at_ms: 1_692_014_400_000,
        };
        log.save_receipt(&finding.sign(&self.server.key)).unwrap();
    }

    fn receipts_count_once_and_older_ones_nothing(&mut self, identity: &DeviceIdentity) {
        let waiting = || Verdict::Waiting { missing: vec![] };
        self.receipt(identity, 2, 1, waiting());
        assert_eq!(
            self.phone.log().receipts_through().unwrap(),
            0,
            "1 has none"
        );
        self.receipt(identity, 1, 2, Verdict::Stored { seq: 1 });
        self.receipt(identity, 1, 1, waiting());
        self.phone.crash();
        let mut log = self.phone.log();
        assert_eq!(log.receipts_through().unwrap(), 2);
        let open = log.open_receipts(9).unwrap();
        assert_eq!(open, [(2, 1)], "an older receipt opens nothing");
        assert!(log.open_receipts(0).unwrap().is_empty());
    }

    fn start(&mut self) -> Tail {
        let empty = Tail::empty(self.organisation, &self.scope);
        let mark = empty.cursor(EPOCH);
        self.phone.log().start(&self.scope, &mark).unwrap();
        Tail::starting(&mark)
    }

    fn read(&mut self) -> StoredCheckpoint {
        let subscriptions = self.phone.log().subscriptions().unwrap();
        let ours = subscriptions
            .into_iter()
            .find(|held| held.scope == self.scope);
        ours.unwrap().read.unwrap()
    }

    fn pull(&self, from: Tail, rows: &[(&Sealed, Option<&[u8]>)]) -> CheckedPull {
        let mut tail = from;
        let (mut envelopes, mut checked) = (Vec::new(), Vec::new());
        for (place, (sealed, bytes)) in rows.iter().enumerate() {
            let change = sealed.written.meta.hash;
            tail = tail.after(sealed.document, change);
            envelopes.push(CheckedEnvelope {
                seal: sealed.seal.clone(),
                leaves: vec![sealed.leaf],
            });
            checked.push(CheckedRow {
                seq: Some(tail.seq),
                document: sealed.document,
                change,
                content: CheckedChange::New {
                    kind: DocumentKind::ENCOUNTER,
                    envelope: place,
                    leaf: 0,
                    bytes: bytes.unwrap_or(&sealed.written.bytes).to_vec(),
                },
            });
        }
        CheckedPull {
            scope: self.scope.clone(),
            envelopes,
            rows: checked,
            read: StoredCheckpoint { epoch: EPOCH, tail },
            superseded: vec![],
        }
    }

    fn digest(&mut self, through: u64) -> (u64, u128) {
        let scope = self.scope.clone();
        self.phone.log().digest(&scope, through).unwrap()
    }

    fn rows_arrive_once_and_bad_ones_stop_nothing(&mut self, other: &mut Writer) -> Vec<Sealed> {
        let from = self.start();
        assert_eq!(self.digest(u64::MAX), (0, 0), "nothing was read");
        let first = other.records(1);
        let unfit = other.edits(&[&first], json!({ "note": "río alto" }));
        let last = other.edits(&[&first], json!({ "setting": "jungle" }));
        let broken: &[u8] = &[1, 2, 3];
        let pull = self.pull(
            from,
            &[(&first, None), (&unfit, Some(broken)), (&last, None)],
        );
        for _ in 0..2 {
            self.phone.log().save_pull(&pull).unwrap();
        }
        self.phone.crash();
        assert_eq!(
            self.read(),
            pull.read,
            "position and rows survive a crash together"
        );
        let tail = pull.read.tail;
        assert_eq!(
            self.digest(3),
            (tail.count, tail.sum),
            "bad rows count in the digest"
        );
        let first_only = from.after(first.document, first.written.meta.hash);
        assert_eq!(self.digest(1), (1, first_only.sum));
        let scope = self.scope.clone();
        let mut log = self.phone.log();
        let kept = log.checkpoints(&scope).unwrap();
        let positions: Vec<u64> = kept.iter().map(|kept| kept.tail.seq).collect();
        assert_eq!(positions, [3, 0], "newest first, each once, from the mark");
        assert!(
            log.unsealed(10).unwrap().is_empty(),
            "what others wrote is theirs to seal"
        );
        assert!(
            log.to_offer(None, 10).unwrap().is_empty(),
            "what the log has is not offered"
        );
        vec![first, last]
    }

    fn offered(&mut self) -> Vec<u64> {
        let held = self.phone.log().to_offer(None, 10).unwrap();
        let whole = held
            .iter()
            .all(|held| held.leaves.iter().all(|leaf| leaf.change.is_some()));
        assert!(whole, "an offer carries its changes");
        held.iter()
            .map(|held| held.seal.statement.counter)
            .collect()
    }

    fn others_receipt(&mut self, sealed: &Sealed, epoch: u64, version: u32, verdict: Verdict) {
        let statement = &sealed.seal.statement;
        let finding = Finding {
            server: self.server.server,
            epoch,
            device: statement.device,
            counter: statement.counter,
            envelope: statement.hash(),
            version,
            verdicts: vec![verdict],
            signed_at_ms: 1_692_014_400_000,
        };
        let receipt = finding.sign(&self.server.key);
        self.phone.log().save_receipt(&receipt).unwrap();
    }

    fn rewind(&mut self, epoch: u64) {
        let scope = self.scope.clone();
        let to = StoredCheckpoint {
            epoch,
            tail: Tail::starting(&Tail::empty(self.organisation, &scope).cursor(epoch)),
        };
        self.phone.log().rewind(&scope, &to).unwrap();
        assert_eq!(self.read(), to, "the position goes back");
        assert_eq!(self.digest(u64::MAX), (0, 0), "and the rows with it");
    }

    fn what_a_fork_took_is_offered_until_a_receipt(
        &mut self,
        identity: &DeviceIdentity,
        pulled: &[Sealed],
    ) {
        self.receipt(identity, 1, 1, Verdict::Stored { seq: 1 });
        assert_eq!(self.phone.log().receipts_through().unwrap(), 2);
        self.rewind(EPOCH);
        self.phone.crash();
        let through = self.phone.log().receipts_through().unwrap();
        assert_eq!(
            through, 0,
            "a receipt of what a fork took is in doubt: it is pushed again"
        );
        assert!(self.offered().contains(&1) && self.offered().contains(&3));
        let first = self.phone.log().to_offer(None, 1).unwrap().remove(0);
        let named = &first.seal.statement;
        let after = Some((named.device, named.counter));
        let rest = self.phone.log().to_offer(after, 10).unwrap();
        assert!(
            rest.iter().all(|held| held.seal != first.seal),
            "page by page"
        );
        let stored = |seq| Verdict::Stored { seq };
        self.others_receipt(&pulled[0], EPOCH, 1, stored(1));
        assert!(
            !self.offered_by(pulled).contains(&1),
            "the receipt says that it is there"
        );
        self.rewind(EPOCH);
        assert!(
            self.offered_by(pulled).contains(&1),
            "no longer, after another fork"
        );
        self.others_receipt(&pulled[0], EPOCH, 1, stored(1));
        assert!(
            !self.offered_by(pulled).contains(&1),
            "the same version counts again then"
        );
        self.rewind(EPOCH + 1);
        assert!(self.offered_by(pulled).contains(&1), "nor in another epoch");
        let pull = self.pull(self.empty(), &[(&pulled[0], None), (&pulled[1], None)]);
        self.phone.log().save_pull(&pull).unwrap();
        assert!(self.offered_by(pulled).is_empty(), "a row says it too");
    }

    fn empty(&self) -> Tail {
        let empty = Tail::empty(self.organisation, &self.scope);
        Tail::starting(&empty.cursor(EPOCH))
    }

    /// The counters of the other device's offered envelopes.
    fn offered_by(&mut self, pulled: &[Sealed]) -> Vec<u64> {
        let device = pulled[0].seal.statement.device;
        let held = self.phone.log().to_offer(None, 10).unwrap();
        let theirs = held
            .iter()
            .filter(|held| held.seal.statement.device == device);
        theirs.map(|held| held.seal.statement.counter).collect()
    }

    fn unsealed(&mut self) -> Vec<ChangeHash> {
        let all = self.phone.log().unsealed(10).unwrap();
        all.iter().map(|change| change.change).collect()
    }

    fn what_is_displaced_is_sealed_again(&mut self, identity: &DeviceIdentity, pulled: &[Sealed]) {
        let (hash, _) = self.phone.log().own_envelope_hash(2).unwrap().unwrap();
        let (_, own) = self.phone.log().own_leaf(2, 0).unwrap().unwrap();
        let theirs = pulled[1].seal.statement.hash();
        for envelope in [hash, theirs] {
            for _ in 0..2 {
                self.phone.log().displaced(envelope).unwrap();
            }
        }
        self.phone.crash();
        assert_eq!(
            self.unsealed(),
            [own],
            "what is in the log needs no other seal"
        );
        self.rewind(EPOCH + 2);
        let sealed = self.phone.log().own_envelope_hash(2).unwrap();
        assert_eq!(
            sealed.map(|(sealed, _)| sealed),
            Some(hash),
            "the envelope stays"
        );
        self.phone.log().displaced(theirs).unwrap();
        let change = pulled[1].written.meta.hash;
        let all = self.phone.log().unsealed(10).unwrap();
        let again = all
            .iter()
            .find(|unsealed| unsealed.change == change)
            .unwrap();
        assert_eq!(
            again.person, pulled[1].seal.statement.person,
            "in its author's name"
        );
        let counter = self.seal(identity, &all[..1]);
        let sealed = self.phone.log().own_leaf(counter, 0).unwrap();
        assert_eq!(sealed.map(|(_, change)| change), Some(all[0].change));
    }

    fn a_copied_identity_seals_nothing(&mut self) {
        self.phone.save();
        assert!(!self.unsealed().is_empty(), "something is to be sealed");
        let evidence = CopyEvidence::AnotherEnvelope { counter: 1 };
        self.phone.log().identity_is_copied(evidence).unwrap();
        self.phone.crash();
        assert!(
            self.unsealed().is_empty(),
            "until the phone is enrolled anew"
        );
    }
}
