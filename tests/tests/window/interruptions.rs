//! What a dead battery costs: nothing that was tapped, nothing that was saved.

use std::time::Duration;

use bitacora_tests::window::Window;
use serde_json::json;

use crate::steps::{opened_again, six_people_typed, started};

/// How soon after the word the battery goes.
const WITHIN: Duration = Duration::from_millis(10);
/// A busy machine may be late; a record is never lost in any of them.
const TRIES: u32 = 25;

#[tokio::test]
async fn a_kill_while_typing_leaves_the_draft() {
    let (state, window) = started("draft").await.unwrap();
    window
        .touch_all(&[
            "home-new",
            "nationality-VEN",
            "count-man",
            "count-man",
            "count-woman",
        ])
        .await
        .unwrap();
    window
        .reads("form-sentence", "3: 2 H, 1 M · VEN")
        .await
        .unwrap();
    drafted(&window, 3).await;
    window.kill().unwrap();

    let window = opened_again(&state, "draft_again").await.unwrap();
    window.wait_there("draft").await.unwrap();
    assert!(
        window
            .words("draft-sentence")
            .await
            .unwrap()
            .contains("3 personas"),
        "home offers the draft with its three people"
    );
    window.picture("home").await.unwrap();
    window.touch("draft-resume").await.unwrap();
    window
        .reads("form-sentence", "3: 2 H, 1 M · VEN")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_draft_can_be_saved_as_it_is() {
    let (state, window) = started("as_it_is").await.unwrap();
    window
        .touch_all(&[
            "home-new",
            "nationality-VEN",
            "count-man",
            "count-man",
            "count-woman",
        ])
        .await
        .unwrap();
    window
        .reads("form-sentence", "3: 2 H, 1 M · VEN")
        .await
        .unwrap();
    drafted(&window, 3).await;
    window.kill().unwrap();

    let window = opened_again(&state, "as_it_is_again").await.unwrap();
    window.touch("draft-save").await.unwrap();
    window.see("3: 2 H, 1 M · VEN").await.unwrap();
    window.wait_there("where-on_phone").await.unwrap();
    assert!(
        !window.is_there("draft").await.unwrap(),
        "what was saved is no draft any more"
    );
}

#[tokio::test]
async fn a_kill_within_ten_milliseconds_of_the_word_loses_nothing() {
    let (state, mut window) = started("killed").await.unwrap();
    let mut fastest = Duration::MAX;
    for saved in 1..=TRIES {
        six_people_typed(&window).await.unwrap();
        let after = window.kill_at("form-save", "saved-title").await.unwrap();
        println!("killed at most {after:?} after the word");
        fastest = fastest.min(after);

        // The word was on the screen: whatever happened then, the record is there, and no draft of it.
        window = opened_again(&state, "killed_again").await.unwrap();
        window.wait_there("row").await.unwrap();
        assert!(
            !window.is_there("draft").await.unwrap(),
            "what was saved is no draft any more"
        );
        window.touch("home-records").await.unwrap();
        let count = if saved == 1 {
            "1 registro".to_owned()
        } else {
            format!("{saved} registros")
        };
        // Every record whose word was shown is there.
        window.reads("records-count", &count).await.unwrap();
        if fastest <= WITHIN {
            return;
        }
        window.touch("back").await.unwrap();
    }
    panic!(
        "in {TRIES} tries no kill came within {WITHIN:?} of the word; the fastest took {fastest:?}"
    );
}

/// Waits until the last tap is on the disk: it is written behind the screen, one after the other.
async fn drafted(window: &Window, people: u64) {
    let script = "return (async () => {
        const drafts = await window.__TAURI_INTERNALS__.invoke('drafts');
        const cells = Object.values(drafts[0]?.capture.composition ?? {}).flatMap(Object.values);
        return cells.reduce((all, cell) => all + cell, 0);
    })();";
    window
        .wait_until("the draft is on the disk", || async {
            Ok(window.ask(script, vec![]).await? == json!(people))
        })
        .await
        .unwrap();
}
