//! How deep objects may lie in each other.

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ValueRef};

use super::DocumentError;

/// Objects in each other, the document itself among them. A record of today has three; the comparison of a whole document
/// calls itself for each, and a few hundred use up a thread's stack, which no `catch_unwind` survives.
const DEEPEST: usize = 32;

/// Refuses a document whose objects lie deeper in each other than anybody writes them.
pub(super) fn check(automerge: &Automerge) -> Result<(), DocumentError> {
    let mut objects = vec![(ROOT, ObjType::Map, 1)];
    while let Some((object, of, depth)) = objects.pop() {
        if depth > DEEPEST {
            return Err(DocumentError::TooDeep);
        }
        let inner = objects_in(automerge, &object, of);
        objects.extend(inner.into_iter().map(|(id, of)| (id, of, depth + 1)));
    }
    Ok(())
}

fn objects_in(automerge: &Automerge, object: &ObjId, of: ObjType) -> Vec<(ObjId, ObjType)> {
    match of {
        ObjType::Map | ObjType::Table => automerge
            .map_range(object, ..)
            .filter_map(|item| Some((item.id(), object_type(&item.value)?)))
            .collect(),
        ObjType::List => automerge
            .list_range(object, ..)
            .filter_map(|item| Some((item.id(), object_type(&item.value)?)))
            .collect(),
        ObjType::Text => Vec::new(),
    }
}

const fn object_type(value: &ValueRef<'_>) -> Option<ObjType> {
    match value {
        ValueRef::Object(of) => Some(*of),
        ValueRef::Scalar(_) => None,
    }
}
