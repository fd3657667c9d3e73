//! A time typed ahead of a clock that nobody vouches for: in doubt, and judged at the contact that can.

use bitacora_core::capture::Capture;
use bitacora_core::encounter::{Edit, Status};
use bitacora_core::id::EncounterId;
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_device::{Device, Mark, RowFilter, RowState};
use rstest::rstest;
use serde_json::json;

use crate::phone::Phone;
use crate::record::six;
use crate::sync::two_phones;

/// Six people at a time that somebody typed.
fn typed(at: &str) -> Capture {
    Capture {
        occurred_at: Some(at.parse().unwrap()),
        clock_source: Some("typed".to_owned()),
        ..six()
    }
}

fn saved(device: &Device, at: &str) -> EncounterId {
    let saved = device.record(&typed(at), None).unwrap();
    saved.row.summary.encounter_id
}

fn corrected(device: &Device, id: EncounterId, at: &str) {
    let seen = device.show(id).unwrap().encounter.version;
    let patch = Edit::Patch(json!({ "occurred_at": at }));
    device.edit(id, &patch, &seen, None).unwrap();
}

/// What a record says of its time: in doubt or not, what is missing, and where it came from.
fn says(device: &Device, id: EncounterId) -> (bool, Vec<String>, String) {
    let summary = device.row(id).unwrap().summary;
    let missing = summary.missing.into_iter().map(|(_, field)| field);
    let source = device
        .show(id)
        .unwrap()
        .encounter
        .capture()
        .clock_source
        .unwrap();
    (summary.clock_doubt, missing.collect(), source)
}

fn in_doubt() -> (bool, Vec<String>, String) {
    (true, Vec::new(), "typed_ahead".to_owned())
}

fn in_order() -> (bool, Vec<String>, String) {
    (false, Vec::new(), "typed".to_owned())
}

fn of_the_future() -> (bool, Vec<String>, String) {
    let future = "occurred_at:future".to_owned();
    (false, vec![future], "typed".to_owned())
}

fn events(device: &Device, id: EncounterId) -> Vec<&'static str> {
    let history = device.show(id).unwrap().history;
    history.iter().map(|line| line.event.as_str()).collect()
}

/// The phone's clock says 12:21:00.
#[rstest]
#[case::tomorrow("2025-03-15T07:21:00-05:00", true)]
#[case::just_over_five_minutes("2025-03-14T07:26:01-05:00", true)]
#[case::five_minutes("2025-03-14T07:26:00-05:00", false)]
#[case::of_a_strip_of_paper("2025-03-13T16:00:00-05:00", false)]
fn a_time_that_lies_ahead_is_in_doubt_where_nobody_vouches(
    #[case] at: &str,
    #[case] doubt: bool,
    #[values("typed", "typed_ahead")] stated: &str,
) {
    let (_phone, device) = Phone::start("Cabo 17");
    let capture = Capture {
        clock_source: Some(stated.to_owned()),
        ..typed(at)
    };
    let row = device.record(&capture, None).unwrap().row;
    let id = row.summary.encounter_id;
    let expected = if doubt { in_doubt() } else { in_order() };
    assert_eq!(says(&device, id), expected, "whatever the capture says");
    assert_eq!(row.summary.status, Status::Complete, "E09 holds nobody up");
    assert_eq!(row.marks.contains(&Mark::ClockDoubt), doubt, "the list");
    let filter = RowFilter {
        state: RowState::ClockDoubt,
        ..RowFilter::default()
    };
    let found = device.rows(&filter).unwrap().total;
    assert_eq!(found, u64::from(doubt), "the filter");
    assert_eq!(device.counts().unwrap().clock_doubt, found, "the count");
    assert_eq!(
        device.rebuild().unwrap().different,
        0,
        "it is in the record"
    );
    assert_eq!(
        device.status().unwrap().clock.repairable,
        0,
        "nothing that a repair would move"
    );
}

