//! Story 4 in the app's own window: the battery was out, the clock says 2019, there is no fix and no place.

use bitacora_core::enrol::Role;
use bitacora_device::RowFilter;
use bitacora_tests::window::Window;
use bitacora_tests::world::World;
use chrono::TimeDelta;

use crate::steps::{joined, left_along_the_river, men_with_water, started_at, synced};

/// What the phone believes when it is switched on.
const BATTERY_OUT: &str = "2019-01-01 12:00:00";
/// From the first group to the contact at most, on a slow machine.
const SOME_TIME: TimeDelta = TimeDelta::minutes(15);

/// The sentences of the rows that are drawn, and how many of those rows say that their hour is in doubt.
const ROWS: &str = r#"
const rows = [...document.querySelectorAll('[data-testid="row"]')];
const people = rows.map((row) => Number(/(\d+):\s\d+\sH/.exec(row.innerText.replace(/\s+/g, " "))?.[1]));
return [people, rows.filter((row) => row.querySelector('[data-testid="mark-clock_doubt"]')).length];
"#;

#[tokio::test(flavor = "multi_thread")]
async fn ten_groups_by_a_clock_of_2019_are_put_right_by_one_touch() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let (_state, window) = started_at("wrong_clock", BATTERY_OUT).await.unwrap();

    // 1. The patrol leaves along a river; ten groups, each larger than the one before. No fix, no place.
    left_along_the_river(&window).await.unwrap();
    for men in 1..=10 {
        men_with_water(&window, men).await.unwrap();
    }

    // 2. All ten are there, complete, newest first, and marked.
    window.touch("home-records").await.unwrap();
    window.reads("records-count", "10 registros").await.unwrap();
    let (people, doubtful) = rows(&window).await;
    assert_newest_first(&people);
    assert_eq!(
        doubtful,
        people.len(),
        "nobody could check their hour, and they say so"
    );
    window.picture("marked").await.unwrap();
    window.touch("filter-incomplete").await.unwrap();
    window.wait_there("records-empty").await.unwrap();
    window.touch("back").await.unwrap();

    // 3. Contact: nothing is altered unasked, one touch is offered.
    joined(&window, &world, Role::PatrolMember).await.unwrap();
    synced(&window).await.unwrap();
    window
        .reads("clock-repair", "Corregir los 10")
        .await
        .unwrap();
    window.picture("offered").await.unwrap();
    window.touch("clock-repair").await.unwrap();
    window.see("Hora corregida en 10 registros").await.unwrap();
    window.picture("repaired").await.unwrap();

    // 4. The right time is in the record, the first one in its history.
    window.touch("row").await.unwrap();
    window.see("Hora corregida: ").await.unwrap();
    window.see("01/01/2019 → ").await.unwrap();
    window.picture("history").await.unwrap();
    window.touch("back").await.unwrap();
    window.touch("home-records").await.unwrap();
    window.reads("records-count", "10 registros").await.unwrap();
    let (people, doubtful) = rows(&window).await;
    // Rows without the mark are lower, so that more of them are drawn.
    assert_newest_first(&people);
    assert_eq!(doubtful, 0, "no longer in doubt");
    window.touch("back").await.unwrap();

    // 5. The commander has the corrected times.
    synced(&window).await.unwrap();
    commander.sync().await.unwrap();
    let rows = commander.device.rows(&RowFilter::default()).unwrap().rows;
    assert_eq!(rows.len(), 10, "all ten arrived");
    for row in rows {
        let off = (row.summary.occurred_at.to_utc() - world.now()).abs();
        assert!(
            off < SOME_TIME,
            "{} is off by {off}",
            row.summary.short_code
        );
        assert_eq!(row.summary.missing, [], "and complete");
    }
}

/// Asserts that the rows that are drawn are the newest ones, in the order of saving.
fn assert_newest_first(people: &[u64]) {
    let expected: Vec<u64> = (1..=10).rev().take(people.len()).collect();
    assert!(people.len() > 3, "a list of rows is drawn");
    assert_eq!(people, expected);
}

/// Returns the people of each drawn row, and how many rows are marked.
async fn rows(window: &Window) -> (Vec<u64>, usize) {
    let drawn = window.ask(ROWS, vec![]).await.unwrap();
    serde_json::from_value(drawn).unwrap()
}
