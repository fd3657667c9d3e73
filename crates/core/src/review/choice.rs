//! Telling a choice between two values from an ordinary correction, by what the change stands on.

use crate::content::State;
use crate::document::{Document, DocumentError, Version, guarded};
use crate::encounter::{ENCOUNTER, FieldPath, Merge, Register, Stated};
use crate::id::{ChangeHash, PersonId};

/// Returns the fields in which a change took the place of two values, of which somebody else than `person` stated one:
/// choices, which are a leader's and the commander's (issue 2). The change is part of the document.
///
/// A correction at a version in which its author saw one value is none, whatever arrived meanwhile: both stay.
/// Whoever stated both values himself corrects himself. Descriptive fields, where the winner is shown, are anybody's.
pub fn chosen(
    document: &Document,
    change: ChangeHash,
    person: PersonId,
    stated_by: impl Fn(ChangeHash) -> Option<PersonId>,
) -> Result<Vec<FieldPath>, DocumentError> {
    let Some(deps) = document.deps(change) else {
        return Ok(Vec::new());
    };
    if deps.is_empty() {
        return Ok(Vec::new());
    }
    let before = guarded(|| State::of(&ENCOUNTER, document, Some(&Version::new(deps))))?;
    let mut open = before.fields.into_iter().filter(|(path, register)| {
        register.values.len() > 1 && ENCOUNTER.merge_of(path) == Some(Merge::Both)
    });
    let Some(first) = open.next() else {
        return Ok(Vec::new());
    };
    let after = guarded(|| State::of(&ENCOUNTER, document, Some(&Version::new(vec![change]))))?;
    let mine = |stated: &Stated| {
        let mut by = std::iter::once(&stated.change).chain(&stated.also);
        by.all(|change| stated_by(*change) == Some(person))
    };
    let is_choice = |(path, seen): &(FieldPath, Register)| {
        let now = after.fields.get(path);
        is_decided(seen, now) && !seen.values.iter().all(mine)
    };
    Ok(std::iter::once(first)
        .chain(open)
        .filter(is_choice)
        .map(|(path, _)| path)
        .collect())
}

