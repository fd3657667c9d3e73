use bitacora_core::encounter::{Edit, ReviewEntry};
use bitacora_core::id::{EncounterId, EntryId, PersonId};
use bitacora_device::{Device, Environment, KdfCost, Leaving, NewPerson, Vault};
use serde_json::json;
use tempfile::TempDir;

use super::{behind, today};
use crate::view::post::LeftOutReason;
use crate::view::record::{Counted, RowFilter, StateFilter};

fn phone(state: &TempDir) -> Device {
    let new = NewPerson {
        name: "Cabo 17".into(),
        pin: "482913".into(),
        post: None,
        tz: None,
    };
    let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
    Vault::create(&state.path().join("vault"), &new, environment)
        .unwrap()
        .0
}

/// Records two men of a day at noon, by the zone of a phone that no post has taken in.
fn recorded(phone: &Device, day: &str) -> EncounterId {
    let capture = json!({
        "occurred_at": noon(day), "clock_source": "typed", "composition": { "VEN": { "AA+M": 2 } },
        "assistance": { "water": "all" }, "needs": {}, "position": "no_fix", "setting": "river",
    });
    let saved = phone.record(&serde_json::from_value(capture).unwrap(), None);
    saved.unwrap().row.summary.encounter_id
}

fn noon(day: &str) -> String {
    format!("{day}T12:00:00-05:00")
}

/// Two people correct the time from the same version: both stay.
fn of_two_days(phone: &Device, first: &str, second: &str) -> EncounterId {
    let record = recorded(phone, "2025-03-01");
    let seen = phone.encounter(record).unwrap().version;
    for day in [first, second] {
        let edit = Edit::Patch(json!({ "occurred_at": noon(day) }));
        phone.edit(record, &edit, &seen, None).unwrap();
    }
    record
}

fn filter(days: u32, state: StateFilter) -> RowFilter {
    RowFilter {
        patrol_id: None,
        day: Some("2025-03-14".to_owned()),
        days,
        state,
        nationality: None,
        cell: None,
        counted: Some(Counted::All),
        category: None,
        left_out: None,
        text: None,
        offset: 0,
        limit: 60,
    }
}

fn behind_of(phone: &Device, days: u32, state: StateFilter) -> Vec<String> {
    listed(phone, &filter(days, state))
}

fn listed(phone: &Device, filter: &RowFilter) -> Vec<String> {
    let page = behind(phone, filter, filter.counted.unwrap()).unwrap();
    assert_eq!(page.total as usize, page.rows.len(), "all of them");
    page.rows.into_iter().map(|row| row.encounter_id).collect()
}

#[test]
fn the_figures_of_seven_days_open_to_the_records_of_all_of_them() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    let days = ["2025-03-14", "2025-03-08", "2025-03-07"];
    let [last, first, before] = days.map(|day| recorded(&phone, day).to_string());
    let table = today(&phone, Some("2025-03-14"), 7, false).unwrap();
    assert_eq!(
        (table.from.as_str(), table.days, table.encounters),
        ("2025-03-08", 7, 2),
        "the day and the six before it"
    );
    assert_eq!(table.people.max, 4, "their people");
    assert_eq!(
        table.day_before.as_deref(),
        Some("2025-03-07"),
        "the last day outside that has records"
    );
    let all = behind_of(&phone, 7, StateFilter::All);
    assert_eq!(all, [last.clone(), first], "newest day first");
    assert!(!all.contains(&before), "and none of the day before");
    assert_eq!(behind_of(&phone, 1, StateFilter::All), [last], "one day");
    assert!(
        today(&phone, Some("2025-03-14"), 367, false).is_err(),
        "more than a year is no table"
    );
}

#[test]
fn a_record_of_two_days_is_said_of_each_and_stands_once_in_both() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    recorded(&phone, "2025-03-14");
    let undecided = of_two_days(&phone, "2025-03-13", "2025-03-14").to_string();
    let one = today(&phone, Some("2025-03-14"), 1, false).unwrap();
    assert_eq!((one.encounters, one.undecided_day), (2, 1), "perhaps");
    assert_eq!((one.people.min, one.people.max), (2, 4), "nobody, or all");
    assert_eq!(
        behind_of(&phone, 1, StateFilter::OtherDay),
        std::slice::from_ref(&undecided),
        "the number opens to exactly that one"
    );
    let both = today(&phone, Some("2025-03-14"), 2, false).unwrap();
    assert_eq!((both.encounters, both.undecided_day), (2, 0), "both are in");
    assert_eq!(behind_of(&phone, 2, StateFilter::All).len(), 2, "once each");
    assert_eq!(
        behind_of(&phone, 2, StateFilter::OtherDay),
        [""; 0],
        "none lies outside"
    );
}

#[test]
fn a_void_record_of_two_days_is_behind_what_is_left_out_of_either() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    let void = of_two_days(&phone, "2025-03-13", "2025-03-14");
    let seen = phone.encounter(void).unwrap().version;
    phone.void(void, "test", &seen).unwrap();
    for day in ["2025-03-13", "2025-03-14"] {
        let table = today(&phone, Some(day), 1, false).unwrap();
        let [left_out] = table.left_out.as_slice() else {
            panic!("{day}: {:?}", table.left_out);
        };
        assert_eq!((left_out.reason, left_out.count), (LeftOutReason::Void, 1));
        let filter = RowFilter {
            day: Some(day.to_owned()),
            left_out: Some(LeftOutReason::Void),
            ..filter(1, StateFilter::All)
        };
        assert_eq!(listed(&phone, &filter), [void.to_string()], "{day}");
    }
}

