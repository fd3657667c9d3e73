//! What happened earlier than it is saved: forms that were left and taken up again, times typed afterwards, and what
//! *Deshacer* takes back.

use bitacora_core::capture::{Capture, StatedPosition};
use bitacora_core::encounter::{Edit, Status};
use bitacora_core::id::EncounterId;
use bitacora_device::{
    Device, DraftBody, DraftKind, ErrorCode, Leaving, PatrolDefaults, ReviewEvent,
};
use serde_json::json;

use crate::phone::Phone;
use crate::record::{capture, six};

fn untimed() -> Capture {
    Capture {
        occurred_at: None,
        clock_source: None,
        ..six()
    }
}

/// Taps a form now.
fn tapped(device: &Device) -> bitacora_core::id::DraftId {
    let draft = device.start_draft(DraftKind::New, None).unwrap();
    let body = DraftBody {
        capture: untimed(),
        ..DraftBody::default()
    };
    device.save_draft(draft.draft_id, &body).unwrap();
    draft.draft_id
}

fn stated(device: &Device, id: EncounterId) -> Capture {
    device.encounter(id).unwrap().capture()
}

fn edited(device: &Device, id: EncounterId, patch: serde_json::Value) {
    let seen = device.encounter(id).unwrap().version;
    device.edit(id, &Edit::Patch(patch), &seen, None).unwrap();
}

#[test]
fn a_form_that_was_left_keeps_the_time_of_its_first_tap() {
    let (phone, device) = Phone::start("Cabo 17");
    let draft = tapped(&device);
    phone.clock.advance(9 * 3600);
    device.lock();
    let device = phone.unlock();
    let saved = device.record_draft(draft).unwrap().row.summary;
    assert_eq!(
        saved.occurred_at.to_rfc3339(),
        "2025-03-14T07:21:00-05:00",
        "when they were met, not when it was saved"
    );
    assert!(saved.clock_doubt, "by a clock that nobody has checked");
}

#[test]
fn a_form_that_was_begun_before_the_contact_is_not_vouched_for_by_it() {
    let (phone, device) = Phone::start("Cabo 17");
    let draft = tapped(&device);
    phone.clock.advance(3600);
    device.note_trusted_time(phone.now()).unwrap();
    let saved = device.record_draft(draft).unwrap().row.summary;
    assert!(
        saved.clock_doubt,
        "somebody may have set the clock in between"
    );
    let later = tapped(&device);
    phone.clock.advance(3600);
    let saved = device.record_draft(later).unwrap().row.summary;
    assert!(
        !saved.clock_doubt,
        "begun after the contact, by the same clock"
    );
}

#[test]
fn a_form_over_which_the_clock_was_set_is_dated_by_the_clock_as_it_is_then() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let draft = tapped(&device);
    phone.clock.advance(20);
    phone.clock.set("2025-03-14T12:29:20Z"); // Eight minutes on, in an instant.
    let set = device.record_draft(draft).unwrap().row.summary;
    assert_eq!(
        set.occurred_at.to_utc().to_rfc3339(),
        "2025-03-14T12:29:00+00:00",
        "twenty seconds ago by the clock that a contact will be asked about"
    );
    assert!(set.clock_doubt, "which nobody has checked yet");
    device.note_trusted_time(phone.now()).unwrap();

    let draft = tapped(&device);
    phone.clock.advance(20);
    device.note_trusted_time(phone.now()).unwrap();
    let unset = device.record_draft(draft).unwrap().row.summary;
    assert!(
        !unset.clock_doubt,
        "it went on unset from the contact before to this one"
    );
}

