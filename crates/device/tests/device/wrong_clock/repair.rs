//! What a wrong clock wrote, put right in one act.

use bitacora_core::encounter::{FieldValue, Status};
use bitacora_device::{HistoryEvent, RowFilter, RowState};

use crate::phone::Phone;
use crate::record::{capture, six};

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
fn taking_a_save_back_takes_back_the_save_and_not_the_repair_of_its_clock() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.set("2019-01-01T05:00:00Z");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(2);
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(device.clock_repair().unwrap(), 1);
    phone.clock.advance(2);
    device.undo(id).unwrap();
    assert_eq!(
        device.row(id).unwrap().summary.status,
        Status::Withdrawn,
        "the group counts nowhere, as the screen says"
    );
}
