//! Who changed what: each change against the version it was written on.

use std::collections::BTreeSet;

mod room;

use room::Room;

use super::judge;
use super::schema::{self, Schema};
use super::state::{State, is_removed};
use super::{FieldPath, FieldValue, HistoryEntry, Register, Stated};
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
            last: None,
        };
        let mut lines = Vec::new();
        for change in document.changes() {
            states.add(&change, &mut lines)?;
        }
        Ok(lines)
    })
}

/// States by version: a change's version is the next one's ground as a rule, so that the last one is kept. No more
/// is: a record of many changes would be held as often as it was changed.
struct States<'a> {
    schema: &'static Schema,
    document: &'a Document,
    last: Option<(Version, State)>,
}

impl States<'_> {
    fn add(
        &mut self,
        change: &ChangeMeta,
        lines: &mut Vec<HistoryEntry>,
    ) -> Result<(), DocumentError> {
        let version = Version::new(vec![change.hash]);
        if change.deps.is_empty() {
            lines.push(line(change, CREATED.to_owned(), Vec::new(), Vec::new()));
            self.last = Some((version.clone(), self.at(&version)?));
            return Ok(());
        }
        let before = self.before(&Version::new(change.deps.clone()))?;
        let after = self.at(&version)?;
        compare(self.schema, change, &before, &after, lines);
        self.last = Some((version, after));
        Ok(())
    }

    fn before(&mut self, version: &Version) -> Result<State, DocumentError> {
        match self.last.take() {
            Some((last, state)) if last == *version => Ok(state),
            _ => self.at(version),
        }
    }

    fn at(&self, version: &Version) -> Result<State, DocumentError> {
        State::of(self.schema, self.document, Some(version))
    }
}

fn compare(
    schema: &Schema,
    change: &ChangeMeta,
    before: &State,
    after: &State,
    lines: &mut Vec<HistoryEntry>,
) {
    let mut room = Room::default();
    let judged = judge::judged(schema, &after.fields, change.hash);
    for (old, new) in [
        (&before.fields, &after.fields),
        (&before.unknown, &after.unknown),
    ] {
        let paths = old
            .keys()
            .chain(new.keys())
            .filter(|path| !schema.is_added(path));
        for path in paths.collect::<BTreeSet<_>>() {
            let was = shown(schema, path, old.get(path));
            let is = shown(schema, path, new.get(path));
            if !same(was, is) {
                let (was, is) = (room.told(was), room.told(is));
                lines.push(HistoryEntry {
                    judged,
                    ..line(change, path.clone(), was, is)
                });
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
fn shown<'a>(schema: &Schema, path: &str, register: Option<&'a Register>) -> &'a [Stated] {
    match register {
        Some(register) if !is_removed(schema, path, register) => &register.values,
        _ => &[],
    }
}

fn same(was: &[Stated], is: &[Stated]) -> bool {
    let values = was.iter().map(|stated| &stated.value);
    values.eq(is.iter().map(|stated| &stated.value))
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
        judged: None,
    }
}
