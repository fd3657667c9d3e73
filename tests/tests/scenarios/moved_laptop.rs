//! A commander's laptop that goes to another post: the table there waits for nobody of the post before.

use bitacora_core::enrol::Role;
use bitacora_device::Leaving;
use bitacora_tests::world::World;
use chrono::TimeDelta;

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_a_post_is_of_that_post_alone_on_a_laptop_that_was_at_another() {
    let river = World::start().await.unwrap();
    let village = river.another_post("PA-LAB", "Lajas Blancas").await.unwrap();
    let cabo = river.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let laptop = river
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. At the river a patrol is out, and somebody recorded under a clock of 2019.
    cabo.device.patrol_leave(&Leaving::default()).unwrap();
    cabo.clock.show("2019-01-01T12:00:00Z".parse().unwrap());
    cabo.meets(6, "VEN").unwrap();
    river.pass(TimeDelta::minutes(5));
    cabo.sync().await.unwrap();
    laptop.sync().await.unwrap();
    let day = river.day();
    let table = laptop.table(day).await.unwrap();
    assert_eq!(
        (
            table.coverage.patrols_missing.len(),
            table.clock_doubt_elsewhere
        ),
        (1, 1),
        "there both are said"
    );

    // 2. The laptop goes to the village.
    let code = village.code(Role::PostCommander, "Comandante").unwrap();
    let url = format!("https://{}", village.address()).parse().unwrap();
    laptop.device.enrol(&url, &code, None).await.unwrap();
    laptop.sync().await.unwrap();
    for day in [day, day.succ_opt().unwrap()] {
        let table = laptop.table(day).await.unwrap();
        assert_eq!(table.post_id, village.post(), "{day}");
        assert_eq!(
            (table.coverage.patrols_missing, table.clock_doubt_elsewhere),
            (Vec::new(), 0),
            "{day}: nothing of the river is missing here"
        );
    }

    // 3. What it knows of the river is there if it is asked for.
    let (from, until) =
        bitacora_report::period::Period::day(day).instants(chrono_tz::America::Panama);
    let outings = laptop.device.outings(&river.post(), from, until).unwrap();
    assert_eq!(outings.len(), 1, "the patrol");
    let doubtful = laptop.device.clock_doubt_of(&river.post()).unwrap();
    assert_eq!(doubtful, 1, "and the record");
}
