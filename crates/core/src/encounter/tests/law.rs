use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// One edit by a person, on the state that some number of earlier edits left.
#[derive(Debug, Clone)]
struct Step {
    patch: Value,
    /// The author approves what is there and edits nothing.
    approves: bool,
    /// Which of the earlier edits the author had not received yet.
    unseen: Vec<bool>,
}

fn any_patch() -> impl Strategy<Value = Value> {
    prop_oneof![
        (
            0_u32..12,
            prop_oneof![Just("VEN"), Just("HTI"), Just("CUB")],
            prop_oneof![Just("AA+M"), Just("AC+F")]
        )
            .prop_map(|(people, nation, cell)| json!({"composition": {nation: {cell: people}}})),
        (0_u32..12).prop_map(|people| json!({"needs": {"injured": people}})),
        prop_oneof![
            Just(json!("all")),
            (0_u32..12).prop_map(|people| json!(people)),
            Just(json!(null))
        ]
        .prop_map(|reach| json!({"assistance": {"water": reach}})),
        prop_oneof![Just(json!("river")), Just(json!("camp")), Just(json!(null))]
            .prop_map(|code| json!({"setting": code})),
        "[a-z ]{0,12}".prop_map(|words| json!({"note": words})),
        prop::collection::btree_set(prop_oneof![Just("spa"), Just("hat"), Just("fra")], 0..3)
            .prop_map(|spoken| json!({"languages": spoken.into_iter().collect::<Vec<_>>()})),
        (0_u32..12, "[a-z]{1,9}")
            .prop_map(|(families, words)| json!({"families": families, "place_note": words})),
    ]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let approves = prop_oneof![3 => Just(false), 1 => Just(true)];
    let step = (
        any_patch(),
        approves,
        prop::collection::vec(any::<bool>(), 8),
    );
    let step = step.prop_map(|(patch, approves, unseen)| Step {
        patch,
        approves,
        unseen,
    });
    prop::collection::vec(step, 1..8)
}

/// Lets each step be written on what its author had received, always under an actor of its own.
fn written(base: &Document, steps: &[Step]) -> Vec<Written> {
    let mut log: Vec<Written> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let mut seen = base.clone();
        for (earlier, unseen) in log.iter().zip(&step.unseen) {
            let ready = earlier
                .meta
                .deps
                .iter()
                .all(|dep| seen.change_bytes(*dep).is_some());
            if !unseen && ready {
                seen = seen.with_change(&earlier.bytes).unwrap();
            }
        }
        let number = u8::try_from(100 + number).unwrap();
        let step = match step.approves {
            true => Edit::Review(super::standing::entry("approved", number, &seen)),
            false => Edit::Patch(step.patch.clone()),
        };
        log.extend(edit(&seen, &step, &by(number)).unwrap());
    }
    log
}

fn applied(base: &Document, log: &[&Written]) -> Document {
    let first = base.change_bytes(base.changes()[0].hash).unwrap();
    let chunks =
        std::iter::once(first.as_slice()).chain(log.iter().map(|written| written.bytes.as_slice()));
    Document::from_changes(chunks).unwrap()
}

