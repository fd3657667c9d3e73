//! Who may still hold records of a day: a patrol that was out over night, and a laptop on which paper was typed.

use bitacora_core::enrol::Role;
use bitacora_device::Leaving;
use bitacora_report::coverage::{Coverage, Why};
use bitacora_tests::world::{Phone, World};
use chrono::{NaiveDate, TimeDelta};

async fn coverage(commander: &Phone, day: NaiveDate) -> Coverage {
    commander.table(day).await.unwrap().coverage
}

/// Names and reasons of the missing teams, and how many are expected.
fn missing(coverage: &Coverage) -> (Vec<(&str, Why)>, u64) {
    let teams = coverage.teams_missing.iter();
    let named = teams.map(|team| (team.name.as_str(), team.why)).collect();
    (named, coverage.teams_expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patrol_is_missing_on_each_day_that_it_is_out_until_it_has_handed_over() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. The patrol leaves, and the post hears of it.
    let first = world.day();
    let patrol = cabo.device.patrol_leave(&Leaving::default()).unwrap().code;
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 2. The next day it is still out: it is missing on both days, with its name.
    world.pass(TimeDelta::days(1));
    commander.sync().await.unwrap();
    let second = world.day();
    for day in [first, second] {
        let coverage = coverage(&commander, day).await;
        let out = vec![("Cabo 17", Why::PatrolOut)];
        assert_eq!(missing(&coverage), (out, 1), "{day}");
        let named = &coverage.teams_missing[0].patrol_code;
        assert_eq!(named.as_ref(), Some(&patrol), "{day}");
        assert_eq!(coverage.patrols_missing.len(), 1, "{day}: so is the patrol");
    }
    let before = coverage(&commander, first - TimeDelta::days(1)).await;
    assert_eq!(before.patrols_missing, [], "before it left nobody waits");

    // 3. It is back, and has handed over: it is of both days, and missing on neither.
    cabo.meets(3, "VEN").unwrap();
    cabo.device.patrol_return(false).unwrap();
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();
    for day in [first, second] {
        let coverage = coverage(&commander, day).await;
        assert_eq!(missing(&coverage), (Vec::new(), 1), "{day}");
        assert!(coverage.is_complete(), "{day}: {coverage:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_on_which_paper_was_typed_is_missing_when_it_is_silent() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let laptop = world.phone("Relevo", Role::PostCommander).await.unwrap();

    world.pass(TimeDelta::minutes(5));

    // 1. Both laptops review. Neither has recorded anything: nobody waits for them.
    for phone in [&laptop, &commander] {
        phone.sync().await.unwrap();
    }
    let day = world.day();
    let none = coverage(&commander, day).await;
    assert_eq!(missing(&none), (Vec::new(), 0), "they decide");

    // 2. Paper is typed on both. The other is a team now; a laptop's own unsent records are in its own table.
    for phone in [&laptop, &commander] {
        phone.meets(4, "HTI").unwrap();
        phone.sync().await.unwrap();
    }
    commander.sync().await.unwrap();
    let heard = coverage(&commander, day).await;
    assert_eq!(missing(&heard), (Vec::new(), 1), "it has handed over");

    // 3. It is not heard for a day, and may hold more.
    world.pass(TimeDelta::days(1));
    commander.sync().await.unwrap();
    let silent = coverage(&commander, world.day()).await;
    let expected = vec![("Relevo", Why::Silent)];
    assert_eq!(
        missing(&silent),
        (expected, 1),
        "nobody knows what it holds"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_to_the_server_since_is_not_received_whatever_this_devices_clock_says() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    for ahead in [
        TimeDelta::minutes(30),
        TimeDelta::zero(),
        TimeDelta::minutes(-30),
    ] {
        world.pass(TimeDelta::minutes(10));
        commander.clock.show(world.now() + ahead);
        cabo.meets(3, "VEN").unwrap();
        cabo.sync().await.unwrap();
        commander.sync().await.unwrap();
        let received = coverage(&commander, world.day()).await;
        assert_eq!(missing(&received), (Vec::new(), 1), "ahead by {ahead}");

        world.pass(TimeDelta::minutes(10));
        cabo.meets(4, "VEN").unwrap();
        cabo.sync().await.unwrap();
        let since = coverage(&commander, world.day()).await;
        let waits = vec![("Cabo 17", Why::NotReceived)];
        assert_eq!(missing(&since), (waits, 1), "ahead by {ahead}");
    }
}
