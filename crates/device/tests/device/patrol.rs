//! Patrols and clocks.

use bitacora_device::{ErrorCode, Leaving, PatrolDefaults, RowFilter};

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

/// Whatever a line says of how it was captured: every capture that is exported says something.
#[test]
fn a_line_of_a_file_belongs_to_no_patrol_that_happens_to_be_out() {
    let (_phone, device) = Phone::start("Cabo 17");
    let defaults = PatrolDefaults {
        trail_id: Some("tuquesa".to_owned()),
        direction: Some("north".to_owned()),
        ..PatrolDefaults::default()
    };
    let people = Vec::new();
    let out = device.patrol_leave(&Leaving { defaults, people }).unwrap();
    for mode in [
        None,
        Some("import"),
        Some("quick"),
        Some("radio"),
        Some("paper"),
    ] {
        for time in ["2024-03-14T07:21:00-05:00", "2025-03-14T07:25:00-05:00"] {
            let line = capture(
                serde_json::json!({"capture_mode": mode, "occurred_at": time, "position": "no_fix",
                "setting": "river", "composition": {"VEN": {"AA+M": 1}}}),
            );
            let saved = device.import(&line).unwrap().row.summary;
            let kept = device.encounter(saved.encounter_id).unwrap().capture();
            assert_eq!(
                (kept.patrol_id, kept.trail_id, kept.direction),
                (None, None, None),
                "{mode:?} of {time}: the place of others is not its place"
            );
            assert_eq!(kept.capture_mode.as_deref(), mode.or(Some("import")));
        }
    }
    let mut named = six();
    named.patrol_id = Some(out.patrol_id);
    let saved = device.import(&named).unwrap().row.summary;
    assert_eq!(
        saved.patrol_id,
        Some(out.patrol_id),
        "a line that names a patrol is of that one"
    );
}
