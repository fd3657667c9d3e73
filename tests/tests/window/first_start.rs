//! The very first start: a person, a PIN that is not the first to be guessed, a practice record that never counts.

use bitacora_tests::window::Window;
use tempfile::TempDir;

use crate::steps::PIN;

#[tokio::test]
async fn a_first_start_refuses_an_easy_pin_and_its_practice_record_never_counts() {
    let state = TempDir::new().unwrap();
    let window = Window::open(state.path(), "first_start").await.unwrap();
    window.sized(360, 640).await.unwrap();
    window.picture("language").await.unwrap();
    window
        .touch_all(&["language-es", "start-next"])
        .await
        .unwrap();
    window.type_at("start-name", "Cabo Mosquera").await.unwrap();
    window.picture("who").await.unwrap();
    window.touch("start-next").await.unwrap();

    // 1. A birthday is refused with its reason, and nothing is made of it.
    for _ in 0..2 {
        window.digits("140383").await.unwrap();
    }
    window.touch("start-without-code").await.unwrap();
    window.see("Es fácil de adivinar").await.unwrap();
    window.picture("easy_pin").await.unwrap();
    assert!(
        !state.path().join("vault").exists(),
        "a refused PIN leaves no vault behind"
    );

    // 2. A better one opens the phone; its recovery code is shown once.
    for _ in 0..2 {
        window.digits(PIN).await.unwrap();
    }
    window.picture("code").await.unwrap();
    window.touch("start-without-code").await.unwrap();
    window.wait_there("recovery-code").await.unwrap();
    window.picture("recovery").await.unwrap();
    window.touch("recovery-noted").await.unwrap();

    // 3. A practice record is typed and saved like any other, and is in no list.
    window.touch("start-practice").await.unwrap();
    window
        .touch_all(&["nationality-VEN", "count-man", "count-woman", "form-next"])
        .await
        .unwrap();
    window
        .touch_all(&["assistance-water", "needs-none"])
        .await
        .unwrap();
    window.save().await.unwrap();
    window.picture("practised").await.unwrap();
    window.touch("saved-home").await.unwrap();
    window.wait_there("home-empty").await.unwrap();
    window.picture("home").await.unwrap();
}
