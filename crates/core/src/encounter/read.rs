//! The encounter as read from its document.

use std::collections::BTreeMap;

use super::status::Fact;
use super::{Encounter, FieldValue, Header, Register, ReviewEntry, header, layout};
use crate::content::{State, protected};
use crate::document::{Document, DocumentError, Version, guarded};
use crate::id::ChangeHash;

pub(super) fn read(document: &Document) -> Result<Encounter, DocumentError> {
    guarded(|| {
        let header = header::read(document)?;
        let mut state = State::of(&layout::ENCOUNTER, document, None)?;
        if protected(&layout::ENCOUNTER, &state).is_some() {
            return Err(DocumentError::Schema(
                "it holds a code of the protected record (E19)",
            ));
        }
        let review_log = in_order(document, &mut state);
        let facts = review_log
            .iter()
            .map(|entry| fact(document, &state, &review_log, entry))
            .collect::<Result<_, _>>()?;
        let recovered = std::mem::take(&mut state.recovered);
        let state = state.visible(&layout::ENCOUNTER);
        let mut encounter = Encounter {
            header,
            fields: state.fields,
            unknown: state.unknown,
            review_log,
            version: document.version(),
            recovered,
            beginning: document
                .beginning()
                .ok_or(DocumentError::Schema("it has no beginning"))?,
            facts,
            approved: None,
        };
        encounter.approved = encounter.read_approved(document);
        Ok(encounter)
    })
}

/// Returns the encounter of a document of one change, without the document.
pub(super) fn first(header: Header, state: State, beginning: ChangeHash) -> Encounter {
    let state = state.visible(&layout::ENCOUNTER);
    Encounter {
        header,
        fields: state.fields,
        unknown: state.unknown,
        review_log: Vec::new(),
        version: Version::new(vec![beginning]),
        recovered: BTreeMap::new(),
        beginning,
        facts: Vec::new(),
        approved: None,
    }
}

type Entry = (ReviewEntry, ChangeHash);

fn in_order(document: &Document, state: &mut State) -> Vec<Entry> {
    let place: BTreeMap<_, _> = document
        .changes()
        .into_iter()
        .enumerate()
        .map(|(index, change)| (change.hash, index))
        .collect();
    let mut log: Vec<_> = std::mem::take(&mut state.log).into_values().collect();
    log.sort_by_key(|(entry, change)| (place.get(change).copied(), entry.entry_id));
    log
}

fn fact(
    document: &Document,
    state: &State,
    log: &[Entry],
    (entry, change): &Entry,
) -> Result<Fact, DocumentError> {
    let seen = document.ancestors(&Version::new(vec![*change]))?;
    let before = |(other, by): &Entry| {
        if by == change {
            other.entry_id < entry.entry_id
        } else {
            seen.contains(by)
        }
    };
    let after = log.iter().map(before).collect();
    let seen_version = entry.seen_version.as_deref().map(str::parse::<Version>);
    let covers = match (entry.event.as_str(), seen_version) {
        ("approved" | "returned", Some(Ok(version))) => covers(document, state, &version)?,
        (event, _) => event == "returned",
    };
    Ok(Fact { after, covers })
}

/// Returns whether a version holds all content that stands now.
fn covers(document: &Document, state: &State, version: &Version) -> Result<bool, DocumentError> {
    let Ok(seen) = document.ancestors(version) else {
        return Ok(false);
    };
    let registers = state.fields.values().chain(state.unknown.values());
    let mut stated = registers.flat_map(|register| &register.values);
    if !stated.all(|stated| seen.contains(&stated.change)) {
        return Ok(false);
    }
    // What was deleted from the note leaves no value behind, so the text itself is compared.
    let then = State::of(&layout::ENCOUNTER, document, Some(version))?;
    Ok(note(state) == note(&then))
}

fn note(state: &State) -> Option<&FieldValue> {
    let register: Option<&Register> = state.fields.get(layout::NOTE);
    register
        .and_then(|register| register.values.first())
        .map(|stated| &stated.value)
}
