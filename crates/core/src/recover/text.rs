//! A text that was typed again, and whose first writing stands after all: every other field joins two equal values, a
//! text would have both.

use std::collections::BTreeSet;

use super::{Kind, Log};
use crate::authoring::{Author, Written};
use crate::content::schema::Schema;
use crate::content::{State, retext};
use crate::document::{Document, DocumentError, Version, guarded};
use crate::id::ChangeHash;

/// Returns the change by which the text reads as it did before some changes stood again, with the last of them that makes
/// it necessary; `None` if none of them does.
///
/// `back` are all that stand again. Necessary is what states the text and was written again by a change that is `own`, or
/// is what that text was typed on: one device writes it. What others typed on top of what stands again is not seen by the change, and stays.
pub fn text_as_before<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    document: &Document,
    back: &BTreeSet<ChangeHash>,
    own: impl Fn(ChangeHash) -> bool,
    author: &Author,
) -> Result<Option<(ChangeHash, Written)>, DocumentError> {
    let schema = kind.schema();
    let log = Log::of(held)?;
    let mut heads = heads_without(document, back);
    if heads.is_empty() {
        return Ok(None);
    }
    let before = state_at(schema, document, heads.clone())?;
    let standing = before.recovered.values().copied();
    let again = log.written_again(schema, standing.filter(|change| own(*change)));
    let mut last = None;
    for meta in document.changes() {
        let is_both = back.contains(&meta.hash) && again.contains(&meta.hash);
        if is_both && !meta.deps.is_empty() {
            let seen = state_at(schema, document, meta.deps)?;
            let stated = state_at(schema, document, vec![meta.hash])?;
            if seen.text(schema) != stated.text(schema) {
                heads.push(meta.hash);
                last = Some(meta.hash);
            }
        }
    }
    let (Some(last), Some(text)) = (last, before.text(schema)) else {
        return Ok(None);
    };
    let seen = document.at(&Version::new(heads))?;
    let written = retext(schema, &seen, text, author)?;
    Ok(written.map(|written| (last, written)))
}

/// Returns whether a change of a document is one by which the text reads as it did before others stood again: nobody
/// typed it. It was written on what stood before, whose text it has, and on what came back.
pub fn is_text_as_before<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    change: ChangeHash,
    own: impl Fn(ChangeHash) -> bool,
) -> Result<bool, DocumentError> {
    let schema = kind.schema();
    let log = Log::of(held)?;
    let document = log.document_at(&[change])?;
    let state = state_at(schema, &document, vec![change])?;
    let standing = state.recovered.values().copied();
    let again = log.written_again(schema, standing.filter(|change| own(*change)));
    let deps = document.deps(change).unwrap_or_default();
    let (back, before): (Vec<_>, Vec<_>) = deps.into_iter().partition(|dep| again.contains(dep));
    if back.is_empty() || before.is_empty() {
        return Ok(false);
    }
    let before = state_at(schema, &document, before)?;
    Ok(before.text(schema) == state.text(schema))
}

/// Returns the heads of a document as it was before these changes stood in it.
fn heads_without(document: &Document, back: &BTreeSet<ChangeHash>) -> Vec<ChangeHash> {
    let changes = document.changes();
    let before = || changes.iter().filter(|meta| !back.contains(&meta.hash));
    let seen: BTreeSet<_> = before().flat_map(|meta| meta.deps.iter()).collect();
    let heads = before().filter(|meta| !seen.contains(&meta.hash));
    heads.map(|meta| meta.hash).collect()
}

fn state_at(
    schema: &'static Schema,
    document: &Document,
    heads: Vec<ChangeHash>,
) -> Result<State, DocumentError> {
    guarded(|| State::of(schema, document, Some(&Version::new(heads))))
}
