//! Story 3, at the level of tables: eleven people, 4 HTI and 7 VEN, on one form.

use bitacora_core::enrol::Role;
use bitacora_report::daily::{Cells, Table};
use bitacora_tests::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn four_and_seven_stand_in_the_table_by_sex_and_by_minor_or_adult() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. One form, two nationalities; orientation for all, water for eight of them.
    let capture = json!({
        "composition": {
            "HTI": { "AA+M": 1, "AA+F": 1, "AC+M": 1, "AC+F": 1 },
            "VEN": { "AA+M": 3, "AA+F": 2, "AC+F": 1, "AU+U": 1 },
        },
        "assistance": { "info_risks": "all", "water": 8 },
        "needs": {}, "position": "no_fix", "setting": "river", "direction": "north",
    });
    let saved = cabo.record(capture).unwrap();
    assert_eq!(
        saved.row.summary.missing,
        [],
        "the form was complete as it was typed"
    );
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 2. The commander's table.
    let table = commander.table(world.day()).await.unwrap();
    assert_eq!(
        table.encounters, 1,
        "one encounter, however many nationalities"
    );
    assert_eq!(
        people(&table, "HTI"),
        [1, 1, 1, 1, 0, 4],
        "men, women, boys, girls, unknown, total"
    );
    assert_eq!(
        people(&table, "VEN"),
        [3, 2, 0, 1, 1, 7],
        "men, women, boys, girls, unknown, total"
    );
    assert_eq!(numbers(&table.totals), [4, 3, 1, 2, 1, 11], "the sums");
    let attentions: Vec<_> = table
        .attentions
        .iter()
        .map(|line| (line.category.as_str(), line.people.min, line.people.max))
        .collect();
    assert_eq!(
        attentions,
        [("ASO", 8, 8), ("ORI", 11, 11)],
        "people per category, never their sum"
    );
    assert_eq!(
        table.attentions_total.max, 19,
        "an attention is a person in a category"
    );
}

fn people(table: &Table, nationality: &str) -> [u64; 6] {
    let row = table
        .rows
        .iter()
        .find(|row| row.nationality == nationality)
        .unwrap();
    numbers(&row.people)
}

fn numbers(cells: &Cells) -> [u64; 6] {
    cells.columns().map(|(name, figure)| {
        assert!(figure.is_decided(), "{name} has one value");
        figure.max
    })
}
