#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::json;

use automerge::transaction::Transactable as _;

use super::*;
use crate::content::schema;
use crate::encounter::tests::{by, example, patched, recorded};
use crate::encounter::{self, Edit};

fn actors() -> impl FnMut() -> ActorId {
    let mut next = 200;
    move || {
        next += 1;
        ActorId::new([next; 16])
    }
}

fn chunks(document: &Document) -> Vec<Vec<u8>> {
    document
        .changes()
        .iter()
        .map(|meta| document.change_bytes(meta.hash).unwrap())
        .collect()
}

fn run(held: &[Vec<u8>], refused: ChangeHash, again: impl Fn(&ChangeMeta) -> bool) -> Recovery {
    run_without_marks_of(None, held, refused, again)
}

fn run_without_marks_of(
    another: Option<ChangeHash>,
    held: &[Vec<u8>],
    refused: ChangeHash,
    again: impl Fn(&ChangeMeta) -> bool,
) -> Recovery {
    let held = held.iter().map(Vec::as_slice);
    reauthor(
        Kind::Encounter,
        held,
        &BTreeSet::from([refused]),
        again,
        |by, _| Some(by) != another,
        actors(),
    )
    .unwrap()
}

#[test]
fn edits_on_top_of_a_refused_one_are_stated_again() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let later = patched(
        &seen,
        json!({"composition": {"VEN": {"AA+M": 9}}, "note": "río crecido"}),
        3,
    );
    let full = seen.with_change(&later.bytes).unwrap();
    let again = |meta: &ChangeMeta| meta.hash == later.meta.hash;
    let recovery = run(&chunks(&full), refused.meta.hash, again);
    let read = encounter::read(&recovery.document).unwrap();
    assert_eq!(
        read.capture().setting.as_deref(),
        Some("river"),
        "the refused edit is gone"
    );
    assert_eq!(
        read.capture().composition["VEN"]["AA+M"],
        9,
        "the later edit is there"
    );
    assert_eq!(
        read.capture().note.as_deref(),
        Some("río crecido"),
        "and its note"
    );
    assert_eq!(
        read.recovered.keys().collect::<Vec<_>>(),
        [&later.meta.hash],
        "it says what it stands for"
    );
    assert_ne!(
        recovery.recovered[0].written.meta.actor, later.meta.actor,
        "under a new actor"
    );
}

#[test]
fn what_was_deleted_from_a_note_on_top_of_a_refused_edit_stays_deleted() {
    for (note, left) in [(json!("río"), Some("río")), (json!(null), None)] {
        let base = recorded(&example());
        let written = patched(&base, json!({"note": "río crecido"}), 2);
        let base = base.with_change(&written.bytes).unwrap();
        let refused = patched(&base, json!({"setting": "jungle"}), 3);
        let seen = base.with_change(&refused.bytes).unwrap();
        let shorter = patched(&seen, json!({ "note": note }), 4);
        let full = seen.with_change(&shorter.bytes).unwrap();
        let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
            meta.hash == shorter.meta.hash
        });
        let read = encounter::read(&recovery.document).unwrap();
        assert_eq!(read.capture().note.as_deref(), left);
        assert!(
            read.recovered.contains_key(&shorter.meta.hash),
            "it is called written again, so it must be"
        );
    }
}

#[test]
fn history_says_which_change_it_stands_for() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let later = patched(&seen, json!({"direction": "south"}), 3);
    let full = seen.with_change(&later.bytes).unwrap();
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        meta.hash == later.meta.hash
    });
    let lines = encounter::history(&recovery.document).unwrap();
    let told: Vec<_> = lines.iter().map(|line| line.field.as_str()).collect();
    assert_eq!(told, ["created", "direction", "recovered_from"]);
    let from = encounter::FieldValue::Text(later.meta.hash.to_string());
    assert_eq!(
        lines[2].after,
        [from],
        "so that a person can look at what was refused"
    );
}

