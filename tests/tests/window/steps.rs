//! What several stories begin with.

use std::net::SocketAddr;

use anyhow::Result;
use bitacora_core::enrol::Role;
use bitacora_tests::window::Window;
use bitacora_tests::world::World;
use tempfile::TempDir;

/// A common phone, in CSS pixels.
const PHONE: (u32, u32) = (400, 760);

/// The PIN of everybody in these stories.
pub(crate) const PIN: &str = "482913";

/// Opens the app for the first time, without a code, and goes to the home screen.
pub(crate) async fn started(name: &str) -> Result<(TempDir, Window)> {
    let (state, window, _) = started_with_code(name).await?;
    Ok((state, window))
}

/// The same on a phone whose clock begins at a local time.
pub(crate) async fn started_at(name: &str, time: &str) -> Result<(TempDir, Window)> {
    let state = TempDir::new()?;
    let window = Window::open_at(state.path(), name, time).await?;
    first_steps(&window).await?;
    Ok((state, window))
}

/// The same with a receiver behind an address where gpsd would listen.
pub(crate) async fn started_with_receiver(
    name: &str,
    gpsd: SocketAddr,
) -> Result<(TempDir, Window)> {
    let state = TempDir::new()?;
    let surroundings = [("BITACORA_GPSD", gpsd.to_string())];
    let window = Window::open_in(state.path(), name, &surroundings).await?;
    first_steps(&window).await?;
    Ok((state, window))
}

/// The same, and returns the recovery code that was shown.
pub(crate) async fn started_with_code(name: &str) -> Result<(TempDir, Window, String)> {
    let state = TempDir::new()?;
    let window = Window::open(state.path(), name).await?;
    let code = first_steps(&window).await?;
    Ok((state, window, code))
}

/// Goes through the first start to the home screen; returns the recovery code that was shown.
async fn first_steps(window: &Window) -> Result<String> {
    named_with_pin(window).await?;
    window.touch("start-without-code").await?;
    let code = window.words("recovery-code").await?;
    window.touch_all(&["recovery-noted", "start-skip"]).await?;
    window.wait_there("home-new").await?;
    window.taps_taken();
    Ok(code)
}

/// Goes through the first start to the question whether there is a code.
pub(crate) async fn named_with_pin(window: &Window) -> Result<()> {
    window.sized(PHONE.0, PHONE.1).await?;
    window.touch_all(&["language-es", "start-next"]).await?;
    window.type_at("start-name", "Cabo Mosquera").await?;
    window.touch("start-next").await?;
    window.digits(PIN).await?;
    window.digits(PIN).await
}

/// Opens the app again on the same state folder and unlocks it.
pub(crate) async fn opened_again(state: &TempDir, name: &str) -> Result<Window> {
    let window = Window::open(state.path(), name).await?;
    window.sized(PHONE.0, PHONE.1).await?;
    window
        .wait_until("somebody can unlock it", || async {
            Ok(window.is_there("pad-1").await? || window.is_there("person").await?)
        })
        .await?;
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
    six_people_typed(window).await?;
    window.save().await
}

/// Types six people of one nationality and leaves the window where *Guardar* is.
pub(crate) async fn six_people_typed(window: &Window) -> Result<()> {
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
        .await
}

/// Leaves with a patrol: where its records are is said once.
pub(crate) async fn left_along_the_river(window: &Window) -> Result<()> {
    window.touch("patrol-leave").await?;
    window.choose_at("leave-setting", "river").await?;
    window
        .touch_all(&["leave-direction-north", "leave-go"])
        .await
}

/// Records so many men of Haiti who all got water, and goes back to the home screen.
pub(crate) async fn men_with_water(window: &Window, men: u32) -> Result<()> {
    window.touch_all(&["home-new", "nationality-HTI"]).await?;
    window.hold("count-man").await?;
    window.digits(&men.to_string()).await?;
    window
        .touch_all(&["form-next", "assistance-water", "needs-none"])
        .await?;
    window.save().await?;
    window.touch("saved-home").await
}

/// Joins the post through the enrolment page.
pub(crate) async fn joined(window: &Window, world: &World, role: Role) -> Result<()> {
    joined_over(window, world, world.address(), role).await
}

/// The same over a link of its own to the server.
pub(crate) async fn joined_over(
    window: &Window,
    world: &World,
    link: SocketAddr,
    role: Role,
) -> Result<()> {
    let code = world.code(role, "Ventana")?;
    window.touch("home-enrol").await?;
    let address = format!("https://{link}");
    window.type_at("enrol-server", &address).await?;
    window.type_at("enrol-code", &code.to_string()).await?;
    window.touch("enrol-send").await?;
    window.wait_there("enrol-digits").await?;
    window.picture("digits").await?;
    window.touch("enrol-done").await
}

/// Exchanges with the post until everything of this device is there.
pub(crate) async fn synced(window: &Window) -> Result<()> {
    window.touch_all(&["status-bar", "sync-now"]).await?;
    window.see("Listo. Todo lo de este").await?;
    window.touch("back").await
}
