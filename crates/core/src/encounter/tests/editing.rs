use rstest::rstest;
use serde_json::json;

use super::*;

fn try_patch(seen: &Document, patch: Value) -> Result<Option<Written>, EditError> {
    edit(seen, &Edit::Patch(patch), &by(2))
}

fn after(seen: &Document, patch: Value) -> Encounter {
    let written = patched(seen, patch, 2);
    read(&seen.clone().with_change(&written.bytes).unwrap()).unwrap()
}

fn values(encounter: &Encounter, path: &str) -> Vec<FieldValue> {
    let register = encounter.fields.get(path).cloned().unwrap_or_default();
    register
        .values
        .into_iter()
        .map(|stated| stated.value)
        .collect()
}

#[test]
fn all_of_the_group_follows_the_total_after_a_correction() {
    let base = recorded(&capture(
        json!({"composition": {"HTI": {"AA+M": 6}}, "assistance": {"water": "all"}}),
    ));
    let corrected = after(&base, json!({"composition": {"HTI": {"AA+M": 7}}}));
    let summary = crate::summary::Summary::of(&corrected);
    assert_eq!(
        summary.attentions["ASO"],
        Count::exactly(7),
        "water went to all seven"
    );
}

#[test]
fn a_part_larger_than_the_total_is_shown_and_saved() {
    let base = recorded(&capture(
        json!({"composition": {"HTI": {"AA+M": 6}}, "assistance": {"water": 6}}),
    ));
    let corrected = after(&base, json!({"composition": {"HTI": {"AA+M": 5}}}));
    let summary = crate::summary::Summary::of(&corrected);
    assert_eq!(
        summary.parts_over_total,
        [("water".to_owned(), 6, 5)],
        "Agua: 6 de 5, revise"
    );
    assert_eq!(
        summary.attentions["ASO"],
        Count::exactly(5),
        "never more people than there were"
    );
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let base = recorded(&example());
    let same = serde_json::to_value(example()).unwrap();
    assert_eq!(
        try_patch(&base, same).unwrap(),
        None,
        "a form that was opened and saved is no edit"
    );
    assert_eq!(
        try_patch(&base, json!({})).unwrap(),
        None,
        "nothing named, nothing written"
    );
    assert_eq!(
        try_patch(&base, json!({"families": null})).unwrap(),
        None,
        "there was none"
    );
}

#[test]
fn only_what_differs_is_written() {
    let base = recorded(&example());
    let mut form = serde_json::to_value(example()).unwrap();
    form["setting"] = json!("jungle");
    let mine = patched(&base, form, 2);
    let theirs = patched(&base, json!({"direction": "south"}), 3);
    let merged = read(&both(&base, &mine, &theirs)).unwrap();
    assert_eq!(
        merged.two_values(),
        [],
        "the form held the old direction and did not write it"
    );
    let capture = merged.capture();
    assert_eq!(
        (capture.setting.as_deref(), capture.direction.as_deref()),
        (Some("jungle"), Some("south"))
    );
}

#[rstest]
#[case::setting(json!({"setting": null}), "setting")]
#[case::cell(json!({"composition": {"VEN": {"AA+M": null}}}), "composition/VEN/AA+M")]
#[case::assistance(json!({"assistance": {"water": null}}), "assistance/water")]
#[case::need(json!({"needs": {"family_behind": null}}), "needs/family_behind")]
#[case::item(json!({"items_given": null}), "items_given/water_l")]
fn what_is_removed_is_gone_from_the_reading(#[case] patch: Value, #[case] path: &str) {
    let base = recorded(&example());
    assert!(
        read(&base).unwrap().fields.contains_key(path),
        "it was there"
    );
    assert!(
        !after(&base, patch).fields.contains_key(path),
        "and is not any more"
    );
}

#[rstest]
#[case::cell(json!({"composition": {"VEN": null}}), json!({"composition": {"VEN": {"AA+M": 4}}}), "composition/VEN/AA+M", 2)]
#[case::assistance(json!({"assistance": {"first_aid": null}}), json!({"assistance": {"first_aid": 2}}), "assistance/first_aid", 2)]
#[case::position(json!({"position": null}), json!({"position": "no_fix"}), "position", 2)]
#[case::descriptive(json!({"setting": null}), json!({"setting": "jungle"}), "setting", 2)]
fn a_removal_beside_a_new_value_keeps_both(
    #[case] removal: Value,
    #[case] new: Value,
    #[case] path: &str,
    #[case] expected: usize,
) {
    let base = recorded(&example());
    let merged = read(&both(
        &base,
        &patched(&base, removal, 2),
        &patched(&base, new, 3),
    ))
    .unwrap();
    assert_eq!(
        values(&merged, path).len(),
        expected,
        "nobody's number is silently gone"
    );
}