#[test]
fn running_it_again_adds_nothing() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let later = patched(&seen, json!({"direction": "south"}), 3);
    let mut held = chunks(&seen.with_change(&later.bytes).unwrap());
    let first = run(&held, refused.meta.hash, |meta| {
        meta.hash == later.meta.hash
    });
    held.extend(
        first
            .recovered
            .iter()
            .map(|recovered| recovered.written.bytes.clone()),
    );
    let second = run(&held, refused.meta.hash, |meta| {
        meta.hash == later.meta.hash
    });
    assert!(second.recovered.is_empty(), "what was recovered is marked");
    assert_eq!(
        second.document.version(),
        first.document.version(),
        "and the document is the same"
    );
}

#[test]
fn what_another_device_marks_as_written_again_is_written_again_here() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.clone().with_change(&refused.bytes).unwrap();
    let later = patched(&seen, json!({"direction": "south"}), 3);
    let mut held = chunks(&seen.with_change(&later.bytes).unwrap());
    // A colleague's device says that its own change stands for the later one; it states something else.
    let mark = format!("{}{}", schema::RECOVERED, later.meta.hash);
    let marked = crate::document::author(base, &by(4), |transaction| {
        transaction.put(automerge::ROOT, mark.as_str(), true)
    });
    let (marked, _) = marked.unwrap().unwrap();
    held.push(marked.bytes);
    let again = |meta: &ChangeMeta| meta.hash == later.meta.hash;
    let another = Some(marked.meta.hash);
    let recovery = run_without_marks_of(another, &held, refused.meta.hash, again);
    let from: Vec<_> = recovery.recovered.iter().map(|again| again.from).collect();
    assert_eq!(from, [later.meta.hash]);
    let capture = encounter::read(&recovery.document).unwrap().capture();
    assert_eq!(capture.direction.as_deref(), Some("south"));
}

#[test]
fn a_cloned_phone_keeps_both_edits() {
    let base = recorded(&example());
    // Two copies of one phone write under one actor.
    let kept = patched(&base, json!({"composition": {"VEN": {"AA+M": 8}}}), 5);
    let clone = patched(&base, json!({"composition": {"VEN": {"AA+M": 9}}}), 5);
    let wedged = base
        .clone()
        .with_change(&kept.bytes)
        .unwrap()
        .with_change(&clone.bytes)
        .unwrap_err();
    assert_eq!(
        wedged,
        DocumentError::DuplicateSeq { seq: 1 },
        "no document can hold both"
    );
    let mut held = chunks(&base.with_change(&kept.bytes).unwrap());
    held.push(clone.bytes.clone());
    let recovery = run(&held, clone.meta.hash, |meta| meta.hash == clone.meta.hash);
    let read = encounter::read(&recovery.document).unwrap();
    let values = &read.fields["composition/VEN/AA+M"].values;
    assert_eq!(
        values.len(),
        2,
        "nobody's number was replaced: 8 and 9 stand side by side"
    );
}

#[test]
fn edits_side_by_side_on_the_refused_one_get_an_actor_each() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let one = patched(&seen, json!({"families": 2}), 3);
    let two = patched(&seen, json!({"families": 3}), 4);
    let full = seen
        .with_change(&one.bytes)
        .unwrap()
        .with_change(&two.bytes)
        .unwrap();
    let mine = [one.meta.hash, two.meta.hash];
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        mine.contains(&meta.hash)
    });
    let read = encounter::read(&recovery.document).unwrap();
    assert_eq!(
        read.fields["families"].values.len(),
        2,
        "they were concurrent and still are"
    );
}

#[test]
fn what_others_wrote_is_left_to_them() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let theirs = patched(&seen, json!({"families": 2}), 3);
    let seen = seen.with_change(&theirs.bytes).unwrap();
    let mine = patched(&seen, json!({"direction": "south"}), 4);
    let full = seen.with_change(&mine.bytes).unwrap();
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        meta.hash == mine.meta.hash
    });
    let capture = encounter::read(&recovery.document).unwrap().capture();
    assert_eq!(
        (capture.families, capture.direction.as_deref()),
        (None, Some("south")),
        "only the own edit"
    );
}