#[test]
fn paper_of_before_the_patrol_left_belongs_to_no_patrol() {
    let (phone, device) = Phone::start("Cabo 17");
    device.note_trusted_time(phone.now()).unwrap();
    let defaults = PatrolDefaults {
        trail_id: Some("tuquesa".to_owned()),
        ..PatrolDefaults::default()
    };
    let leaving = Leaving {
        defaults,
        people: Vec::new(),
    };
    phone.clock.advance(4 * 3600);
    device.patrol_leave(&leaving).unwrap();
    phone.clock.advance(600);
    let paper = json!({"capture_mode": "paper", "occurred_at": "2025-03-14T08:00:00-05:00", "composition": {"VEN": {"AA+M": 2}},
        "assistance": {"water": "all"}, "needs": {}, "position": "no_fix", "setting": "river"});
    let early = device.record(&capture(paper), None).unwrap().row.summary;
    assert_eq!(early.patrol_id, None, "it was still at the post");
    assert_eq!(
        stated(&device, early.encounter_id).trail_id,
        None,
        "nor on its trail"
    );
    let now = device.record(&untimed(), None).unwrap().row.summary;
    assert!(now.patrol_id.is_some(), "what happens now is the patrol's");
    device.patrol_return(false).unwrap();
    let early = device.row(early.encounter_id).unwrap().summary;
    assert_eq!(early.status, Status::Complete, "and it counts");
}

fn leaving_on(trail: &str) -> Leaving {
    Leaving {
        defaults: PatrolDefaults {
            trail_id: Some(trail.to_owned()),
            ..PatrolDefaults::default()
        },
        people: Vec::new(),
    }
}

#[test]
fn a_form_belongs_to_the_patrol_that_was_out_at_its_first_tap() {
    let (phone, device) = Phone::start("Cabo 17");
    device.note_trusted_time(phone.now()).unwrap();
    let first = device.patrol_leave(&leaving_on("tuquesa")).unwrap();
    phone.clock.advance(3600);
    let (met, later) = (tapped(&device), tapped(&device));
    phone.clock.advance(3600);
    device.patrol_return(false).unwrap();
    let saved = device.record_draft(met).unwrap().row.summary;
    assert_eq!(
        saved.patrol_id,
        Some(first.patrol_id),
        "nobody is out at the save; somebody was when they were met"
    );

    // The next day, with another patrol out.
    phone.clock.advance(20 * 3600);
    let before = tapped(&device);
    phone.clock.advance(2 * 3600);
    let second = device.patrol_leave(&leaving_on("membrillo")).unwrap();
    phone.clock.advance(600);
    let saved = device.record_draft(later).unwrap().row.summary;
    assert_eq!(saved.patrol_id, Some(first.patrol_id), "not today's");
    assert_eq!(
        stated(&device, saved.encounter_id).trail_id.as_deref(),
        Some("tuquesa"),
        "and on the trail of then"
    );
    let at_the_post = device.record_draft(before).unwrap().row.summary;
    assert_eq!(at_the_post.patrol_id, None, "nobody was out");
    let now = tapped(&device);
    let now = device.record_draft(now).unwrap().row.summary;
    assert_eq!(now.patrol_id, Some(second.patrol_id));
    device.patrol_return(false).unwrap();
    let saved = device.row(saved.encounter_id).unwrap().summary;
    assert_eq!(saved.status, Status::Complete, "and it counts");
}

#[test]
fn a_patrol_whose_form_is_unfinished_does_not_say_that_it_met_nobody() {
    let (phone, device) = Phone::start("Cabo 17");
    device.patrol_leave(&leaving_on("tuquesa")).unwrap();
    phone.clock.advance(3600);
    let draft = tapped(&device);
    let error = device.patrol_return(true).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotAllowed, "{error}");
    let back = device.patrol_return(false).unwrap();
    assert_eq!(
        device.record_draft(draft).unwrap().row.summary.patrol_id,
        Some(back.patrol_id)
    );
}

#[test]
fn a_time_that_is_not_there_has_no_source_that_somebody_typed() {
    let (_phone, device) = Phone::start("Cabo 17");
    let emptied = Capture {
        clock_source: Some("typed".to_owned()),
        ..untimed()
    };
    let saved = device.record(&emptied, None).unwrap().row.summary;
    assert!(
        saved.clock_doubt,
        "the clock gave the time, and nobody checked it"
    );
}

