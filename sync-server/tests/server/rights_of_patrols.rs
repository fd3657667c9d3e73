//! A patrol's times decide what its records are worth: its own team and the post's leaders state them, nobody else.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::content::Edit;
use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ActorId, DeviceId, DocumentId, PatrolId, PersonId};
use bitacora_core::patrol::{self, Departure, Header};
use bitacora_core::receipt::{RefusalCode, Verdict};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::phone::Phone;
use crate::rights::{document, is_refused, stored};
use crate::world::World;

const ID: [u8; 16] = [0x50; 16];

/// Leaves with a phone; the first of the people leads.
fn departed(phone: &Phone, people: &[PersonId]) -> Written {
    departed_with(phone, phone.client.device(), people)
}

/// The same where the patrol says that it left with a device of one's choice.
fn departed_with(phone: &Phone, device: DeviceId, people: &[PersonId]) -> Written {
    let leaves = phone.author();
    departed_at(phone, device, leaves.person, people)
}

/// The same in the name of whoever leaves alone.
fn departed_by(phone: &Phone, device: DeviceId, person: PersonId) -> Written {
    departed_at(phone, device, person, &[person])
}

fn departed_at(phone: &Phone, device: DeviceId, person: PersonId, people: &[PersonId]) -> Written {
    let author = Author {
        person,
        ..phone.author()
    };
    let header = Header {
        patrol_id: PatrolId::new(Uuid::from_bytes(ID)),
        code: "BCH-1120-1".to_owned(),
        post_id: phone.scope.post.clone(),
        author_id: author.person,
        device_id: device,
        created_at: author.at,
        tz: "America/Panama".to_owned(),
    };
    let departure = Departure {
        departed_at: "2026-11-20T06:00:00-05:00".parse().unwrap(),
        clock_source: "gnss".to_owned(),
        leader_id: people.first().copied(),
        members: people.iter().copied().collect(),
        trail_id: None,
        setting: None,
        direction: None,
    };
    patrol::depart(&header, &departure, &author).unwrap()
}

/// Sends a correction of a patrol as it was seen, in the name of a person of the phone.
async fn corrected(
    phone: &mut Phone,
    person: PersonId,
    seen: &Document,
    patch: Value,
) -> (Vec<u8>, Verdict) {
    let author = Author {
        person,
        actor: ActorId::new(
            *Uuid::from_u128(
                u128::from(phone.counter) << 64 | u128::from(person.as_bytes()[0]) | 1 << 100,
            )
            .as_bytes(),
        ),
        ..phone.author()
    };
    let written = patrol::edit(seen, &Edit::Patch(patch), &author)
        .unwrap()
        .expect("it alters something");
    let verdict = sent(phone, person, &written.bytes).await;
    (written.bytes, verdict)
}

async fn sent(phone: &mut Phone, person: PersonId, bytes: &[u8]) -> Verdict {
    let document = DocumentId::from_bytes(ID);
    let push = phone.seal_as_kind(DocumentKind::PATROL, person, &[(document, bytes)]);
    let mut hello = phone.hello();
    hello.persons[0].person = person;
    let heard = phone.exchange(hello, vec![push]).await;
    heard.verdicts(phone.counter)[0].clone()
}