#[test]
fn a_correction_is_judged_by_itself_and_taken_back_as_one() {
    let (phone, device) = Phone::start("Cabo 17");
    let id = saved(&device, "2025-03-14T07:00:00-05:00");
    corrected(&device, id, "2025-03-15T07:00:00-05:00");
    assert_eq!(says(&device, id), in_doubt());
    assert_eq!(events(&device, id), ["created", "changed", "changed"]);
    corrected(&device, id, "2025-03-16T07:00:00-05:00");
    assert_eq!(says(&device, id), in_doubt(), "another one that lies ahead");
    phone.clock.advance(2);
    let row = device.undo(id).unwrap().row.summary;
    assert_eq!(row.occurred_at.to_rfc3339(), "2025-03-15T07:00:00-05:00");
    assert_eq!(says(&device, id), in_doubt(), "back to the one before");
    phone.clock.advance(60);
    corrected(&device, id, "2025-03-14T07:00:00-05:00");
    assert_eq!(says(&device, id), in_order());
}

#[test]
fn taking_back_a_correction_from_a_clock_to_a_time_ahead_brings_the_clocks_time() {
    let (phone, device) = Phone::start("Cabo 17");
    let before = device.record(&six(), None).unwrap().row.summary;
    phone.clock.advance(60);
    corrected(&device, before.encounter_id, "2025-03-15T07:00:00-05:00");
    phone.clock.advance(2);
    let after = device.undo(before.encounter_id).unwrap().row.summary;
    assert_eq!(
        after.occurred_at, before.occurred_at,
        "nobody's doing but a person's"
    );
    assert_eq!(says(&device, before.encounter_id).2, "device");
}

#[test]
fn a_contact_judges_what_was_typed_since_the_last_start() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let tomorrow = saved(&device, "2025-03-15T07:21:00-05:00");
    let soon = saved(&device, "2025-03-14T07:28:00-05:00");
    // Of another time at first: what counts is when the one that stands was stated.
    let later = saved(&device, "2025-03-14T07:00:00-05:00");
    phone.clock.advance(3600);
    corrected(&device, later, "2025-03-14T12:00:00-05:00");
    assert_eq!(device.clock_vouch().unwrap(), 0, "nobody knows yet");
    phone.clock.advance(6 * 3600);
    // The phone is four minutes behind: what was seven minutes ahead of it was three ahead of the truth.
    let right = phone.now() + chrono::TimeDelta::minutes(4);
    device.note_trusted_time(right).unwrap();
    assert_eq!(device.clock_vouch().unwrap(), 3);
    assert_eq!(says(&device, tomorrow), of_the_future());
    assert_eq!(says(&device, soon), in_order());
    assert_eq!(
        says(&device, later),
        of_the_future(),
        "the hour has come meanwhile; it had not when it was typed"
    );
    let row = device.row(tomorrow).unwrap();
    assert_eq!(row.summary.status, Status::Draft, "somebody is asked");
    assert_eq!(
        row.summary.occurred_at.to_rfc3339(),
        "2025-03-15T07:21:00-05:00",
        "and nothing is moved"
    );
    assert_eq!(events(&device, tomorrow), ["created", "time_ahead"]);
    assert_eq!(events(&device, soon), ["created", "clock_checked"]);
    assert_eq!(device.clock_vouch().unwrap(), 0, "each is judged once");
    assert!(
        device.undo(tomorrow).is_err(),
        "the device's word is no save"
    );
    assert_eq!(
        device.rebuild().unwrap().different,
        0,
        "all is in the record"
    );
    corrected(&device, tomorrow, "2025-03-14T07:21:00-05:00");
    assert_eq!(says(&device, tomorrow), in_order(), "a person has looked");
}

#[test]
fn what_can_still_be_taken_back_is_judged_at_the_next_contact() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let (kept, undone) = (
        saved(&device, "2025-03-15T07:21:00-05:00"),
        saved(&device, "2025-03-15T07:21:00-05:00"),
    );
    phone.clock.advance(5);
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(device.clock_vouch().unwrap(), 0);
    let row = device.undo(undone).unwrap().row;
    assert_eq!(row.summary.status, Status::Withdrawn);
    phone.clock.advance(60);
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(device.clock_vouch().unwrap(), 1);
    assert_eq!(says(&device, kept), of_the_future());
}

