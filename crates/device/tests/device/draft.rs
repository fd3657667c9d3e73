//! Drafts survive everything but being saved or thrown away.

use bitacora_core::capture::Capture;
use bitacora_device::{DraftBody, DraftKind, ErrorCode, RowFilter, Vault};
use chrono::TimeDelta;
use serde_json::json;

use crate::phone::{PIN, Phone};
use crate::record::{capture, six};

fn body(men: u32) -> DraftBody {
    DraftBody {
        capture: capture(json!({"composition": {"VEN": {"AA+M": men}}})),
        confirmed: vec!["composition/VEN/AA+M".to_owned()],
        ..DraftBody::default()
    }
}

#[test]
fn a_draft_with_three_people_is_offered_after_a_power_cut_with_its_first_tap() {
    let (phone, device) = Phone::start("Cabo 17");
    let draft = device.start_draft(DraftKind::New, None).unwrap();
    assert_eq!(draft.first_tap_at, None, "nothing was tapped yet");
    for men in 1..=3 {
        phone.clock.advance(1);
        device.save_draft(draft.draft_id, &body(men)).unwrap();
    }
    device.lock();
    let device = phone.unlock();
    let drafts = device.drafts().unwrap();
    assert_eq!(drafts.len(), 1, "it is offered");
    assert_eq!(drafts[0].people(), 3, "with its three people");
    assert_eq!(
        drafts[0].first_tap_at.unwrap().to_rfc3339(),
        "2025-03-14T12:21:01+00:00",
        "and its first tap"
    );
    let saved = device.record_draft(draft.draft_id).unwrap();
    assert_eq!(saved.row.summary.people.total.max, 3, "guardar así");
    assert!(
        device.drafts().unwrap().is_empty(),
        "the draft is gone with the same commit"
    );
}

#[test]
fn what_no_field_can_hold_yet_is_kept_as_it_was_typed() {
    let (phone, device) = Phone::start("Cabo 17");
    let draft = device.start_draft(DraftKind::New, None).unwrap().draft_id;
    let typed = DraftBody {
        unread: [("day".to_owned(), "2025-03-10".to_owned())].into(),
        ..body(4)
    };
    device.save_draft(draft, &typed).unwrap();
    device.lock();
    assert!(phone.unlock().draft(draft).unwrap().body == typed);
}

#[test]
fn several_drafts_are_kept_at_once_and_thrown_away_one_by_one() {
    let (phone, device) = Phone::start("Cabo 17");
    let first = device.start_draft(DraftKind::New, None).unwrap();
    phone.clock.advance(1);
    let second = device.start_draft(DraftKind::New, None).unwrap();
    device.save_draft(second.draft_id, &body(1)).unwrap();
    phone.clock.advance(1);
    device.save_draft(first.draft_id, &body(2)).unwrap();
    let order: Vec<_> = device
        .drafts()
        .unwrap()
        .iter()
        .map(|draft| draft.draft_id)
        .collect();
    assert_eq!(
        order,
        [first.draft_id, second.draft_id],
        "the one touched last first"
    );
    device.discard_draft(first.draft_id).unwrap();
    assert_eq!(
        device.discard_draft(first.draft_id).unwrap_err().code(),
        ErrorCode::NotFound,
        "only once"
    );
    assert_eq!(device.drafts().unwrap().len(), 1, "the other stays");
}

#[test]
fn a_correction_writes_only_what_its_form_altered() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let draft = device.start_draft(DraftKind::Edit, Some(id)).unwrap();
    assert_eq!(
        draft.body.capture.composition,
        six().composition,
        "the form begins as the record is"
    );
    // While the form is open, somebody else's correction arrives.
    let seen = device.encounter(id).unwrap().version;
    let edit = bitacora_core::encounter::Edit::Patch(
        json!({"setting": "trail", "composition": {"VEN": {"AA+M": 9}}}),
    );
    device.edit(id, &edit, &seen, None).unwrap();
    let mut altered = draft.body.clone();
    // A window hands back the fields of its form only.
    altered.capture.encounter_id = None;
    altered.capture.direction = Some("south".to_owned());
    altered
        .capture
        .composition
        .get_mut("VEN")
        .unwrap()
        .insert("AA+M".to_owned(), 4);
    device.save_draft(draft.draft_id, &altered).unwrap();
    let saved = device.record_draft(draft.draft_id).unwrap();
    let capture = device.encounter(id).unwrap().capture();
    assert_eq!(
        capture.setting.as_deref(),
        Some("trail"),
        "what the form did not touch stays as the other wrote it"
    );
    assert_eq!(
        capture.direction.as_deref(),
        Some("south"),
        "what it touched is written"
    );
    assert_eq!(
        (
            saved.row.summary.people.men.min,
            saved.row.summary.people.men.max
        ),
        (4, 9),
        "and of the same field both stay"
    );
}

