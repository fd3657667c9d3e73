//! Story 9: 23 unreceived records and a link cut three times.

use std::sync::Mutex;

use bitacora_core::enrol::Role;
use bitacora_tests::proxy::Link;
use bitacora_tests::world::{Phone, World};
use serde_json::json;

/// Records that the phone calls received, and records that the server holds, at one moment.
type Counts = (u64, u64);

/// What waits may leave in one TLS record, of which a cut leaves nothing at all: such a run shows no catching up.
const RUNS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn it_finishes_by_itself_and_received_is_what_the_server_has_at_every_cut() {
    for _ in 0..RUNS {
        if cut_three_times().await >= 2 {
            return;
        }
    }
    panic!("in {RUNS} runs nothing passed before a cut: the cuts show nothing");
}

/// Returns how often receipts came.
async fn cut_three_times() -> usize {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();

    // 1. 23 records wait. After every third the phone tried to sync where there is no signal.
    for men in 1..=23_u32 {
        record_with_many_words(&phone, men);
        if men % 3 == 0 {
            phone.link.set(Link {
                down: true,
                ..Link::default()
            });
            phone.sync_anew(|_| ()).await.unwrap_err();
        }
    }
    phone.link.set(Link::default());
    assert_eq!(phone.unreceived().unwrap(), 23, "23 wait for signal");

    // 2. One touch. The link is cut three times; a group is recorded while it goes on.
    phone.link.script([5_000; 3].map(|bytes| Link {
        cut_after_up: Some(bytes),
        ..Link::default()
    }));
    let seen = Mutex::new(Vec::new());
    let mut meanwhile = None;
    let outcome = phone
        .sync_anew(|_| {
            let received = received(&phone);
            let counts: Counts = (received, world.documents().unwrap());
            seen.lock().unwrap().push(counts);
            if received > 0 && meanwhile.is_none() {
                meanwhile = Some(phone.meets(4, "HTI").unwrap());
            }
        })
        .await
        .unwrap();
    assert_eq!(
        (outcome.breaks, phone.link.traffic().cuts),
        (3, 3),
        "it went on by itself after each cut"
    );

    // 3. The phone never called received what the server does not have, and caught up after every cut.
    let seen = seen.into_inner().unwrap();
    assert!(
        seen.iter().all(|(received, stored)| received <= stored),
        "never more than the server has: {seen:?}"
    );
    let mut caught_up = 0;
    for both in seen.windows(2) {
        let ((before, held), (received, _)) = (both[0], both[1]);
        if received > before {
            // It may take one more that arrived before the cut while the receipts go down; never fewer than it had.
            assert!(
                received >= held,
                "receipts come for all that the server had when it was asked: {seen:?}"
            );
            caught_up += 1;
        }
    }

    // 4. All 23 are received, and the one that was recorded meanwhile is there to follow them.
    phone.sync().await.unwrap();
    let extra = meanwhile.unwrap().row.summary.encounter_id;
    assert!(
        phone.device.show(extra).is_ok(),
        "recording went on during the sync"
    );
    assert_eq!(
        (received(&phone), world.changes().unwrap()),
        (24, 24),
        "each is at the post, once"
    );
    caught_up
}

fn received(phone: &Phone) -> u64 {
    let counts = phone.device.counts().unwrap();
    counts.listed - counts.unreceived
}

/// Words that do not compress well, so that three records are more than a kilobyte of link.
fn record_with_many_words(phone: &Phone, men: u32) {
    let words =
        (0..60).map(|word| format!("{:x} ", (men * 7_919 + word).wrapping_mul(2_654_435_761)));
    let note: String = words.collect::<String>().chars().take(480).collect();
    let capture = json!({ "composition": { "VEN": { "AA+M": men } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "note": note });
    phone.record(capture).unwrap();
}
