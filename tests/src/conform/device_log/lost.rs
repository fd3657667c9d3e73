//! What a fork took, what a copy displaced, and an identity that two phones have.

use bitacora_core::id::ChangeHash;
use bitacora_core::receipt::{Finding, Verdict};
use bitacora_core::sync::{CopyEvidence, DeviceIdentity, DeviceLog as _, StoredCheckpoint, Tail};

use super::super::written::Sealed;
use super::{EPOCH, Phone, Suite};

impl<P: Phone> Suite<'_, P> {
    pub(super) fn offered(&mut self) -> Vec<u64> {
        let held = self.phone.log().to_offer(None, 10).unwrap();
        let whole = held
            .iter()
            .all(|held| held.leaves.iter().all(|leaf| leaf.change.is_some()));
        assert!(whole, "an offer carries its changes");
        held.iter()
            .map(|held| held.seal.statement.counter)
            .collect()
    }

    pub(super) fn others_receipt(
        &mut self,
        sealed: &Sealed,
        epoch: u64,
        version: u32,
        verdict: Verdict,
    ) {
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

    pub(super) fn rewind(&mut self, epoch: u64) {
        let scope = self.scope.clone();
        let to = StoredCheckpoint {
            epoch,
            tail: Tail::starting(&Tail::empty(self.organisation, &scope).cursor(epoch)),
        };
        self.phone.log().rewind(&scope, &to).unwrap();
        assert_eq!(self.read(), to, "the position goes back");
        assert_eq!(self.digest(u64::MAX), (0, 0), "and the rows with it");
    }

    pub(super) fn what_a_fork_took_is_offered_until_a_receipt(
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

    pub(super) fn empty(&self) -> Tail {
        let empty = Tail::empty(self.organisation, &self.scope);
        Tail::starting(&empty.cursor(EPOCH))
    }

    /// The counters of the other device's offered envelopes.
    pub(super) fn offered_by(&mut self, pulled: &[Sealed]) -> Vec<u64> {
        let device = pulled[0].seal.statement.device;
        let held = self.phone.log().to_offer(None, 10).unwrap();
        let theirs = held
            .iter()
            .filter(|held| held.seal.statement.device == device);
        theirs.map(|held| held.seal.statement.counter).collect()
    }

    pub(super) fn unsealed(&mut self) -> Vec<ChangeHash> {
        let all = self.phone.log().unsealed(10).unwrap();
        all.iter().map(|change| change.change).collect()
    }

    pub(super) fn what_is_displaced_is_sealed_again(
        &mut self,
        identity: &DeviceIdentity,
        pulled: &[Sealed],
    ) {
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

    pub(super) fn a_copied_identity_seals_nothing(&mut self) {
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
