//! A phone passes from hand to hand: each record has its author, a draft waits for its own, and a
//! forgotten PIN costs nothing.

use std::collections::BTreeSet;

use bitacora_core::enrol::Role;
use bitacora_device::RowFilter;
use bitacora_tests::window::Window;
use bitacora_tests::world::World;

use crate::steps::{joined, six_people, started_with_code, synced};

const SERGEANT_PIN: &str = "739264";
const NEW_PIN: &str = "604829";

#[tokio::test(flavor = "multi_thread")]
async fn two_people_share_a_phone_and_a_forgotten_pin_costs_nothing() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let (_state, window, recovery_code) = started_with_code("shift").await.unwrap();

    // 1. The cabo records six people, begins another form, and adds the sergeant to the phone.
    six_people(&window).await.unwrap();
    window.touch("saved-home").await.unwrap();
    window
        .touch_all(&["home-new", "nationality-VEN", "count-man", "count-man"])
        .await
        .unwrap();
    window.touch("form-leave").await.unwrap();
    window.wait_there("draft").await.unwrap();
    added(&window, "Sgto. 04").await;
    window.picture("two_people").await.unwrap();

    // 2. The sergeant opens it: no draft of another's, a record of her own.
    window.touch_all(&["back", "lock"]).await.unwrap();
    window.picture("who").await.unwrap();
    opened(&window, "S 04", SERGEANT_PIN).await;
    assert!(
        !window.is_there("draft").await.unwrap(),
        "a draft is its author's alone"
    );
    six_people(&window).await.unwrap();
    window.touch_all(&["saved-home", "lock"]).await.unwrap();

    // 3. The cabo has forgotten his PIN: the code on paper sets a new one, and nothing else.
    window.tap("CM").await.unwrap();
    window.touch("unlock-forgot").await.unwrap();
    window.type_at("forgot-code", &recovery_code).await.unwrap();
    window.type_at("forgot-pin", NEW_PIN).await.unwrap();
    window.type_at("forgot-pin-again", NEW_PIN).await.unwrap();
    window.picture("forgotten").await.unwrap();
    window.touch("forgot-send").await.unwrap();
    window.touch("forgot-close").await.unwrap();
    window.digits(NEW_PIN).await.unwrap();
    window.wait_there("draft").await.unwrap();

    // 4. At the first contact both records arrive, each with its author.
    joined(&window, &world, Role::PatrolMember).await.unwrap();
    synced(&window).await.unwrap();
    commander.sync().await.unwrap();
    let rows = commander.device.rows(&RowFilter::default()).unwrap().rows;
    let authors: BTreeSet<&str> = rows.iter().map(|row| row.author_name.as_str()).collect();
    assert_eq!(
        (rows.len(), authors),
        (2, BTreeSet::from(["Cabo Mosquera", "Sgto. 04"])),
        "the post has both, by name"
    );
}

async fn added(window: &Window, name: &str) {
    window.touch_all(&["settings", "person-add"]).await.unwrap();
    window.type_at("person-name", name).await.unwrap();
    window.type_at("person-pin", SERGEANT_PIN).await.unwrap();
    window
        .type_at("person-pin-again", SERGEANT_PIN)
        .await
        .unwrap();
    window.touch("person-do").await.unwrap();
    window.wait_there("recovery-code").await.unwrap();
    window.touch("recovery-noted").await.unwrap();
    window.see(name).await.unwrap();
}

async fn opened(window: &Window, sign: &str, pin: &str) {
    window.tap(sign).await.unwrap();
    window.digits(pin).await.unwrap();
    window.wait_there("home-new").await.unwrap();
}