#[test]
fn new_cells_of_the_same_new_nationality_are_both_there() {
    let base = recorded(&example());
    let men = patched(&base, json!({"composition": {"CUB": {"AA+M": 2}}}), 2);
    let women = patched(&base, json!({"composition": {"CUB": {"AA+F": 3}}}), 3);
    let merged = read(&both(&base, &men, &women)).unwrap();
    let cuba = &merged.capture().composition["CUB"];
    assert_eq!(
        (cuba["AA+M"], cuba["AA+F"]),
        (2, 3),
        "a nested map would have lost one of them"
    );
}

#[test]
fn equal_values_from_two_devices_are_no_conflict_and_keep_who() {
    let base = recorded(&example());
    let one = patched(&base, json!({"families": 3}), 2);
    let two = patched(&base, json!({"families": 3}), 3);
    let merged = read(&both(&base, &one, &two)).unwrap();
    let stated = &merged.fields["families"].values;
    assert_eq!((stated.len(), stated[0].also.len()), (1, 1), "both wrote 3");
    let who = std::collections::BTreeSet::from([stated[0].change, stated[0].also[0]]);
    assert_eq!(
        who,
        [one.meta.hash, two.meta.hash].into(),
        "and both are named"
    );
    assert_eq!(merged.two_values(), [], "there is nothing to decide");
}

#[test]
fn a_language_added_by_one_survives_the_removal_of_another_by_the_other() {
    let base = recorded(&capture(json!({"languages": ["spa", "hat"]})));
    let added = patched(&base, json!({"languages": ["spa", "hat", "fra"]}), 2);
    let removed = patched(&base, json!({"languages": ["spa"]}), 3);
    let merged = read(&both(&base, &added, &removed)).unwrap().capture();
    assert_eq!(
        merged.languages.unwrap(),
        ["fra", "spa"],
        "hat is gone, fra is there"
    );
}

#[test]
fn no_needs_is_an_answer_and_not_asked_is_none() {
    assert_eq!(
        read(&recorded(&capture(json!({}))))
            .unwrap()
            .capture()
            .needs,
        None
    );
    let none = recorded(&capture(json!({"needs": {}})));
    assert_eq!(
        read(&none).unwrap().capture().needs,
        Some(BTreeMap::new()),
        "ninguna counts"
    );
    let some = after(&none, json!({"needs": {"injured": 2}}));
    assert_eq!(some.capture().needs.unwrap()["injured"], 2);
}

#[test]
fn the_fix_is_one_unit() {
    let base = recorded(&capture(json!({"position": "no_fix"})));
    let fix = |lat: f64| json!({"position": {"lat": lat, "lon": -77.6, "accuracy_m": lat, "source": "gnss"}});
    let merged = read(&both(
        &base,
        &patched(&base, fix(8.1), 2),
        &patched(&base, fix(8.2), 3),
    ))
    .unwrap();
    for value in values(&merged, "position") {
        let FieldValue::Position(Some(fix)) = value else {
            panic!("both wrote a fix")
        };
        assert_eq!(
            fix.accuracy_m,
            Some(fix.lat),
            "half of one fix is never combined with half of another"
        );
    }
    assert_eq!(merged.two_values().len(), 1, "both are there");
}

#[test]
fn the_note_merges_as_text() {
    let base = recorded(&capture(json!({"note": "Río alto"})));
    let front = patched(&base, json!({"note": "07:20 Río alto"}), 2);
    let back = patched(&base, json!({"note": "Río alto en Tres Bocas"}), 3);
    let merged = read(&both(&base, &front, &back)).unwrap().capture();
    assert_eq!(
        merged.note.as_deref(),
        Some("07:20 Río alto en Tres Bocas"),
        "both additions are there"
    );
}

#[test]
fn an_edit_on_an_old_version_does_not_swallow_what_came_since() {
    // The form shows 8; a sync brings 9; the officer saves 10.
    let base = recorded(&example());
    let shown = base
        .clone()
        .with_change(&patched(&base, json!({"families": 8}), 2).bytes)
        .unwrap();
    let came = patched(&shown, json!({"families": 9}), 3);
    let now = shown.clone().with_change(&came.bytes).unwrap();
    let seen = now.at(&shown.version()).unwrap();
    let saved = patched(&seen, json!({"families": 10}), 4);
    let merged = read(&now.with_change(&saved.bytes).unwrap()).unwrap();
    let mut both = values(&merged, "families");
    both.sort_by_key(|value| format!("{value:?}"));
    assert_eq!(
        both,
        [FieldValue::Int(10), FieldValue::Int(9)],
        "the 9 is still there"
    );
}

