//! Whose rights a change has: who was announced on its device, and with which code.

use bitacora_core::enrol::Role;
use bitacora_core::id::{ActorId, PersonId};
use bitacora_core::receipt::RefusalCode;
use bitacora_core::wire::PersonName;
use serde_json::json;

use crate::phone::{Heard, Phone};
use crate::rights::{document, is_refused, sent, stored};
use crate::world::World;

fn role_of(heard: &Heard, person: PersonId) -> Role {
    let directory = heard.welcome.as_ref().unwrap().directory.as_ref().unwrap();
    directory
        .persons
        .iter()
        .find(|entry| entry.person == person)
        .unwrap()
        .role
}

#[tokio::test]
async fn a_person_never_announced_on_the_phone_is_put_aside_and_the_next_envelope_is_taken() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = PersonId::from_bytes([77; 16]);
    let (id, record) = phone.record(1);
    let foreign = phone.seal_as(colleague, &[(id, &record.bytes)]);
    let (next, good) = phone.record(2);
    let pushes = vec![foreign, phone.seal(&[(next, &good.bytes)])];
    let heard = phone.exchange(phone.hello(), pushes).await;
    assert!(
        is_refused(&heard.verdicts(1)[0], &RefusalCode::Person),
        "nobody said that this person uses the phone: {heard:?}"
    );
    assert!(
        stored(&heard.verdicts(2)[0]),
        "its successor does not wait for it: {heard:?}"
    );
    assert_eq!(
        world.server.quarantine().unwrap().len(),
        1,
        "what was sent is kept aside"
    );

    let again = phone.seal(&[(id, &record.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![again]).await;
    assert!(
        stored(&heard.verdicts(3)[0]),
        "another envelope vouches for the same change, so it is judged anew: {heard:?}"
    );
    assert!(world.server.verify().unwrap().is_sound(), "and all fits");
    world.stop().await;
}

#[tokio::test]
async fn whoever_is_announced_in_the_same_request_is_known() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let colleague = PersonId::from_bytes([77; 16]);
    let author = bitacora_core::authoring::Author {
        actor: ActorId::new([78; 16]),
        ..phone.author()
    };
    let (id, record) = phone.record(1);
    let patch = bitacora_core::encounter::Edit::Patch(json!({"note": "dos"}));
    let edit = bitacora_core::encounter::edit(&document(&[&record.bytes]), &patch, &author)
        .unwrap()
        .unwrap();
    let pushes = vec![
        phone.seal(&[(id, &record.bytes)]),
        phone.seal_as(colleague, &[(id, &edit.bytes)]),
    ];
    let mut hello = phone.hello();
    hello.persons.push(PersonName {
        person: colleague,
        name: "Cabo 77".to_owned(),
    });
    let heard = phone.exchange(hello, pushes).await;
    assert!(
        stored(&heard.verdicts(1)[0]) && stored(&heard.verdicts(2)[0]),
        "{heard:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_pseudonym_of_the_directory_brings_no_rights_to_another_phone() {
    let world = World::start().await;
    let commander = Phone::enrolled(&world, 1, Role::PostCommander).await;
    commander.exchange(commander.hello(), Vec::new()).await;
    let chief = commander.client.person();

    let mut rogue = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = rogue.record(1);
    let approval = rogue.review(&document(&[&record.bytes]), "approved", chief);
    let pushes = vec![
        rogue.seal(&[(id, &record.bytes)]),
        rogue.seal_as(chief, &[(id, &approval.bytes)]),
    ];
    let mut hello = rogue.hello();
    hello.persons.push(PersonName {
        person: chief,
        name: "Nobody".to_owned(),
    });
    let heard = rogue.exchange(hello, pushes).await;
    assert!(
        is_refused(&heard.verdicts(2)[0], &RefusalCode::Role),
        "announced here, the commander is a member: {heard:?}"
    );
    let directory = heard.welcome.as_ref().unwrap().directory.as_ref().unwrap();
    let named = directory.persons.iter().find(|entry| entry.person == chief);
    assert_eq!(
        named.map(|entry| (entry.name.as_str(), entry.role)),
        Some(("Cabo 1", Role::PostCommander)),
        "nor is he called something else"
    );

    let holder = Phone::enrolled_as(&world, 3, Role::PatrolMember, chief).await;
    assert_eq!(
        holder.client.get("/v1/team").await.code(),
        "role",
        "a member's code that names the commander as holder administers nothing"
    );
    world.pass_seconds(73 * 3600);
    let heard = holder.exchange(holder.hello(), Vec::new()).await;
    assert_eq!(heard.rows(), 0, "nor does it read from the beginning");
    assert_eq!(
        role_of(&heard, chief),
        Role::PostCommander,
        "nor take the commander's role from him"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_member_who_becomes_leader_by_a_further_code_may_what_a_leader_may_there() {
    let world = World::start().await;
    let mut before = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let person = before.client.person();
    let (id, record) = before.record(1);
    assert!(stored(&sent(&mut before, id, &record.bytes).await));

    let mut after = Phone::enrolled_as(&world, 2, Role::PatrolLeader, person).await;
    let mut hello = after.hello();
    hello.persons[0].person = person;
    let seen = document(&[&record.bytes]);
    let entry = after.review(&seen, "submitted", person);
    let push = after.seal_as(person, &[(id, &entry.bytes)]);
    let heard = after.exchange(hello, vec![push]).await;
    assert!(
        stored(&heard.verdicts(1)[0]),
        "the code's role counts: {heard:?}"
    );
    assert_eq!(
        role_of(&heard, person),
        Role::PatrolLeader,
        "and everybody learns it"
    );
    let entry = before.review(&seen, "returned", person);
    assert!(
        is_refused(
            &sent(&mut before, id, &entry.bytes).await,
            &RefusalCode::Role
        ),
        "the former phone keeps the former rights"
    );
    world.stop().await;
}

#[tokio::test]
async fn who_asks_again_after_a_lost_answer_holds_the_phone() {
    let world = World::start().await;
    let mut phone = {
        let client = crate::client::Client::new(1, world.address);
        let code = world.issue_code(Role::PatrolLeader, "Teléfono 1");
        let other = PersonId::from_bytes([88; 16]);
        client.enrol_as(other, &code).await.ok().unwrap();
        let (answer, _) = client.enrol(&code).await.ok().unwrap();
        Phone::of(client, 1, &answer.enrolment)
    };
    let (id, record) = phone.record(1);
    let entry = phone.review(
        &document(&[&record.bytes]),
        "submitted",
        phone.client.person(),
    );
    assert!(
        stored(&sent(&mut phone, id, &record.bytes).await)
            && stored(&sent(&mut phone, id, &entry.bytes).await),
        "his phone shows him the leader's buttons, so they must work"
    );
    world.stop().await;
}