#[test]
fn a_clock_of_2019_is_repaired_and_what_was_typed_under_it_is_judged_where_it_stands() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    phone.clock.set("2019-01-01T05:00:00Z");
    let by_the_clock = device.record(&six(), None).unwrap();
    let right = saved(&device, "2025-03-14T09:45:00-05:00");
    let wrong = saved(&device, "2025-03-15T09:45:00-05:00");
    let before_2020 = saved(&device, "2019-03-14T09:45:00-05:00");
    assert_eq!(says(&device, right), in_doubt());
    assert_eq!(
        says(&device, before_2020).1,
        ["occurred_at:early"],
        "no clock is needed for that"
    );
    phone.clock.advance(600);
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(
        device.status().unwrap().clock.repairable,
        1,
        "only what the clock gave can be corrected by it"
    );
    assert_eq!(device.clock_vouch().unwrap(), 3, "the typed ones");
    assert_eq!(says(&device, right), in_order());
    assert_eq!(says(&device, wrong), of_the_future());
    assert_eq!(says(&device, before_2020).1, ["occurred_at:early"]);
    assert_eq!(device.clock_repair().unwrap(), 1);
    let time = |id| device.row(id).unwrap().summary.occurred_at.to_rfc3339();
    assert_eq!(
        time(by_the_clock.row.summary.encounter_id),
        "2025-03-14T09:50:00-05:00"
    );
    assert_eq!(time(right), "2025-03-14T09:45:00-05:00");
    assert_eq!(time(wrong), "2025-03-15T09:45:00-05:00");
}

#[test]
fn over_a_start_only_what_still_lies_ahead_is_judged_and_a_person_can_state_it_again() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let evening = saved(&device, "2025-03-14T18:00:00-05:00");
    let next_year = saved(&device, "2026-03-14T07:21:00-05:00");
    phone.clock.start_system();
    phone.clock.advance(24 * 3600);
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(
        device.clock_vouch().unwrap(),
        1,
        "whenever that was typed, it was before this contact"
    );
    assert_eq!(says(&device, next_year), of_the_future());
    assert_eq!(
        says(&device, evening),
        in_doubt(),
        "nobody knows whether the evening had come"
    );
    corrected(&device, evening, "2025-03-14T18:00:00-05:00");
    assert_eq!(
        says(&device, evening),
        in_order(),
        "the same time, confirmed"
    );
    assert_eq!(events(&device, evening), ["created", "changed"]);
}

/// Tomorrow morning was typed the day before it was written again, because what it stood on was not accepted.
#[rstest]
#[case::once(1)]
#[case::and_again(2)]
fn a_time_that_was_written_again_is_judged_by_when_it_was_typed(#[case] times: usize) {
    let (mut post, (phone, device), _) = two_phones();
    phone.clock.start_system();
    let id = saved(&device, "2025-03-14T07:00:00-05:00");
    post.accept(&device);
    let edit = |patch| {
        let seen = device.encounter(id).unwrap().version;
        phone.clock.advance(60);
        device.edit(id, &Edit::Patch(patch), &seen, None).unwrap();
    };
    for count in 0..times {
        edit(json!({ "note": format!("eran {count}") }));
    }
    edit(json!({ "occurred_at": "2025-03-15T10:00:00-05:00" }));
    assert_eq!(says(&device, id), in_doubt());

    // The hour comes, and then a contact: its receipts first.
    for _ in 0..times {
        phone.clock.advance(2 * 24 * 3600);
        let refused = std::cell::Cell::new(None);
        post.take(&device, |_, change| match refused.get() {
            None => {
                refused.set(Some(change));
                Verdict::Refused {
                    code: RefusalCode::Change,
                    text: "not accepted".to_owned(),
                }
            }
            Some(change) => Verdict::BlockedBy { change },
        });
    }
    assert_eq!(says(&device, id), in_doubt(), "it was written again");
    phone.clock.advance(60);
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(device.clock_vouch().unwrap(), 1);
    assert_eq!(says(&device, id), of_the_future());
}

#[test]
fn the_same_time_again_under_the_same_clock_says_nothing_new() {
    let (phone, device) = Phone::start("Cabo 17");
    let id = saved(&device, "2025-03-15T07:21:00-05:00");
    phone.clock.advance(60);
    corrected(&device, id, "2025-03-15T07:21:00-05:00");
    assert_eq!(says(&device, id), in_doubt());
    assert_eq!(events(&device, id), ["created"]);
}

#[test]
fn satellites_judge_like_a_contact() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let id = saved(&device, "2025-03-15T07:21:00-05:00");
    phone.clock.advance(60);
    assert!(device.note_satellite_time(phone.now()).unwrap());
    assert_eq!(says(&device, id), of_the_future());
}
