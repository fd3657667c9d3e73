//! Corrections, undo, void: at the version that was seen, and nothing is written over.

use bitacora_core::encounter::{Count, Edit, Status};
use bitacora_device::{Choice, DeviceError, ErrorCode, HistoryEvent, Mark, ReviewEvent, RowFilter};
use serde_json::json;

use crate::phone::Phone;
use crate::record::{capture, listed, six};

#[test]
fn two_corrections_at_the_same_version_keep_both_values() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let seen = device.encounter(id).unwrap().version;
    for men in [8, 9] {
        let edit = Edit::Patch(json!({"composition": {"VEN": {"AA+M": men}}}));
        device.edit(id, &edit, &seen, None).unwrap();
    }
    let row = device.row(id).unwrap();
    assert_eq!(
        row.summary.people.men,
        Count { min: 8, max: 9 },
        "nobody's number is silently replaced"
    );
    assert!(
        row.marks.contains(&Mark::TwoValues),
        "the list says two values"
    );
    let conflicts = device.conflicts().unwrap();
    assert_eq!(conflicts.len(), 1, "one record to decide");
    assert_eq!(
        conflicts[0].fields[0].field, "composition/VEN/AA+M",
        "the field"
    );
    assert_eq!(
        conflicts[0].fields[0].values.len(),
        2,
        "both values side by side"
    );
    let refused = device.resolve(
        id,
        "composition/VEN/AA+M",
        &Choice::Other(json!(9)),
        &conflicts[0].version,
    );
    assert_eq!(
        refused.unwrap_err().code(),
        ErrorCode::NotAllowed,
        "a member sees, a leader chooses"
    );
}

#[test]
fn an_edit_of_a_version_that_nobody_saw_is_refused() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let invented = "11".repeat(32).parse().unwrap();
    let refused = device
        .edit(
            id,
            &Edit::Patch(json!({"setting": "trail"})),
            &invented,
            None,
        )
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::StaleVersion, "{refused}");
    let nowhere = bitacora_core::id::EncounterId::from_bytes([9; 16]);
    let refused = device
        .edit(nowhere, &Edit::Patch(json!({})), &invented, None)
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound, "{refused}");
}

#[test]
fn a_field_that_is_not_usable_is_named_with_its_reason_and_nothing_is_saved() {
    let (_phone, device) = Phone::start("Cabo 17");
    let bad =
        capture(json!({"composition": {"VEN": {"AA+M": 3}}, "needs": {"trafficking_concern": 1}}));
    let refused = device.record(&bad, None).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Invalid, "{refused}");
    assert!(
        refused
            .field()
            .is_some_and(|field| field.starts_with("needs")),
        "{refused:?}"
    );
    assert_eq!(
        (listed(&device), device.status().unwrap().saves),
        (0, 0),
        "nothing was saved"
    );
}

#[test]
fn a_save_is_taken_back_within_ten_seconds_and_leaves_every_list_and_count() {
    let (phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(10);
    let undone = device.undo(id).unwrap();
    assert_eq!(
        undone.row.summary.status,
        Status::Withdrawn,
        "a further change, not a deletion"
    );
    assert_eq!(listed(&device), 0, "out of the list");
    assert_eq!(device.counts().unwrap().listed, 0, "out of the counts");
    let venezuela = RowFilter {
        nationality: Some("VEN".to_owned()),
        ..RowFilter::default()
    };
    assert_eq!(
        device.rows(&venezuela).unwrap().total,
        0,
        "out of the table's cells"
    );
    assert!(
        device
            .find(&undone.row.summary.short_code)
            .unwrap()
            .is_empty(),
        "out of the search"
    );
    assert_eq!(
        device.show(id).unwrap().history.last().unwrap().event,
        HistoryEvent::Withdrawn,
        "in its history"
    );
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    phone.clock.advance(11);
    assert!(
        matches!(device.undo(id), Err(DeviceError::TooLateToUndo)),
        "after ten seconds it is corrected or voided"
    );
    assert_eq!(listed(&device), 1, "and stays");
}

#[test]
fn taking_a_correction_back_restores_what_was_there() {
    let (phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let before = device.encounter(id).unwrap();
    phone.clock.advance(600);
    device
        .edit(
            id,
            &Edit::Patch(json!({"setting": "trail", "note": "x"})),
            &before.version,
            None,
        )
        .unwrap();
    device.undo(id).unwrap();
    let after = device.encounter(id).unwrap();
    assert_eq!(
        after.capture(),
        before.capture(),
        "as before the correction"
    );
    assert_eq!(listed(&device), 1, "the record itself stays");
}

#[test]
fn a_record_is_voided_with_a_reason_only() {
    let (_phone, device) = Phone::start("Cabo 17");
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let seen = device.encounter(id).unwrap().version;
    let refused = device.void(id, "  ", &seen).unwrap_err();
    assert_eq!(
        (refused.code(), refused.field()),
        (ErrorCode::Invalid, Some("reason")),
        "{refused}"
    );
    let voided = device.void(id, "error", &seen).unwrap();
    assert_eq!(voided.row.summary.status, Status::Voided, "void");
    assert!(!voided.row.summary.counts(), "out of every count");
    assert_eq!(listed(&device), 1, "but in the list, marked");
    let again = device
        .edit(id, &Edit::Patch(json!({"setting": "trail"})), &seen, None)
        .unwrap_err();
    assert_eq!(
        again.code(),
        ErrorCode::NotAllowed,
        "a void record is not corrected: {again}"
    );
    let refused = device
        .review(id, ReviewEvent::Approved, None, &seen)
        .unwrap_err();
    assert_eq!(
        refused.code(),
        ErrorCode::NotAllowed,
        "a member approves nothing: {refused}"
    );
}

#[test]
fn nobody_has_to_complete_a_void_record() {
    let (_phone, device) = Phone::start("Cabo 17");
    let some = capture(json!({"composition": {"VEN": {"AA+M": 3}}}));
    let id = device.record(&some, None).unwrap().row.summary.encounter_id;
    assert_eq!(device.counts().unwrap().incomplete, 1);
    let seen = device.encounter(id).unwrap().version;
    let row = device.void(id, "error", &seen).unwrap().row;
    assert_eq!(row.marks, [bitacora_device::Mark::Voided]);
    let counts = device.counts().unwrap();
    assert_eq!(
        (counts.incomplete, counts.clock_doubt, counts.voided),
        (0, 0, 1),
        "what nobody can correct is asked of nobody"
    );
}
