//! The server's machine is gone, its key with it, and no copy of its folder exists. The post sets up another one.

use bitacora_core::enrol::Role;
use bitacora_device::{Absent, DeviceError, ErrorCode, Leaving, Place, ReviewEvent};
use bitacora_tests::proxy::Link;
use bitacora_tests::world::{Phone, World};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lost_server_had_comes_to_the_new_one_with_the_next_enrolment() {
    let mut world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. A morning of work is received and read by all; the leader corrected a record of the member.
    let early = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    sergeant
        .corrects(early, json!({ "composition": { "VEN": { "AA+M": 4 } } }))
        .unwrap();
    for phone in [&sergeant, &cabo, &commander] {
        phone.sync().await.unwrap();
    }

    // 2. Another server answers at the address. Nobody tells it anything before somebody vouches for it.
    world.replace_server().await.unwrap();
    let late = cabo.meets(5, "HTI").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant, &commander] {
        let error = phone.sync().await.unwrap_err();
        let error = error.downcast::<DeviceError>().unwrap();
        assert_eq!(error.code(), ErrorCode::ServerKeyChanged, "{error}");
    }
    assert_eq!(world.changes().unwrap(), 0, "it was told nothing");
    assert_eq!(
        cabo.unreceived().unwrap(),
        1,
        "one record was never received"
    );

    // 3. The commander gives each a code of the new server. All that they hold is handed in there.
    for (phone, role) in [
        (&cabo, Role::PatrolMember),
        (&sergeant, Role::PatrolLeader),
        (&commander, Role::PostCommander),
    ] {
        phone
            .enrol(&world.code(role, &phone.name).unwrap())
            .await
            .unwrap();
    }
    assert_eq!(
        cabo.unreceived().unwrap(),
        2,
        "what only the lost server had is not at this post"
    );
    for phone in [&cabo, &sergeant, &commander, &cabo, &sergeant] {
        let outcome = phone.sync().await.unwrap();
        assert!(!outcome.is_copied, "{}: one phone is one phone", phone.name);
    }
    assert_eq!(
        world.changes().unwrap(),
        3,
        "two records and a correction, each once"
    );
    for phone in [&cabo, &sergeant] {
        assert_eq!(phone.unreceived().unwrap(), 0, "{}", phone.name);
        assert_eq!(phone.device.verify().unwrap().problems, [""; 0]);
    }
    for id in [early, late] {
        let said = commander.says(id).unwrap();
        assert_eq!(cabo.says(id).unwrap(), said, "one record everywhere");
        assert_eq!(sergeant.says(id).unwrap(), said, "one record everywhere");
        assert_eq!(commander.device.show(id).unwrap().refused, None);
    }
    assert_eq!(
        commander.says(early).unwrap()["fields"]["composition/VEN/AA+M"],
        json!([4]),
        "the correction too"
    );
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0], "the new server's log is sound");
    assert_eq!(
        world.server.health().unwrap().aside,
        0,
        "nothing was put aside"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_wrote_that_is_gone_too_is_handed_in_by_whoever_read_it() {
    let mut world = World::start().await.unwrap();
    let gone = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. A leader records two groups and submits one; the commander corrects and approves that one.
    let id = gone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let alone = gone.meets(5, "HTI").unwrap().row.summary.encounter_id;
    gone.device.patrol_leave(&Leaving::default()).unwrap();
    let seen = gone.device.show(id).unwrap().encounter.version;
    let submitted = ReviewEvent::Submitted;
    gone.device.review(id, submitted, None, &seen).unwrap();
    gone.sync().await.unwrap();
    commander.sync().await.unwrap();
    let eight = json!({ "composition": { "VEN": { "AA+M": 8 } } });
    commander.corrects(id, eight).unwrap();
    let seen = commander.device.show(id).unwrap().encounter.version;
    let approved = ReviewEvent::Approved;
    commander.device.review(id, approved, None, &seen).unwrap();
    commander.sync().await.unwrap();
    let member = world.phone("Cabo 21", Role::PatrolMember).await.unwrap();
    member.sync().await.unwrap();
    let absent = |phone: &Phone| phone.device.absent().unwrap();
    assert_eq!(absent(&commander), Absent::default(), "the server has it");
    drop(gone);

    // 2. Server and phone are lost together. By itself nobody speaks for a phone that may still come.
    world.replace_server().await.unwrap();
    for (phone, role) in [
        (&commander, Role::PostCommander),
        (&member, Role::PatrolMember),
    ] {
        world.enrol_again(phone, role).await.unwrap();
        assert_eq!(absent(phone), Absent::default(), "what it has is not known");
        phone.sync().await.unwrap();
    }
    assert_eq!(world.documents().unwrap(), 0, "the phone may still come");
    assert_eq!(commander.unreceived().unwrap(), 1, "the correction waits");

    let known = Absent {
        records: 2,
        others: 1,
        people: vec!["Sgto. 04".to_owned()],
    };
    assert_eq!(absent(&commander), known, "the commander can know it");
    assert_eq!(absent(&member), Absent::default(), "a member cannot");
    commander.link.set(Link {
        down: true,
        ..Link::default()
    });
    commander.sync_anew(|_| ()).await.unwrap_err();
    assert_eq!(absent(&commander), Absent::default(), "nothing is certain");
    commander.link.set(Link::default());
    commander.sync().await.unwrap();

    // 3. The commander says that it is not coming.
    assert_eq!(commander.device.hand_in_for_absent().unwrap(), known);
    assert_eq!(absent(&commander), Absent::default(), "it is on its way");
    for _ in 0..2 {
        commander.sync().await.unwrap();
    }
    assert_eq!(absent(&commander), Absent::default(), "and there");
    let again = commander.device.hand_in_for_absent().unwrap();
    assert_eq!(again, Absent::default(), "once");
    let late = world.phone("Cabo 17", Role::PostCommander).await.unwrap();
    late.sync().await.unwrap();
    for id in [id, alone] {
        let said = commander.says(id).unwrap();
        assert_eq!(late.says(id).unwrap(), said, "all of it is at the post");
        let place = commander.device.row(id).unwrap().place;
        assert_eq!(place, Place::AtPost);
        let author = &late.device.show(id).unwrap().history[0].author_name;
        assert_eq!(author, "Sgto. 04", "in its author's name");
    }
    let said = late.says(id).unwrap();
    assert_eq!(said["fields"]["composition/VEN/AA+M"], json!([8]));
    assert_ne!(said["status"], json!("reviewed"), "not as it stands");

    // 4. The submission was more than a member may say: the commander approves again what stands now.
    let seen = commander.device.show(id).unwrap().encounter.version;
    let approved = ReviewEvent::Approved;
    commander.device.review(id, approved, None, &seen).unwrap();
    for phone in [&commander, &late] {
        phone.sync().await.unwrap();
    }
    assert_eq!(late.says(id).unwrap()["status"], json!("reviewed"));
    assert_eq!(commander.unreceived().unwrap(), 0);
    for phone in [&commander, &late] {
        assert_eq!(phone.device.verify().unwrap().problems, [""; 0]);
    }
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0]);
}

/// What the server before lacked is not yet known of the one in its place.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_server_before_the_first_exchange_with_it() {
    let mut world = World::start().await.unwrap();
    let gone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    gone.meets(3, "VEN").unwrap();
    gone.sync().await.unwrap();
    commander.sync().await.unwrap();
    drop(gone);
    for which in ["the second", "the third"] {
        world.replace_server().await.unwrap();
        world
            .enrol_again(&commander, Role::PostCommander)
            .await
            .unwrap();
        let said = commander.device.absent().unwrap();
        assert_eq!(said, Absent::default(), "{which} was never asked");
        commander.sync().await.unwrap();
        let said = commander.device.absent().unwrap();
        assert_eq!(said.records, 1, "{which} lacks it");
    }
}
