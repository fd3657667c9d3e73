//! Saving, correcting, undoing, listing and showing records.

use bitacora_core::capture::Capture;
use bitacora_core::encounter::{Count, Edit};
use bitacora_device::{
    Cell, Device, DeviceError, ErrorCode, HistoryEvent, Mark, Place, RowFilter, RowState,
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

pub fn exactly(count: u32) -> Count {
    Count {
        min: count,
        max: count,
    }
}

pub fn listed(device: &Device) -> u64 {
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
    let estimated = Capture {
        group_estimate: Some(40),
        ..six()
    };
    device.record(&estimated, None).unwrap();
    assert_eq!(
        device.same_as_last().unwrap().group_estimate,
        None,
        "how large a group was said to be is said of that one only"
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

/// Of a line of a file or a strip of paper nobody but its writer knows when it was.
#[test]
fn no_time_is_made_up_for_what_was_not_written_now() {
    let (_phone, device) = Phone::start("Cabo 17");
    for mode in ["paper", "import", "quick", "radio"] {
        let mut stated = six();
        stated.capture_mode = Some(mode.to_owned());
        let saved = match mode {
            "paper" => device.record(&stated, None),
            _ => device.import(&stated),
        };
        let saved = saved.unwrap().row.summary;
        assert_eq!(
            saved.missing,
            [("E09".to_owned(), "occurred_at".to_owned())],
            "{mode}: it says what is missing"
        );
        assert!(
            !saved.counts() && !saved.clock_doubt,
            "{mode}: no clock gave a time"
        );
        let kept = device.encounter(saved.encounter_id).unwrap().capture();
        assert_eq!(
            (kept.occurred_at, kept.clock_source),
            (None, None),
            "{mode}: nothing is said of a time that is not there"
        );
        assert_eq!(
            kept.capture_mode.as_deref(),
            Some(mode),
            "how it was captured is kept as its writer said it"
        );
        assert!(
            saved.short_code.starts_with("BCH-0314-"),
            "{mode}: its code is of the day on which it was saved: {}",
            saved.short_code
        );
        let time = json!({"occurred_at": "2025-03-13T07:21:00-05:00"});
        let seen = device.encounter(saved.encounter_id).unwrap().version;
        let edit = Edit::Patch(time);
        let saved = device.edit(saved.encounter_id, &edit, &seen, None).unwrap();
        let row = saved.row.summary;
        assert!(
            row.counts(),
            "{mode}: with its time it counts: {:?}",
            row.missing
        );
        assert_eq!(row.day.to_string(), "2025-03-13", "{mode}: on its own day");
    }
}