/// Applies one after the other, waiting for what is not there yet, as a device that syncs does.
fn trickled(base: &Document, order: &[&Written]) -> Document {
    let mut document = base.clone();
    let mut waiting: Vec<_> = order.to_vec();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(
            |written| match document.clone().with_change(&written.bytes) {
                Ok(next) => {
                    document = next;
                    false
                }
                Err(DocumentError::MissingDeps(_)) => true,
                Err(error) => panic!("{error}"),
            },
        );
        assert!(waiting.len() < before, "every change becomes ready");
    }
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_does_not_matter(steps in any_steps(), seed in any::<u64>()) {
        let base = recorded(&example());
        let log = written(&base, &steps);
        let forward: Vec<_> = log.iter().collect();
        let mut shuffled = forward.clone();
        shuffled.sort_by_key(|written| seed.wrapping_mul(u64::from(written.meta.hash.as_bytes()[0]) * 2 + 1));
        let (one, two) = (applied(&base, &forward), trickled(&base, &shuffled));
        prop_assert_eq!(one.version(), two.version());
        prop_assert_eq!(read(&one).unwrap(), read(&two).unwrap());
        prop_assert_eq!(history(&one).unwrap(), history(&two).unwrap());
    }

    /// A stated value is in the reading unless a later change of the same field was written on top of it.
    #[test]
    fn no_edit_is_lost(steps in any_steps()) {
        let base = recorded(&example());
        let log = written(&base, &steps);
        let document = applied(&base, &log.iter().collect::<Vec<_>>());
        let state = crate::content::State::of(&ENCOUNTER, &document, None).unwrap();
        for change in &log {
            let at = crate::content::State::of(&ENCOUNTER, &document, Some(&Version::new(vec![change.meta.hash]))).unwrap();
            for (path, register) in at.only_by(change.meta.hash).fields {
                if merge_of(&path) != Some(Merge::Both) {
                    continue;
                }
                let superseded = log.iter().any(|later| {
                    let seen = document.ancestors(&Version::new(vec![later.meta.hash])).unwrap();
                    let after = Version::new(vec![later.meta.hash]);
                    let writes = || crate::content::State::of(&ENCOUNTER, &document, Some(&after)).unwrap().only_by(later.meta.hash);
                    later.meta.hash != change.meta.hash && seen.contains(&change.meta.hash) && writes().fields.contains_key(&path)
                });
                let shown: BTreeSet<_> = state.fields[&path].values.iter().flat_map(|stated| stated.also.iter().chain([&stated.change])).collect();
                prop_assert_eq!(superseded, !shown.contains(&change.meta.hash), "{}: {:?}", path, register);
            }
        }
    }

    /// What was approved is what somebody had before him who approved it, read where the record lies now.
    #[test]
    fn what_was_approved_is_the_record_of_then(steps in any_steps()) {
        let base = recorded(&example());
        let log = written(&base, &steps);
        let document = applied(&base, &log.iter().collect::<Vec<_>>());
        let encounter = read(&document).unwrap();
        let row = crate::summary::Summary::of(&encounter);
        prop_assert_eq!(row.as_approved.is_some(), row.status == Status::ChangedAfterReview);
        if let Some(then) = encounter.approved {
            let was_there = read(&document.at(&then.version).unwrap()).unwrap();
            prop_assert_eq!(&then.fields, &was_there.fields);
            let row_then = crate::summary::Summary { status: Status::Reviewed, as_approved: None, ..crate::summary::Summary::of(&was_there) };
            prop_assert_eq!(row.as_approved, Some(Box::new(row_then)));
        }
    }

    #[test]
    fn a_snapshot_holds_everything(steps in any_steps()) {
        let base = recorded(&example());
        let log = written(&base, &steps);
        let document = applied(&base, &log.iter().collect::<Vec<_>>());
        let again = Document::load(&document.snapshot().unwrap()).unwrap();
        prop_assert_eq!(read(&again).unwrap(), read(&document).unwrap());
        prop_assert_eq!(again.changes(), document.changes());
        for change in &log {
            prop_assert_eq!(again.change_bytes(change.meta.hash), Some(change.bytes.clone()), "each change can be sent on");
        }
    }

    #[test]
    fn a_capture_comes_back(people in 1_u32..9_999, cells in prop::collection::btree_map("[A-Z]{3}", prop::collection::btree_map("A(A|C|U|0|18)\\+[FMUX]", 1_u32..99, 1..4), 0..4),
        words in "[a-zñáé ]{0,40}", code in "[a-z_]{1,20}", flag in any::<bool>(), km in 0_u32..999) {
        let stated = capture(json!({
            "composition": cells, "group_estimate": people, "place_note": words, "note": words, "setting": code,
            "female_officer": flag, "trail_km": f64::from(km) / 10.0, "needs": {}, "assistance": {"water": "all", "food": people},
            "languages": ["spa"], "warnings_ack": {"W06": "contados dos veces"},
            "linked_encounters": {"0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e77": "family_of"},
        }));
        let mut read = read(&recorded(&stated)).unwrap().capture();
        read.encounter_id = None;
        let empty = words.is_empty();
        prop_assert_eq!(read.note.is_none(), empty, "no words are no note");
        read.note = stated.note.clone();
        prop_assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(stated).unwrap());
    }

    /// What a save knows of a new record without reading it is what everybody else reads in its bytes.
    #[test]
    fn what_begins_a_record_is_what_its_bytes_say(patches in prop::collection::vec(any_patch(), 0..6),
        lat in -90.0_f64..90.0, lon in -180.0_f64..180.0, has_fix in any::<bool>(), second in 0_u32..4_000_000_000,
        km in 0.0_f64..999.0, people in 0_u32..99, ack in "\\PC{0,20}") {
        let mut stated = json!({"trail_km": km, "group_estimate": people, "needs": {}, "warnings_ack": {"W06": ack}});
        for patch in patches {
            for (name, value) in patch.as_object().unwrap() {
                stated[name] = value.clone();
            }
        }
        stated["occurred_at"] = json!(chrono::DateTime::from_timestamp(i64::from(second), 0).unwrap().to_rfc3339());
        stated["position"] = if has_fix {
            json!({"lat": lat, "lon": lon, "accuracy_m": km, "source": "gnss_avg"})
        } else {
            json!("no_fix")
        };
        // `assistance: null` is said by an edit only.
        if let Some(cells) = stated.get_mut("assistance").and_then(Value::as_object_mut) {
            cells.retain(|_, reach| !reach.is_null());
        }
        let future = TrustedClock::Known("2031-01-01T00:00:00Z".parse().unwrap());
        for clock in [TrustedClock::Unknown, future] {
            let stated = capture(stated.clone());
            let (written, begun) = begin(&header(), &stated, &Author { clock, ..by(17) }).unwrap();
            let document = Document::from_changes([written.bytes.as_slice()]).unwrap();
            prop_assert_eq!(&begun, &read(&document).unwrap());
            prop_assert_eq!(crate::summary::Summary::of(&begun), crate::summary::Summary::of(&read(&document).unwrap()));
            prop_assert_eq!(Document::load(&document.snapshot().unwrap()).unwrap().version(), begun.version);
        }
    }
}
