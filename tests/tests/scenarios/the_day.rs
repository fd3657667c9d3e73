//! Story 10: six phones, two not back: people, encounters, the table and the two missing; each cell opens its records.

use std::collections::BTreeSet;

use bitacora_core::encounter::Count;
use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_core::summary::{People, Summary};
use bitacora_device::{Cell, Period, RowFilter};
use bitacora_report::coverage::Why;
use bitacora_report::daily::Cells;
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use serde_json::json;

const COLUMNS: [(Cell, &str); 5] = [
    (Cell::Men, "AA+M"),
    (Cell::Women, "AA+F"),
    (Cell::Boys, "AC+M"),
    (Cell::Girls, "AC+F"),
    (Cell::Unknown, "AU+U"),
];
const NATIONS: [&str; 4] = ["VEN", "HTI", "ECU", "CHN"];

#[tokio::test(flavor = "multi_thread")]
async fn the_commander_reads_the_day_and_who_is_missing_and_each_cell_opens_its_records() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Six phones leave in the morning with a contact at the gate.
    let mut phones = Vec::new();
    for number in 1..=6 {
        let phone = world
            .phone(&format!("Patrulla {number}"), Role::PatrolMember)
            .await
            .unwrap();
        phone.sync().await.unwrap();
        phones.push(phone);
    }

    // 2. Each meets four groups; four phones come back in the afternoon.
    for round in 0..4 {
        world.pass(TimeDelta::minutes(100));
        for (index, phone) in phones.iter().enumerate() {
            meet(phone, index, round);
        }
    }
    for phone in phones.iter().take(4) {
        phone.sync().await.unwrap();
    }
    commander.sync().await.unwrap();

    // 3. One sentence: people, encounters, two of six missing.
    let table = commander.table(world.day()).await.unwrap();
    let mut summaries = Vec::new();
    commander
        .device
        .for_each_summary(Period::day(world.day()), |summary, _| {
            summaries.push(summary)
        })
        .unwrap();
    assert_eq!(
        table.encounters, 16,
        "four groups of each of the four that are back"
    );
    assert_eq!(table.coverage.teams_expected, 6, "six went out");
    let mut missing: Vec<_> = table
        .coverage
        .teams_missing
        .iter()
        .map(|team| team.name.as_str())
        .collect();
    missing.sort_unstable();
    assert_eq!(
        missing,
        ["Patrulla 5", "Patrulla 6"],
        "the table names who is not in it"
    );
    let silent = table
        .coverage
        .teams_missing
        .iter()
        .all(|team| team.why == Why::Silent);
    assert!(silent, "they were last heard in the morning");

    // 4. Each cell of each row says what its records say, and opens exactly them.
    for row in &table.rows {
        let nation = Some(row.nationality.as_str());
        check_cells(&commander, &world, nation, &row.people, &summaries);
    }
    assert_eq!(table.rows.len(), 4, "a row for each nationality");
    check_cells(&commander, &world, None, &table.totals, &summaries);
    let on_server = world.server.table(&world.post(), world.day()).unwrap();
    assert_eq!(
        u64::from(on_server.people.total.max),
        table.totals.total.max,
        "the server counts the same people"
    );

    // 5. The two come back: nobody is missing and the figures have grown by theirs.
    for phone in phones.iter().skip(4) {
        phone.sync().await.unwrap();
    }
    commander.sync().await.unwrap();
    let complete = commander.table(world.day()).await.unwrap();
    assert_eq!(
        (complete.encounters, complete.coverage.teams_missing.len()),
        (24, 0),
        "the whole day"
    );
    assert!(
        complete.totals.total.min > table.totals.total.max,
        "their people are in it"
    );
}

/// Groups that differ by phone and round, so that cells have different records.
fn meet(phone: &Phone, index: usize, round: usize) {
    let nation = NATIONS[(index + round) % NATIONS.len()];
    let other = NATIONS[(index + 2 * round + 1) % NATIONS.len()];
    let (_, first) = COLUMNS[round % COLUMNS.len()];
    let (_, second) = COLUMNS[(index + round + 1) % COLUMNS.len()];
    let mut composition = json!({ nation: { first: index + 1 } });
    composition[other][second] = json!(round + 2);
    let capture = json!({ "composition": composition, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north" });
    phone.record(capture).unwrap();
}

fn check_cells(
    commander: &Phone,
    world: &World,
    nation: Option<&str>,
    shown: &Cells,
    summaries: &[Summary],
) {
    for ((cell, _), (name, figure)) in COLUMNS.iter().zip(shown.columns()) {
        let in_cell: Vec<_> = summaries
            .iter()
            .filter_map(|summary| {
                let people = match nation {
                    Some(nation) => summary.nationalities.get(nation)?,
                    None => &summary.people,
                };
                let count = count(people, *cell);
                (count.max > 0).then_some((summary.encounter_id, u64::from(count.max)))
            })
            .collect();
        let filter = RowFilter {
            day: Some(world.day()),
            nationality: nation.map(str::to_owned),
            cell: Some(*cell),
            limit: 500,
            ..RowFilter::default()
        };
        let opened = commander.device.rows(&filter).unwrap();
        let opened: BTreeSet<EncounterId> = opened
            .rows
            .iter()
            .map(|row| row.summary.encounter_id)
            .collect();
        let expected: BTreeSet<EncounterId> = in_cell.iter().map(|(id, _)| *id).collect();
        assert_eq!(
            opened, expected,
            "{nation:?} {name}: the cell opens exactly its records"
        );
        let sum: u64 = in_cell.iter().map(|(_, people)| people).sum();
        assert_eq!(
            figure.max, sum,
            "{nation:?} {name}: and its figure is their sum"
        );
    }
}

fn count(people: &People, cell: Cell) -> Count {
    match cell {
        Cell::Men => people.men,
        Cell::Women => people.women,
        Cell::Boys => people.boys,
        Cell::Girls => people.girls,
        Cell::Unknown => people.unknown,
    }
}
