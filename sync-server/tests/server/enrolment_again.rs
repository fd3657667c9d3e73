//! Enrolment once more: the answer was lost, or the phone is known.

use bitacora_core::enrol::Role;
use bitacora_core::receipt::Verdict;

use crate::client::Client;
use crate::phone::Phone;
use crate::world::World;

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_by_the_same_device() {
    let world = World::start().await;
    let code = world.issue_code(Role::PatrolLeader, "Teléfono 1");
    let client = Client::new(1, world.address);
    let (first, _) = client.enrol(&code).await.ok().unwrap();
    let (again, keys) = client.enrol(&code).await.ok().unwrap();
    assert_eq!(
        first.enrolment, again.enrolment,
        "the same code and key give the same enrolment"
    );
    assert!(
        keys.is_server_proof(&again.proof),
        "and a proof for this exchange"
    );
    assert_eq!(
        world.server.team(None).unwrap().devices[0].digits,
        keys.digits().to_string(),
        "both screens show the digits of the exchange that the device knows of"
    );
    world.pass_seconds(15 * 60 + 1);
    assert_eq!(
        client.enrol(&code).await.err().unwrap().code(),
        "code_expired",
        "but only while the code lives"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_device_whose_answer_was_lost_with_its_code_is_enrolled_by_the_next_one() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let lost = world.issue_code(Role::PatrolMember, "Teléfono 1");
    client.enrol(&lost).await.ok().unwrap();
    world.pass_seconds(15 * 60 + 1);

    let next = world.issue_code(Role::PatrolLeader, "Teléfono 2");
    let holder = bitacora_core::id::PersonId::from_bytes([88; 16]);
    let (answer, keys) = client.enrol_as(holder, &next).await.ok().unwrap();
    assert!(
        keys.is_server_proof(&answer.proof),
        "the phone can believe it"
    );
    assert_eq!(
        (answer.enrolment.role, answer.enrolment.device_name.as_str()),
        (Role::PatrolLeader, "Teléfono 2"),
        "it is what the new code says"
    );
    let team = world.server.team(None).unwrap();
    let [listed] = team.devices.as_slice() else {
        panic!("one phone is one line of the list: {team:?}");
    };
    assert_eq!(listed.digits, keys.digits().to_string(), "digits of now");
    assert_eq!(
        (listed.role, listed.name.as_str()),
        (Role::PatrolLeader, "Teléfono 2"),
        "and the list says the same"
    );
    assert_eq!(
        Client::new(2, world.address)
            .enrol(&next)
            .await
            .err()
            .unwrap()
            .code(),
        "code_used",
        "the code is spent for everybody else"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_known_phone_that_enrols_again_goes_on_where_it_was() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PostCommander).await;
    let (id, record) = phone.record(1);
    let push = phone.seal(&[(id, &record.bytes)]);
    phone.exchange(phone.hello(), vec![push]).await;
    world.pass_seconds(80 * 3600);

    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    phone.client.enrol(&code).await.ok().unwrap();
    let (next, more) = phone.record(2);
    let push = phone.seal(&[(next, &more.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Stored { .. }),
        "its envelopes follow each other as before: {heard:?}"
    );
    assert_eq!(heard.rows(), 2, "and it reads what it read before");
    assert_eq!(
        phone.client.get("/v1/team").await.code(),
        "role",
        "but it may no more than the new code says"
    );
    world.stop().await;
}
