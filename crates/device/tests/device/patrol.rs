//! Patrols and clocks.

use bitacora_core::encounter::{FieldValue, Status};
use bitacora_device::{ErrorCode, HistoryEvent, Leaving, PatrolDefaults, RowFilter, RowState};

use crate::phone::Phone;
use crate::record::{capture, six};

#[test]
fn records_belong_to_the_patrol_that_is_out_and_take_its_defaults() {
    let (phone, device) = Phone::start("Cabo 17");
    let before = device.record(&six(), None).unwrap();
    assert_eq!(
        before.row.summary.patrol_id, None,
        "a record without a patrol is allowed"
    );
    let defaults = PatrolDefaults {
        trail_id: Some("tuquesa".to_owned()),
        setting: Some("river".to_owned()),
        direction: Some("north".to_owned()),
        people: Vec::new(),
    };
    let patrol = device
        .patrol_leave(&Leaving {
            defaults,
            people: Vec::new(),
        })
        .unwrap();
    assert_eq!(patrol.code, "BCH-0314-1", "the first of the day");
    assert_eq!(
        patrol.defaults.people,
        [phone.person],
        "who leads it is on it"
    );
    let again = device.patrol_leave(&Leaving::default()).unwrap_err();
    assert_eq!(
        again.code(),
        ErrorCode::NotAllowed,
        "one at a time: {again}"
    );
    let plain = capture(serde_json::json!({"composition": {"VEN": {"AA+M": 1}}}));
    let saved = device.record(&plain, None).unwrap();
    assert_eq!(
        saved.row.patrol_code.as_deref(),
        Some("BCH-0314-1"),
        "the list names the patrol"
    );
    let stated = device
        .encounter(saved.row.summary.encounter_id)
        .unwrap()
        .capture();
    assert_eq!(
        (stated.trail_id.as_deref(), stated.direction.as_deref()),
        (Some("tuquesa"), Some("north")),
        "its defaults"
    );
    let of_patrol = RowFilter {
        patrol_id: Some(patrol.patrol_id),
        ..RowFilter::default()
    };
    assert_eq!(device.rows(&of_patrol).unwrap().total, 1, "found by patrol");
    assert_eq!(
        device.patrol_return(true).unwrap_err().field(),
        Some("zero_encounters"),
        "it has a record"
    );
    device.lock();
    let device = phone.unlock();
    assert_eq!(
        device.status().unwrap().open_patrol.unwrap().encounters,
        1,
        "it survives a lock"
    );
    phone.clock.advance(3600);
    let back = device.patrol_return(false).unwrap();
    assert!(back.returned_at.is_some(), "it is back");
    assert!(
        device.status().unwrap().open_patrol.is_none(),
        "and no longer out"
    );
    assert_eq!(
        device.patrol_leave(&Leaving::default()).unwrap().code,
        "BCH-0314-2",
        "the second of the day"
    );
    let zero = device.patrol_return(true).unwrap();
    assert!(
        zero.returned_at.is_some(),
        "a patrol that met nobody is confirmed as such"
    );
}