/// Returns whether values that were seen gave way: two of them, or one and nothing but the other is left.
fn is_decided(seen: &Register, now: Option<&Register>) -> bool {
    let now = now.map_or(&[][..], |register| &register.values);
    let stands = |stated: &&Stated| {
        now.iter()
            .any(|left| left.value == stated.value && stated.is_by(left.change))
    };
    let gone = seen.values.len() - seen.values.iter().filter(stands).count();
    gone >= 2 || (gone == 1 && now.len() <= 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::authoring::Written;
    use crate::encounter::tests::{by, example, patched, person, recorded};
    use crate::encounter::{Edit, edit, read};

    const MEN: &str = "composition/VEN/AA+M";

    fn men(count: u32) -> Value {
        json!({"composition": {"VEN": {"AA+M": count}}})
    }

    /// A record of officer 17 in which 2 and 3 stated different numbers, with who wrote what.
    fn two_values() -> (Document, Vec<(ChangeHash, u8)>) {
        let base = recorded(&example());
        let (left, right) = (patched(&base, men(8), 2), patched(&base, men(9), 3));
        let authors = vec![
            (base.changes()[0].hash, 17),
            (left.meta.hash, 2),
            (right.meta.hash, 3),
        ];
        let document = base
            .with_change(&left.bytes)
            .unwrap()
            .with_change(&right.bytes)
            .unwrap();
        (document, authors)
    }

    fn judged(
        document: &Document,
        written: &Written,
        by: u8,
        authors: &[(ChangeHash, u8)],
    ) -> Option<String> {
        all_judged(document, written, by, authors)
            .into_iter()
            .next()
    }

    fn all_judged(
        document: &Document,
        written: &Written,
        by: u8,
        authors: &[(ChangeHash, u8)],
    ) -> Vec<String> {
        let with = document.clone().with_change(&written.bytes).unwrap();
        let stated_by = |change| {
            let author = authors.iter().find(|(known, _)| *known == change);
            author.map(|(_, number)| person(*number))
        };
        chosen(&with, written.meta.hash, person(by), stated_by).unwrap()
    }

    #[rstest]
    #[case::another_number(men(10))]
    #[case::the_one_that_is_not_shown(men(8))]
    #[case::none_of_them(men(0))]
    #[case::among_other_fields(json!({"families": 2, "composition": {"VEN": {"AA+M": 10, "AA+F": 1}}}))]
    fn who_writes_over_two_values_that_he_saw_chooses(#[case] patch: Value) {
        let (document, authors) = two_values();
        let shown = read(&document).unwrap().fields[MEN].shown().cloned();
        let other = if shown == Some(crate::encounter::FieldValue::Int(8)) {
            men(9)
        } else {
            men(8)
        };
        let patch = if patch == men(8) { other } else { patch };
        for by in [17, 2] {
            let written = patched(&document, patch.clone(), by);
            assert_eq!(
                judged(&document, &written, by, &authors).as_deref(),
                Some(MEN)
            );
        }
    }

    #[test]
    fn every_field_that_was_chosen_in_is_named() {
        let (document, mut authors) = two_values();
        let mut document = document;
        for families in [4, 5] {
            let base = document.at(&Version::new(vec![authors[0].0])).unwrap();
            let written = patched(&base, json!({ "families": families }), families);
            authors.push((written.meta.hash, families));
            document = document.with_change(&written.bytes).unwrap();
        }
        let both = patched(
            &document,
            json!({"families": 7, "composition": {"VEN": {"AA+M": 10}}}),
            17,
        );
        assert_eq!(
            all_judged(&document, &both, 17, &authors),
            [MEN, "families"]
        );
    }

    #[test]
    fn choosing_by_its_name_is_a_choice_also_of_the_value_that_is_shown() {
        let (document, authors) = two_values();
        for value in &read(&document).unwrap().fields[MEN].values {
            let choice = Edit::Choose {
                field: MEN.to_owned(),
                change: value.change,
            };
            let written = edit(&document, &choice, &by(17)).unwrap().unwrap();
            assert_eq!(
                judged(&document, &written, 17, &authors).as_deref(),
                Some(MEN)
            );
        }
    }

    #[test]
    fn a_correction_at_a_version_with_one_value_is_none_whatever_arrived_meanwhile() {
        let (document, authors) = two_values();
        let seen = document.at(&Version::new(vec![authors[1].0])).unwrap();
        let written = patched(&seen, men(10), 17);
        assert_eq!(
            judged(&document, &written, 17, &authors),
            None,
            "a form that was open"
        );
        let elsewhere = patched(
            &document,
            json!({"composition": {"VEN": {"AA+F": 7}}, "setting": "camp"}),
            17,
        );
        assert_eq!(
            judged(&document, &elsewhere, 17, &authors),
            None,
            "both values stand"
        );
        let note = patched(&document, json!({"note": "dos equipos"}), 17);
        assert_eq!(judged(&document, &note, 17, &authors), None);
    }

    #[test]
    fn who_stated_both_himself_corrects_himself() {
        let (document, mut authors) = two_values();
        authors[2].1 = 2;
        let written = patched(&document, men(10), 2);
        assert_eq!(judged(&document, &written, 2, &authors), None);
        assert_eq!(
            judged(&document, &written, 17, &authors).as_deref(),
            Some(MEN),
            "for anybody else it is a choice"
        );
        authors.pop();
        assert!(
            judged(&document, &written, 2, &authors).is_some(),
            "what nobody signed is nobody's own"
        );
    }

    #[test]
    fn the_same_number_twice_is_no_second_value() {
        let base = recorded(&example());
        let (left, right) = (patched(&base, men(8), 2), patched(&base, men(8), 3));
        let document = base
            .with_change(&left.bytes)
            .unwrap()
            .with_change(&right.bytes)
            .unwrap();
        let written = patched(&document, men(10), 17);
        assert_eq!(judged(&document, &written, 17, &[]), None);
    }

    #[test]
    fn descriptive_fields_are_anybodys() {
        let base = recorded(&example());
        let setting = |code: &str, by| patched(&base, json!({"setting": code}), by);
        let (left, right) = (setting("camp", 2), setting("urban", 3));
        let document = base
            .clone()
            .with_change(&left.bytes)
            .unwrap()
            .with_change(&right.bytes)
            .unwrap();
        let written = patched(&document, json!({"setting": "river"}), 17);
        assert_eq!(
            judged(&document, &written, 17, &[]),
            None,
            "the winner is shown, the other one tap away"
        );
    }

    #[test]
    fn the_record_itself_and_a_change_of_another_record_choose_nothing() {
        let (document, authors) = two_values();
        let stated_by = |_| None;
        assert_eq!(
            chosen(&document, authors[0].0, person(17), stated_by).unwrap(),
            [""; 0]
        );
        let absent = ChangeHash::new([9; 32]);
        assert_eq!(
            chosen(&document, absent, person(17), stated_by).unwrap(),
            [""; 0]
        );
    }
}
