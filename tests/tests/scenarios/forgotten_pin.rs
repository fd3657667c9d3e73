//! Story 7: a forgotten PIN with 12 unreceived records; the recovery code sets a new PIN and the 12 arrive.

use bitacora_core::enrol::Role;
use bitacora_device::VaultState;
use bitacora_tests::world::{PIN, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_code_sets_a_new_pin_and_the_twelve_arrive() {
    let world = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Twelve records without signal; the phone locks, the PIN is forgotten.
    let ids: Vec<_> = (1..=12)
        .map(|men| phone.meets(men, "VEN").unwrap().row.summary.encounter_id)
        .collect();
    let cabo = phone.device.me().unwrap();
    phone.device.lock();
    for guess in ["000000", "111111"] {
        assert!(
            phone.unlock(cabo, guess).is_err(),
            "a guess does not open the vault"
        );
    }
    assert!(
        matches!(phone.vault_state(), VaultState::Locked { .. }),
        "the vault is locked and whole"
    );

    // 2. The code on paper sets a new PIN, and only that; the old one is worth nothing.
    phone.reset_pin(cabo, "918273").unwrap();
    phone.unlock(cabo, "918273").unwrap();
    phone.device.lock();
    assert!(
        phone.unlock(cabo, PIN).is_err(),
        "the forgotten PIN opens nothing any more"
    );
    phone.unlock(cabo, "918273").unwrap();
    assert_eq!(
        phone.unreceived().unwrap(),
        12,
        "the twelve are on the phone"
    );

    // 3. They arrive.
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "all are received");
    assert_eq!(world.documents().unwrap(), 12, "the server holds twelve");
    for id in ids {
        assert_eq!(
            commander.says(id).unwrap(),
            phone.says(id).unwrap(),
            "each as it was written"
        );
    }
}
