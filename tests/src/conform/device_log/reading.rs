//! Who is known stays known; rows arrive once, with the position.

use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, PublicKey};
use bitacora_core::sync::{
    CheckedChange, CheckedEnvelope, CheckedPull, CheckedRow, DeviceLog as _, StoredCheckpoint, Tail,
};
use bitacora_core::wire::{DeviceEntry, Directory};
use serde_json::json;

use super::super::written::{Sealed, Writer};
use super::{EPOCH, Phone, Suite};

impl<P: Phone> Suite<'_, P> {
    pub(super) fn knows(&mut self, other: &Writer) {
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

    pub(super) fn start(&mut self) -> Tail {
        let empty = Tail::empty(self.organisation, &self.scope);
        let mark = empty.cursor(EPOCH);
        self.phone.log().start(&self.scope, &mark).unwrap();
        Tail::starting(&mark)
    }

    pub(super) fn read(&mut self) -> StoredCheckpoint {
        let subscriptions = self.phone.log().subscriptions().unwrap();
        let ours = subscriptions
            .into_iter()
            .find(|held| held.scope == self.scope);
        ours.unwrap().read.unwrap()
    }

    pub(super) fn pull(&self, from: Tail, rows: &[(&Sealed, Option<&[u8]>)]) -> CheckedPull {
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

    pub(super) fn digest(&mut self, through: u64) -> (u64, u128) {
        let scope = self.scope.clone();
        self.phone.log().digest(&scope, through).unwrap()
    }

    pub(super) fn rows_arrive_once_and_bad_ones_stop_nothing(
        &mut self,
        other: &mut Writer,
    ) -> Vec<Sealed> {
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
}
