//! Story 8: two phones wrote 8 and 9 offline; both stay until the commander picks one.

use bitacora_core::encounter::{Count, FieldValue, Merge};
use bitacora_core::enrol::Role;
use bitacora_device::{Choice, DraftKind, ErrorCode, HistoryEvent, HistoryLine};
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use serde_json::json;

const MEN: &str = "composition/VEN/AA+M";

#[tokio::test(flavor = "multi_thread")]
async fn both_stay_on_every_screen_until_the_commander_picks_one() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. The cabo records seven men; the sergeant has the record too.
    let id = cabo.meets(7, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    assert_eq!(
        cabo.unreceived().unwrap(),
        0,
        "the server receipted the record"
    );

    // 2. Without signal the cabo writes 8, the sergeant 9.
    cabo.corrects(id, json!({ "composition": { "VEN": { "AA+M": 8 } } }))
        .unwrap();
    sergeant
        .corrects(id, json!({ "composition": { "VEN": { "AA+M": 9 } } }))
        .unwrap();

    // 3. All sync: everybody says the same, both values.
    for phone in [&cabo, &sergeant, &commander, &cabo] {
        phone.sync().await.unwrap();
    }
    let said = commander.says(id).unwrap();
    assert_eq!(
        cabo.says(id).unwrap(),
        said,
        "the cabo's phone says the same as the commander's laptop"
    );
    assert_eq!(
        sergeant.says(id).unwrap(),
        said,
        "the sergeant's phone says the same as the commander's laptop"
    );
    let mut values = said["fields"][MEN].as_array().unwrap().clone();
    values.sort_by_key(|value| value.as_u64());
    assert_eq!(values, [json!(8), json!(9)], "both numbers are there");
    let row = commander.device.row(id).unwrap();
    assert_eq!(
        row.summary.people.total,
        Count { min: 8, max: 9 },
        "a total is a range, never a chosen number"
    );

    for phone in [&cabo, &sergeant, &commander] {
        men_in_the_table(phone, &world, 8, 9).await;
    }

    // 4. A member only sees; the commander picks 9.
    let detail = commander.device.show(id).unwrap();
    let two = detail.encounter.two_values();
    assert_eq!(
        two.iter()
            .map(|(path, merge)| (path.as_str(), *merge))
            .collect::<Vec<_>>(),
        [(MEN, Merge::Both)]
    );
    let nine = detail.encounter.fields[MEN]
        .values
        .iter()
        .find(|stated| stated.value.to_json() == json!(9))
        .unwrap();
    let seen = detail.encounter.version.clone();
    let refused = cabo
        .device
        .resolve(id, MEN, &Choice::Stated(nine.change), &seen);
    assert!(
        refused.is_err(),
        "a member sees two values but does not choose"
    );
    commander
        .device
        .resolve(id, MEN, &Choice::Stated(nine.change), &seen)
        .unwrap();

    // 5. All show 9, on every screen and in every table, with the history of both.
    world.pass(TimeDelta::minutes(5));
    for phone in [&commander, &cabo, &sergeant] {
        phone.sync().await.unwrap();
        assert_eq!(
            phone.says(id).unwrap()["fields"][MEN],
            json!([9]),
            "{} shows the chosen value",
            phone.name
        );
        let summary = phone.device.row(id).unwrap().summary;
        assert_eq!(summary.people.total, Count::exactly(9), "{}", phone.name);
        men_in_the_table(phone, &world, 9, 9).await;
        let told = phone.device.show(id).unwrap().history;
        let told: Vec<_> = told.iter().map(of_men).collect();
        let (was, eight, nine) = ([7], [8], [9]);
        for (who, event, before, after) in [
            (
                "Cabo 17",
                HistoryEvent::Changed,
                was.as_slice(),
                eight.as_slice(),
            ),
            ("Sgto. 04", HistoryEvent::Changed, &was, &nine),
            ("Comandante", HistoryEvent::Chosen, &[8, 9], &nine),
        ] {
            let line = (who, event, before.to_vec(), after.to_vec());
            assert!(told.contains(&line), "{}: {line:?} in {told:?}", phone.name);
        }
    }
    let on_server = world.server.table(&world.post(), world.day()).unwrap();
    assert_eq!(on_server.people.total, Count::exactly(9), "the server too");
    assert_eq!(
        cabo.says(id).unwrap(),
        sergeant.says(id).unwrap(),
        "one record everywhere"
    );
}

/// Asserts how many Venezuelan men the day's table has.
async fn men_in_the_table(phone: &Phone, world: &World, min: u64, max: u64) {
    let table = phone.table(world.day()).await.unwrap();
    let row = &table.rows[0];
    assert_eq!(row.nationality, "VEN");
    assert_eq!(
        (row.people.men.min, row.people.men.max),
        (min, max),
        "{}: the table",
        phone.name
    );
    assert_eq!(
        (table.totals.total.min, table.totals.total.max),
        (min, max),
        "{}: its total",
        phone.name
    );
}

/// Who did what to the men, from what to what.
fn of_men(line: &HistoryLine) -> (&str, HistoryEvent, Vec<i64>, Vec<i64>) {
    let numbers = |values: &[FieldValue]| {
        let mut numbers: Vec<i64> = values
            .iter()
            .filter_map(|value| match value {
                FieldValue::Int(number) => Some(*number),
                _ => None,
            })
            .collect();
        numbers.sort_unstable();
        numbers
    };
    (
        line.author_name.as_str(),
        line.event,
        numbers(&line.before),
        numbers(&line.after),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_members_correction_is_told_which_numbers_wait_and_the_rest_is_saved() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let id = cabo.meets(7, "VEN").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    for (phone, men) in [(&cabo, 8), (&sergeant, 9)] {
        phone
            .corrects(
                id,
                json!({ "composition": { "VEN": { "AA+M": men } }, "families": men }),
            )
            .unwrap();
    }
    for phone in [&sergeant, &cabo] {
        phone.sync().await.unwrap();
    }

    // 1. The form is open; the cabo counts once more, and adds a woman. Nothing is saved, and he is told where.
    let draft = cabo.device.start_draft(DraftKind::Edit, Some(id)).unwrap();
    let typed = |men: u32| {
        let mut body = draft.body.clone();
        let cells = body.capture.composition.get_mut("VEN").unwrap();
        cells.insert("AA+M".to_owned(), men);
        cells.insert("AA+F".to_owned(), 1);
        body
    };
    cabo.device.save_draft(draft.draft_id, &typed(10)).unwrap();
    let refused = cabo.device.record_draft(draft.draft_id).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotAllowed);
    assert_eq!(refused.field(), Some("choice"));
    assert_eq!(refused.about(), [MEN], "families stand as they were shown");
    assert!(refused.to_string().contains(MEN), "{refused}");

    // 2. As it was, and the rest is saved.
    let shown = draft.body.capture.composition["VEN"]["AA+M"];
    cabo.device
        .save_draft(draft.draft_id, &typed(shown))
        .unwrap();
    cabo.device.record_draft(draft.draft_id).unwrap();
    let said = cabo.says(id).unwrap();
    assert_eq!(said["fields"]["composition/VEN/AA+F"], json!([1]));
    assert_eq!(
        said["fields"][MEN].as_array().unwrap().len(),
        2,
        "both stay"
    );
    cabo.sync().await.unwrap();
    assert_eq!(cabo.unreceived().unwrap(), 0, "and it is received");
}