#[test]
fn ten_groups_under_a_clock_of_2019_are_complete_in_order_and_repaired_in_one_act() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.set("2019-01-01T05:00:00Z");
    for _ in 0..10 {
        phone.clock.advance(600);
        device.record(&six(), None).unwrap();
    }
    let rows = device.rows(&RowFilter::default()).unwrap().rows;
    assert!(
        rows.iter().all(|row| row.summary.missing.is_empty()),
        "all ten are complete"
    );
    assert!(rows.iter().all(|row| row.summary.clock_doubt), "and marked");
    assert!(
        rows.is_sorted_by(|a, b| a.summary.occurred_at > b.summary.occurred_at),
        "in order"
    );
    assert_eq!(
        device.clock_repair().unwrap(),
        0,
        "before a contact nobody knows the right time"
    );
    phone.clock.advance(600);
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    let clock = device.status().unwrap().clock;
    assert_eq!(
        (clock.doubtful, clock.repairable),
        (10, 10),
        "corregir los 10"
    );
    let saves = device.status().unwrap().saves;
    assert_eq!(device.clock_repair().unwrap(), 10, "all ten in one act");
    let repaired = device.rows(&RowFilter::default()).unwrap().rows;
    assert_eq!(
        repaired[0].summary.occurred_at.to_rfc3339(),
        "2025-03-14T09:50:00-05:00",
        "the last one, ten minutes before"
    );
    assert!(
        repaired.is_sorted_by(|a, b| a.summary.occurred_at > b.summary.occurred_at),
        "still in order"
    );
    assert_eq!(device.counts().unwrap().clock_doubt, 0, "no doubt is left");
    let history = device
        .show(repaired[0].summary.encounter_id)
        .unwrap()
        .history;
    let line = history
        .iter()
        .find(|line| line.field.as_deref() == Some("occurred_at"))
        .unwrap();
    assert_eq!(
        line.event,
        HistoryEvent::ClockCorrected,
        "history calls it by its name"
    );
    assert!(
        matches!(&line.before[..], [FieldValue::Time(time)] if time.to_rfc3339().starts_with("2019-01-01")),
        "the first time is kept"
    );
    assert_eq!(
        device.clock_repair().unwrap(),
        0,
        "a second time there is nothing to do"
    );
    assert_eq!(
        device.clock_repair_undo().unwrap(),
        10,
        "taken back as a whole"
    );
    assert_eq!(
        device
            .rows(&RowFilter {
                state: RowState::ClockDoubt,
                ..RowFilter::default()
            })
            .unwrap()
            .total,
        10,
        "the doubt is back"
    );
    assert_eq!(device.clock_repair_undo().unwrap(), 0, "once");
    assert_eq!(
        device.status().unwrap().saves,
        saves + 20,
        "every correction is a change of its own"
    );
}

#[test]
fn a_clock_that_was_set_back_in_between_is_not_repaired_by_a_guess() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.set("2031-01-01T05:00:00Z");
    device.record(&six(), None).unwrap();
    phone.clock.set("2019-01-01T05:00:00Z");
    let second = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(600);
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(
        device.clock_repair().unwrap(),
        1,
        "only what the same run of the clock wrote"
    );
    let row = device.row(second).unwrap();
    assert_eq!(
        row.summary.occurred_at.to_rfc3339(),
        "2025-03-14T09:50:00-05:00",
        "the one whose offset is known"
    );
    assert_eq!(
        device.counts().unwrap().clock_doubt,
        1,
        "the other keeps its doubt"
    );
}

#[test]
fn a_wrong_time_can_be_corrected_long_after_the_clock_was_set_right() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.set("2019-01-01T05:00:00Z");
    let first = device.record(&six(), None).unwrap().row.summary;
    phone.clock.advance(600);
    let contact = |time: &str| device.note_trusted_time(time.parse().unwrap()).unwrap();
    contact("2025-03-14T15:00:00Z");
    // The officer sets the clock right; weeks go by, with contacts every few seconds and new records between them.
    phone.clock.set("2025-03-14T15:01:00Z");
    for _ in 0..30 {
        device.record(&six(), None).unwrap();
        for _ in 0..3 {
            contact(&phone.now().to_rfc3339());
            phone.clock.advance(15);
        }
    }
    assert_eq!(
        device.status().unwrap().clock.repairable,
        1,
        "the offer stays however many contacts there were since"
    );
    assert_eq!(device.clock_repair().unwrap(), 1, "and is kept");
    let row = device.row(first.encounter_id).unwrap();
    assert_eq!(
        row.summary.occurred_at.to_rfc3339(),
        "2025-03-14T09:50:00-05:00",
        "by the offset of the contact that found it"
    );
}

#[test]
fn one_act_corrects_every_record_however_many_there_are() {
    let (phone, device) = Phone::start_in_memory("Cabo 17");
    phone.clock.set("2019-01-01T05:00:00Z");
    let small = capture(serde_json::json!({"composition": {"VEN": {"AA+M": 1}}}));
    for _ in 0..1_001 {
        phone.clock.advance(60);
        device.record(&small, None).unwrap();
    }
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(
        device.clock_repair().unwrap(),
        1_001,
        "all records concerned, in one act"
    );
    assert_eq!(device.counts().unwrap().clock_doubt, 0, "none is left");
}

#[test]
fn after_a_contact_with_a_right_clock_the_time_is_not_doubted() {
    let (phone, device) = Phone::start("Cabo 17");
    device
        .note_trusted_time("2025-03-14T12:21:02Z".parse().unwrap())
        .unwrap();
    phone.clock.advance(3600);
    let saved = device.record(&six(), None).unwrap();
    assert!(
        !saved.row.summary.clock_doubt,
        "the server vouched for this clock an hour ago"
    );
}

