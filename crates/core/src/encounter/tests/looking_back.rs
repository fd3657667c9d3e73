use automerge::transaction::Transactable;
use serde_json::json;

use super::*;

fn told(document: &Document) -> Vec<String> {
    let lines = history(document).unwrap();
    let show = |values: &[FieldValue]| {
        let values: Vec<_> = values
            .iter()
            .map(|value| value.to_json().to_string())
            .collect();
        values.join(" | ")
    };
    lines
        .iter()
        .map(|line| {
            format!(
                "{}: {} -> {}",
                line.field,
                show(&line.before),
                show(&line.after)
            )
        })
        .collect()
}

#[test]
fn history_tells_field_by_field_what_was_and_what_is() {
    let base = recorded(&example());
    let edit = patched(
        &base,
        json!({"composition": {"VEN": {"AA+M": 7}}, "setting": "camp", "place_note": "junto al río"}),
        2,
    );
    insta::assert_debug_snapshot!(told(&base.with_change(&edit.bytes).unwrap()), @r#"
    [
        "created:  -> ",
        "composition/VEN/AA+M: 3 -> 7",
        "place_note:  -> \"junto al río\"",
        "setting: \"river\" -> \"camp\"",
    ]
    "#);
}

#[test]
fn edits_side_by_side_are_told_against_what_each_saw_and_the_choice_against_both() {
    let base = recorded(&capture(json!({"families": 6})));
    let eight = patched(&base, json!({"families": 8}), 2);
    let nine = patched(&base, json!({"families": 9}), 3);
    let merged = both(&base, &eight, &nine);
    let choice = Edit::Choose {
        field: "families".to_owned(),
        change: nine.meta.hash,
    };
    let chosen = edit(&merged, &choice, &by(4)).unwrap().unwrap();
    let decided = merged.with_change(&chosen.bytes).unwrap();
    let mut told = told(&decided);
    // Which of the two comes first is decided by their hashes.
    told[1..3].sort();
    assert_eq!(
        told[..3],
        ["created:  -> ", "families: 6 -> 8", "families: 6 -> 9"]
    );
    assert!(
        told[3] == "families: 9 | 8 -> 9" || told[3] == "families: 8 | 9 -> 9",
        "{told:?}"
    );
}

#[test]
fn removal_and_review_are_told_too() {
    let base = recorded(&example());
    let removed = patched(&base, json!({"needs": {"family_behind": null}}), 2);
    let then = base.with_change(&removed.bytes).unwrap();
    let entry = ReviewEntry {
        entry_id: "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e31".parse().unwrap(),
        event: "voided".to_owned(),
        reason: Some("duplicate".to_owned()),
        at: by(3).at,
        by: person(3),
        seen_version: None,
        other: None,
    };
    let voided = edit(&then, &Edit::Review(entry), &by(3)).unwrap().unwrap();
    insta::assert_debug_snapshot!(told(&then.with_change(&voided.bytes).unwrap()), @r#"
    [
        "created:  -> ",
        "needs/family_behind: 1 -> ",
        "review_log:  -> \"voided\" | \"duplicate\"",
    ]
    "#);
}

#[test]
fn a_record_with_forty_edits_is_told_in_full() {
    let mut document = recorded(&example());
    for number in 0..40_u32 {
        let edit = patched(&document, json!({"families": number + 1}), 2);
        document = document.with_change(&edit.bytes).unwrap();
    }
    assert_eq!(
        history(&document).unwrap().len(),
        41,
        "the beginning and every edit"
    );
}

/// Returns the record with a field at the root that this build does not know.
fn with_unknown(seen: &Document, texts: &[(&str, &str)]) -> Document {
    let mut automerge = seen.automerge.clone();
    let mut change = automerge.transaction();
    for (key, value) in texts {
        change.put(automerge::ROOT, *key, *value).unwrap();
    }
    change.commit();
    let changes = automerge.get_changes(&[]);
    Document::from_changes(changes.iter().map(|change| change.raw_bytes())).unwrap()
}

#[test]
fn the_longest_note_and_every_known_text_are_told_whole() {
    let stated = |letter: &str| {
        json!({"note": letter.repeat(500), "place_note": letter.repeat(80), "paper_ref": letter.repeat(16),
               "warnings_ack": {"E09": letter.repeat(200)}})
    };
    let base = recorded(&example());
    let first = patched(&base, stated("𐍈"), 2);
    let base = base.with_change(&first.bytes).unwrap();
    let second = patched(&base, stated("𐍇"), 2);
    let told = told(&base.with_change(&second.bytes).unwrap());
    for letters in ["𐍈".repeat(500), "𐍇".repeat(500), "𐍇".repeat(200)] {
        assert!(
            told.iter().any(|line| line.contains(&letters)),
            "it is told whole"
        );
    }
    assert!(told.iter().all(|line| !line.contains('…')), "{told:?}");
}

#[test]
fn of_more_text_than_any_field_may_hold_the_beginning_is_told() {
    let long = "ñ".repeat(20_000);
    let seen = with_unknown(&recorded(&example()), &[("tomorrow", &long)]);
    let after = with_unknown(
        &seen,
        &[("setting", "camp"), ("tomorrow", &format!("{long}o"))],
    );
    let beginning = format!("\"{}…\"", "ñ".repeat(80));
    assert_eq!(
        told(&after)[1..],
        [
            format!("tomorrow:  -> {beginning}"),
            "setting: \"river\" -> \"camp\"".to_owned(),
            format!("tomorrow: {beginning} -> {beginning}"),
        ],
        "a difference behind what is told is a line all the same"
    );
    let read = read(&after).unwrap();
    let FieldValue::Unknown(kept) = &read.unknown["tomorrow"].values[0].value else {
        panic!("a text of a newer build");
    };
    assert_eq!(kept.chars().count(), 20_001, "the record has it whole");
}

#[test]
fn of_more_values_than_there_is_room_for_it_is_told_that_there_were_several() {
    let base = recorded(&example());
    let note = |author: u8| format!("{}{author}", "𐍈".repeat(70));
    let beside: Vec<_> = (100..160)
        .map(|author| patched(&base, json!({"place_note": note(author)}), author))
        .collect();
    let merged = beside.iter().fold(base, |document, written| {
        document.with_change(&written.bytes).unwrap()
    });
    let chosen = patched(&merged, json!({"place_note": "junto al río"}), 2);
    let lines = history(&merged.with_change(&chosen.bytes).unwrap()).unwrap();
    let last = lines.last().unwrap();
    assert_eq!(last.field, "place_note", "the last line is the choice");
    assert!(
        (2..60).contains(&last.before.len()),
        "of sixty values it tells {}",
        last.before.len()
    );
}
