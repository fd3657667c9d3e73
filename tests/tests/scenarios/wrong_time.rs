//! A time of the future and a time outside its patrol: the same on every screen, in every count, for good.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::{Leaving, Mark, RowFilter, RowState};
use bitacora_report::daily::Reason;
use bitacora_tests::world::{Phone, World};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

/// A group of four at a time that the officer types.
fn typed(at: DateTime<Utc>) -> Value {
    json!({ "composition": { "VEN": { "AA+M": 4 } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north",
        "occurred_at": at.with_timezone(&chrono_tz::America::Panama).to_rfc3339(), "clock_source": "typed" })
}

/// What a device says is wrong with a record: in the list, on its page, in the filter of what is incomplete.
fn wrong(phone: &Phone, id: EncounterId) -> Vec<String> {
    let row = phone.device.row(id).unwrap();
    let fields: Vec<_> = row
        .summary
        .missing
        .iter()
        .map(|(_, field)| field.clone())
        .collect();
    let detail = phone.device.show(id).unwrap();
    assert_eq!(
        detail.row.summary.missing, row.summary.missing,
        "{}: the page says the same",
        phone.name
    );
    let is_marked = row.marks.contains(&Mark::Incomplete);
    assert_eq!(
        is_marked,
        !fields.is_empty(),
        "{}: so does the mark",
        phone.name
    );
    let filter = RowFilter {
        state: RowState::Incomplete,
        ..RowFilter::default()
    };
    let listed = phone.device.rows(&filter).unwrap().rows;
    let is_listed = listed.iter().any(|row| row.summary.encounter_id == id);
    assert_eq!(
        is_listed, is_marked,
        "{}: so does the list of what is incomplete",
        phone.name
    );
    assert!(
        !is_marked || !detail.rights.may_submit,
        "{}: nobody hands it in so",
        phone.name
    );
    fields
}

/// Records that count and records that do not, by the device's table and by the server's.
async fn counted(world: &World, phone: &Phone, day: NaiveDate) -> (u64, u64) {
    let table = phone.table(day).await.unwrap();
    let left_out: u64 = table.left_out.iter().map(|left| left.records).sum();
    for left in &table.left_out {
        assert_eq!(left.reason, Reason::Incomplete);
        assert_eq!(
            left.rules,
            [("E09".to_owned(), left.records)],
            "and the table says why"
        );
    }
    let server = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (server.encounters, server.left_out),
        (table.encounters, left_out),
        "the server says the same"
    );
    (table.encounters, left_out)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_of_the_future_is_wrong_on_every_device_and_does_not_heal_by_waiting() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. A contact has checked the phone's clock. The officer types tomorrow's date; it is saved all the same.
    phone.sync().await.unwrap();
    let tomorrow = world.now() + TimeDelta::days(1);
    let id = phone
        .record(typed(tomorrow))
        .unwrap()
        .row
        .summary
        .encounter_id;
    assert_eq!(
        wrong(&phone, id),
        ["occurred_at:future"],
        "the phone says so at once"
    );

    // 2. The commander, whose own clock is wrong by two days, reads the same.
    phone.sync().await.unwrap();
    commander.clock.show(world.now() + TimeDelta::days(2));
    commander.sync().await.unwrap();
    assert_eq!(
        wrong(&commander, id),
        ["occurred_at:future"],
        "whatever the reader's clock says"
    );
    commander.clock.show(world.now());

    // 3. Tomorrow comes. The record is still not of that day: nobody has looked at it.
    world.pass(TimeDelta::days(1) + TimeDelta::hours(1));
    let day = world.day();
    for phone in [&phone, &commander] {
        phone.sync().await.unwrap();
        assert_eq!(wrong(phone, id), ["occurred_at:future"], "{}", phone.name);
        assert_eq!(
            counted(&world, phone, day).await,
            (0, 1),
            "{}: left out, and said",
            phone.name
        );
    }

    // 4. It is corrected, and counts on the day when it happened.
    let right = typed(tomorrow - TimeDelta::days(1))["occurred_at"].clone();
    phone.corrects(id, json!({ "occurred_at": right })).unwrap();
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(wrong(phone, id), [""; 0], "{}", phone.name);
        assert_eq!(counted(&world, phone, day).await, (0, 0), "{}", phone.name);
        assert_eq!(
            counted(&world, phone, day - TimeDelta::days(1)).await,
            (1, 0),
            "{}",
            phone.name
        );
    }
    assert_eq!(
        phone.says(id).unwrap(),
        commander.says(id).unwrap(),
        "equal everywhere"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_outside_its_patrol_is_a_question_while_it_is_out_and_missing_when_it_is_back() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. The clock is checked, the patrol leaves, and a group of two days ago is written down by mistake.
    phone.sync().await.unwrap();
    phone.device.patrol_leave(&Leaving::default()).unwrap();
    world.pass(TimeDelta::minutes(30));
    let inside = phone
        .record(typed(world.now()))
        .unwrap()
        .row
        .summary
        .encounter_id;
    let before = world.now() - TimeDelta::days(2);
    let outside = phone
        .record(typed(before))
        .unwrap()
        .row
        .summary
        .encounter_id;
    let day = world.day() - TimeDelta::days(2);

    // 2. While the patrol is out, it counts and is asked about, here and at the post.
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(
            wrong(phone, outside),
            [""; 0],
            "{}: nothing is missing",
            phone.name
        );
        let warnings = phone.device.show(outside).unwrap().warnings;
        assert_eq!(
            warnings,
            [("E09".to_owned(), "occurred_at:patrol".to_owned())],
            "{}",
            phone.name
        );
        assert_eq!(
            phone.device.show(inside).unwrap().warnings,
            [],
            "{}",
            phone.name
        );
        assert_eq!(counted(&world, phone, day).await, (1, 0), "{}", phone.name);
    }

    // 3. The patrol is back: now both ends are known, and the time cannot be right.
    world.pass(TimeDelta::hours(5));
    phone.device.patrol_return(false).unwrap();
    assert_eq!(
        wrong(&phone, outside),
        ["occurred_at:patrol"],
        "on the phone at once"
    );
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(
            wrong(phone, outside),
            ["occurred_at:patrol"],
            "{}",
            phone.name
        );
        assert_eq!(
            phone.device.show(outside).unwrap().warnings,
            [],
            "{}: no question any more",
            phone.name
        );
        assert_eq!(wrong(phone, inside), [""; 0], "{}", phone.name);
        assert_eq!(counted(&world, phone, day).await, (0, 1), "{}", phone.name);
    }

    // 4. Whoever has it from the log alone derives the same.
    let rebuilt = commander.device.rebuild().unwrap();
    assert_eq!(rebuilt.different, 0, "a rebuild says the same");

    // 5. It is corrected, and counts.
    let right = typed(world.now() - TimeDelta::hours(3))["occurred_at"].clone();
    commander
        .corrects(outside, json!({ "occurred_at": right }))
        .unwrap();
    commander.sync().await.unwrap();
    phone.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(wrong(phone, outside), [""; 0], "{}", phone.name);
        assert_eq!(
            counted(&world, phone, world.day()).await,
            (2, 0),
            "{}",
            phone.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patrol_whose_clock_nobody_checked_judges_no_record() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolLeader).await.unwrap();

    // 1. The clock says 2019 when the patrol leaves; on the way it is set right by a contact.
    phone.clock.show("2019-01-01T00:00:00Z".parse().unwrap());
    phone.device.patrol_leave(&Leaving::default()).unwrap();
    world.pass(TimeDelta::hours(1));
    phone.device.patrol_return(false).unwrap();
    let id = {
        phone.device.patrol_leave(&Leaving::default()).unwrap();
        let id = phone.meets(3, "HTI").unwrap().row.summary.encounter_id;
        phone.device.patrol_return(false).unwrap();
        id
    };

    // 2. The record's time is repaired; the patrol still says 2019, which nobody believes.
    phone.sync().await.unwrap();
    assert_eq!(phone.device.clock_repair().unwrap(), 1);
    assert_eq!(wrong(&phone, id), [""; 0], "a repaired record is complete");
    assert_eq!(phone.device.show(id).unwrap().warnings, []);
}
