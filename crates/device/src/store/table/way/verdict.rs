//! What the server said of a change: received, waiting, or not accepted and why.

use bitacora_core::id::{ChangeHash, DocumentId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::Level;
use crate::store::error::StoreError;
use crate::store::table::change::ChangeKey;
use crate::store::tx::Tx;
use crate::store::value;

/// The word for a change that builds on one that was not accepted.
pub(crate) const BLOCKED: &str = "blocked";

/// Returns the state of a change that has left its document, or that another states again; `None` if it stands.
pub(crate) fn left(tx: &Tx<'_>, key: ChangeKey) -> Result<Option<String>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT state FROM change WHERE document = ?1 AND hash = ?2 AND state <> 'kept'",
    )?;
    let key = params![key.document.as_bytes(), key.change.as_bytes()];
    value::first(&mut statement, key, |row| value::column(row, "state"))
}

/// Puts a change back into the state that it had.
pub(crate) fn set_state(tx: &Tx<'_>, key: ChangeKey, state: &str) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET state = ?3 WHERE document = ?1 AND hash = ?2",
        params![key.document.as_bytes(), key.change.as_bytes(), state],
    )?;
    Ok(())
}

/// Takes back that a change had left its document: it was refused once, and is in the server's log now, under
/// another seal. True if it had.
pub(crate) fn come_back(tx: &Tx<'_>, key: ChangeKey) -> Result<bool, StoreError> {
    let back = tx.write(
        "UPDATE change SET state = 'kept', reason = NULL
         WHERE document = ?1 AND hash = ?2 AND state <> 'kept'",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    Ok(back > 0)
}

/// Notes what a receipt of a generation of the server's logs says about a change. Only *stored* and *known*
/// mean received.
pub(crate) fn set_verdict(
    tx: &Tx<'_>,
    key: ChangeKey,
    verdict: &Verdict,
    (epoch, level): (u64, Level),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    match verdict {
        Verdict::Stored { seq } | Verdict::Known { seq } => tx.write(
            "UPDATE change SET receipt = CASE receipt WHEN 'safe' THEN 'safe' ELSE ?6 END, received_at = ?3,
                stored_epoch = ?4, stored_seq = ?5, state = 'kept', unwanted = 0, reason = NULL,
                reason_code = NULL
             WHERE document = ?1 AND hash = ?2",
            params![
                key.document.as_bytes(),
                key.change.as_bytes(),
                at.timestamp_millis(),
                epoch.cast_signed(),
                value::integer(*seq),
                level.word()
            ],
        )?,
        Verdict::Waiting { .. } => tx.write(
            "UPDATE change SET receipt = 'waiting' WHERE document = ?1 AND hash = ?2 AND receipt = 'none'",
            params![key.document.as_bytes(), key.change.as_bytes()],
        )?,
        Verdict::BlockedBy { .. } => refuse(
            tx,
            key,
            "blocked",
            (BLOCKED, "a change that this one builds on was not accepted"),
        )?,
        Verdict::Refused {
            code: RefusalCode::DuplicateSeq,
            text,
        } => refuse_number(tx, key, text)?,
        Verdict::Refused { code, text } => {
            let reason = format!("{text} ({code})");
            refuse(tx, key, "refused", (code.as_str(), &reason))?
        }
        Verdict::Withheld => 0,
    };
    Ok(())
}

/// An own change leaves its document; another's stays and is not offered again.
fn refuse(
    tx: &Tx<'_>,
    key: ChangeKey,
    state: &str,
    (code, reason): (&str, &str),
) -> Result<usize, StoreError> {
    tx.write(
        "UPDATE change SET state = CASE WHEN save IS NULL OR state = 'replaced' THEN state ELSE ?3 END,
            unwanted = save IS NULL, reason = ?4, reason_code = ?5
         WHERE document = ?1 AND hash = ?2",
        params![key.document.as_bytes(), key.change.as_bytes(), state, reason, code],
    )
}

/// An own change leaves its document because its actor's number is used for another: a copy of this phone that
/// was unlocked when it was made wrote on. What it states is authored again.
pub(crate) fn refuse_number(
    tx: &Tx<'_>,
    key: ChangeKey,
    reason: &str,
) -> Result<usize, StoreError> {
    tx.write(
        "UPDATE change SET number_used = 1 WHERE document = ?1 AND hash = ?2 AND save IS NOT NULL",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    let code = RefusalCode::DuplicateSeq;
    refuse(tx, key, "refused", (code.as_str(), reason))
}

/// Lets another's change leave its document: the post did not accept it, and what this device wrote on top of it
/// would never arrive. It stays in the log, and stands again if the post has it after all.
pub(crate) fn let_fall(tx: &Tx<'_>, key: ChangeKey) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET state = 'refused', unwanted = 1, reason_code = coalesce(reason_code, ?3),
            reason = coalesce(reason, 'the post did not accept what another device wrote')
         WHERE document = ?1 AND hash = ?2 AND save IS NULL AND state = 'kept'",
        params![key.document.as_bytes(), key.change.as_bytes(), BLOCKED],
    )?;
    Ok(())
}

/// Notes that another change states what this one did; nothing of it is missing.
pub(crate) fn set_replaced(tx: &Tx<'_>, key: ChangeKey) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET state = 'replaced'
         WHERE document = ?1 AND hash = ?2 AND (state = 'blocked' OR number_used = 1)",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    Ok(())
}

/// Returns the own change, in no log, that has the number of one from the log.
pub(crate) fn own_with_number_of(
    db: &Connection,
    document: DocumentId,
    other: &bitacora_core::authoring::ChangeMeta,
) -> Result<Option<ChangeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash FROM change WHERE document = ?1 AND actor = ?2 AND seq = ?3 AND hash <> ?4
            AND save IS NOT NULL AND state = 'kept' AND log_seq IS NULL",
    )?;
    let number = params![
        document.as_bytes(),
        other.actor.as_bytes(),
        value::integer(other.seq),
        other.hash.as_bytes()
    ];
    value::first(&mut statement, number, |row| value::hash(row, "hash"))
}
