//! A time is judged when it is stated (E09): by the true time, if the author's device knows it. If it does not, a typed
//! time that lies ahead of the device's own clock says so. Whoever reads the record then judges as the author's device
//! did, whatever the reader's own clock says and however late it is read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::patch::Writes;
use super::schema::{Checked, Schema};
use super::write::choice;
use super::{FieldPath, FieldValue, Judged, Register, Stated};
use crate::authoring::Author;
use crate::clock::{TYPED, TYPED_AHEAD, TrustedClock, is_typed_source};
use crate::id::ChangeHash;

type Fields = BTreeMap<FieldPath, Register>;

/// Adds the true time to a time that lies in the future by it.
pub(super) fn note_future(schema: &Schema, writes: &mut Writes, author: &Author) {
    if let Some(checked) = schema.checked
        && let Some(FieldValue::Time(time)) = writes.get(checked.time)
        && let Some(now) = author.clock.before(time.to_utc())
    {
        writes.insert(checked.at.to_owned(), FieldValue::Time(now.fixed_offset()));
    }
}

/// Judges what a person states; `seen` is what stood before. That a time lies ahead of the clock is said by the device:
/// a person who says so has typed the time, and it is judged like any other.
pub(super) fn stated(schema: &Schema, seen: &Fields, writes: &mut Writes, author: &Author) {
    let Some(checked) = schema.checked else {
        return;
    };
    if writes.get(checked.source).is_some_and(is_ahead) {
        say(writes, checked, TYPED);
    }
    note_future(schema, writes, author);
    let source = writes.get(checked.source);
    let source = source.or_else(|| values(seen, checked.source).first().map(|one| &one.value));
    if !source.is_some_and(is_typed) {
        return;
    }
    match writes.get(checked.time) {
        Some(FieldValue::Time(time)) if is_ahead_of_its_clock(author, time.to_utc()) => {
            say(writes, checked, TYPED_AHEAD);
        }
        Some(_) => {
            let stands = values(seen, checked.source);
            if stands.iter().any(|source| is_ahead(&source.value)) {
                say(writes, checked, TYPED);
            }
        }
        None if writes.contains_key(checked.source) => again(checked, seen, writes, author),
        None => {}
    }
}

/// Judges a time of which a person states once more that he typed it.
fn again(checked: Checked, seen: &Fields, writes: &mut Writes, author: &Author) {
    let [standing] = values(seen, checked.time) else {
        return;
    };
    let FieldValue::Time(time) = standing.value else {
        return;
    };
    let state_again = |writes: &mut Writes| {
        writes.insert(checked.time.to_owned(), FieldValue::Time(time));
    };
    if let Some(now) = author.clock.before(time.to_utc()) {
        state_again(writes);
        writes.insert(checked.at.to_owned(), FieldValue::Time(now.fixed_offset()));
    } else if !is_ahead_of_its_clock(author, time.to_utc()) {
        // It is in order now, whatever it was.
    } else if is_typed_ahead(checked, seen, standing) {
        writes.remove(checked.source);
    } else {
        state_again(writes);
        say(writes, checked, TYPED_AHEAD);
    }
}

/// Returns where the chosen one of two times came from, to be stated with it. One that lay ahead of its clock keeps its
/// doubt unless the device of whoever chooses knows the true time.
pub(super) fn source_of_chosen(
    schema: &Schema,
    seen: &Fields,
    (field, chosen): (&str, &Stated),
    clock: TrustedClock,
) -> Writes {
    let Some(checked) = schema.checked.filter(|checked| checked.time == field) else {
        return Writes::new();
    };
    let Some(sources) = seen.get(checked.source) else {
        return Writes::new();
    };
    let mut writes = Writes::new();
    let own = sources.values.iter().find(|source| {
        let mut by = std::iter::once(&chosen.change).chain(&chosen.also);
        !is_ahead(&source.value) && by.any(|change| source.is_by(*change))
    });
    if clock == TrustedClock::Unknown && is_typed_ahead(checked, seen, chosen) {
        say(&mut writes, checked, TYPED_AHEAD);
    } else if let Some(own) = own {
        writes = choice(checked.source, own.value.clone(), sources);
    } else if sources.values.iter().any(|source| is_ahead(&source.value)) {
        writes = choice(checked.source, FieldValue::Text(TYPED.to_owned()), sources);
    }
    writes
}

/// Returns what a contact has shown of a time that its device could not judge, which was typed at `stated_at` in true
/// time: the doubt ends, and if it lay in the future then it is stated again with that moment beside it.
pub(super) fn found(schema: &Schema, seen: &Fields, stated_at: DateTime<Utc>) -> Writes {
    let mut writes = Writes::new();
    if let Some(checked) = schema.checked
        && let [standing] = values(seen, checked.time)
        && let FieldValue::Time(time) = standing.value
        && is_typed_ahead(checked, seen, standing)
    {
        say(&mut writes, checked, TYPED);
        let at = FieldValue::Time(stated_at.fixed_offset());
        writes.insert(checked.at.to_owned(), at);
        if TrustedClock::Known(stated_at)
            .before(time.to_utc())
            .is_some()
        {
            writes.insert(checked.time.to_owned(), FieldValue::Time(time));
        }
    }
    writes
}

/// Returns how a change judged the time that stands after it, if it says by which true time.
pub(super) fn judged(schema: &Schema, after: &Fields, change: ChangeHash) -> Option<Judged> {
    let checked = schema.checked?;
    let by_it = |stated: &&Stated| stated.is_by(change);
    let FieldValue::Time(now) = &values(after, checked.at).iter().find(by_it)?.value else {
        return None;
    };
    let now = TrustedClock::Known(now.to_utc());
    let lies_ahead = |stated: &Stated| match &stated.value {
        FieldValue::Time(time) => now.before(time.to_utc()).is_some(),
        _ => false,
    };
    Some(match values(after, checked.time).iter().any(lies_ahead) {
        true => Judged::Ahead,
        false => Judged::InOrder,
    })
}

/// Returns whether whoever stated a time said with it that it lies ahead of a clock that nobody vouched for. What says so
/// of another time says nothing of this one.
pub(crate) fn is_typed_ahead(checked: Checked, fields: &Fields, stated: &Stated) -> bool {
    let sources = values(fields, checked.source);
    let mut by = std::iter::once(&stated.change).chain(&stated.also);
    by.all(|change| {
        sources
            .iter()
            .any(|source| is_ahead(&source.value) && source.is_by(*change))
    })
}

fn is_ahead_of_its_clock(author: &Author, time: DateTime<Utc>) -> bool {
    author.clock == TrustedClock::Unknown && TrustedClock::Known(author.at).before(time).is_some()
}

fn say(writes: &mut Writes, checked: Checked, source: &str) {
    let source = FieldValue::Text(source.to_owned());
    writes.insert(checked.source.to_owned(), source);
}

fn is_ahead(value: &FieldValue) -> bool {
    matches!(value, FieldValue::Text(source) if source == TYPED_AHEAD)
}

fn is_typed(value: &FieldValue) -> bool {
    matches!(value, FieldValue::Text(source) if is_typed_source(source))
}

fn values<'a>(fields: &'a Fields, path: &str) -> &'a [Stated] {
    fields
        .get(path)
        .map_or(&[][..], |register| &register.values)
}
