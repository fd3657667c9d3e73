//! What waits for something that did not come yet: kept, bounded, and in nobody's way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, change_hash};
use bitacora_core::id::{DocumentId, PersonId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::wire::{Push, PushLeaf, limit};
use serde_json::json;

use crate::made::text_change;
use crate::phone::{Heard, Phone};
use crate::pushing::is_stored;
use crate::world::World;

/// Envelopes that fit among what may wait, and those that are sealed.
const FIT: u64 = (limit::WAITING_CHANGES_MAX / limit::ENVELOPE_LEAVES_MAX) as u64;
const SEALED: u64 = FIT + 3;

fn all(heard: &Heard, counter: u64, is: impl Fn(&Verdict) -> bool) -> bool {
    heard.verdicts(counter).iter().all(is)
}

#[tokio::test]
async fn more_than_a_thousand_that_wait_stop_neither_what_is_read_nor_what_comes_later() {
    let world = World::start().await;
    let mut colleague = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut phone = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = colleague.record(1);
    let push = colleague.seal(&[(id, &record.bytes)]);
    colleague.exchange(colleague.hello(), vec![push]).await;

    // 1. All but the first envelope come: no place in the order for any of them.
    let mut sealed = sealed(&mut phone);
    let first = sealed.remove(0);
    let heard = phone.exchange(phone.hello(), sealed.clone()).await;
    for counter in 2..FIT + 2 {
        assert!(
            all(&heard, counter, |verdict| matches!(
                verdict,
                Verdict::Waiting { .. }
            )),
            "{counter} is kept, not received"
        );
    }
    assert_eq!(
        heard.receipts.len() as u64,
        FIT,
        "what is over the limit gets no receipt, so its device keeps it"
    );
    let refusal = heard.refusal.as_ref().map(|refusal| refusal.code.clone());
    assert_eq!(refusal, Some(RefusalCode::TooManyWaiting), "and hears why");
    assert_eq!(
        heard.rows(),
        1,
        "the colleague's record is read all the same"
    );
    assert_eq!(
        world.server.health().unwrap().waiting,
        FIT * limit::ENVELOPE_LEAVES_MAX as u64,
        "the limit holds"
    );

    // 2. The first one comes: what waited is received, and there is place for the rest.
    let heard = phone.exchange(phone.hello(), vec![first]).await;
    let received = |verdict: &Verdict| verdict.is_received();
    assert!((1..FIT + 2).all(|counter| all(&heard, counter, received)));
    let rest = sealed.split_off(usize::try_from(FIT).unwrap());
    let heard = phone.exchange(phone.hello(), rest).await;
    assert!(heard.done, "{:?}", heard.refusal);
    assert!((1..=SEALED).all(|counter| all(&heard, counter, received)));
    let health = world.server.health().unwrap();
    assert_eq!(
        (health.rows, health.waiting, health.aside),
        (SEALED * limit::ENVELOPE_LEAVES_MAX as u64 + 1, 0, 0),
        "every record is there, once"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_another_offers_of_a_device_is_limited_too() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let never_sent = text_change(None, [7; 16], 1);
    let envelopes = u8::try_from(SEALED).unwrap();
    let offered = waiting_for(&mut phone, &never_sent, envelopes);
    let heard = colleague.exchange(colleague.hello(), offered).await;
    assert!(heard.done, "the colleague has done no wrong: {heard:?}");
    assert_eq!(
        heard.receipts.len() as u64,
        FIT,
        "what is over the limit is as if it had not been offered"
    );
    assert_eq!(
        world.server.health().unwrap().waiting,
        FIT * limit::ENVELOPE_LEAVES_MAX as u64
    );
    world.stop().await;
}

/// A phone was copied and both went on sealing; the copy was first. What follows the phone's refused envelope must
/// not wait for it: it never comes. (Found by the simulator, when the phone was lost before it heard.)
#[tokio::test]
async fn nothing_waits_for_an_envelope_whose_place_a_copys_envelope_has() {
    for waited_before in [true, false] {
        let world = World::start().await;
        let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
        let mut copy = phone.clone();
        let records: Vec<_> = (1..=3).map(|number| phone.record(number)).collect();
        let mut sealed: Vec<Push> = records
            .iter()
            .map(|(id, written)| phone.seal(&[(*id, &written.bytes)]))
            .collect();
        let (id, written) = copy.record(4);
        let copys = copy.seal(&[(id, &written.bytes)]);

        let third = sealed.remove(2);
        let mut rest = vec![sealed.remove(1)];
        if waited_before {
            let heard = phone.exchange(phone.hello(), vec![third]).await;
            let waits = |verdict: &Verdict| matches!(verdict, Verdict::Waiting { .. });
            assert!(all(&heard, 3, waits), "two are missing: {heard:?}");
        } else {
            rest.push(third);
        }
        copy.exchange(copy.hello(), vec![copys]).await;
        let heard = phone.exchange(phone.hello(), rest).await;
        assert!(
            heard.verdicts(2)[0].is_refused_as(&RefusalCode::Clone),
            "the one before it is another's: {heard:?}"
        );
        assert!(
            all(&heard, 3, Verdict::is_received),
            "waited before: {waited_before}: {heard:?}"
        );
        let health = world.server.health().unwrap();
        assert_eq!(
            (health.rows, health.waiting),
            (2, 0),
            "nothing is kept for ever"
        );
        world.stop().await;
    }
}

/// Seals full envelopes of small records.
fn sealed(phone: &mut Phone) -> Vec<Push> {
    let leaves = u16::try_from(limit::ENVELOPE_LEAVES_MAX).unwrap();
    let envelopes = u16::try_from(SEALED).unwrap();
    (0..envelopes)
        .map(|envelope| {
            let records: Vec<_> = (0..leaves)
                .map(|leaf| phone.record(envelope * leaves + leaf))
                .collect();
            let changes: Vec<_> = records
                .iter()
                .map(|(id, written)| (*id, written.bytes.as_slice()))
                .collect();
            phone.seal(&changes)
        })
        .collect()
}

#[tokio::test]
async fn an_envelope_whose_predecessor_is_missing_waits_and_is_receipted_as_waiting() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let first = phone.seal(&[(document, &written.bytes)]);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let second = phone.seal(&[(document, &phone.edit(&seen, json!({"note": "x"})).bytes)]);
    let heard = phone.exchange(phone.hello(), vec![second]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Waiting { .. }),
        "kept, but not received: {heard:?}"
    );
    assert_eq!(
        world.server.health().unwrap().waiting,
        1,
        "the operator sees that something waits"
    );
    let heard = phone.exchange(phone.hello(), vec![first]).await;
    assert!(
        is_stored(heard.verdicts(1)) && is_stored(heard.verdicts(2)),
        "both are received now: {heard:?}"
    );
    let versions: Vec<_> = heard
        .receipts
        .iter()
        .filter(|receipt| receipt.finding.counter == 2)
        .collect();
    assert_eq!(
        versions[0].finding.version, 2,
        "a further receipt takes the place of the waiting one"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "late comers leave a good log"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_waited_in_one_envelope_and_came_in_another_has_one_row() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let ((one, first), (two, second)) = (phone.record(1), phone.record(2));
    let begins = phone.seal(&[(one, &first.bytes)]);
    let waits = phone.seal(&[(two, &second.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![waits]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Waiting { .. }),
        "its predecessor is missing: {heard:?}"
    );

    // A colleague brings the same change, sealed for its author.
    let author = phone.client.person();
    let again = colleague.seal_as(author, &[(two, &second.bytes)]);
    let mut hello = colleague.hello();
    hello.persons[0].person = author;
    let heard = colleague.exchange(hello, vec![again]).await;
    assert!(
        !matches!(heard.verdicts(1)[0], Verdict::Refused { .. }),
        "the author's name stands for it: {heard:?}"
    );
    assert_eq!(world.server.health().unwrap().rows, 1, "it is in the log");

    let heard = phone.exchange(phone.hello(), vec![begins]).await;
    assert!(is_stored(heard.verdicts(1)), "the chain goes on: {heard:?}");
    let health = world.server.health().unwrap();
    assert_eq!(
        (health.rows, health.waiting),
        (2, 0),
        "each change has one row, and nothing waits any more"
    );
    assert!(world.server.verify().unwrap().is_sound(), "a good log");
    world.stop().await;
}

/// Seals envelopes of changes that wait for one, from as many actors.
fn waiting_for(phone: &mut Phone, beginning: &[u8], envelopes: u8) -> Vec<Push> {
    let waits_for = change_hash(beginning).unwrap();
    (0..envelopes)
        .map(|envelope| {
            let actor = |leaf: u8| [leaf, envelope, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
            let many: Vec<Vec<u8>> = (0..64)
                .map(|leaf| text_change(Some(waits_for), actor(leaf), 1))
                .collect();
            let changes: Vec<_> = many
                .iter()
                .map(|bytes| (DOCUMENT, bytes.as_slice()))
                .collect();
            phone.seal_as_kind(KIND, phone.client.person(), &changes)
        })
        .collect()
}

const KIND: DocumentKind = DocumentKind::new(77);
const DOCUMENT: DocumentId = DocumentId::from_bytes([1; 16]);

/// Brings what the others wait for.
async fn bring(colleague: &mut Phone, beginning: &[u8]) -> Heard {
    let person = colleague.client.person();
    let push = colleague.seal_as_kind(KIND, person, &[(DOCUMENT, beginning)]);
    colleague.exchange(colleague.hello(), vec![push]).await
}

/// Sixteen are judged in one transaction; see the decision 0099.
#[tokio::test]
async fn what_waited_for_one_change_costs_one_receipt_for_each_transaction() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let beginning = text_change(None, [7; 16], 1);
    let pushes = waiting_for(&mut phone, &beginning, 1);
    let heard = phone.exchange(phone.hello(), pushes).await;
    let waits = |verdict: &Verdict| matches!(verdict, Verdict::Waiting { .. });
    assert!(all(&heard, 1, waits), "{heard:?}");

    bring(&mut colleague, &beginning).await;
    let heard = phone.exchange(phone.hello(), Vec::new()).await;
    assert!(all(&heard, 1, Verdict::is_received), "{heard:?}");
    assert_eq!(
        heard.receipts[0].finding.version,
        1 + 64 / 16,
        "signed once for all that is new in it"
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_have_their_turn_while_what_one_change_freed_is_judged() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let beginning = text_change(None, [7; 16], 1);
    let pushes = waiting_for(&mut phone, &beginning, 6);
    phone.exchange(phone.hello(), pushes).await;
    let all = world.server.health().unwrap().waiting;
    assert_eq!(all, 6 * 64);

    let server = world.server.clone();
    let is_answered = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&is_answered);
    // Whoever asks waits for the transaction that is under way, as another device would.
    let asks = std::thread::spawn(move || {
        let mut seen = BTreeSet::new();
        while !ends.load(Ordering::SeqCst) {
            seen.insert(server.health().unwrap().waiting);
        }
        seen
    });
    bring(&mut colleague, &beginning).await;
    is_answered.store(true, Ordering::SeqCst);
    let seen = asks.join().unwrap();
    assert!(
        seen.iter().any(|waiting| 0 < *waiting && *waiting < all),
        "nobody was let in before all were judged: {seen:?}"
    );
    assert!(world.server.verify().unwrap().is_sound(), "a good log");
    world.stop().await;
}

#[tokio::test]
async fn who_has_more_waiting_than_may_is_taken_what_waits_for_nothing() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (never_sent, comes) = (text_change(None, [7; 16], 1), text_change(None, [8; 16], 1));

    // 1. A thousand wait, one of them for what comes next, with as many more as fit into one envelope.
    let mut pushes = waiting_for(&mut phone, &never_sent, u8::try_from(FIT).unwrap());
    let frees = DocumentId::from_bytes([2; 16]);
    let freed = text_change(Some(change_hash(&comes).unwrap()), [9; 16], 1);
    let person = phone.client.person();
    pushes.push(phone.seal_as_kind(KIND, person, &[(frees, &freed)]));
    let waits_for = change_hash(&never_sent).unwrap();
    let many: Vec<Vec<u8>> = (0..63u8)
        .map(|actor| text_change(Some(waits_for), [100 + actor; 16], 1))
        .collect();
    let mut changes = vec![(frees, comes.as_slice())];
    changes.extend(many.iter().map(|bytes| (DOCUMENT, bytes.as_slice())));
    pushes.push(phone.seal_as_kind(KIND, person, &changes));
    let heard = phone.exchange(phone.hello(), pushes).await;
    assert!(heard.done, "{:?}", heard.refusal);
    let waiting = world.server.health().unwrap().waiting;
    assert!(waiting > limit::WAITING_CHANGES_MAX as u64, "{waiting}");

    // 2. It still hands in its records; only what would wait too is not taken.
    let (id, record) = phone.record(1);
    let push = phone.seal(&[(id, &record.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    assert!(heard.done, "{:?}", heard.refusal);
    let one_more = waiting_for(&mut phone, &text_change(None, [6; 16], 1), 1);
    let heard = phone.exchange(phone.hello(), one_more).await;
    let refusal = heard.refusal.map(|refusal| refusal.code);
    assert_eq!(refusal, Some(RefusalCode::TooManyWaiting));
    world.stop().await;
}

/// What a device may not write, or nobody announced there says, is refused when it comes. That its envelope had to wait
/// for the one before it alters nothing.
#[tokio::test]
async fn what_was_refused_in_an_envelope_that_waited_stays_refused() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let records: Vec<_> = (1..=2).map(|number| phone.record(number)).collect();
    let stranger = PersonId::from_bytes([9; 16]);
    let first = phone.seal(&[(records[0].0, &records[0].1.bytes)]);
    let mut elsewhere = phone.seal(&[(records[1].0, &records[1].1.bytes)]);
    for leaf in &mut elsewhere.leaves {
        if let PushLeaf::Change { scope, .. } = leaf {
            *scope = 1;
        }
    }
    let anybodys = text_change(None, [7; 16], 1);
    let strangers = phone.seal_as_kind(KIND, stranger, &[(DOCUMENT, &anybodys)]);
    let hello = || {
        let mut hello = phone.hello();
        let mut other = hello.scopes[0].clone();
        other.scope = "PA-XYZ/operational".parse().unwrap();
        hello.scopes.push(other);
        hello
    };
    phone.exchange(hello(), vec![elsewhere, strangers]).await;
    let heard = phone.exchange(hello(), vec![first]).await;
    for (counter, code) in [(2, RefusalCode::Scope), (3, RefusalCode::Person)] {
        let verdict = &heard.verdicts(counter)[0];
        assert!(verdict.is_refused_as(&code), "{counter}: {verdict:?}");
    }
    let heard = colleague.exchange(colleague.hello(), Vec::new()).await;
    assert!(heard.done, "nobody else's exchange ends by it: {heard:?}");
    world.stop().await;
}
