//! What a device hands in again for others after the server was put back.

use bitacora_core::envelope::{DocumentKind, LeafHash, Statement, change_hash};
use bitacora_core::id::DocumentId;
use bitacora_core::sync::{CheckedChange, CheckedEnvelope, DeviceExchange, DeviceLog, Plan};
use bitacora_core::wire::{Direction, Encoder, Message, Push, PushLeaf, limit};
use bitacora_device::Device;
use sha2::{Digest as _, Sha256};

use crate::post::{Post, scope};
use crate::record::six;
use crate::sync::two_phones;

/// The pushes of a request of a device that the server's log went back under, as they go over the link.
fn pushed_after_a_fork(device: &Device) -> Vec<Push> {
    let mut log = device.sync_log();
    let mut begin = log.checkpoints(&scope()).unwrap().pop().unwrap();
    begin.tail.seq = 0;
    log.rewind(&scope(), &begin).unwrap();
    let identity = device.identity().unwrap();
    let mut exchange = DeviceExchange::begin(identity, &mut log, Plan::default(), 0).unwrap();
    let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL).unwrap();
    let mut pushes = Vec::new();
    while let Some(message) = exchange.next_up(&mut log).unwrap() {
        encoder
            .push(&message)
            .expect("no message is larger than it may be");
        if let Message::Push(push) = message {
            pushes.push(push);
        }
    }
    pushes
}

/// Appends a number as Automerge writes it.
fn leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

/// A change of a kind of document that is not read here: one actor puts one long text.
fn large_change(actor: u8, text_bytes: usize) -> Vec<u8> {
    let mut meta = vec![0x7f];
    leb(&mut meta, text_bytes << 4 | 6);
    let columns = [
        (0x15, vec![0x7f, 1, b'a']),
        (0x34, vec![1]),
        (0x42, vec![0x7f, 1]),
        (0x56, meta),
        (0x57, vec![b'x'; text_bytes]),
        (0x70, vec![0x7f, 0]),
    ];
    let mut body = [&[0, 16], [actor; 16].as_slice(), &[1, 1, 0, 0, 0, 6]].concat();
    for (number, data) in &columns {
        body.push(*number);
        leb(&mut body, data.len());
    }
    columns.iter().for_each(|(_, data)| body.extend(data));
    let mut hashed = vec![1];
    leb(&mut hashed, body.len());
    hashed.extend(body);
    let digest = Sha256::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &digest[..4], &hashed].concat()
}

/// Puts large changes into the post's log, all in the next envelope of a phone.
fn give_large(post: &mut Post, phone: &Device, changes: u8) {
    let kind = DocumentKind::new(77);
    let made: Vec<_> = (1..=changes)
        .map(|number| {
            let bytes = large_change(number, 200 * 1024);
            let change = change_hash(&bytes).unwrap();
            (DocumentId::from_bytes([number; 16]), change, bytes)
        })
        .collect();
    let leaves: Vec<_> = made
        .iter()
        .map(|(document, change, _)| LeafHash::of(kind, *document, *change))
        .collect();
    let identity = phone.identity().unwrap();
    let statement = Statement::following(
        phone.sync_log().last_envelope().unwrap(),
        identity.organisation,
        identity.device,
        phone.me().unwrap(),
        &leaves,
    );
    let sealed = CheckedEnvelope {
        seal: statement.seal(&identity.key),
        leaves,
    };
    for (leaf, (document, change, bytes)) in (0..).zip(made) {
        let content = CheckedChange::New {
            kind,
            envelope: 0,
            leaf,
            bytes,
        };
        post.rows.push((document, change, content, sealed.clone()));
    }
}

/// One envelope of large changes that came to the server in several pushes is one that a reader holds whole.
#[test]
fn an_envelope_that_is_too_large_for_a_push_goes_in_several_and_stops_nothing() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    a.record(&six(), None).unwrap();
    post.accept(&a);
    give_large(&mut post, &a, 3);
    post.give(&b);
    assert_eq!(b.verify().unwrap().quarantined, 0, "all of it is kept");

    let pushes = pushed_after_a_fork(&b);
    let counters: Vec<u64> = pushes.iter().map(|push| push.counter).collect();
    assert_eq!(counters, [1, 2, 2, 2], "one envelope in three parts");
    let hashes = pushes[1].leaf_hashes().unwrap();
    let whole: Vec<Vec<bool>> = pushes[1..4]
        .iter()
        .map(|push| {
            assert_eq!(
                push.leaf_hashes().unwrap(),
                hashes,
                "every part is the envelope that was signed"
            );
            let leaves = push.leaves.iter();
            leaves
                .map(|leaf| matches!(leaf, PushLeaf::Change { .. }))
                .collect()
        })
        .collect();
    assert_eq!(
        whole,
        [
            [true, false, false],
            [false, true, false],
            [false, false, true]
        ],
        "each change goes once"
    );
}
