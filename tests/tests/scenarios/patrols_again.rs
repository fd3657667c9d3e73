//! Whose word closes a patrol: of a phone that joined again as another device, and of another team.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::{DraftBody, DraftKind, Leaving, PatrolDefaults};
use bitacora_tests::world::{PIN, Phone, World};
use chrono::TimeDelta;
use serde_json::json;

/// Cuts a phone off by mistake, and lets it join again as another device.
async fn joined_again(world: &World, phone: &Phone) {
    let id = phone.device.id().unwrap();
    world.server.revoke(id, None).unwrap();
    phone.sync().await.unwrap_err();
    world.enrol_again(phone, Role::PatrolMember).await.unwrap();
}

/// Gives the phone to somebody who is not on the patrol.
fn taken_over(phone: &mut Phone, name: &str) {
    let (person, _) = phone.device.add_person(name, PIN).unwrap();
    phone.device.lock();
    phone.unlock(person, PIN).unwrap();
}

fn patrols(phone: &Phone) -> Vec<(String, bool)> {
    let lines = phone.device.patrols().unwrap().into_iter();
    lines
        .map(|line| (line.code, line.returned_at.is_some()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_phone_brings_its_patrol_home_although_it_joined_again() {
    for times in [1, 2] {
        let world = World::start().await.unwrap();
        let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
        let commander = world
            .phone("Comandante", Role::PostCommander)
            .await
            .unwrap();
        let patrol = phone.device.patrol_leave(&Leaving::default()).unwrap().code;
        phone.sync().await.unwrap();
        for _ in 0..times {
            joined_again(&world, &phone).await;
        }
        taken_over(&mut phone, "Cabo 21");
        world.pass(TimeDelta::hours(6));

        phone.device.patrol_return(false).unwrap();
        phone.sync().await.unwrap();
        assert!(
            phone.device.status().unwrap().open_patrol.is_none(),
            "it stays back, joined again {times} times"
        );
        commander.sync().await.unwrap();
        assert_eq!(patrols(&commander), [(patrol, true)]);
        assert_eq!(world.server.health().unwrap().aside, 0, "nothing refused");
        assert!(world.server.verify().unwrap().is_sound());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_and_the_commander_close_another_teams_patrol_and_nobody_else_does() {
    for role in [Role::PatrolLeader, Role::PostCommander] {
        let world = World::start().await.unwrap();
        let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
        let other = world.phone("Cabo 21", Role::PatrolMember).await.unwrap();
        let closes = world.phone("Sgto. 04", role).await.unwrap();
        let left = phone.device.patrol_leave(&Leaving::default()).unwrap();
        for phone in [&phone, &other, &closes] {
            phone.sync().await.unwrap();
        }
        world.pass(TimeDelta::hours(6));

        // 1. Another team's member is told so before anything is written.
        let refused = other.device.patrol_close(left.patrol_id).unwrap_err();
        assert_eq!(refused.field(), Some("role"), "{refused}");
        assert_eq!(patrols(&other), [(left.code.clone(), false)]);

        // 2. Who decides closes it; everybody sees it, its own phone too.
        let closed = closes.device.patrol_close(left.patrol_id).unwrap();
        assert!(closed.returned_at.is_some());
        let again = closes.device.patrol_close(left.patrol_id).unwrap_err();
        assert_eq!(again.field(), Some("patrol_back"), "{again}");
        for phone in [&closes, &phone, &other] {
            phone.sync().await.unwrap();
            assert_eq!(patrols(phone), [(left.code.clone(), true)]);
        }
        assert_eq!(world.server.health().unwrap().aside, 0, "{role:?}");
        assert!(phone.device.status().unwrap().open_patrol.is_none());
        phone.device.patrol_leave(&Leaving::default()).unwrap();
    }
}

/// Whoever closes it cannot know when it came back, or whether it is still out.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_patrol_meets_after_somebody_else_closed_it_counts_all_the_same() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    phone.sync().await.unwrap();
    let leaving = Leaving {
        defaults: PatrolDefaults {
            trail_id: Some("BCH-01".to_owned()),
            ..PatrolDefaults::default()
        },
        ..Leaving::default()
    };
    let left = phone.device.patrol_leave(&leaving).unwrap();
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    world.pass(TimeDelta::hours(6));

    // 1. The commander sees whose it is and closes it; then nothing is out there.
    let out = commander.device.patrols_out().unwrap();
    let [of_the_phone] = out.as_slice() else {
        panic!("one patrol is out: {out:?}")
    };
    assert_eq!(of_the_phone.line.patrol_id, left.patrol_id);
    assert_eq!(of_the_phone.line.people, ["Cabo 17"]);
    assert_eq!(of_the_phone.device_name, "Cabo 17");
    assert!(!of_the_phone.is_here, "it did not leave with this one");
    assert!(phone.device.patrols_out().unwrap()[0].is_here);
    commander.device.patrol_close(left.patrol_id).unwrap();
    commander.sync().await.unwrap();
    assert_eq!(commander.device.patrols_out().unwrap(), []);

    // 2. It was out after all, without a link, and met people hours later.
    world.pass(TimeDelta::hours(4));
    let met = phone.meets(3, "VEN").unwrap().row.summary;
    assert_eq!(met.patrol_id, Some(left.patrol_id));
    let form = phone.device.start_draft(DraftKind::New, None).unwrap();
    let (form, body) = (form.draft_id, typed(&phone, met.encounter_id));
    phone.device.save_draft(form, &body).unwrap();
    world.pass(TimeDelta::minutes(20));
    for _ in 0..2 {
        for phone in [&phone, &commander] {
            phone.sync().await.unwrap();
            let missing = phone.device.row(met.encounter_id).unwrap().summary.missing;
            assert!(missing.is_empty(), "{}: {missing:?}", phone.name);
        }
    }
    assert!(phone.device.status().unwrap().open_patrol.is_none());

    // 3. A form that was begun before the phone heard of it is of that patrol, one that is begun now of none.
    let saved = phone.device.record_draft(form).unwrap().row.summary;
    assert_eq!(saved.patrol_id, Some(left.patrol_id));
    let capture = phone.device.encounter(saved.encounter_id).unwrap();
    assert_eq!(capture.capture().trail_id.as_deref(), Some("BCH-01"));
    assert!(saved.missing.is_empty(), "{:?}", saved.missing);
    let later = phone.meets(2, "HTI").unwrap().row.summary;
    assert_eq!(later.patrol_id, None);
}

/// A record that was dated before its patrol left is marked while the patrol is out, and counted.
#[tokio::test(flavor = "multi_thread")]
async fn who_closes_another_teams_patrol_takes_no_record_out_of_the_table() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    phone.sync().await.unwrap();
    let left = phone.device.patrol_leave(&Leaving::default()).unwrap();
    let met = phone.meets(3, "VEN").unwrap().row.summary;
    assert_eq!(met.patrol_id, Some(left.patrol_id));
    let earlier = (met.occurred_at - TimeDelta::hours(3)).to_rfc3339();
    let earlier = json!({ "occurred_at": earlier, "clock_source": "typed" });
    phone.corrects(met.encounter_id, earlier).unwrap();
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    let says = |phone: &Phone| {
        let row = phone.device.row(met.encounter_id).unwrap().summary;
        (row.missing, phone.device.counts().unwrap().incomplete)
    };
    let before = (Vec::new(), 0);
    assert_eq!(says(&commander), before);

    commander.device.patrol_close(left.patrol_id).unwrap();
    assert_eq!(says(&commander), before, "no record changes");
    for phone in [&commander, &phone] {
        phone.sync().await.unwrap();
        assert_eq!(says(phone), before, "{}: no record changes", phone.name);
        let problems = phone.device.verify().unwrap().problems;
        assert_eq!(problems, [""; 0]);
    }
}

/// What a form holds of a group like another, without what a record takes from its patrol.
fn typed(phone: &Phone, like: EncounterId) -> DraftBody {
    let mut capture = phone.device.encounter(like).unwrap().capture();
    (capture.encounter_id, capture.occurred_at) = (None, None);
    (capture.patrol_id, capture.trail_id) = (None, None);
    DraftBody {
        capture,
        ..DraftBody::default()
    }
}
