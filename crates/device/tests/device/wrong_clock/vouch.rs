//! When a clock is believed, and when a doubt about it ends.

use bitacora_core::encounter::Status;
use bitacora_device::HistoryEvent;

use crate::phone::Phone;
use crate::record::six;

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
