//! What is put aside of one device, and what is refused whole, is bounded; nothing else is lost by it.

use bitacora_core::enrol::Role;
use bitacora_core::id::DocumentId;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::wire::{Push, limit};

use crate::made::framed;
use crate::phone::Phone;
use crate::rights::{is_refused, stored};
use crate::world::World;

/// A chunk that says it is a change, and is none.
fn no_change(number: u32, size: usize) -> Vec<u8> {
    let mut body = vec![7; size];
    body[..4].copy_from_slice(&number.to_be_bytes());
    framed(&body)
}

/// Envelopes full of what is no change.
fn rubbish(phone: &mut Phone, changes: u32, at_once: usize, size: usize) -> Vec<Push> {
    let document = DocumentId::from_bytes([5; 16]);
    let chunks: Vec<Vec<u8>> = (0..changes).map(|number| no_change(number, size)).collect();
    chunks
        .chunks(at_once)
        .map(|some| {
            let some: Vec<_> = some
                .iter()
                .map(|bytes| (document, bytes.as_slice()))
                .collect();
            phone.seal(&some)
        })
        .collect()
}

/// Sends rubbish and a record, and looks at what is kept. Returns how many changes are aside with their bytes.
async fn kept_of(changes: u32, at_once: usize, size: usize) -> u64 {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut other = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let mut pushes = rubbish(&mut rogue, changes, at_once, size);
    let (id, record) = rogue.record(1);
    pushes.push(rogue.seal(&[(id, &record.bytes)]));
    let heard = rogue.exchange(rogue.hello(), pushes.clone()).await;
    let verdicts = heard
        .receipts
        .iter()
        .flat_map(|receipt| &receipt.finding.verdicts);
    let refused = verdicts
        .filter(|verdict| is_refused(verdict, &RefusalCode::Change))
        .count();
    assert_eq!(refused, changes as usize, "each is refused, for what it is");
    assert!(
        stored(&heard.verdicts(rogue.counter)[0]),
        "one bad thing stops one thing"
    );

    let again = rogue.exchange(rogue.hello(), pushes).await;
    assert!(again.receipts == heard.receipts, "a refusal stands");
    let push = rubbish(&mut other, 1, 1, 100);
    other.exchange(other.hello(), push).await;

    let aside = world.server.quarantine().unwrap();
    assert_eq!(aside.len(), changes as usize + 1, "the operator sees each");
    let of = |device| aside.iter().filter(move |aside| aside.device == device);
    assert!(
        of(other.client.device()).all(|aside| aside.size_bytes > 0),
        "each device has a share of its own"
    );
    let bytes: u64 = of(rogue.client.device())
        .map(|aside| aside.size_bytes)
        .sum();
    assert!(
        bytes <= limit::QUARANTINE_BYTES_MAX,
        "{bytes} bytes are kept"
    );
    let health = world.server.health().unwrap();
    assert_eq!(health.quarantine_full, [rogue.client.device()]);
    assert!(!health.is_well(), "who watches over the server is told");
    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
    let kept = of(rogue.client.device())
        .filter(|aside| aside.size_bytes > 0)
        .count();
    world.stop().await;
    kept as u64
}

#[tokio::test]
async fn of_a_thousand_refused_changes_of_a_device_the_bytes_are_kept_and_of_more_the_name() {
    let kept = kept_of(
        limit::QUARANTINE_CHANGES_MAX as u32 + 9,
        limit::ENVELOPE_LEAVES_MAX,
        60,
    )
    .await;
    assert_eq!(kept, limit::QUARANTINE_CHANGES_MAX);
}

#[tokio::test]
async fn large_changes_fill_a_devices_share_by_their_bytes() {
    let size = limit::CHANGE_BYTES_MAX - 64;
    let fit = limit::QUARANTINE_BYTES_MAX / size as u64;
    assert_eq!(kept_of(fit as u32 + 2, 1, size).await, fit);
}

#[tokio::test]
async fn what_was_kept_by_name_alone_is_whole_when_its_author_brings_it() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut author = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let mut pushes = rubbish(
        &mut rogue,
        limit::QUARANTINE_CHANGES_MAX as u32,
        limit::ENVELOPE_LEAVES_MAX,
        60,
    );
    let (id, record) = author.record(1);
    pushes.push(rogue.seal(&[(id, &record.bytes)]));
    let heard = rogue.exchange(rogue.hello(), pushes).await;
    assert!(
        is_refused(&heard.verdicts(rogue.counter)[0], &RefusalCode::Person),
        "{heard:?}"
    );
    let push = author.seal(&[(id, &record.bytes)]);
    let heard = author.exchange(author.hello(), vec![push]).await;
    assert!(stored(&heard.verdicts(1)[0]), "{heard:?}");
    let report = world.server.verify().unwrap();
    assert!(report.is_sound() && report.rows == 1, "{report:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_copy_of_a_phone_gets_so_many_receipts_for_refused_envelopes_and_the_rest_next_time() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut copy = phone.clone();
    let records = |phone: &mut Phone, from: u16| -> Vec<Push> {
        let count = u16::try_from(limit::REFUSED_ENVELOPES_MAX).unwrap() + 6;
        let seal = |number| {
            let (id, record) = phone.record(number);
            phone.seal(&[(id, &record.bytes)])
        };
        (from..from + count).map(seal).collect()
    };
    let first = records(&mut phone, 1);
    phone.exchange(phone.hello(), first).await;
    let second = records(&mut copy, 500);
    let mut hello = copy.hello();
    hello.receipts_through = copy.counter;
    let heard = copy.exchange(hello.clone(), second.clone()).await;
    assert_eq!(heard.receipts.len(), limit::REFUSED_ENVELOPES_MAX);
    let clones = heard
        .receipts
        .iter()
        .flat_map(|receipt| &receipt.finding.verdicts);
    assert!(clones.clone().count() > 0);
    assert!(
        clones
            .into_iter()
            .all(|verdict| is_refused(verdict, &RefusalCode::Clone))
    );
    assert!(heard.done, "the rest of the answer is given");
    let rest = second[limit::REFUSED_ENVELOPES_MAX..].to_vec();
    let heard = copy.exchange(hello, rest).await;
    assert_eq!(
        heard.receipts.len(),
        6,
        "what was passed over is answered when it comes again"
    );
    world.stop().await;
}
