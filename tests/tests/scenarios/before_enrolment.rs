//! *Empezar sin código*: everything records before any server is known; a later enrolment sends it all.

use bitacora_core::enrol::Role;
use bitacora_server::store::PostSettings;
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_without_a_code_arrives_after_the_enrolment() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let phone = world.stranger("Cabo 17").unwrap();

    // 1. Without a code: three records, one of them corrected.
    let ids = [4, 5, 6].map(|men| {
        world.pass(TimeDelta::minutes(30));
        phone.meets(men, "VEN").unwrap().row.summary.encounter_id
    });
    phone
        .corrects(
            ids[0],
            json!({ "composition": { "VEN": { "AA+F": 1 } }, "direction": "south" }),
        )
        .unwrap();
    let error = phone.sync().await.unwrap_err();
    assert!(
        error.to_string().contains("not enrolled"),
        "there is nobody to send to yet: {error}"
    );
    assert_eq!(
        phone.unreceived().unwrap(),
        3,
        "three wait, nothing is lost by trying"
    );

    // 2. A code, later.
    let before: Vec<_> = ids.iter().map(|id| phone.says(*id).unwrap()).collect();
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    phone.enrol(&code).await.unwrap();
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 3. All of it is at the post, as it was written.
    assert_eq!(phone.unreceived().unwrap(), 0, "all are received");
    assert_eq!(world.documents().unwrap(), 3, "the server holds three");
    for (id, said) in ids.iter().zip(before) {
        assert_eq!(
            commander.says(*id).unwrap(),
            said,
            "enrolling alters no record"
        );
        assert_eq!(
            commander.device.row(*id).unwrap().author_name,
            "Cabo 17",
            "and the author has a name"
        );
    }

    let table = commander.table(world.day()).await.unwrap();
    assert_eq!(
        (table.encounters, table.totals.total.max),
        (3, 16),
        "they count in the post's day"
    );

    for device in [&phone, &commander] {
        let problems = device.device.verify().unwrap().problems;
        assert_eq!(problems, [""; 0], "{}: everything agrees", device.name);
    }

    // 4. The code is spent: a second phone cannot use it.
    let other = world.stranger("Cabo 18").unwrap();
    assert!(
        other.enrol(&code).await.is_err(),
        "a code enrols one device"
    );
    other.meets(2, "ECU").unwrap();
    assert_eq!(
        other.unreceived().unwrap(),
        1,
        "who was refused goes on recording"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_that_of_the_post_whatever_zone_a_phone_was_started_in() {
    let world = World::start().await.unwrap();
    let tijuana = PostSettings {
        tz: Some("America/Tijuana".to_owned()),
        ..PostSettings::default()
    };
    world
        .server
        .set_post(Some(&world.post()), &tijuana)
        .unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    commander.sync().await.unwrap();

    // A phone starts without a code, in the zone of Panama. It is half past ten in the evening in Tijuana.
    let phone = world.stranger("Beta 4").unwrap();
    let (men, day) = (3, "2023-08-13".parse().unwrap());
    let stated = json!({
        "occurred_at": "2023-08-13T22:30:00-07:00", "clock_source": "typed",
        "composition": {"VEN": {"AA+M": men}}, "needs": {}, "assistance": {"water": "all"},
        "position": "no_fix", "setting": "river"
    });
    let id = phone.record(stated).unwrap().row.summary.encounter_id;
    let later = json!({"occurred_at": "2023-08-13T22:40:00-07:00"});
    phone
        .enrol(&world.code(Role::PatrolMember, "Beta 4").unwrap())
        .await
        .unwrap();
    for phone in [&phone, &commander, &phone] {
        phone.sync().await.unwrap();
    }
    for phone in [&phone, &commander] {
        let table = phone.table(day).await.unwrap();
        assert_eq!(
            (table.encounters, table.totals.total.max),
            (1, men.into()),
            "{}: the day of the post, not that of Panama",
            phone.name
        );
        let problems = phone.device.verify().unwrap().problems;
        assert_eq!(problems, [""; 0], "{}: everything agrees", phone.name);
        assert_eq!(
            phone.device.rebuild().unwrap().different,
            0,
            "{}",
            phone.name
        );
    }
    let on_server = world.server.table(&world.post(), day).unwrap();
    assert_eq!((on_server.encounters, on_server.people.total.max), (1, men));
    assert_eq!(world.server.days(&world.post()).unwrap(), [day].into());

    // Two times of one day of the post are of one day, though between them lies midnight in another zone.
    let before = json!({"occurred_at": "2023-08-13T21:50:00-07:00"});
    phone.corrects(id, before).unwrap();
    commander.corrects(id, later).unwrap();
    for phone in [&phone, &commander, &phone] {
        phone.sync().await.unwrap();
    }
    for phone in [&phone, &commander] {
        let table = phone.table(day).await.unwrap();
        assert_eq!(
            (table.undecided, table.undecided_day, table.totals.total.min),
            (1, 0, men.into()),
            "{}",
            phone.name
        );
    }
    let on_server = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (on_server.undecided_day, on_server.people.total.min),
        (0, men)
    );

    // The operator sets the zone right: the days follow.
    let panama = PostSettings {
        tz: Some("America/Panama".to_owned()),
        ..PostSettings::default()
    };
    world.server.set_post(Some(&world.post()), &panama).unwrap();
    for phone in [&phone, &commander] {
        phone.sync().await.unwrap();
        let table = phone.table(day).await.unwrap();
        assert_eq!(
            (
                table.undecided_day,
                table.totals.total.min,
                table.totals.total.max
            ),
            (1, 0, men.into()),
            "{}: one of the two times is of the next day there",
            phone.name
        );
    }
    let on_server = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (on_server.undecided_day, on_server.people.total.min),
        (1, 0)
    );
}
