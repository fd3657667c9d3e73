//! What several stories begin with.

use anyhow::Result;
use bitacora_tests::window::Window;
use tempfile::TempDir;

/// The PIN of everybody in these stories.
pub(crate) const PIN: &str = "482913";

/// Opens the app for the first time, without a code, and goes to the home screen.
pub(crate) async fn started(name: &str) -> Result<(TempDir, Window)> {
    let state = TempDir::new()?;
    let window = Window::open(state.path(), name).await?;
    window.touch_all(&["language-es", "start-next"]).await?;
    window.type_at("start-name", "Cabo Mosquera").await?;
    window.touch("start-next").await?;
    window.digits(PIN).await?;
    window.digits(PIN).await?;
    window.touch("start-without-code").await?;
    window.wait_there("recovery-code").await?;
    window.touch_all(&["recovery-noted", "start-skip"]).await?;
    window.wait_there("home-new").await?;
    window.taps_taken();
    Ok((state, window))
}

/// Opens the app again on the same state folder and unlocks it.
pub(crate) async fn opened_again(state: &TempDir, name: &str) -> Result<Window> {
    let window = Window::open(state.path(), name).await?;
    if !window.is_there("pad-1").await? {
        window.touch("person").await?;
    }
    window.digits(PIN).await?;
    window.wait_there("home-new").await?;
    window.taps_taken();
    Ok(window)
}

/// Records six people of one nationality and leaves the window at the word *Guardado*.
pub(crate) async fn six_people(window: &Window) -> Result<()> {
    window.touch_all(&["home-new", "nationality-HTI"]).await?;
    window
        .touch_all(&["count-man", "count-man", "count-man"])
        .await?;
    window
        .touch_all(&["count-woman", "count-woman", "count-girl"])
        .await?;
    window
        .reads("form-sentence", "6: 3 H, 2 M, 1 niña · HTI")
        .await?;
    window
        .touch_all(&["form-next", "assistance-water", "needs-none"])
        .await?;
    window.save().await
}
