//! An undo within ten seconds of a record that was received already: out of every list, count and report.

use bitacora_core::enrol::Role;
use bitacora_device::{HistoryEvent, Leaving};
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_post_does_not_know_yet_is_counted_though_no_list_shows_it() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    phone.device.patrol_leave(&Leaving::default()).unwrap();
    let id = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    assert_eq!(phone.device.counts().unwrap().waiting(), 0, "all is there");
    phone.device.undo(id).unwrap();
    phone.device.patrol_return(false).unwrap();
    let counts = phone.device.counts().unwrap();
    assert_eq!(
        (
            counts.unreceived,
            counts.undone_unreceived,
            counts.patrols_unreceived
        ),
        (0, 1, 1),
        "the post still counts the group, and thinks that the patrol is out"
    );
    phone.sync().await.unwrap();
    assert_eq!(phone.device.counts().unwrap().waiting(), 0, "now it knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_record_leaves_every_list_count_and_report_on_every_device() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Two records; the second is received and read by all within seconds.
    let stays = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let undone = cabo.meets(4, "HTI").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant, &commander] {
        phone.sync().await.unwrap();
        assert_eq!(
            phone.records().unwrap().len(),
            2,
            "{} lists both",
            phone.name
        );
    }

    // 2. Eight seconds after the save its author takes it back.
    world.pass(TimeDelta::seconds(8));
    cabo.device.undo(undone).unwrap();
    for phone in [&cabo, &sergeant, &commander] {
        phone.sync().await.unwrap();
    }

    // 3. It is in no list, no count and no table; history still has it.
    for phone in [&cabo, &sergeant, &commander] {
        assert_eq!(
            phone.records().unwrap(),
            [stays],
            "{}: out of the list",
            phone.name
        );
        let table = phone.table(world.day()).await.unwrap();
        assert_eq!(
            (table.encounters, table.totals.total.max),
            (1, 3),
            "{}: out of the table",
            phone.name
        );
        assert_eq!(table.rows.len(), 1, "{}: with its nationality", phone.name);
        assert!(
            table.left_out.is_empty(),
            "{}: the table does not speak of it: {:?}",
            phone.name,
            table.left_out
        );
        let last = phone.device.show(undone).unwrap().history.pop().unwrap();
        assert_eq!(
            (last.event, last.author_name.as_str()),
            (HistoryEvent::Withdrawn, "Cabo 17"),
            "{}: history keeps who took it back",
            phone.name
        );
    }
    let counts = commander.device.counts().unwrap();
    assert_eq!(counts.listed, 1, "the commander's counts are without it");
    let on_server = world.server.table(&world.post(), world.day()).unwrap();
    assert_eq!(
        (
            on_server.encounters,
            on_server.people.total.max,
            on_server.left_out
        ),
        (1, 3, 0),
        "the server's own table does not speak of it"
    );

    let alone = json!({"occurred_at": "2023-08-01T09:00:00-05:00", "clock_source": "typed"});
    let alone = cabo.record(alone).unwrap().row.summary.encounter_id;
    cabo.device.undo(alone).unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(
        world.server.days(&world.post()).unwrap(),
        [world.day()].into(),
        "a day on which nothing stands is none"
    );
    let mistyped = world.now() + TimeDelta::days(400);
    let mistyped = json!({"occurred_at": mistyped.to_rfc3339(), "clock_source": "typed"});
    cabo.record(mistyped).unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(
        world.server.last_day(&world.post()).unwrap(),
        Some(world.day()),
        "the table that nobody names a day for is not that of a mistyped year"
    );

    // 4. Later than ten seconds nothing can be taken back any more.
    let late = cabo.meets(5, "ECU").unwrap().row.summary.encounter_id;
    world.pass(TimeDelta::seconds(11));
    assert!(
        cabo.device.undo(late).is_err(),
        "after ten seconds a record is voided with a reason instead"
    );
}
