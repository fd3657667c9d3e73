//! The steps from one schema to the next.

use std::sync::LazyLock;

use bitacora_core::envelope::{DocumentKind, LeafHash};
use bitacora_core::id::{ChangeHash, DocumentId};
use rusqlite::{Transaction, params};
use rusqlite_migration::{HookError, HookResult, M, Migrations};

use super::{StoreError, value};

/// Every step, the first one first.
pub(super) static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("schema/0001_first.sql")),
        M::up_with_hook(include_str!("schema/0002_by_leaf.sql"), copy_changes),
        M::up(include_str!("schema/0003_brought.sql")),
        M::up(include_str!("schema/0004_ready.sql")),
    ])
});

/// Copies the changes from the table of before, each with its leaf.
fn copy_changes(tx: &Transaction<'_>) -> HookResult {
    {
        let mut before =
            tx.prepare("SELECT rowid, kind, document, change FROM change_before ORDER BY rowid")?;
        let mut copy =
            tx.prepare("INSERT INTO change SELECT ?, * FROM change_before WHERE rowid = ?")?;
        let mut wait = tx.prepare(
            "INSERT INTO waiting SELECT missing, ? FROM waiting_before WHERE change = ?",
        )?;
        let mut rows = before.query([])?;
        while let Some(row) = rows.next()? {
            let (rowid, kind): (i64, u8) = (row.get(0)?, row.get(1)?);
            let (document, change) = (row.get(2)?, row.get(3)?);
            let document =
                value::id(document, "document", DocumentId::from_bytes).map_err(unreadable)?;
            let change = value::hash(change, "change", ChangeHash::new).map_err(unreadable)?;
            let leaf = LeafHash::of(DocumentKind::new(kind), document, change);
            copy.execute(params![leaf.as_bytes(), rowid])?;
            wait.execute(params![leaf.as_bytes(), change.as_bytes()])?;
        }
    }
    tx.execute_batch("DROP TABLE change_before; DROP TABLE waiting_before;")?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn unreadable(error: StoreError) -> HookError {
    HookError::Hook(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use bitacora_core::sync::ChangeState;
    use rusqlite::Connection;

    use super::*;
    use crate::store::table::{change, ready};

    #[test]
    fn what_is_blocked_by_a_change_that_is_refused_no_longer_is_judged() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Connection::open(folder.path().join("store.db")).unwrap();
        MIGRATIONS.to_version(&mut connection, 3).unwrap();
        let insert = "INSERT INTO change (leaf_hash, change, document, kind, scope, device, counter, leaf, bytes, state,
            blocked_by, received_at, state_at) VALUES (?1, ?1, ?2, 1, 'PA-BCH/operational', ?2, 1, 0, x'00', ?3, ?4, 1, 1)";
        let document = [1_u8; 16];
        for (hash, state, by) in [
            ([3_u8; 32], "waiting", None),
            ([4; 32], "blocked", Some([3_u8; 32])),
            ([5; 32], "refused", None),
            ([6; 32], "blocked", Some([5; 32])),
        ] {
            connection
                .execute(insert, params![hash, document, state, by])
                .unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        assert_eq!(
            ready::first(&connection, 9).unwrap(),
            [LeafHash::new([4; 32])]
        );
    }

    #[test]
    fn what_waits_and_what_is_put_aside_is_found_by_its_leaf() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Connection::open(folder.path().join("store.db")).unwrap();
        MIGRATIONS.to_version(&mut connection, 1).unwrap();
        let insert = "INSERT INTO change (change, document, kind, scope, device, counter, leaf, bytes, state, code,
            reason, received_at, state_at) VALUES (?, ?, 1, 'PA-BCH/operational', ?, 1, 0, x'00', ?, 'change', 'no', 1, 1)";
        let (document, device) = ([1_u8; 16], [2_u8; 16]);
        for (hash, state) in [([3_u8; 32], "waiting"), ([4; 32], "refused")] {
            connection
                .execute(insert, params![hash, document, device, state])
                .unwrap();
        }
        connection
            .execute("INSERT INTO waiting VALUES (?, ?)", [[9_u8; 32], [3; 32]])
            .unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();

        let (kind, document) = (DocumentKind::ENCOUNTER, DocumentId::from_bytes(document));
        let found = |hash| {
            let leaf = LeafHash::of(kind, document, ChangeHash::new(hash));
            change::find(&connection, leaf).unwrap().unwrap().state
        };
        let missing = ChangeHash::new([9; 32]);
        assert!(
            found([3; 32])
                == ChangeState::Waiting {
                    missing: vec![missing]
                },
            "it waits for the same"
        );
        assert!(
            matches!(found([4; 32]), ChangeState::Refused { .. }),
            "what was refused stays refused"
        );
        let waiting = change::waiting_on(&connection, kind, document, missing).unwrap();
        assert_eq!(waiting.len(), 1, "and is judged when that comes");
    }
}
