//! The operator changes what the settings say of the post: phones follow at their next contact.

use bitacora_core::enrol::Role;
use bitacora_device::Leaving;
use bitacora_server::store::{PostSettings, Trail};
use bitacora_tests::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn phones_learn_words_trails_and_lock_time_at_their_next_contact() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    cabo.sync().await.unwrap();
    let before = cabo.device.status().unwrap().post;
    assert_eq!(
        before.details.vocabulary.as_deref(),
        Some("pa"),
        "the words of the first start"
    );

    // 1. The operator writes three lines into the settings and starts the server again.
    let trail = Trail {
        trail: "arriba".to_owned(),
        name: "Trocha de arriba".to_owned(),
    };
    let said = PostSettings {
        vocabulary: Some("mx".to_owned()),
        lock_minutes: Some(3),
        trails: Some(vec![trail]),
        ..PostSettings::default()
    };
    world.server.set_post(Some(&world.post()), &said).unwrap();
    cabo.sync().await.unwrap();

    // 2. The phone has them, and what was not said is as before.
    let after = cabo.device.status().unwrap().post;
    assert_eq!(after.details.vocabulary.as_deref(), Some("mx"), "words");
    assert_eq!(after.lock_minutes, 3, "lock time");
    let names: Vec<_> = after
        .details
        .trails
        .iter()
        .map(|trail| trail.name.as_str())
        .collect();
    assert_eq!(names, ["Trocha de arriba"], "trails");
    assert_eq!(
        (after.name, after.tz),
        (before.name, before.tz),
        "nothing said, nothing changed"
    );

    // 3. On patrol the post's minutes hold.
    cabo.device.patrol_leave(&Leaving::default()).unwrap();
    assert_eq!(
        cabo.device.lock_minutes().unwrap(),
        3,
        "the post's are fewer than the phone's own"
    );
}

#[tokio::test]
async fn settings_of_another_post_are_refused_by_name() {
    let world = World::start().await.unwrap();
    let other = "PA-LBL".parse().unwrap();
    let error = world
        .server
        .set_post(Some(&other), &PostSettings::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("PA-LBL") && error.contains(world.post().as_str()),
        "the operator must see which folder he opened: {error}"
    );
}
