//! Envelopes and receipts are given as they came.

use bitacora_core::receipt::{Finding, Receipt, RefusalCode, Verdict};
use bitacora_core::sync::{ServerIdentity, ServerLog};

use super::{Post, envelope};
use crate::conform::written::Sealed;

pub(super) fn envelopes_are_kept_as_they_came<P: Post>(post: &mut P, sealed: &[&Sealed]) {
    let mut log = post.log();
    let device = sealed[0].seal.statement.device;
    let mut save = |sealed: &Sealed, held: bool| {
        log.begin().unwrap();
        log.save_envelope(&envelope(sealed, held)).unwrap();
        log.commit().unwrap();
        log.known_through(device)
            .unwrap()
            .map(|(counter, _)| counter)
    };
    assert_eq!(save(sealed[0], false), Some(1));
    assert_eq!(save(sealed[2], true), Some(1), "a gap ends what is known");
    assert_eq!(save(sealed[1], false), Some(3), "until it is filled");
    assert_eq!(
        save(sealed[2], false),
        Some(3),
        "an envelope is put in place of itself"
    );
    let found = log.envelope(device, 3).unwrap().unwrap();
    assert_eq!(
        found,
        envelope(sealed[2], false),
        "as it came, and held no longer"
    );
    let known = log.known_through(device).unwrap();
    assert_eq!(known, Some((3, sealed[2].seal.statement.hash())));
}

fn receipt(identity: &ServerIdentity, epoch: u64, sealed: &Sealed, version: u32) -> Receipt {
    let statement = &sealed.seal.statement;
    let verdict = Verdict::Refused {
        code: RefusalCode::Change,
        text: format!("version {version}"),
    };
    Finding {
        server: identity.server,
        epoch,
        device: statement.device,
        counter: statement.counter,
        envelope: statement.hash(),
        version,
        verdicts: vec![verdict],
        signed_at_ms: 1,
    }
    .sign(&identity.key)
}

pub(super) fn the_newest_receipt_is_given<P: Post>(post: &mut P, sealed: &[&Sealed]) {
    let (identity, device) = (post.identity(), sealed[0].seal.statement.device);
    let epoch = post.log().epoch().unwrap();
    let versions = [
        receipt(&identity, epoch, sealed[1], 1),
        receipt(&identity, epoch, sealed[0], 1),
        receipt(&identity, epoch, sealed[0], 2),
    ];
    let mut log = post.log();
    for receipt in &versions {
        log.begin().unwrap();
        log.save_receipt(receipt).unwrap();
        log.commit().unwrap();
    }
    drop(log);
    post.crash();
    let mut log = post.log();
    assert_eq!(log.epoch().unwrap(), epoch, "the epoch survives a crash");
    assert_eq!(log.receipt(device, 1).unwrap().as_ref(), Some(&versions[2]));
    assert_eq!(log.receipt(device, 9).unwrap(), None);
    let all = log.receipts_after(device, 0, 10).unwrap();
    assert_eq!(
        all,
        [versions[2].clone(), versions[0].clone()],
        "newest of each, in order"
    );
    assert_eq!(
        log.receipts_after(device, 1, 10).unwrap(),
        [versions[0].clone()]
    );
    assert_eq!(log.receipts_after(device, 0, 1).unwrap().len(), 1);
}