#[test]
fn a_refused_beginning_leaves_nothing_to_write_on() {
    let base = recorded(&example());
    let beginning = base.changes()[0].hash;
    let held = chunks(&base);
    let held = held.iter().map(Vec::as_slice);
    let error = reauthor(
        Kind::Encounter,
        held,
        &BTreeSet::from([beginning]),
        |_| true,
        |_, _| true,
        actors(),
    )
    .unwrap_err();
    assert_eq!(error, RecoverError::NoBeginning, "said, not panicked");
}

#[test]
fn a_review_is_recovered_with_its_reason() {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let entry = encounter::ReviewEntry {
        entry_id: "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e30".parse().unwrap(),
        event: "voided".to_owned(),
        reason: Some("test".to_owned()),
        at: by(3).at,
        by: by(3).person,
        seen_version: None,
        other: None,
    };
    let voided = encounter::edit(&seen, &Edit::Review(entry.clone()), &by(3))
        .unwrap()
        .expect("an entry");
    let full = seen.with_change(&voided.bytes).unwrap();
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        meta.hash == voided.meta.hash
    });
    let read = encounter::read(&recovery.document).unwrap();
    assert_eq!(read.review_log[0].0, entry, "the entry is the same one");
}

#[test]
fn what_was_no_choice_when_it_was_written_does_not_become_one() {
    let base = recorded(&example());
    let men = |count: u32| json!({ "composition": { "VEN": { "AA+M": count } } });
    let one = patched(&base, men(8), 2);
    let two = patched(&base, men(9), 3);
    let both = base
        .with_change(&one.bytes)
        .unwrap()
        .with_change(&two.bytes)
        .unwrap();
    let refused = patched(&both, men(11), 4);
    let seen = both.with_change(&refused.bytes).unwrap();
    let mine = patched(&seen, men(12), 5);
    let mut full = seen.with_change(&mine.bytes).unwrap();
    let later = patched(&full, men(13), 5);
    full = full.with_change(&later.bytes).unwrap();
    let own = [mine.meta.hash, later.meta.hash];
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        own.contains(&meta.hash)
    });
    let read = encounter::read(&recovery.document).unwrap();
    let values = &read.fields["composition/VEN/AA+M"].values;
    let mut values: Vec<_> = values.iter().map(|stated| stated.value.to_json()).collect();
    values.sort_by_key(|value| value.as_u64());
    assert_eq!(
        values,
        [json!(8), json!(9), json!(13)],
        "whoever chose was refused: both stand again, and beside them what was written last"
    );
    assert_eq!(recovery.recovered.len(), 2, "each is written again");
}

/// A note on top of what was refused and is taken after all, and its second writing, both in one document.
fn typed_twice() -> (Vec<Vec<u8>>, Document, [ChangeHash; 3]) {
    let base = recorded(&example());
    let refused = patched(&base, json!({"setting": "jungle"}), 2);
    let seen = base.with_change(&refused.bytes).unwrap();
    let first = patched(&seen, json!({"note": "río alto"}), 3);
    let full = seen.with_change(&first.bytes).unwrap();
    let recovery = run(&chunks(&full), refused.meta.hash, |meta| {
        meta.hash == first.meta.hash
    });
    let second = recovery.recovered[0].written.clone();
    let both = full.with_change(&second.bytes).unwrap();
    let named = [refused.meta.hash, first.meta.hash, second.meta.hash];
    (chunks(&both), both, named)
}

fn note_of(document: &Document) -> Option<String> {
    encounter::read(document).unwrap().capture().note
}