#[test]
fn a_choice_supersedes_what_was_seen_and_nothing_else() {
    let base = recorded(&example());
    let merged = both(
        &base,
        &patched(&base, json!({"families": 8}), 2),
        &patched(&base, json!({"families": 9}), 3),
    );
    let late = patched(&base, json!({"families": 7}), 5);
    let other = Edit::ChooseOther {
        field: "families".to_owned(),
        value: json!(10),
    };
    let chosen = edit(&merged, &other, &by(4)).unwrap().unwrap();
    let all = merged
        .with_change(&late.bytes)
        .unwrap()
        .with_change(&chosen.bytes)
        .unwrap();
    let left = values(&read(&all).unwrap(), "families");
    assert_eq!(
        left.len(),
        2,
        "10 in place of 8 and 9; the 7 that nobody saw stays: {left:?}"
    );
}

#[test]
fn another_time_in_place_of_two_is_a_typed_one() {
    let base = recorded(&capture(
        json!({"occurred_at": "2025-03-14T07:00:00-05:00", "clock_source": "device"}),
    ));
    let at = |time: &str| json!({"occurred_at": time});
    let merged = both(
        &base,
        &patched(&base, at("2025-03-14T07:21:00-05:00"), 2),
        &patched(&base, at("2025-03-14T07:40:00-05:00"), 3),
    );
    let other = Edit::ChooseOther {
        field: "occurred_at".to_owned(),
        value: json!("2025-03-14T07:25:00-05:00"),
    };
    let chosen = edit(&merged, &other, &by(4)).unwrap().unwrap();
    let after = read(&merged.with_change(&chosen.bytes).unwrap()).unwrap();
    let typed = FieldValue::Text("typed".to_owned());
    assert_eq!(values(&after, "clock_source"), [typed], "no clock gave it");
    assert_eq!(values(&after, "occurred_at").len(), 1, "in place of both");
}

#[test]
fn a_choice_of_the_value_shown_is_written_too() {
    let base = recorded(&example());
    let merged = both(
        &base,
        &patched(&base, json!({"families": 8}), 2),
        &patched(&base, json!({"families": 9}), 3),
    );
    let winner = read(&merged).unwrap().fields["families"].values[0].change;
    let choice = Edit::Choose {
        field: "families".to_owned(),
        change: winner,
    };
    let chosen = edit(&merged, &choice, &by(4)).unwrap().unwrap();
    let decided = merged.with_change(&chosen.bytes).unwrap();
    assert_eq!(read(&decided).unwrap().two_values(), [], "it is decided");
    assert_eq!(
        edit(
            &decided,
            &Edit::Choose {
                field: "families".to_owned(),
                change: chosen.meta.hash
            },
            &by(4)
        )
        .unwrap(),
        None
    );
}

#[test]
fn two_people_who_choose_differently_leave_two_values() {
    let base = recorded(&example());
    let (eight, nine) = (
        patched(&base, json!({"families": 8}), 2),
        patched(&base, json!({"families": 9}), 3),
    );
    let merged = both(&base, &eight, &nine);
    let choose = |change, who| {
        edit(
            &merged,
            &Edit::Choose {
                field: "families".to_owned(),
                change,
            },
            &by(who),
        )
        .unwrap()
        .unwrap()
    };
    let all = both(
        &merged,
        &choose(eight.meta.hash, 4),
        &choose(nine.meta.hash, 5),
    );
    assert_eq!(
        values(&read(&all).unwrap(), "families").len(),
        2,
        "neither choice is silently gone"
    );
}

