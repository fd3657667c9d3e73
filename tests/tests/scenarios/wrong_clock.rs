//! Story 4: no fix, no place, a clock at 1 January 2019; ten groups; repaired in one act after contact.

use bitacora_core::encounter::FieldValue;
use bitacora_core::enrol::Role;
use bitacora_device::{HistoryEvent, Leaving, Mark, PatrolDefaults};
use bitacora_tests::world::{Phone, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

const WRONG: &str = "2019-01-01T00:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn ten_groups_by_a_clock_of_2019_are_complete_in_order_and_repaired_in_one_act() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. The battery was out: the clock says 2019. The patrol leaves; trail and setting come from there.
    phone.clock.show(WRONG.parse().unwrap());
    let defaults = PatrolDefaults {
        trail_id: Some("tuquesa".to_owned()),
        setting: Some("river".to_owned()),
        direction: Some("north".to_owned()),
        people: Vec::new(),
    };
    phone
        .device
        .patrol_leave(&Leaving {
            defaults,
            people: Vec::new(),
        })
        .unwrap();

    // 2. Ten groups, no fix, no place.
    let mut ids = Vec::new();
    let mut happened: Vec<DateTime<Utc>> = Vec::new();
    for men in 1..=10 {
        world.pass(TimeDelta::minutes(7));
        let capture = json!({ "composition": { "VEN": { "AA+M": men } }, "assistance": { "water": "all" },
            "needs": {}, "position": "no_fix" });
        ids.push(phone.record(capture).unwrap().row.summary.encounter_id);
        happened.push(world.now());
    }
    let newest_first: Vec<_> = ids.iter().rev().copied().collect();
    assert_eq!(
        phone.records().unwrap(),
        newest_first,
        "the list is in the order of saving"
    );
    for id in &ids {
        let row = phone.device.row(*id).unwrap();
        assert_eq!(
            row.summary.missing,
            [],
            "a record without a fix, a place and a clock is complete"
        );
        assert!(
            row.marks.contains(&Mark::ClockDoubt),
            "and marked: nobody could check its time"
        );
    }

    // 3. Contact: the records arrive as they are, and one act is offered.
    phone.sync().await.unwrap();
    let clock = phone.device.status().unwrap().clock;
    assert_eq!(
        (clock.doubtful, clock.repairable),
        (10, 10),
        "ten are doubtful, ten can be corrected"
    );
    assert_eq!(
        times(&phone, &ids)[0].date_naive().to_string(),
        "2019-01-01",
        "nothing is altered unasked"
    );
    assert_eq!(
        phone.device.clock_repair().unwrap(),
        10,
        "one act corrects the ten"
    );
    assert_repaired(&phone, &ids, &happened);

    // 4. It can be taken back as a whole, and done again.
    assert_eq!(
        phone.device.clock_repair_undo().unwrap(),
        10,
        "one act takes it back"
    );
    assert!(
        times(&phone, &ids)
            .iter()
            .all(|time| *time < happened[0] - TimeDelta::days(365)),
        "the first times are back"
    );
    assert_eq!(
        phone.device.status().unwrap().clock.repairable,
        10,
        "and the correction is offered again"
    );
    assert_eq!(
        phone.device.clock_repair().unwrap(),
        10,
        "the ten once more"
    );

    // 5. The commander has the corrected times, the first ones in history, and the day's table counts them.
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_repaired(&commander, &ids, &happened);
    for id in &ids {
        let history = commander.device.show(*id).unwrap().history;
        let first = history
            .iter()
            .find(|line| line.field.as_deref() == Some("occurred_at"))
            .unwrap();
        assert_eq!(
            first.event,
            HistoryEvent::ClockCorrected,
            "history says that a clock was wrong"
        );
        let FieldValue::Time(kept) = &first.before[0] else {
            panic!("a time stands before a time")
        };
        assert_eq!(
            kept.date_naive().to_string(),
            "2018-12-31",
            "the first time is kept: midnight of 2019 in UTC is the evening before at the post"
        );
    }
    let table = commander.table(world.day()).await.unwrap();
    assert_eq!(
        (table.encounters, table.totals.total.min),
        (10, 55),
        "all ten are in the right day"
    );
    assert_eq!(table.clock_doubt, 0, "and no longer in doubt");
}

