//! Who changed what: each change against the version it was written on.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{self, Schema};
use super::state::{State, is_removed};
use super::{FieldPath, FieldValue, HistoryEntry, Register};
use crate::authoring::ChangeMeta;
use crate::document::{Document, DocumentError, Version, guarded};

/// The field name of the creating change's entry.
pub(crate) const CREATED: &str = "created";
/// The field name of the entry that says which change it stands for.
const RECOVERED_FROM: &str = "recovered_from";

pub(crate) fn history(
    schema: &'static Schema,
    document: &Document,
) -> Result<Vec<HistoryEntry>, DocumentError> {
    guarded(|| {
        let mut states = States {
            schema,
            document,
            known: BTreeMap::new(),
        };
        let mut lines = Vec::new();
        for change in document.changes() {
            states.add(&change, &mut lines)?;
        }
        Ok(lines)
    })
}

/// States by version: a change's version is the next one's ground as a rule.
struct States<'a> {
    schema: &'static Schema,
    document: &'a Document,
    known: BTreeMap<Version, State>,
}

impl States<'_> {
    fn add(
        &mut self,
        change: &ChangeMeta,
        lines: &mut Vec<HistoryEntry>,
    ) -> Result<(), DocumentError> {
        let after = Version::new(vec![change.hash]);
        self.know(&after)?;
        if change.deps.is_empty() {
            lines.push(line(change, CREATED.to_owned(), Vec::new(), Vec::new()));
            return Ok(());
        }
        let before = Version::new(change.deps.clone());
        self.know(&before)?;
        if let (Some(before), Some(after)) = (self.known.get(&before), self.known.get(&after)) {
            compare(self.schema, change, before, after, lines);
        }
        Ok(())
    }

    fn know(&mut self, version: &Version) -> Result<(), DocumentError> {
        if !self.known.contains_key(version) {
            let state = State::of(self.schema, self.document, Some(version))?;
            self.known.insert(version.clone(), state);
        }
        Ok(())
    }
}

fn compare(
    schema: &Schema,
    change: &ChangeMeta,
    before: &State,
    after: &State,
    lines: &mut Vec<HistoryEntry>,
) {
    for (old, new) in [
        (&before.fields, &after.fields),
        (&before.unknown, &after.unknown),
    ] {
        let paths = old
            .keys()
            .chain(new.keys())
            .filter(|path| !schema.is_added(path));
        for path in paths.collect::<BTreeSet<_>>() {
            let (was, is) = (
                shown(schema, path, old.get(path)),
                shown(schema, path, new.get(path)),
            );
            if was != is {
                lines.push(line(change, path.clone(), was, is));
            }
        }
    }
    recovered(change, after, lines);
    for (entry, by) in after.log.values() {
        if *by == change.hash {
            let event = FieldValue::Text(entry.event.clone());
            let words = entry.reason.clone().map(FieldValue::Text);
            lines.push(line(
                change,
                schema::REVIEW_LOG.to_owned(),
                Vec::new(),
                std::iter::once(event).chain(words).collect(),
            ));
        }
    }
}

/// Says that a change stands for one that fell away.
fn recovered(change: &ChangeMeta, after: &State, lines: &mut Vec<HistoryEntry>) {
    for (from, by) in &after.recovered {
        if *by == change.hash {
            let from = vec![FieldValue::Text(from.to_string())];
            lines.push(line(change, RECOVERED_FROM.to_owned(), Vec::new(), from));
        }
    }
}

/// The values as a person saw them: nothing where all say that there is none.
fn shown(schema: &Schema, path: &str, register: Option<&Register>) -> Vec<FieldValue> {
    match register {
        Some(register) if !is_removed(schema, path, register) => register
            .values
            .iter()
            .map(|stated| stated.value.clone())
            .collect(),
        _ => Vec::new(),
    }
}

fn line(
    change: &ChangeMeta,
    field: FieldPath,
    before: Vec<FieldValue>,
    after: Vec<FieldValue>,
) -> HistoryEntry {
    HistoryEntry {
        change: change.hash,
        at: change.at,
        field,
        before,
        after,
    }
}