#[test]
fn a_contact_ends_the_doubt_about_what_the_same_clock_wrote_before_it() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let first = device.record(&six(), None).unwrap().row.summary;
    phone.clock.advance(3 * 24 * 3600);
    let second = device.record(&six(), None).unwrap().row.summary;
    assert!(
        first.clock_doubt && second.clock_doubt,
        "nobody could check"
    );
    assert_eq!(device.clock_vouch().unwrap(), 0, "nor can anybody now");
    phone.clock.advance(600);
    let third = device.record(&six(), None).unwrap().row.summary;
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(
        device.clock_vouch().unwrap(),
        2,
        "the clock is right and was never set; the third can still be taken back"
    );
    assert!(
        device.undo(second.encounter_id).is_err(),
        "what the device noted by itself is nobody's save"
    );
    let undone = device.undo(third.encounter_id).unwrap();
    assert_eq!(undone.row.summary.status, Status::Withdrawn, "and it is");
    assert_eq!(device.counts().unwrap().clock_doubt, 0, "no doubt is left");
    let row = device.row(first.encounter_id).unwrap();
    assert_eq!(
        row.summary.occurred_at, first.occurred_at,
        "the time stays as it was"
    );
    let history = device.show(first.encounter_id).unwrap().history;
    let events: Vec<_> = history.iter().map(|line| line.event).collect();
    assert_eq!(events, [HistoryEvent::Created, HistoryEvent::ClockChecked]);
    assert_eq!(device.clock_vouch().unwrap(), 0, "each is written once");
    assert_eq!(
        device.rebuild().unwrap().different,
        0,
        "the end of the doubt is in the record"
    );
}

#[test]
fn what_another_clock_wrote_keeps_its_doubt() {
    let (phone, device) = Phone::start("Cabo 17");
    // 1. Woken in 2019; the officer sets the clock right; the system starts again; then a contact.
    phone.clock.start_system();
    phone.clock.set("2019-01-01T05:00:00Z");
    let in_2019 = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.set("2025-03-14T12:30:00Z");
    let before_the_start = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.start_system();
    phone.clock.advance(60);
    let after_it = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let mut typed = six();
    typed.occurred_at = Some("2025-03-14T03:00:00-05:00".parse().unwrap());
    typed.clock_source = Some("device".to_owned());
    let of_another_hour = device
        .record(&typed, None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(60);
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(
        device.clock_vouch().unwrap(),
        1,
        "one was written by the clock as it is now"
    );
    let doubt = |id| device.row(id).unwrap().summary.clock_doubt;
    assert!(!doubt(after_it), "that one");
    assert!(doubt(in_2019), "the clock was set in between");
    assert!(
        doubt(before_the_start),
        "nobody knows what happened over a start"
    );
    assert!(doubt(of_another_hour), "its time is not the clock's own");
    // 2. Set back to 2019 for a moment and right again: the same stretch of the steady clock vouches.
    phone.clock.advance(600);
    assert_eq!(
        device.status().unwrap().clock.repairable,
        0,
        "a right clock repairs nothing"
    );
}

#[test]
fn a_repair_reaches_exactly_what_the_wrong_clock_wrote() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    phone.clock.set("2019-01-01T05:00:00Z");
    let in_2019 = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    // Set forward, still wrong: the clock only went forward, and yet it was another one.
    phone.clock.set("2022-01-01T05:00:00Z");
    phone.clock.advance(60);
    let in_2022 = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(600);
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(
        device.clock_repair().unwrap(),
        1,
        "the offset of 2022 says nothing of 2019"
    );
    let time = |id| device.row(id).unwrap().summary.occurred_at.to_rfc3339();
    assert_eq!(time(in_2022), "2025-03-14T09:50:00-05:00");
    assert!(
        time(in_2019).starts_with("2019-01-01"),
        "left as it is, with its doubt"
    );
}

#[test]
fn a_clock_that_goes_on_is_vouched_for_longer_than_a_day_and_no_moment_after_it_was_set() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    device.note_trusted_time(phone.now()).unwrap();
    phone.clock.advance(9 * 24 * 3600);
    let saved = device.record(&six(), None).unwrap();
    assert!(
        !saved.row.summary.clock_doubt,
        "nine days out, never set, never started again"
    );
    phone.clock.set("2025-03-23T15:00:00Z");
    let saved = device.record(&six(), None).unwrap();
    assert!(saved.row.summary.clock_doubt, "somebody has set it");
}
