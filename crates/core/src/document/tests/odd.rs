//! Values that no build of ours writes where they stand: each is read without a panic, and the rest of the record stays.

use automerge::ScalarValue;
use rstest::rstest;
use serde_json::json;

use super::foreign::written_on;
use super::*;
use crate::encounter;
use crate::summary::Summary;

/// A place in a record, as container and key; none is the root.
type Place = (Option<&'static str>, &'static str);

const PLACES: [Place; 11] = [
    (Some("composition"), "VEN/AA+M"),
    (Some("assistance"), "water"),
    (Some("needs"), "older"),
    (Some("items_given"), "water_l"),
    (None, "families"),
    (None, "group_estimate"),
    (None, "occurred_at"),
    (None, "clock_source"),
    (None, "position"),
    (None, "direction"),
    (None, "patrol_id"),
];

/// What a record must still do with whatever stands in it.
fn is_read_shown_and_edited(document: &Document) {
    let read = encounter::read(document).unwrap();
    let summary = Summary::of(&read);
    serde_json::to_string(&summary).unwrap();
    serde_json::to_string(&read.capture()).unwrap();
    assert!(
        summary.people.total.max < 1_000_000,
        "nobody counts {}",
        summary.people.total.max
    );
    let lines = encounter::history(document).unwrap();
    assert!(!lines.is_empty());
    let edit = patched(document, json!({ "setting": "community" }), 5);
    let after = document.clone().with_change(&edit.bytes).unwrap();
    encounter::read(&after).unwrap();
    let loaded = Document::load(&after.snapshot().unwrap()).unwrap();
    assert_eq!(
        loaded.version(),
        after.version(),
        "what is saved is read again"
    );
}

#[rstest]
#[case::a_counter(ScalarValue::counter(5))]
#[case::beyond_numbers(ScalarValue::F64(f64::INFINITY))]
#[case::less_than_nobody(ScalarValue::Int(-3))]
#[case::more_than_there_are(ScalarValue::Int(i64::MAX))]
#[case::more_than_a_column_holds(ScalarValue::Uint(u64::MAX))]
#[case::a_moment(ScalarValue::Timestamp(i64::MIN))]
#[case::bytes(ScalarValue::Bytes(vec![0xff; 300]))]
#[case::nothing(ScalarValue::Null)]
#[case::yes(ScalarValue::Boolean(true))]
#[case::a_long_word(ScalarValue::Str("á\u{202e}".repeat(2_000).into()))]
#[case::of_a_newer_automerge(ScalarValue::Unknown { type_code: 12, bytes: vec![1, 2, 3] })]
fn an_odd_value_anywhere_is_read_and_the_record_goes_on(#[case] value: ScalarValue) {
    let base = recorded(&example());
    for (container, key) in PLACES {
        let odd = written_on(&base, |writer| {
            let object = container.map_or(ROOT, |name| {
                automerge::ReadDoc::get(writer, ROOT, name)
                    .unwrap()
                    .unwrap()
                    .1
            });
            writer.put(&object, key, value.clone()).unwrap();
        });
        is_read_shown_and_edited(&odd);
        // The same beside what is there: two people stated it at once.
        let ours = patched(&base, json!({ "families": 3, "group_estimate": 9 }), 6);
        is_read_shown_and_edited(&odd.with_change(&ours.bytes).unwrap());
    }
}

/// Objects in each other, the record itself among them.
fn deep(objects: usize) -> Document {
    written_on(&recorded(&example()), |writer| {
        let mut object = ROOT;
        for _ in 1..objects {
            object = writer.put_object(&object, "deeper", ObjType::Map).unwrap();
        }
        writer.put(&object, "bottom", 1).unwrap();
    })
}

#[test]
fn objects_in_objects_are_read_and_beyond_any_reason_refused() {
    is_read_shown_and_edited(&deep(32));
    for objects in [33, 1_000] {
        let document = deep(objects);
        assert_eq!(
            document.snapshot(),
            Err(DocumentError::TooDeep),
            "nothing overflows, and no server takes it"
        );
        encounter::read(&document).unwrap();
    }
}

#[test]
fn a_number_that_is_none_is_refused() {
    let odd = written_on(&recorded(&example()), |writer| {
        writer.put(ROOT, "families", f64::NAN).unwrap();
    });
    assert_eq!(odd.snapshot(), Err(DocumentError::Poisoned));
    encounter::read(&odd).unwrap();
}