#[tokio::test]
async fn only_its_own_team_and_the_posts_leaders_correct_a_patrol() {
    let world = World::start().await;
    let mut out = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut mate = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let mut rogue = Phone::enrolled(&world, 3, Role::PatrolMember).await;
    let mut leader = Phone::enrolled(&world, 4, Role::PatrolLeader).await;
    let mut commander = Phone::enrolled(&world, 5, Role::PostCommander).await;
    let opener = out.client.person();
    let mates = [opener, mate.client.person()];
    let begun = departed(&out, &mates).bytes;
    assert!(stored(&sent(&mut out, opener, &begun).await));
    let seen = document(&[&begun]);

    let late = json!({"departed_at": "2026-11-20T11:00:00-05:00", "departed_clock": "typed"});
    let person = rogue.client.person();
    let (_, verdict) = corrected(&mut rogue, person, &seen, late).await;
    assert!(is_refused(&verdict, &RefusalCode::Role), "{verdict:?}");
    let joins = json!({"members": [mates[0], mates[1], person]});
    let (_, verdict) = corrected(&mut rogue, person, &seen, joins).await;
    assert!(
        is_refused(&verdict, &RefusalCode::Role),
        "nor does he put himself on it: {verdict:?}"
    );

    let another = PersonId::from_bytes([88; 16]);
    for (phone, person, what) in [
        (&mut out, another, "whoever has the phone that is out"),
        (&mut mate, mates[1], "who is on it, by another phone"),
        (&mut leader, PersonId::from_bytes([4; 16]), "a leader"),
        (
            &mut commander,
            PersonId::from_bytes([5; 16]),
            "the commander",
        ),
    ] {
        let note = json!({ "closing_note": what });
        let (_, verdict) = corrected(phone, person, &seen, note).await;
        assert!(stored(&verdict), "{what}: {verdict:?}");
    }
    assert!(world.server.verify().unwrap().is_sound());
    world.stop().await;
}

#[tokio::test]
async fn who_was_taken_off_a_patrol_while_he_was_away_is_heard() {
    let world = World::start().await;
    let mut out = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut mate = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (opener, person) = (out.client.person(), mate.client.person());
    let begun = departed(&out, &[opener, person]).bytes;
    assert!(stored(&sent(&mut out, opener, &begun).await));
    let seen = document(&[&begun]);
    let alone = json!({"members": [opener]});
    let (taken_off, verdict) = corrected(&mut out, opener, &seen, alone).await;
    assert!(stored(&verdict), "{verdict:?}");

    let back = json!({"returned_at": "2026-11-20T11:00:00-05:00", "returned_clock": "typed"});
    let (_, verdict) = corrected(&mut mate, person, &seen, back).await;
    assert!(stored(&verdict), "he could not know: {verdict:?}");
    let seen = document(&[&begun, &taken_off]);
    let (_, verdict) = corrected(&mut mate, person, &seen, json!({"closing_note": "x"})).await;
    assert!(
        is_refused(&verdict, &RefusalCode::Role),
        "now he does: {verdict:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn nobody_sends_another_device_on_a_patrol() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut other = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (person, device) = (rogue.client.person(), other.client.device());

    // 1. It would be on patrol every day, and no table would be complete.
    let begun = departed_with(&rogue, device, &[person]).bytes;
    let verdict = sent(&mut rogue, person, &begun).await;
    assert!(is_refused(&verdict, &RefusalCode::Person), "{verdict:?}");

    // 2. Under its own seal it stands: that device says so itself.
    let author = other.client.person();
    let verdict = sent(&mut other, author, &begun).await;
    assert!(
        is_refused(&verdict, &RefusalCode::Person),
        "the author is somebody else: {verdict:?}"
    );
    let verdict = sent(&mut other, person, &begun).await;
    assert!(stored(&verdict), "he is announced there now: {verdict:?}");
    world.stop().await;
}

#[tokio::test]
async fn a_patrol_that_is_sealed_again_by_another_device_keeps_the_one_that_it_left_with() {
    for (what, is_known, is_revoked) in [
        ("announced on both", true, false),
        ("left with a device that was cut off", false, true),
    ] {
        let world = World::start().await;
        let former = Phone::enrolled(&world, 1, Role::PatrolMember).await;
        let author = match is_known {
            true => former.client.person(),
            false => PersonId::from_bytes([77; 16]),
        };
        if is_revoked {
            world.server.revoke(former.client.device(), None).unwrap();
        }
        let mut now = Phone::enrolled(&world, 2, Role::PatrolMember).await;
        let begun = departed_by(&former, former.client.device(), author).bytes;
        let verdict = sent(&mut now, author, &begun).await;
        assert!(stored(&verdict), "{what}: {verdict:?}");
        world.stop().await;
    }

    // A server that was put back does not know the device at all.
    let world = World::start().await;
    let mut now = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let author = now.client.person();
    let begun = departed_by(&now, DeviceId::new([9; 16]), author).bytes;
    assert!(stored(&sent(&mut now, author, &begun).await));
    world.stop().await;
}
