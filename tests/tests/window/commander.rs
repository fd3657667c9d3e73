//! The commander's screen in the app's own window, at a laptop's size: the table of a day that other
//! devices recorded, and the records behind each of its figures.

use std::collections::BTreeSet;

use bitacora_core::enrol::Role;
use bitacora_core::summary::Summary;
use bitacora_tests::window::Window;
use bitacora_tests::world::{Phone, World};
use serde_json::{Value, json};

use crate::steps::{joined, started, synced};

/// Returns what is not wholly on the screen, or not there.
const BEYOND_THE_SCREEN: &str = r#"
const shown = (box) => box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
return arguments[0].filter((testid) => {
  const there = [...document.querySelectorAll(`[data-testid="${testid}"]`)];
  return there.length === 0 || !there.every((element) => shown(element.getBoundingClientRect()));
});
"#;
/// Returns the names of all figures of the table.
const FIGURES: &str = r#"return [...document.querySelectorAll('[data-testid="today-table"] button')].map((key) => key.dataset.testid)"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_commanders_table_opens_its_records() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    // The third team has not come back: what it recorded is on its phone only.
    let away = world.phone("Cabo 22", Role::PatrolMember).await.unwrap();
    group(&away, json!({ "ECU": { "AA+M": 9 } }));

    // 1. Two teams record four groups; of one of them they count the women differently.
    let one = group(&sergeant, json!({ "HTI": { "AA+M": 2, "AC+F": 1 } }));
    let two = group(&sergeant, json!({ "VEN": { "AA+M": 3, "AA+F": 4 } }));
    let three = group(&cabo, json!({ "VEN": { "AA+M": 1, "AC+M": 1 } }));
    let four = group(&cabo, json!({ "HTI": { "AA+F": 5 } }));
    for phone in [&sergeant, &cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    for (phone, women) in [(&sergeant, 6), (&cabo, 7)] {
        phone
            .corrects(
                four.encounter_id,
                json!({ "composition": { "HTI": { "AA+F": women } } }),
            )
            .unwrap();
        phone.sync().await.unwrap();
    }

    // 2. The commander's laptop joins the post and has the day on its first screen.
    let (_state, window) = started("commander").await.unwrap();
    joined(&window, &world, Role::PostCommander).await.unwrap();
    window.sized(1280, 800).await.unwrap();
    synced(&window).await.unwrap();
    window.touch("nav-today").await.unwrap();
    let sentence = "18–19 personas en 4 encuentros · falta 1 de 3 equipos";
    window.reads("today-sentence", sentence).await.unwrap();
    window.picture("today").await.unwrap();
    let beyond = window.ask(
        BEYOND_THE_SCREEN,
        vec![json!(["today-sentence", "today-table", "team-missing"])],
    );
    assert_eq!(beyond.await.unwrap(), json!([]), "all of it on one screen");

    // 3. Every figure opens exactly the records that it counts.
    let cells: [(&str, &str, &[&Summary]); 13] = [
        ("cell-VEN-men", "4", &[&two, &three]),
        ("cell-VEN-women", "4", &[&two]),
        ("cell-VEN-boys", "1", &[&three]),
        ("cell-VEN-total", "9", &[&two, &three]),
        ("cell-HTI-men", "2", &[&one]),
        ("cell-HTI-women", "6–7", &[&four]),
        ("cell-HTI-girls", "1", &[&one]),
        ("cell-HTI-total", "9–10", &[&one, &four]),
        ("cell-all-men", "6", &[&one, &two, &three]),
        ("cell-all-women", "10–11", &[&two, &four]),
        ("cell-all-boys", "1", &[&three]),
        ("cell-all-girls", "1", &[&one]),
        ("cell-all-total", "18–19", &[&one, &two, &three, &four]),
    ];
    let shown = window.ask(FIGURES, vec![]).await.unwrap();
    let shown: BTreeSet<String> = serde_json::from_value(shown).unwrap();
    let asked: BTreeSet<String> = cells.iter().map(|(cell, ..)| (*cell).to_owned()).collect();
    assert_eq!(shown, asked, "no figure is left out here");
    for (cell, figure, behind) in cells {
        window.reads(cell, figure).await.unwrap();
        window.touch(cell).await.unwrap();
        let expected: BTreeSet<&str> = behind
            .iter()
            .map(|record| record.short_code.as_str())
            .collect();
        let shown = codes(&window, expected.len()).await;
        let shown: BTreeSet<&str> = shown.iter().map(String::as_str).collect();
        assert_eq!(shown, expected, "{cell} opens the records that it counts");
        if cell == "cell-all-total" {
            window.picture("records").await.unwrap();
        }
        window.touch("nav-today").await.unwrap();
    }

    // 4. One of them is opened, read and approved without the mouse.
    window.touch("cell-VEN-boys").await.unwrap();
    window.touch("row").await.unwrap();
    window.see(&three.short_code).await.unwrap();
    window.wait_there("detail-sentence").await.unwrap();
    window.picture("detail").await.unwrap();
    window.press("a").await.unwrap();
    window.touch("nav-today").await.unwrap();
    window.see("1 de 4 revisados").await.unwrap();
}

/// Records a group with water for all of it.
fn group(phone: &Phone, composition: Value) -> Summary {
    let capture = json!({ "composition": composition, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river", "direction": "north" });
    phone.record(capture).unwrap().row.summary
}

/// Returns the short codes in the list, once so many are there.
async fn codes(window: &Window, count: usize) -> Vec<String> {
    let words = if count == 1 {
        "1 registro".to_owned()
    } else {
        format!("{count} registros")
    };
    window.reads("records-count", &words).await.unwrap();
    let script = r#"return [...document.querySelectorAll('[data-testid="row"]')].map((row) => row.dataset.code)"#;
    let shown = async || {
        let codes = window.ask(script, vec![]).await?;
        Ok(serde_json::from_value::<Vec<String>>(codes)?)
    };
    window
        .wait_until(&format!("{count} rows are shown"), || async {
            Ok(shown().await?.len() == count)
        })
        .await
        .unwrap();
    let codes: anyhow::Result<Vec<String>> = shown().await;
    codes.unwrap()
}