#[rstest]
#[case::count_too_large(json!({"composition": {"VEN": {"AA+M": 10_000}}}), "composition/VEN/AA+M")]
#[case::count_negative(json!({"composition": {"VEN": {"AA+M": -1}}}), "composition/VEN/AA+M")]
#[case::count_broken(json!({"composition": {"VEN": {"AA+M": 1.5}}}), "composition/VEN/AA+M")]
#[case::count_text(json!({"composition": {"VEN": {"AA+M": "3"}}}), "composition/VEN/AA+M")]
#[case::nation_lower(json!({"composition": {"ven": {"AA+M": 1}}}), "composition/ven")]
#[case::nation_long(json!({"composition": {"VENE": {"AA+M": 1}}}), "composition/VENE")]
#[case::cell_without_sex(json!({"composition": {"VEN": {"AA": 1}}}), "composition/VEN/AA")]
#[case::cell_with_slash(json!({"composition": {"VEN": {"AA/M": 1}}}), "composition/VEN/AA/M")]
#[case::composition_list(json!({"composition": [1]}), "composition")]
#[case::lat(json!({"position": {"lat": 95.0, "lon": 0.1, "source": "gnss"}}), "position")]
#[case::lon_missing(json!({"position": {"lat": 9.0, "source": "gnss"}}), "position")]
#[case::position_word(json!({"position": "somewhere"}), "position")]
#[case::position_foreign_part(json!({"position": {"lat": 9.0, "lon": 0.1, "source": "gnss", "street": "x"}}), "position")]
#[case::time(json!({"occurred_at": "yesterday"}), "occurred_at")]
#[case::time_without_offset(json!({"occurred_at": "2025-03-14T07:21:40"}), "occurred_at")]
#[case::reach(json!({"assistance": {"water": "some"}}), "assistance/water")]
#[case::reach_huge(json!({"assistance": {"water": 10_000}}), "assistance/water")]
#[case::code_with_space(json!({"setting": "the river"}), "setting")]
#[case::place_note_long(json!({"place_note": "x".repeat(81)}), "place_note")]
#[case::note_long(json!({"note": "x".repeat(501)}), "note")]
#[case::control(json!({"place_note": "a\u{0}b"}), "place_note")]
#[case::unknown_field(json!({"smuggler": "x"}), "smuggler")]
#[case::header(json!({"author_id": "x"}), "author_id")]
#[case::bookkeeping(json!({"needs_answered": true}), "needs_answered")]
#[case::languages(json!({"languages": ["not a code"]}), "languages")]
#[case::patrol(json!({"patrol_id": "BCH-0314-2"}), "patrol_id")]
#[case::km(json!({"trail_km": -1.0}), "trail_km")]
#[case::no_object(json!([1]), "capture")]
fn bad_input_is_answered_with_its_field(#[case] patch: Value, #[case] field: &str) {
    let error = try_patch(&recorded(&example()), patch).unwrap_err();
    let EditError::Field {
        field: named,
        reason,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(named, field, "the form opens there");
    assert!(!reason.is_empty(), "and says what is expected");
}

#[rstest]
#[case::need(json!({"needs": {"trafficking_concern": 1}}), "needs/trafficking_concern")]
#[case::need_removed(json!({"needs": {"threat_to_life": 0}}), "needs/threat_to_life")]
fn a_protected_code_is_refused_everywhere(#[case] patch: Value, #[case] field: &str) {
    let refused = EditError::Protected {
        field: field.to_owned(),
    };
    let base = recorded(&example());
    assert_eq!(
        try_patch(&base, patch.clone()).unwrap_err(),
        refused,
        "in an edit"
    );
    assert_eq!(
        record(&header(), &capture(patch), &by(1)).unwrap_err(),
        refused,
        "in a capture"
    );
    let choice = Edit::ChooseOther {
        field: field.to_owned(),
        value: json!(1),
    };
    assert!(edit(&base, &choice, &by(1)).is_err(), "in a choice");
}

#[test]
fn unknown_codes_survive() {
    let stated = json!({"setting": "moon", "assistance": {"teleport": 2}, "composition": {"ZZZ": {"B7+Q": 2}}});
    let read = read(&recorded(&capture(stated.clone()))).unwrap().capture();
    let mut again = serde_json::to_value(read).unwrap();
    again.as_object_mut().unwrap().shift_remove("encounter_id");
    assert_eq!(again, stated, "kept and shown as codes");
}

#[test]
fn a_corrected_clock_keeps_the_first_time_in_history() {
    let base = recorded(&capture(
        json!({"occurred_at": "2019-01-01T01:00:00-05:00", "clock_source": "device"}),
    ));
    let at = DateTime::parse_from_rfc3339("2025-03-14T07:21:40-05:00").unwrap();
    let correction = Edit::CorrectClock {
        occurred_at: at,
        clock_source: "network".to_owned(),
    };
    let written = edit(&base, &correction, &by(17)).unwrap().unwrap();
    let corrected = base.with_change(&written.bytes).unwrap();
    assert!(
        !crate::summary::Summary::of(&read(&corrected).unwrap()).clock_doubt,
        "the time is known now"
    );
    let lines = history(&corrected).unwrap();
    let line = lines
        .iter()
        .find(|line| line.field == "occurred_at")
        .unwrap();
    assert_eq!(
        (line.before.len(), &line.after),
        (1, &vec![FieldValue::Time(at)]),
        "before and after"
    );
}
