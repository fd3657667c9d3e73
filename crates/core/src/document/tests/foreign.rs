//! What another build, or somebody who does not keep the rules, may do to a record.

use super::*;

/// Writes on a record as a build that does not keep the rules would.
pub(super) fn written_on(
    base: &Document,
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>),
) -> Document {
    let mut automerge = base.automerge.clone();
    automerge.set_actor(automerge::ActorId::from([4_u8; 16]));
    let mut transaction = automerge.transaction();
    write(&mut transaction);
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    let change = automerge.get_change_by_hash(&hash.unwrap()).unwrap();
    base.clone().with_change(change.raw_bytes()).unwrap()
}

#[test]
fn a_container_that_is_made_again_or_taken_away_is_an_error_and_no_empty_record() {
    let base = recorded(&example());
    let again = written_on(&base, |writer| {
        drop(
            writer
                .put_object(ROOT, "composition", ObjType::Map)
                .unwrap(),
        )
    });
    let away = written_on(&base, |writer| writer.delete(ROOT, "needs").unwrap());
    let scalar = written_on(&base, |writer| writer.put(ROOT, "review_log", 1).unwrap());
    for document in [again, away, scalar] {
        let read = crate::encounter::read(&document);
        assert!(
            matches!(read, Err(DocumentError::Schema(_))),
            "people would vanish from every reading"
        );
    }
}

#[test]
fn a_header_that_is_written_again_is_refused() {
    let base = recorded(&example());
    let other = written_on(&base, |writer| {
        writer
            .put(ROOT, "author_id", "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e99")
            .unwrap()
    });
    assert!(
        matches!(
            crate::encounter::read(&other),
            Err(DocumentError::Schema(_))
        ),
        "authors would change hands"
    );
}

#[test]
fn fields_cells_and_objects_of_newer_builds_are_kept_and_shown() {
    let base = recorded(&example());
    let newer = written_on(&base, |writer| {
        writer.put(ROOT, "weather", "rain").unwrap();
        writer.put_object(ROOT, "tracks", ObjType::List).unwrap();
        let needs = match automerge::ReadDoc::get(writer, ROOT, "needs").unwrap() {
            Some((_, id)) => id,
            None => panic!("the container is there"),
        };
        writer.put(&needs, "needs a new form", 2).unwrap();
    });
    let read = crate::encounter::read(&newer).unwrap();
    let unknown: Vec<_> = read.unknown.keys().map(String::as_str).collect();
    assert_eq!(
        unknown,
        ["needs/needs a new form", "tracks", "weather"],
        "nothing is dropped"
    );
    let edit = patched(&newer, serde_json::json!({"families": 2}), 5);
    let after = crate::encounter::read(&newer.with_change(&edit.bytes).unwrap()).unwrap();
    assert_eq!(
        after.unknown, read.unknown,
        "an edit by this build leaves them alone"
    );
}