#[test]
fn the_practice_record_never_counts() {
    let (_phone, device) = Phone::start("Cabo 17");
    let draft = device.start_draft(DraftKind::Practice, None).unwrap();
    device.save_draft(draft.draft_id, &body(3)).unwrap();
    assert_eq!(
        device.record_draft(draft.draft_id).unwrap_err().code(),
        ErrorCode::Invalid,
        "it is never saved"
    );
    let row = device.finish_practice(draft.draft_id).unwrap();
    assert_eq!(
        row.summary.people.total.max, 3,
        "it shows what it would say"
    );
    assert_eq!(
        device.rows(&RowFilter::default()).unwrap().total,
        0,
        "and is in no list"
    );
    let status = device.status().unwrap();
    assert!(
        status.practice_done && status.saves == 0,
        "only that it was done is kept"
    );
}

#[test]
fn a_draft_of_absurd_size_is_refused_and_the_last_one_kept() {
    let (_phone, device) = Phone::start("Cabo 17");
    let draft = device.start_draft(DraftKind::New, None).unwrap();
    device.save_draft(draft.draft_id, &body(3)).unwrap();
    let huge = DraftBody {
        capture: Capture {
            note: Some("x".repeat(100_000)),
            ..Capture::default()
        },
        ..DraftBody::default()
    };
    assert_eq!(
        device
            .save_draft(draft.draft_id, &huge)
            .unwrap_err()
            .field(),
        Some("capture"),
        "the field is named"
    );
    assert_eq!(
        device.drafts().unwrap()[0].people(),
        3,
        "what was tapped before is still there"
    );
}

#[test]
fn a_draft_that_was_thrown_away_comes_back_within_ten_seconds_exactly_as_it_was() {
    let (phone, device) = Phone::start("Cabo 17");
    let other = device.start_draft(DraftKind::New, None).unwrap().draft_id;
    device.save_draft(other, &body(2)).unwrap();
    phone.clock.advance(60);
    let begun = device.start_draft(DraftKind::New, None).unwrap().draft_id;
    phone.clock.advance(5);
    let typed = DraftBody {
        page: 2,
        unread: [("day".to_owned(), "2025-03-10".to_owned())].into(),
        ..body(3)
    };
    device.save_draft(begun, &typed).unwrap();
    let was = device.drafts().unwrap();
    phone.clock.advance(60);

    let until = device.discard_draft(begun).unwrap();
    assert_eq!(until, phone.now() + TimeDelta::seconds(10));
    assert_eq!(device.drafts().unwrap().len(), 1, "it is gone at once");
    phone.clock.advance(10);
    let back = device.take_back_discard(begun).unwrap();
    assert!(back == was[0], "author, first tap and what was typed");
    assert!(
        device.drafts().unwrap() == was,
        "and where it stood in the list"
    );
    let twice = device.take_back_discard(begun).unwrap_err();
    assert_eq!(twice.field(), Some("too_late"), "there is one of it");

    device.discard_draft(begun).unwrap();
    phone.clock.advance(11);
    let late = device.take_back_discard(begun).unwrap_err();
    assert_eq!(late.field(), Some("too_late"), "{late}");
    assert!(device.drafts().unwrap() == was[1..], "it stays thrown away");
}

/// A folder that is opened again without a lock is what a kill leaves.
#[test]
fn what_was_thrown_away_stays_so_over_a_lock_and_a_kill_and_for_anybody_else() {
    for ends in ["lock", "kill"] {
        let (phone, device) = Phone::start("Cabo 17");
        let (second, _) = device.add_person("Cabo 21", PIN).unwrap();
        let draft = device.start_draft(DraftKind::New, None).unwrap().draft_id;
        device.save_draft(draft, &body(3)).unwrap();
        device.discard_draft(draft).unwrap();
        match ends {
            "lock" => device.lock(),
            _ => drop(device),
        }
        for person in [second, phone.person] {
            let device = Vault::unlock(&phone.path(), person, PIN, phone.environment()).unwrap();
            assert!(device.drafts().unwrap().is_empty(), "{ends}");
            let gone = device.take_back_discard(draft).unwrap_err();
            assert_eq!(gone.field(), Some("too_late"), "{ends}: {gone}");
            device.lock();
        }
    }
}

#[test]
fn of_many_thrown_away_at_once_the_newest_come_back() {
    let (_phone, device) = Phone::start("Cabo 17");
    let kept: Vec<_> = (0..40)
        .map(|_| device.start_draft(DraftKind::New, None).unwrap().draft_id)
        .collect();
    for draft in &kept {
        device.discard_draft(*draft).unwrap();
    }
    let first = device.take_back_discard(kept[0]).unwrap_err();
    assert_eq!(first.field(), Some("too_late"), "memory has a bound");
    device.take_back_discard(kept[39]).unwrap();
    assert_eq!(device.drafts().unwrap().len(), 1, "the newest are kept");
}
