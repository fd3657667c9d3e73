//! What the log of a scope must do.

use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::ScopeId;
use bitacora_core::sync::ServerLog;

use super::{Post, envelope, store};
use crate::conform::written::Sealed;

pub(super) fn what_is_not_committed_is_gone<P: Post>(
    post: &mut P,
    scope: &ScopeId,
    sealed: &Sealed,
) {
    let statement = &sealed.seal.statement;
    for crashes in [false, true] {
        let mut log = post.log();
        log.begin().unwrap();
        log.save_envelope(&envelope(sealed, false)).unwrap();
        store(&mut *log, scope, sealed);
        assert_eq!(
            log.tail(scope).unwrap().seq,
            1,
            "reads see what was written"
        );
        if !crashes {
            log.rollback();
        }
        drop(log);
        if crashes {
            post.crash();
        }
        let mut log = post.log();
        assert_eq!(log.tail(scope).unwrap().seq, 0, "the row is gone");
        let found = log.envelope(statement.device, statement.counter).unwrap();
        assert_eq!(found, None, "the envelope is gone");
        let change = log.change(sealed.leaf).unwrap();
        assert!(change.is_none(), "the change is gone");
        assert_eq!(log.known_through(statement.device).unwrap(), None);
    }
}

pub(super) fn rows_are_dense_and_in_order<P: Post>(
    post: &mut P,
    scope: &ScopeId,
    sealed: &[&Sealed],
) {
    let mut log = post.log();
    let empty = log.tail(scope).unwrap();
    assert_eq!(
        log.tail_at(scope, 0).unwrap(),
        Some(empty),
        "0 is the empty log"
    );
    for change in sealed {
        log.begin().unwrap();
        store(&mut *log, scope, change);
        log.commit().unwrap();
    }
    drop(log);
    post.crash();
    let mut log = post.log();
    let end = log.tail(scope).unwrap();
    assert_eq!(
        (end.seq, end.count),
        (2, 2),
        "committed rows survive a crash"
    );
    assert_eq!(log.tail_at(scope, 2).unwrap(), Some(end));
    assert_eq!(
        log.tail_at(scope, 3).unwrap(),
        None,
        "beyond the end is nothing"
    );
    let rows = log.rows(scope, 0, 1).unwrap();
    assert_eq!(rows.len(), 1, "no more than asked for");
    assert_eq!(
        (rows[0].seq, rows[0].new.change),
        (1, sealed[0].written.meta.hash)
    );
    assert!(
        rows[0].new.bytes == sealed[0].written.bytes,
        "with its bytes"
    );
    let rows = log.rows(scope, 1, 10).unwrap();
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [2]);
    let document = sealed[0].document;
    let through: Vec<u64> = log
        .document_rows(scope, DocumentKind::ENCOUNTER, document, 1)
        .unwrap()
        .iter()
        .map(|row| row.seq)
        .collect();
    assert_eq!(through, [1], "a document's rows up to a position");
    assert_eq!(
        log.first_row_after(scope, DocumentKind::ENCOUNTER, document, 1)
            .unwrap(),
        Some(2)
    );
    assert_eq!(
        log.first_row_after(scope, DocumentKind::ENCOUNTER, document, 2)
            .unwrap(),
        None
    );
    let meta = &sealed[1].written.meta;
    let found = log
        .by_actor_seq(DocumentKind::ENCOUNTER, document, meta.actor, meta.seq)
        .unwrap();
    assert_eq!(
        found,
        Some(meta.hash),
        "a stored change is found by its number"
    );
    assert_eq!(
        log.by_actor_seq(DocumentKind::ENCOUNTER, document, meta.actor, 99)
            .unwrap(),
        None
    );
}
