//! Whoever joins again while an exchange is open: what the server then says is about who it was before.

use bitacora_core::enrol::Role;
use bitacora_core::sync::{DeviceExchange, DeviceLog as _, Plan};
use bitacora_core::wire::{Known, Message, ScopeAnswer, Welcome};
use bitacora_tests::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_the_former_identity_says_nothing_of_the_new_one() {
    let world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    cabo.meets(3, "VEN").unwrap();
    cabo.sync().await.unwrap();
    let copy = world.copy_of(&mut cabo, "copy").unwrap();
    for phone in [&cabo, &copy] {
        phone.meets(2, "HTI").unwrap();
        phone.sync().await.unwrap();
    }
    let before = copy.device.identity().unwrap();
    let known = copy.device.sync_log().last_envelope().unwrap().unwrap();

    // 1. An exchange is open on a slow link; meanwhile somebody types a fresh code.
    let mut log = copy.device.sync_log();
    let mut exchange = DeviceExchange::begin(before.clone(), &mut log, Plan::default(), 0).unwrap();
    world.enrol_again(&copy, Role::PatrolMember).await.unwrap();
    assert_ne!(copy.device.id().unwrap(), before.device);
    assert!(!copy.device.status().unwrap().is_copied);

    // 2. The answer comes: it tells how far the server is with the former identity.
    let welcome = Welcome {
        version: 1,
        server: before.server,
        organisation: before.organisation,
        time_ms: u64::try_from(world.now().timestamp_millis()).unwrap(),
        epoch: 1,
        known: Some(Known::of(known.0, &known.1)),
        directory: None,
        scopes: vec![ScopeAnswer::Resume],
    };
    let ended = exchange.receive(&mut log, Message::Welcome(Box::new(welcome)));
    assert!(
        !copy.device.status().unwrap().is_copied,
        "nobody else has the new identity"
    );
    assert!(
        ended.unwrap_err().to_string().contains("store"),
        "the exchange is over"
    );

    // 3. The next one goes on as who the phone is now.
    let outcome = copy.sync().await.unwrap();
    assert!(!outcome.is_copied);
    assert_eq!(copy.unreceived().unwrap(), 0, "all of it arrives");
}
