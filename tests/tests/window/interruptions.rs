//! What a dead battery costs: nothing that was tapped, nothing that was saved.

use crate::steps::{opened_again, six_people, started};

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
async fn a_kill_at_the_word_loses_nothing() {
    let (state, window) = started("killed").await.unwrap();
    six_people(&window).await.unwrap();
    // The word is on the screen: whatever happens from now on, the record is there.
    window.kill().unwrap();

    let window = opened_again(&state, "killed_again").await.unwrap();
    window.touch("home-records").await.unwrap();
    window.see("6: 3 H, 2 M, 1 niña").await.unwrap();
}
