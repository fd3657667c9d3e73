//! What waits for something that did not come yet: kept, and in nobody's way.

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::receipt::Verdict;
use serde_json::json;

use crate::phone::Phone;
use crate::pushing::is_stored;
use crate::world::World;

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