#[test]
fn a_note_that_comes_back_beside_its_second_writing_is_there_once() {
    let (held, both, [refused, first, second]) = typed_twice();
    assert_eq!(note_of(&both).as_deref(), Some("río altorío alto"));
    let held = || held.iter().map(Vec::as_slice);
    let back = BTreeSet::from([refused, first]);
    let author = by(9);
    let nobody = text_as_before(Kind::Encounter, held(), &both, &back, |_| false, &author);
    assert_eq!(nobody.unwrap(), None, "another device wrote it again");
    let own = |change| change == second;
    let (from, once) = text_as_before(Kind::Encounter, held(), &both, &back, own, &author)
        .unwrap()
        .unwrap();
    assert_eq!(from, first);
    // A colleague who has only the first goes on writing there.
    let their = both.at(&Version::new(vec![first])).unwrap();
    let their = patched(&their, json!({"note": "río alto y crecido"}), 8);
    let read = both.clone().with_change(&once.bytes).unwrap();
    assert_eq!(note_of(&read).as_deref(), Some("río alto"));
    let is_so = |change: &Written| {
        let read = both.clone().with_change(&change.bytes).unwrap();
        let held = chunks(&read);
        let held = held.iter().map(Vec::as_slice);
        is_text_as_before(Kind::Encounter, held, change.meta.hash, own).unwrap()
    };
    assert!(is_so(&once), "nobody typed it");
    assert!(!is_so(&their), "somebody typed it");
    let shorter = patched(&both, json!({"note": "río"}), 10);
    assert!(!is_so(&shorter), "on the same two");
    let read = note_of(&read.with_change(&their.bytes).unwrap()).unwrap();
    assert!(read.contains("río alto"), "{read}");
    assert!(
        read.contains("y crecido"),
        "what he typed is not taken away: {read}"
    );
}

/// A colleague's note falls and takes along what was typed on it, which is written again; the two come back one by one.
#[test]
fn what_a_note_was_typed_on_comes_back_before_it_and_is_there_once() {
    let base = recorded(&example());
    let their = patched(&base, json!({"note": "río alto"}), 2);
    let seen = base.with_change(&their.bytes).unwrap();
    let first = patched(&seen, json!({"note": "río alto y crecido"}), 3);
    let full = seen.with_change(&first.bytes).unwrap();
    let recovery = run(&chunks(&full), their.meta.hash, |meta| {
        meta.hash == first.meta.hash
    });
    let again = recovery.recovered[0].written.clone();
    let mut held = chunks(&full);
    held.push(again.bytes.clone());
    let mut document = recovery.document;
    for (actor, back) in [(9, &their), (10, &first)] {
        document = document.with_change(&back.bytes).unwrap();
        let held = held.iter().map(Vec::as_slice);
        let own = |change| change == again.meta.hash;
        let hash = BTreeSet::from([back.meta.hash]);
        let author = by(actor);
        let once = text_as_before(Kind::Encounter, held, &document, &hash, own, &author);
        let (from, once) = once.unwrap().expect("it is necessary");
        assert_eq!(from, back.meta.hash);
        document = document.with_change(&once.bytes).unwrap();
        assert_eq!(note_of(&document).as_deref(), Some("río alto y crecido"));
    }
}

/// What was written on a note and says nothing of it takes nothing away from it when it comes back.
#[test]
fn a_note_that_comes_back_before_what_was_written_on_it_stays() {
    let base = recorded(&example());
    let their = patched(&base, json!({"note": "río alto"}), 2);
    let seen = base.with_change(&their.bytes).unwrap();
    let first = patched(&seen, json!({"setting": "jungle"}), 3);
    let full = seen.with_change(&first.bytes).unwrap();
    let recovery = run(&chunks(&full), their.meta.hash, |meta| {
        meta.hash == first.meta.hash
    });
    let again = recovery.recovered[0].written.clone();
    let mut held = chunks(&full);
    held.push(again.bytes.clone());
    let document = recovery.document.with_change(&their.bytes).unwrap();
    let held = held.iter().map(Vec::as_slice);
    let own = |change| change == again.meta.hash;
    let back = BTreeSet::from([their.meta.hash]);
    let author = by(9);
    let written = text_as_before(Kind::Encounter, held, &document, &back, own, &author);
    assert_eq!(written.unwrap(), None);
}

#[test]
fn a_note_that_comes_back_when_nothing_stands_for_it_stays() {
    let (held, both, [refused, first, second]) = typed_twice();
    let without = both.at(&Version::new(vec![first])).unwrap();
    let held = held.iter().map(Vec::as_slice);
    let back = BTreeSet::from([refused, first]);
    let own = |change| change == second;
    let author = by(9);
    let written = text_as_before(Kind::Encounter, held, &without, &back, own, &author);
    assert_eq!(written.unwrap(), None, "the second was not taken");
}
