//! A phone joins by a photograph of the post's screen, and is cut off again: the whole way through two windows.

use bitacora_core::enrol::{Invitation, Role};
use bitacora_tests::window::Window;
use bitacora_tests::world::World;
use tempfile::TempDir;

use crate::steps::{joined, men_with_water, named_with_pin, started, synced};

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_of_the_posts_screen_joins_a_phone_and_a_revoked_one_is_told() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let (_laptop, laptop) = started("enrol_post").await.unwrap();
    joined(&laptop, &world, Role::PostCommander).await.unwrap();
    laptop.sized(1280, 800).await.unwrap();

    // 1. The commander makes a code; the screen shows it as letters and as a QR.
    laptop
        .touch_all(&["nav-teams", "team-enrol"])
        .await
        .unwrap();
    laptop
        .type_at("team-name", "Patrulla Tuquesa")
        .await
        .unwrap();
    laptop.touch("team-make-code").await.unwrap();
    laptop.wait_there("enrol-code-shown").await.unwrap();
    let photograph = laptop.photograph("code").await.unwrap();

    // 2. This machine has no camera: the phone says so, and what to do instead.
    let (_phone, phone) = started("enrol_phone").await.unwrap();
    phone.touch_all(&["home-enrol", "qr-scan"]).await.unwrap();
    let no_camera =
        "Aquí no hay cámara que se pueda usar. Elija una foto del QR o escriba el código.";
    phone.reads("qr-failure", no_camera).await.unwrap();
    phone.picture("no_camera").await.unwrap();
    phone.touch("qr-stop").await.unwrap();

    // 3. A photograph of the post's screen joins it; both screens show the same six digits.
    phone.give_file("qr-picture", &photograph).await.unwrap();
    let digits = phone.words("enrol-digits").await.unwrap();
    phone.picture("digits").await.unwrap();
    laptop.reads("team-digits", &digits).await.unwrap();
    laptop.picture("digits").await.unwrap();
    phone.touch("enrol-done").await.unwrap();
    laptop.touch("enrol-sheet-done").await.unwrap();
    men_with_water(&phone, 4).await.unwrap();
    synced(&phone).await.unwrap();

    // 4. The phone is cut off; what it records from now on stays on it, and it says where to bring it.
    laptop
        .touch_all(&["team-revoke", "revoke-yes"])
        .await
        .unwrap();
    laptop.see("De baja desde").await.unwrap();
    laptop.picture("revoked").await.unwrap();
    men_with_water(&phone, 2).await.unwrap();
    phone.touch("status-bar").await.unwrap();
    phone
        .see("Este teléfono fue dado de baja. Lo anotado sigue aquí.")
        .await
        .unwrap();
    phone.reads("status-unreceived", "1").await.unwrap();
    phone.picture("revoked").await.unwrap();
    assert_eq!(world.documents().unwrap(), 1, "only the first arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pasted_words_of_a_qr_join_a_phone_and_foreign_words_do_not() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let (_state, window) = started("enrol_pasted").await.unwrap();
    window.touch("home-enrol").await.unwrap();

    // 1. The words of another QR are told from ours.
    window
        .type_at("enrol-qr", "https://example.org/menu")
        .await
        .unwrap();
    window.touch("enrol-send").await.unwrap();
    window
        .reads(
            "enrol-failure",
            "Ese texto no es un QR de Bitácora. Cópielo entero.",
        )
        .await
        .unwrap();
    window.picture("foreign").await.unwrap();

    // 2. Ours join it.
    let invitation = Invitation {
        url: format!("https://{}", world.address()).parse().unwrap(),
        server: world.server.id(),
        code: world.code(Role::PatrolMember, "Ventana").unwrap(),
    };
    window
        .type_at("enrol-qr", &invitation.to_string())
        .await
        .unwrap();
    window.touch("enrol-send").await.unwrap();
    window.wait_there("enrol-digits").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_opened_with_an_invitation_joins_with_one_key() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let invitation = Invitation {
        url: format!("https://{}", world.address()).parse().unwrap(),
        server: world.server.id(),
        code: world.code(Role::PatrolMember, "Cabo Mosquera").unwrap(),
    };
    let state = TempDir::new().unwrap();
    let invited = [("BITACORA_INVITATION", invitation.to_string())];
    let window = Window::open_in(state.path(), "enrol_invited", &invited)
        .await
        .unwrap();
    named_with_pin(&window).await.unwrap();
    window
        .touch_all(&["start-with-code", "recovery-noted"])
        .await
        .unwrap();
    window.wait_there("enrol-digits").await.unwrap();
    window.picture("digits").await.unwrap();
    window
        .touch_all(&["enrol-done", "start-skip"])
        .await
        .unwrap();
    men_with_water(&window, 3).await.unwrap();
    synced(&window).await.unwrap();
    assert_eq!(world.documents().unwrap(), 1, "it records for the post");
}