#[test]
fn a_fix_that_came_late_is_not_what_is_taken_back() {
    let (phone, device) = Phone::start("Cabo 17");
    let unplaced = Capture {
        position: Some(StatedPosition::NoFix),
        ..six()
    };
    let id = device
        .record(&unplaced, None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(3);
    let fix = json!({"position": {"lat": 8.451, "lon": -77.643, "source": "gnss"}});
    edited(&device, id, fix);
    phone.clock.advance(3);
    let undone = device.undo(id).unwrap().row.summary;
    assert_eq!(undone.status, Status::Withdrawn, "the save is taken back");
    assert_eq!(device.counts().unwrap().listed, 0, "and is in no list");
}

#[test]
fn a_void_is_not_answered_with_a_silent_nothing() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let seen = device.encounter(id).unwrap().version;
    device.void(id, "error", &seen).unwrap();
    let refused = device.undo(id).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotAllowed, "{refused}");
    assert_eq!(
        device.row(id).unwrap().summary.status,
        Status::Voided,
        "it stays void"
    );
}

#[test]
fn a_void_of_ones_own_is_taken_back_and_the_record_counts_again() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let may_reopen = || device.show(id).unwrap().rights.may_reopen;
    assert!(!may_reopen(), "nothing was voided");
    let seen = device.encounter(id).unwrap().version;
    device.void(id, "error", &seen).unwrap();
    assert!(may_reopen(), "a mistake has a way back");
    let seen = device.encounter(id).unwrap().version;
    let again = device
        .review(id, ReviewEvent::Reopened, None, &seen)
        .unwrap()
        .row
        .summary;
    assert_eq!(again.status, Status::Complete, "as before");
    assert!(again.counts(), "in every count again");
    let rights = device.show(id).unwrap().rights;
    assert!(
        rights.may_edit && rights.may_void && !rights.may_reopen && !rights.is_void_for_good,
        "{rights:?}"
    );
}

#[test]
fn taking_a_repair_back_leaves_what_a_person_has_typed_since() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.set("2019-01-01T05:00:00Z");
    let ids = [0, 1].map(|_| {
        device
            .record(&untimed(), None)
            .unwrap()
            .row
            .summary
            .encounter_id
    });
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(device.clock_repair().unwrap(), 2, "both are corrected");
    let typed = "2025-03-14T06:30:00-05:00";
    edited(&device, ids[0], json!({"occurred_at": typed}));
    assert_eq!(device.clock_repair_undo().unwrap(), 1, "the other one only");
    let time = |id| stated(&device, id).occurred_at.unwrap().to_rfc3339();
    assert_eq!(time(ids[0]), typed, "what a person said stays");
    assert!(time(ids[1]).starts_with("2019-01-01"), "{}", time(ids[1]));
}

#[test]
fn a_repair_that_stands_is_told_after_a_lock_until_it_was_read_and_can_be_taken_back_even_then() {
    let (phone, device) = Phone::start("Cabo 17");
    let told = |device: &Device| {
        let clock = device.status().unwrap().clock;
        (clock.repaired, clock.is_repair_seen)
    };
    phone.clock.set("2019-01-01T05:00:00Z");
    for _ in 0..2 {
        device.record(&untimed(), None).unwrap();
    }
    device
        .note_trusted_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    device.clock_repair_seen().unwrap();
    assert_eq!(told(&device), (0, false), "nothing was repaired yet");
    device.clock_repair().unwrap();
    assert_eq!(told(&device), (2, false), "both");
    device.lock();
    let device = phone.unlock();
    assert_eq!(told(&device), (2, false), "still told after a lock");
    device.clock_repair_seen().unwrap();
    device.lock();
    let device = phone.unlock();
    assert_eq!(told(&device), (2, true), "read, and not forgotten");
    assert_eq!(
        device.clock_repair_undo().unwrap(),
        2,
        "taken back all the same"
    );
    assert_eq!(told(&device), (0, false), "nothing stands");
    device.clock_repair().unwrap();
    assert_eq!(told(&device), (2, false), "another act, to be read anew");
}

#[test]
fn the_last_one_is_found_behind_a_day_of_others_and_carries_no_place_of_yesterday() {
    let (phone, device) = Phone::start("Cabo 17");
    assert_eq!(device.repeatable().unwrap(), None, "nobody was met yet");
    device.record(&six(), None).unwrap();
    phone.clock.advance(3600);
    let soon = device.same_as_last().unwrap();
    assert_eq!(soon.setting, six().setting, "still here");
    phone.clock.advance(20 * 3600);
    let next_day = device.same_as_last().unwrap();
    assert_eq!(next_day.composition, six().composition, "the same group");
    assert_eq!(
        next_day.setting, None,
        "but nobody said that it is the same place"
    );
}
