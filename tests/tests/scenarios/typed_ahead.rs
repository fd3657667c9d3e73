//! A time typed ahead of a clock that nobody vouches for: in doubt for everybody, until a contact judges it for everybody.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::Mark;
use bitacora_tests::world::{Phone, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// A group of four at a time that the officer types.
fn typed(at: DateTime<Utc>) -> Value {
    json!({ "composition": { "VEN": { "AA+M": 4 } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north",
        "occurred_at": at.with_timezone(&chrono_tz::America::Panama).to_rfc3339(), "clock_source": "typed" })
}

fn types(phone: &Phone, at: DateTime<Utc>) -> EncounterId {
    let saved = phone.record(typed(at)).unwrap();
    saved.row.summary.encounter_id
}

fn marks(phone: &Phone, id: EncounterId) -> Vec<Mark> {
    let row = phone.device.row(id).unwrap();
    let of_time = [Mark::Incomplete, Mark::ClockDoubt];
    row.marks
        .into_iter()
        .filter(|mark| of_time.contains(mark))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_typed_ahead_is_in_doubt_everywhere_until_a_contact_judges_it_for_everybody() {
    let world = World::start().await.unwrap();
    let phone = world.stranger("Cabo 17").unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. No contact ever. Before the phone starts again this evening is typed; after it tomorrow, and this morning.
    phone.clock.start_system();
    let over_a_start = types(&phone, world.now() + TimeDelta::hours(3));
    phone.clock.start_system();
    let tomorrow = types(&phone, world.now() + TimeDelta::days(1));
    let morning = types(&phone, world.now() - TimeDelta::hours(2));
    for id in [over_a_start, tomorrow] {
        assert_eq!(marks(&phone, id), [Mark::ClockDoubt], "complete, in doubt");
    }
    assert_eq!(marks(&phone, morning), [], "his watch does not hang on it");
    assert_eq!(phone.device.status().unwrap().clock.repairable, 0);

    // 2. Four hours later it is enrolled and syncs once: the contact judges, and says so in the same sync.
    world.pass(TimeDelta::hours(4));
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    phone.enrol(&code).await.unwrap();
    phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "nothing waits");
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        let says = |id| marks(phone, id);
        assert_eq!(says(tomorrow), [Mark::Incomplete], "{}", phone.name);
        assert_eq!(says(over_a_start), [Mark::ClockDoubt], "{}", phone.name);
        assert_eq!(says(morning), [], "{}", phone.name);
        let summary = phone.device.row(tomorrow).unwrap().summary;
        let future = ("E09".to_owned(), "occurred_at:future".to_owned());
        assert_eq!(summary.missing, [future], "{}", phone.name);
    }

    // 3. The commander's table and the server's leave out what is wrong and count what is in doubt.
    let day = |id| commander.device.row(id).unwrap().summary.day;
    let table = commander.table(day(over_a_start)).await.unwrap();
    assert_eq!(table.clock_doubt, 1, "said beside the figures");
    let ahead = commander.table(day(tomorrow)).await.unwrap();
    let left_out: u64 = ahead.left_out.iter().map(|left| left.records).sum();
    assert_eq!(
        (ahead.encounters, left_out),
        (0, 1),
        "not a figure of tomorrow"
    );
    let server = world.server.table(&world.post(), day(tomorrow)).unwrap();
    assert_eq!((server.encounters, server.left_out), (0, 1));

    // 4. A second sync has nothing to say about it, and whoever has it from the log alone derives the same.
    let rows = world.changes().unwrap();
    world.pass(TimeDelta::hours(1));
    phone.sync().await.unwrap();
    assert_eq!(world.changes().unwrap(), rows, "judged once");
    assert_eq!(commander.device.rebuild().unwrap().different, 0);
}
