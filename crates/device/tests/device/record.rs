//! Saving, correcting, undoing, listing and showing records.

use bitacora_core::capture::Capture;
use bitacora_core::encounter::{Count, Edit, Status};
use bitacora_device::{
    Cell, Choice, Device, DeviceError, ErrorCode, HistoryEvent, Mark, Place, ReviewEvent,
    RowFilter, RowState,
};
use serde_json::json;

use crate::phone::{PIN, Phone};

pub fn capture(value: serde_json::Value) -> Capture {
    serde_json::from_value(value).unwrap()
}

/// Six people of one nationality, complete.
pub fn six() -> Capture {
    capture(json!({
        "composition": {"VEN": {"AA+M": 3, "AA+F": 2, "AC+F": 1}},
        "needs": {}, "assistance": {"water": "all", "info_risks": "all"},
        "position": "no_fix", "setting": "river", "direction": "north"
    }))
}

fn exactly(count: u32) -> Count {
    Count {
        min: count,
        max: count,
    }
}

fn listed(device: &Device) -> u64 {
    device.rows(&RowFilter::default()).unwrap().total
}

#[test]
fn a_saved_record_is_there_after_opening_again() {
    let (phone, device) = Phone::start("Cabo 17");
    let saved = device.record(&six(), None).unwrap();
    assert!(
        saved.row.summary.short_code.starts_with("BCH-0314-"),
        "post and local day: {}",
        saved.row.summary.short_code
    );
    assert_eq!(saved.row.summary.people.total, exactly(6), "all six");
    assert_eq!(saved.row.place, Place::OnPhone, "nobody else has it yet");
    assert_eq!(saved.row.author_name, "Cabo 17", "people appear by name");
    device.lock();
    let device = phone.unlock();
    let page = device.rows(&RowFilter::default()).unwrap();
    assert_eq!(
        (page.total, page.rows[0].clone()),
        (1, saved.row),
        "the same row after opening again"
    );
    let status = device.status().unwrap();
    assert_eq!(
        (status.saves, status.records.unreceived),
        (1, 1),
        "one save that nobody received"
    );
    assert!(status.tail_missing.is_none(), "nothing is missing");
}

#[test]
fn what_is_missing_is_said_and_never_blocks_saving() {
    let (_phone, device) = Phone::start("Cabo 17");
    let saved = device.record(&Capture::default(), None).unwrap();
    let rules: Vec<_> = saved
        .row
        .summary
        .missing
        .iter()
        .map(|(rule, _)| rule.as_str())
        .collect();
    assert!(
        rules.contains(&"E01") && rules.contains(&"E03"),
        "people and assistance are missing: {rules:?}"
    );
    assert!(
        saved.row.marks.contains(&Mark::Incomplete),
        "the list says so too"
    );
    let page = device
        .rows(&RowFilter {
            state: RowState::Incomplete,
            ..RowFilter::default()
        })
        .unwrap();
    assert_eq!(page.total, 1, "and the filter finds it");
}

#[test]
fn all_of_the_group_follows_a_correction_and_history_says_who_and_when() {
    let (phone, device) = Phone::start("Cabo 17");
    let saved = device.record(&six(), None).unwrap();
    let id = saved.row.summary.encounter_id;
    let seen = device.encounter(id).unwrap().version;
    phone.clock.advance(600);
    let edit = Edit::Patch(json!({"composition": {"VEN": {"AA+M": 4}}}));
    let corrected = device.edit(id, &edit, &seen, None).unwrap();
    assert_eq!(
        corrected.row.summary.people.total,
        exactly(7),
        "one more man"
    );
    assert!(
        corrected
            .row
            .summary
            .attentions
            .values()
            .all(|count| *count == exactly(7)),
        "all of the group is seven now"
    );
    let detail = device.show(id).unwrap();
    let change = detail.history.last().unwrap();
    assert_eq!(change.event, HistoryEvent::Changed, "{change:?}");
    assert_eq!(
        change.field.as_deref(),
        Some("composition/VEN/AA+M"),
        "field by field"
    );
    assert_eq!(change.author_name, "Cabo 17", "who");
    assert_eq!(change.at.to_rfc3339(), "2025-03-14T12:31:00+00:00", "when");
    assert_eq!(
        detail.history[0].event,
        HistoryEvent::Created,
        "the beginning is one line"
    );
}

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
fn records_are_found_by_code_nationality_cell_day_and_state() {
    let (phone, device) = Phone::start("Cabo 17");
    let first = device.record(&six(), None).unwrap().row.summary;
    phone.clock.advance(24 * 3600);
    let haiti = capture(
        json!({"composition": {"HTI": {"AA+F": 2, "AC+M": 1}}, "needs": {}, "assistance": {"water": "all"}, "position": "no_fix", "setting": "river"}),
    );
    let second = device.record(&haiti, None).unwrap().row.summary;
    let ids = |filter: RowFilter| -> Vec<_> {
        device
            .rows(&filter)
            .unwrap()
            .rows
            .into_iter()
            .map(|row| row.summary.encounter_id)
            .collect()
    };
    let all = RowFilter::default;
    assert_eq!(
        ids(all()),
        [second.encounter_id, first.encounter_id],
        "newest saved first"
    );
    assert_eq!(
        ids(RowFilter {
            nationality: Some("HTI".into()),
            ..all()
        }),
        [second.encounter_id],
        "by nationality"
    );
    assert_eq!(
        ids(RowFilter {
            cell: Some(Cell::Boys),
            ..all()
        }),
        [second.encounter_id],
        "by cell"
    );
    let men_of_haiti = RowFilter {
        nationality: Some("HTI".into()),
        cell: Some(Cell::Men),
        ..all()
    };
    assert!(ids(men_of_haiti).is_empty(), "by cell of a nationality");
    assert_eq!(
        ids(RowFilter {
            day: Some(first.day),
            ..all()
        }),
        [first.encounter_id],
        "by day"
    );
    assert_eq!(
        ids(RowFilter {
            limit: 1,
            offset: 1,
            ..all()
        }),
        [first.encounter_id],
        "by page"
    );
    assert_eq!(
        ids(RowFilter {
            state: RowState::Unreceived,
            ..all()
        })
        .len(),
        2,
        "by state"
    );
    let typed = first.short_code.to_lowercase().replace('-', " ");
    assert_eq!(
        device.find(&typed).unwrap()[0].summary.encounter_id,
        first.encounter_id,
        "by code as heard"
    );
    assert_eq!(
        device.find("XXX").unwrap_err().field(),
        Some("short_code"),
        "a mistyped code says so"
    );
}

