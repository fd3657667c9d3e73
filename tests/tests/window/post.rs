//! The app and a real server: an edit arrives while a form is open, two values, and one is chosen.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_tests::window::Window;
use bitacora_tests::world::World;
use serde_json::json;

use crate::steps::{joined, six_people, started, synced};

const WOMEN: &str = "composition/HTI/AA+F";
/// What the history says of the two numbers and the choice.
const TOLD: [&str; 4] = ["2 → 3.", "Sgto. 04 cambió", "2 → 5.", "eligió 5 en"];

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_open_replaces_nobodys_number() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let (_state, window) = started("post").await.unwrap();
    joined(&window, &world, Role::PostCommander).await.unwrap();

    // 1. A record of the window reaches the post and the sergeant.
    six_people_recorded(&window).await;
    synced(&window).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    sergeant.sync().await.unwrap();
    let id = sergeant.records().unwrap()[0];

    // 2. The form is open with 2 women; the sergeant's 5 arrive meanwhile.
    window.touch("home-records").await.unwrap();
    window.touch("row").await.unwrap();
    window.touch("detail-edit").await.unwrap();
    window
        .touch_all(&["nationality-HTI", "count-woman"])
        .await
        .unwrap();
    sergeant
        .corrects(
            id,
            json!({ "composition": { "HTI": { "AA+F": 5 } }, "setting": "river", "direction": "north" }),
        )
        .unwrap();
    sergeant.sync().await.unwrap();
    arrived(&window, id).await;
    assert_eq!(
        window.words("count-woman-value").await.unwrap(),
        "3",
        "the open form stays as the person left it"
    );
    window.touch("form-next").await.unwrap();
    window.save().await.unwrap();
    window.touch("saved-home").await.unwrap();
    synced(&window).await.unwrap();
    sergeant.sync().await.unwrap();

    // 3. Both numbers are there, on the phone and in the window.
    let mut women = sergeant.says(id).unwrap()["fields"][WOMEN]
        .as_array()
        .unwrap()
        .clone();
    women.sort_by_key(serde_json::Value::as_u64);
    assert_eq!(
        women,
        [json!(3), json!(5)],
        "the form's number and the one that arrived"
    );
    window
        .touch_all(&["home-two-values", "row", "detail-choose"])
        .await
        .unwrap();
    window.wait_there("two-values-question").await.unwrap();
    window.picture("two_values").await.unwrap();

    // 4. The table shows both until somebody chooses.
    window.sized(1280, 800).await.unwrap();
    window.touch("nav-today").await.unwrap();
    window.reads("cell-HTI-women", "3–5").await.unwrap();
    window.touch("cell-HTI-women").await.unwrap();
    window.touch_all(&["row", "detail-choose"]).await.unwrap();

    // 5. The commander picks 5; everybody has it, the table too.
    window.touch("keep-5").await.unwrap();
    window.wait_there("conflict-done").await.unwrap();
    window.picture("chosen").await.unwrap();
    window.touch("nav-today").await.unwrap();
    window.reads("cell-HTI-women", "5").await.unwrap();
    window.touch_all(&["cell-HTI-women", "row"]).await.unwrap();
    let told = window.words("history").await.unwrap();
    for line in TOLD {
        assert!(told.contains(line), "{line} is not in: {told}");
    }
    window
        .wait_until("the choice is at the post", || async {
            sergeant.sync().await?;
            Ok(sergeant.says(id)?["fields"][WOMEN] == json!([5]))
        })
        .await
        .unwrap();
}

/// Waits until the window's own store has the sergeant's 5, without leaving what is open in it: the app exchanges as it
/// does when it is brought to the front.
async fn arrived(window: &Window, id: EncounterId) {
    let script = "return (async (encounterId) => {
        const { invoke } = window.__TAURI_INTERNALS__;
        await invoke('sync_now');
        const { capture } = await invoke('detail', { encounterId });
        return capture.composition.HTI['AA+F'];
    })(arguments[0]);";
    window
        .wait_until("the sergeant's number is in the window's store", || async {
            let women = window.ask(script, vec![json!(id)]).await?;
            Ok(women == json!(5))
        })
        .await
        .unwrap();
}

async fn six_people_recorded(window: &Window) {
    six_people(window).await.unwrap();
    window.touch("saved-home").await.unwrap();
}