fn times(phone: &Phone, ids: &[bitacora_core::id::EncounterId]) -> Vec<DateTime<Utc>> {
    ids.iter()
        .map(|id| phone.device.row(*id).unwrap().summary.occurred_at.to_utc())
        .collect()
}

fn assert_repaired(
    phone: &Phone,
    ids: &[bitacora_core::id::EncounterId],
    happened: &[DateTime<Utc>],
) {
    for (time, right) in times(phone, ids).into_iter().zip(happened) {
        assert!(
            (time - *right).abs() <= TimeDelta::seconds(2),
            "{}: {time} is not {right}",
            phone.name
        );
    }
    for id in ids {
        let row = phone.device.row(*id).unwrap();
        assert!(
            !row.marks.contains(&Mark::ClockDoubt),
            "{}: a corrected time is not doubtful",
            phone.name
        );
        assert_eq!(
            row.summary.missing,
            [],
            "{}: and the record is still complete",
            phone.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubt_ends_for_everybody_with_the_contact_that_brings_the_record() {
    let world = World::start().await.unwrap();
    let phone = world.stranger("Cabo 17").unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. No contact ever: two groups, and the phone is started again between them.
    phone.clock.start_system();
    let before = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    world.pass(TimeDelta::hours(2));
    phone.clock.start_system();
    world.pass(TimeDelta::minutes(5));
    let after = phone.meets(4, "HTI").unwrap().row.summary.encounter_id;
    for id in [before, after] {
        assert!(
            phone.device.row(id).unwrap().summary.clock_doubt,
            "nobody could check its time"
        );
    }

    world.pass(TimeDelta::minutes(1));

    // 2. It is enrolled and syncs once. The contact finds the clock right, and says so in the same sync.
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    phone.enrol(&code).await.unwrap();
    phone.sync().await.unwrap();
    assert_eq!(
        phone.unreceived().unwrap(),
        0,
        "nothing waits for a next time"
    );
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        let doubt = |id| phone.device.row(id).unwrap().summary.clock_doubt;
        assert!(!doubt(after), "{}: the clock has gone on since", phone.name);
        assert!(doubt(before), "{}: over a start nobody can say", phone.name);
    }
    let table = commander.table(world.day()).await.unwrap();
    assert_eq!(
        (table.encounters, table.clock_doubt),
        (2, 1),
        "both count, one with its doubt"
    );

    // 3. A second sync has nothing to say about it.
    let rows = world.changes().unwrap();
    world.pass(TimeDelta::hours(1));
    phone.sync().await.unwrap();
    assert_eq!(world.changes().unwrap(), rows, "a doubt ends once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_another_devices_clock_gave_is_not_moved_by_this_ones_repair() {
    let world = World::start().await.unwrap();
    // A laptop that is two hours behind, and has had no contact yet: it takes in what was exported elsewhere.
    let laptop = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    laptop.clock.show(world.now() - TimeDelta::hours(2));
    let time = (world.now() - TimeDelta::hours(3)).to_rfc3339();
    let line = json!({ "occurred_at": time, "clock_source": "device", "capture_mode": "quick",
        "composition": { "VEN": { "AA+M": 4 } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north" });
    let line = serde_json::from_value(line).unwrap();
    let row = laptop.device.import(&line).unwrap().row;
    assert!(row.summary.clock_doubt, "nobody here has checked it");
    let id = row.summary.encounter_id;
    let own = laptop.meets(2, "HTI").unwrap().row.summary.encounter_id;

    laptop.sync().await.unwrap();
    let clock = laptop.device.status().unwrap().clock;
    assert_eq!((clock.doubtful, clock.repairable), (2, 1), "the own one");
    let before = times(&laptop, &[id, own]);
    assert_eq!(laptop.device.clock_repair().unwrap(), 1);
    let after = times(&laptop, &[id, own]);
    assert_eq!(after[0], before[0], "the clock here did not give it");
    assert_eq!(after[1] - before[1], TimeDelta::hours(2));
    assert!(laptop.device.row(id).unwrap().summary.clock_doubt);
}
