//! Two phones stated the time of one group on two days: neither day may claim its people, and both show the record.

use bitacora_core::encounter::Count;
use bitacora_core::enrol::Role;
use bitacora_device::{Choice, Period, RowFilter};
use bitacora_report::figure::Figure;
use bitacora_tests::world::{Phone, World};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

const TIME: &str = "occurred_at";

/// A time of a day, an hour before noon.
fn morning(day: NaiveDate) -> Value {
    json!({ "occurred_at": format!("{day}T11:00:00-05:00"), "clock_source": "typed" })
}

/// People, attentions and records of a day, by the device's table and by the server's.
async fn figures(world: &World, phone: &Phone, day: NaiveDate) -> (Count, Count, u64, u64) {
    let table = phone.table(day).await.unwrap();
    let count = |Figure { min, max, .. }: Figure| Count {
        min: min.try_into().unwrap(),
        max: max.try_into().unwrap(),
    };
    let people = count(table.totals.total);
    let server = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (server.people.total, server.encounters, server.undecided_day),
        (people, table.encounters, table.undecided_day),
        "the server says the same of {day}"
    );
    (
        people,
        count(table.attentions_total),
        table.encounters,
        table.undecided_day,
    )
}

fn listed(phone: &Phone, day: NaiveDate) -> u64 {
    let filter = RowFilter {
        day: Some(day),
        ..RowFilter::default()
    };
    let page = phone.device.rows(&filter).unwrap();
    assert_eq!(page.total, page.rows.len() as u64, "the page is counted");
    page.total
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_two_days_is_a_range_in_each_until_one_is_chosen() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let [one, two, three] = [1, 2, 3].map(|days| world.day() - TimeDelta::days(days));

    // 1. Seven people are recorded; the cabo writes that it was the day before, the sergeant the one before that.
    let id = cabo.meets(7, "VEN").unwrap().row.summary.encounter_id;
    cabo.meets(2, "HTI").unwrap();
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    cabo.corrects(id, morning(one)).unwrap();
    sergeant.corrects(id, morning(two)).unwrap();
    for phone in [&cabo, &sergeant, &commander, &cabo] {
        phone.sync().await.unwrap();
    }

    // 2. On either day there are none or seven of them, in people and attentions; on no other day.
    let range = Count { min: 0, max: 7 };
    let none = Count::default();
    for phone in [&cabo, &commander] {
        for day in [one, two] {
            let said = figures(&world, phone, day).await;
            assert_eq!(said, (range, range, 1, 1), "{}: {day}", phone.name);
            assert_eq!(listed(phone, day), 1, "{}: it is listed there", phone.name);
        }
        let before = figures(&world, phone, three).await;
        assert_eq!(before, (none, none, 0, 0), "{}: {three}", phone.name);
        assert_eq!(listed(phone, three), 0, "{}: nor listed", phone.name);
        let both = Count::exactly(2);
        let today = figures(&world, phone, world.day()).await;
        assert_eq!(today, (both, both, 1, 0), "{}: today", phone.name);
        let last = |day| phone.device.last_day_before(day).unwrap();
        assert_eq!(last(world.day()), Some(one), "{}", phone.name);
        assert_eq!(last(one), Some(two), "{}: both days are led to", phone.name);
        assert_eq!(last(two), None, "{}", phone.name);
    }
    let days = Period {
        first: Some(two),
        last: Some(one),
    };
    let handed = commander.device.for_each_summary(days, |_, _| {}).unwrap();
    assert_eq!(handed, 1, "once, though it is of both days");

    // 3. The commander chooses: the day that was right has all of them, the other none.
    let detail = commander.device.show(id).unwrap();
    let times = &detail.encounter.fields[TIME].values;
    let at = |day: NaiveDate| format!("{day}T11:00:00-05:00");
    let right = times.iter().find(|time| time.value.to_json() == at(two));
    let choice = Choice::Stated(right.unwrap().change);
    let seen = detail.encounter.version.clone();
    commander.device.resolve(id, TIME, &choice, &seen).unwrap();
    for phone in [&commander, &cabo] {
        phone.sync().await.unwrap();
        let seven = Count::exactly(7);
        let chosen = figures(&world, phone, two).await;
        assert_eq!(chosen, (seven, seven, 1, 0), "{}", phone.name);
        let other = figures(&world, phone, one).await;
        assert_eq!(other, (none, none, 0, 0), "{}", phone.name);
        assert_eq!((listed(phone, one), listed(phone, two)), (0, 1));
    }
}