#[test]
fn each_record_has_its_own_author_on_a_shared_phone() {
    let (phone, device) = Phone::start("Cabo 17");
    for _ in 0..5 {
        device.record(&six(), None).unwrap();
    }
    let draft = device
        .start_draft(bitacora_device::DraftKind::New, None)
        .unwrap();
    device.save_draft(draft.draft_id, &draft.body).unwrap();
    let (other, _) = device.add_person("Sgto. 04", "951753").unwrap();
    device.switch_person(other, "951753").unwrap();
    assert!(
        device.drafts().unwrap().is_empty(),
        "another person's draft is not shown"
    );
    assert!(device.draft(draft.draft_id).is_err(), "nor opened");
    for _ in 0..2 {
        device.record(&six(), None).unwrap();
    }
    let page = device.rows(&RowFilter::default()).unwrap();
    let names: Vec<_> = page
        .rows
        .iter()
        .map(|row| row.author_name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Sgto. 04", "Sgto. 04", "Cabo 17", "Cabo 17", "Cabo 17", "Cabo 17", "Cabo 17"
        ],
        "each its author's"
    );
    assert_eq!(
        device.status().unwrap().records.unreceived,
        7,
        "nothing was lost by the change of person"
    );
    device.switch_person(phone.person, PIN).unwrap();
    assert_eq!(
        device.drafts().unwrap().len(),
        1,
        "the first officer finds the draft"
    );
}

#[test]
fn a_forgotten_pin_costs_none_of_twelve_unreceived_records() {
    let (phone, device) = Phone::start("Cabo 17");
    for _ in 0..12 {
        device.record(&six(), None).unwrap();
    }
    device.lock();
    let code = phone.code.shown();
    bitacora_device::Vault::reset_pin_by_code(
        &phone.path(),
        phone.person,
        &code,
        "734152",
        &phone.environment(),
    )
    .unwrap();
    let device = phone.try_unlock("734152").unwrap();
    assert_eq!(
        device.status().unwrap().records.unreceived,
        12,
        "all twelve are there"
    );
    device.record(&six(), None).unwrap();
    assert_eq!(listed(&device), 13, "and recording goes on");
}

#[test]
fn same_as_last_brings_no_need_no_position_and_no_time() {
    let (_phone, device) = Phone::start("Cabo 17");
    assert_eq!(
        device.same_as_last().unwrap_err().code(),
        ErrorCode::NotFound,
        "there is nothing yet"
    );
    let mut with_need = six();
    with_need.needs = Some([("pregnant".to_owned(), 1)].into());
    device.record(&with_need, None).unwrap();
    let next = device.same_as_last().unwrap();
    assert_eq!(next.composition, six().composition, "the same people");
    assert_eq!(next.assistance, six().assistance, "the same assistance");
    assert_eq!(
        (next.needs, next.position, next.occurred_at),
        (None, None, None),
        "never a need, a place or a time"
    );
    device.record(&six(), None).unwrap();
    assert_eq!(
        device.same_as_last().unwrap().needs,
        Some([].into()),
        "ninguna necesidad comes along"
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

#[test]
fn a_draft_becomes_one_record_however_often_it_is_saved() {
    let (_phone, device) = Phone::start("Cabo 17");
    let draft = device
        .start_draft(bitacora_device::DraftKind::New, None)
        .unwrap()
        .draft_id;
    device.record(&six(), Some(draft)).unwrap();
    let twice = device.record(&six(), Some(draft)).unwrap_err();
    assert!(
        matches!(twice, DeviceError::NotFound { .. }),
        "the draft is a record already: {twice}"
    );
    assert_eq!(listed(&device), 1, "and is one");
}
