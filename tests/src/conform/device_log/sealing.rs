//! What was saved is sealed once, in its order; receipts count once.

use bitacora_core::envelope::{LeafHash, Statement, Unsealed};
use bitacora_core::receipt::{Finding, Verdict};
use bitacora_core::sync::{DeviceIdentity, DeviceLog as _, SealedLeaf};

use super::{EPOCH, Phone, Suite};

impl<P: Phone> Suite<'_, P> {
    pub(super) fn seal(&mut self, identity: &DeviceIdentity, changes: &[Unsealed]) -> u64 {
        let leaf = |change: &Unsealed| SealedLeaf {
            hash: LeafHash::of(change.kind, change.document, change.change),
            document: change.document,
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

    pub(super) fn seals_in_the_order_of_saving(&mut self, identity: &DeviceIdentity) {
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
    pub(super) fn receipt(
        &mut self,
        device: &DeviceIdentity,
        counter: u64,
        version: u32,
        verdict: Verdict,
    ) {
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

    pub(super) fn receipts_count_once_and_older_ones_nothing(&mut self, identity: &DeviceIdentity) {
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
}
