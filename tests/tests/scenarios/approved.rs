//! What the commander approved stands in the table of reviewed records until a change of it is approved too, the same on
//! every laptop.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::{Leaving, ReviewEvent, RowFilter};
use bitacora_report::daily::{Labels, Reason, Table, print};
use bitacora_tests::world::{Phone, World};
use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

/// People, records counted as they were approved, and those left out, with the reason of the first.
type Said = (u64, u64, Option<Reason>);

fn said(table: &Table) -> Said {
    assert_eq!(table.totals.total.min, table.totals.total.max);
    assert_eq!(table.encounters, table.reviewed + table.as_approved);
    let reason = table.left_out.first().map(|left_out| left_out.reason);
    (table.totals.total.max, table.as_approved, reason)
}

fn approve(commander: &Phone, id: EncounterId) {
    let seen = commander.device.show(id).unwrap().encounter.version;
    let approved = ReviewEvent::Approved;
    commander.device.review(id, approved, None, &seen).unwrap();
}

struct Codes;

impl Labels for Codes {
    fn nationality(&self, _: &str) -> Option<String> {
        None
    }

    fn category(&self, _: &str) -> Option<String> {
        None
    }
}

/// What the table of reviewed records says, after looking that both laptops print the same.
async fn on_both([one, other]: [&Phone; 2], day: NaiveDate) -> Said {
    let [one, other] = [one, other].map(|phone| phone.reviewed_table(day));
    let (one, mut other) = (one.await.unwrap(), other.await.unwrap());
    other.as_of = one.as_of;
    other.coverage = one.coverage.clone();
    assert_eq!(print(&one, &Codes), print(&other, &Codes));
    assert_eq!(one, other);
    said(&one)
}

/// Nothing of what is kept says otherwise than the log of changes.
fn is_sound(phones: &[&Phone]) {
    for phone in phones {
        let verified = phone.device.verify().unwrap();
        assert!(verified.problems.is_empty(), "{:?}", verified.problems);
        let rebuilt = phone.device.rebuild().unwrap();
        assert_eq!(rebuilt.different, 0, "{}: derived the same", phone.name);
    }
}

async fn all_sync(phones: &[&Phone]) {
    for phone in phones.iter().chain(phones) {
        phone.sync().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_no_approved_figure_until_it_is_approved() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world.phone("Comandante", Role::PostCommander).await;
    let deputy = world.phone("Relevo", Role::PostCommander).await;
    let (commander, deputy) = (commander.unwrap(), deputy.unwrap());
    let (everybody, laptops) = (
        [&cabo, &sergeant, &commander, &deputy],
        [&commander, &deputy],
    );
    let [today, before] = [0, 1].map(|days| world.day() - TimeDelta::days(days));

    // 1. The commander approves six people; the patrol, which does not know it yet, makes seven of them.
    let id = cabo.meets(6, "VEN").unwrap().row.summary.encounter_id;
    all_sync(&everybody).await;
    approve(&commander, id);
    all_sync(&laptops).await;
    assert_eq!(on_both(laptops, today).await, (6, 0, None));
    let seven = json!({ "composition": { "VEN": { "AA+M": 7 } } });
    cabo.corrects(id, seven).unwrap();
    all_sync(&everybody).await;

    // 2. Six stand in the table of reviewed records, on both laptops; seven in that of all.
    assert_eq!(on_both(laptops, today).await, (6, 1, None), "not left out");
    let all = commander.table(today).await.unwrap();
    assert_eq!((all.totals.total.max, all.as_approved), (7, 0));

    // 3. The sergeant finds that it was the day before: approved, they are still of today.
    let morning = format!("{before}T11:00:00-05:00");
    let time = json!({ "occurred_at": morning, "clock_source": "typed" });
    sergeant.corrects(id, time).unwrap();
    all_sync(&everybody).await;
    assert_eq!(on_both(laptops, today).await, (6, 1, None));
    assert_eq!(on_both(laptops, before).await, (0, 0, None));
    for (day, people) in [(today, 0), (before, 7)] {
        let all = deputy.table(day).await.unwrap();
        assert_eq!(all.totals.total.max, people, "{day}");
        let of_the_day = RowFilter {
            day: Some(day),
            ..RowFilter::default()
        };
        let listed = deputy.device.rows(&of_the_day).unwrap().rows.len();
        assert_eq!(listed, 1, "{day}: a list of the day has it");
    }
    let counts = deputy.device.counts().unwrap();
    assert_eq!(counts.two_values, 0, "nobody has to choose anything");
    is_sound(&everybody);

    // 4. The commander approves the change: the figures are the new ones, on their day.
    approve(&commander, id);
    all_sync(&everybody).await;
    assert_eq!(on_both(laptops, today).await, (0, 0, None));
    assert_eq!(on_both(laptops, before).await, (7, 0, None));

    // 5. It changes once more and is void in the end: nothing of it is counted, and the table says so.
    let eight = json!({ "composition": { "VEN": { "AA+M": 8 } } });
    sergeant.corrects(id, eight).unwrap();
    all_sync(&everybody).await;
    assert_eq!(on_both(laptops, before).await, (7, 1, None));
    let seen = deputy.device.show(id).unwrap().encounter.version;
    deputy.device.void(id, "duplicate", &seen).unwrap();
    all_sync(&everybody).await;
    assert_eq!(on_both(laptops, before).await, (0, 0, Some(Reason::Void)));
    is_sound(&everybody);
    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patrol_that_comes_back_judges_what_was_approved_too() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world.phone("Comandante", Role::PostCommander).await;
    let commander = commander.unwrap();
    let everybody = [&cabo, &sergeant, &commander];

    // 1. A record of the day before the patrol left is approved while it is out; then its time is put right.
    cabo.sync().await.unwrap();
    cabo.device.patrol_leave(&Leaving::default()).unwrap();
    let id = cabo.meets(6, "VEN").unwrap().row.summary.encounter_id;
    let before = world.day() - TimeDelta::days(1);
    let at = |time: String| json!({ "occurred_at": time, "clock_source": "typed" });
    cabo.corrects(id, at(format!("{before}T11:00:00-05:00")))
        .unwrap();
    all_sync(&everybody).await;
    approve(&commander, id);
    let now = sergeant.clock.now().to_rfc3339();
    all_sync(&everybody).await;
    sergeant.corrects(id, at(now)).unwrap();
    all_sync(&everybody).await;
    let table = commander.reviewed_table(before).await.unwrap();
    assert_eq!(said(&table), (6, 1, None), "nothing is known against it");

    // 2. The patrol is back: it was not out on that day, so that what was approved lacks its time (E09).
    world.pass(TimeDelta::hours(2));
    cabo.device.patrol_return(false).unwrap();
    all_sync(&everybody).await;
    let table = commander.reviewed_table(before).await.unwrap();
    assert_eq!(said(&table), (0, 0, Some(Reason::Incomplete)));
    let all = commander.table(world.day()).await.unwrap();
    assert_eq!(all.totals.total.max, 6, "as it is now nothing is missing");
    is_sound(&everybody);
}