#[test]
fn categories_and_what_is_left_out_open_to_their_records() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    let day = "2025-03-14";
    let watered = recorded(&phone, day);
    let void = recorded(&phone, day);
    let seen = phone.encounter(void).unwrap().version;
    phone.void(void, "test", &seen).unwrap();
    let aided = recorded(&phone, day);
    let seen = phone.encounter(aided).unwrap().version;
    let patch = json!({ "assistance": { "water": null, "first_aid": 1 } });
    phone.edit(aided, &Edit::Patch(patch), &seen, None).unwrap();
    let capture = json!({ "occurred_at": noon(day), "composition": { "VEN": { "AA+M": 1 } } });
    let capture = serde_json::from_value(capture).unwrap();
    let incomplete = phone.record(&capture, None).unwrap();
    let incomplete = incomplete.row.summary.encounter_id;

    let of = |category: &str| {
        let mut filter = filter(1, StateFilter::All);
        filter.category = Some(category.to_owned());
        listed(&phone, &filter)
    };
    assert_eq!(of("ASO"), [watered.to_string()], "social assistance");
    assert_eq!(of("PAX"), [aided.to_string()], "first aid");
    let table = today(&phone, Some(day), 1, false).unwrap();
    for one in &table.left_out {
        let mut filter = filter(1, StateFilter::All);
        filter.left_out = Some(one.reason);
        let expected = match one.reason {
            LeftOutReason::Void => void,
            _ => incomplete,
        };
        assert_eq!(listed(&phone, &filter), [expected.to_string()]);
    }
    assert_eq!(table.left_out.len(), 2, "void and incomplete");
    let mut two = filter(1, StateFilter::All);
    two.category = Some("ASO".to_owned());
    two.left_out = Some(LeftOutReason::Void);
    assert!(behind(&phone, &two, Counted::All).is_err(), "one at a time");
}

#[test]
fn a_patrol_that_is_out_is_named_as_missing() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    let left = phone.patrol_leave(&Leaving::default()).unwrap();
    let table = today(&phone, None, 1, false).unwrap();
    let [missing] = table.patrols_missing.as_slice() else {
        panic!("{:?}", table.patrols_missing);
    };
    assert_eq!(missing.code, left.code);
}

/// Enters the approval of another person, who saw the record as it is.
fn approved(phone: &Device, record: EncounterId) {
    let seen = phone.encounter(record).unwrap().version;
    let entry = ReviewEntry {
        entry_id: EntryId::from_bytes([1; 16]),
        event: "approved".to_owned(),
        reason: None,
        at: "2025-03-14T22:00:00Z".parse().unwrap(),
        by: PersonId::from_bytes([40; 16]),
        seen_version: Some(seen.to_string()),
        other: None,
    };
    phone
        .edit(record, &Edit::Review(entry), &seen, None)
        .unwrap();
}

/// Two men of the 14th were approved, three of the 13th are written now: each figure opens where it is counted.
#[test]
fn what_was_approved_opens_on_its_day_and_says_that_a_change_waits() {
    let state = TempDir::new().unwrap();
    let phone = phone(&state);
    let record = recorded(&phone, "2025-03-14");
    approved(&phone, record);
    let seen = phone.encounter(record).unwrap().version;
    let moved =
        json!({ "occurred_at": noon("2025-03-13"), "composition": { "VEN": { "AA+M": 3 } } });
    phone
        .edit(record, &Edit::Patch(moved), &seen, None)
        .unwrap();

    let opened = |day: &str, state, counted| {
        let filter = RowFilter {
            day: Some(day.to_owned()),
            counted: Some(counted),
            ..filter(1, state)
        };
        listed(&phone, &filter)
    };
    let its = [record.to_string()];
    let nothing = [""; 0];
    for (day, only_reviewed, people) in [
        ("2025-03-14", true, 2),
        ("2025-03-14", false, 0),
        ("2025-03-13", true, 0),
        ("2025-03-13", false, 3),
    ] {
        let table = today(&phone, Some(day), 1, only_reviewed).unwrap();
        assert_eq!(table.people.max, people, "{day} {only_reviewed}");
        let as_approved = u32::from(people == 2);
        assert_eq!((table.reviewed, table.as_approved), (0, as_approved));
        assert!(table.left_out.is_empty(), "what counts is not left out");
        let counted = match only_reviewed {
            true => Counted::OnlyReviewed,
            false => Counted::All,
        };
        let behind = opened(day, StateFilter::All, counted);
        assert_eq!(behind == its, people > 0, "{day} {only_reviewed}");
        let waiting = opened(day, StateFilter::AsApproved, counted);
        assert_eq!(waiting == its, as_approved > 0, "{day} {only_reviewed}");
        assert!(waiting == its || waiting == nothing);
    }
    let table = today(&phone, Some("2025-03-15"), 1, true).unwrap();
    assert_eq!(table.day_before.as_deref(), Some("2025-03-14"), "led to");
}
