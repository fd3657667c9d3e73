//! A change meets its document: on a copy, and only what can be saved and loaded again is kept, and only
//! what its person may say.

mod of_patrol;

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::document::{Document, DocumentError, Version};
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, PublicKey};
use bitacora_core::id::{ChangeHash, DeviceId, PersonId};
use bitacora_core::panics::caught;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::review::{self, NotAllowed};
use bitacora_core::summary::Summary;
use bitacora_core::sync::{Admission, NewChange};
use bitacora_core::{encounter, patrol};
use rusqlite::Connection;
use thiserror::Error;

use self::of_patrol::LeftWith;
use crate::store::StoreError;
use crate::store::table::document::Claim;
use crate::store::table::{change as changes, document, log, person};

/// A document as it would be with the change.
struct Merged {
    snapshot: Vec<u8>,
    summary: Option<Summary>,
}

/// Why a change is not taken.
#[derive(Debug, Error)]
enum NotTaken {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Person(#[from] NotAllowed),
}

/// Applies a change and stages the result, or says why not.
pub(super) fn admit(
    connection: &Connection,
    change: &NewChange,
    meta: &ChangeMeta,
) -> Result<Admission, StoreError> {
    let claims = document::claims(connection, change.document)?;
    if log::has(connection, change.document, change.change)? || !may_be(&claims, change) {
        let elsewhere = DocumentError::Schema("its document is of another kind or audience");
        return Ok(refusal(&elsewhere.into()));
    }
    let before = match document::snapshot(connection, change.kind, change.document)? {
        None => None,
        Some(snapshot) => match guarded(|| Document::load(&snapshot)) {
            Ok(document) => Some(document),
            Err(_) => match rebuilt(connection, change)? {
                Some(document) => Some(document),
                None => return Ok(refusal(&DocumentError::Poisoned.into())),
            },
        },
    };
    // Whom its device never announced was refused before; others hold what they had in their own lists.
    let role =
        person::role_on(connection, change.device, change.person)?.unwrap_or(Role::PatrolMember);
    let stated_by = |hash| changes::person_of(connection, change.document, hash);
    let key_of = |id| of_patrol::key_of(connection, id);
    let asked = Asked {
        change,
        seen: Version::new(meta.deps.clone()),
        role,
        left_with: match &before {
            None => of_patrol::left_with(connection, change)?,
            Some(_) => LeftWith::Its,
        },
        stated_by: &stated_by,
        key_of: &key_of,
    };
    let merged = match guarded(|| merge(before, &asked)) {
        Ok(merged) => merged,
        Err(error) => return Ok(refusal(&error)),
    };
    let summary = merged.summary.as_ref();
    document::save(
        connection,
        change.document,
        change.kind,
        &change.scope,
        &merged.snapshot,
        summary,
    )?;
    Ok(Admission::Accepted)
}

/// Returns whether a change may call its document what it calls it.
///
/// The first admitted change of a kind that is read here says what the document is: under another kind a change
/// would be judged by nobody. A kind that is not read binds nobody: anybody could name one before the author comes.
fn may_be(claims: &[Claim], change: &NewChange) -> bool {
    claims.iter().all(|claim| {
        let same_kind = claim.kind == change.kind;
        claim.scope == change.scope && (same_kind || !is_read(claim.kind))
    })
}

/// Returns whether a change by itself is the beginning of a document that is read here.
fn begins_what_is_read(bytes: &[u8]) -> bool {
    Document::from_changes([bytes])
        .is_ok_and(|alone| encounter::read(&alone).is_ok() || patrol::read(&alone).is_ok())
}

/// Returns whether documents of a kind are read here. Others are of newer builds.
fn is_read(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::ENCOUNTER | DocumentKind::PATROL)
}

/// Makes a damaged snapshot again from the log, which is the truth; none if its rows cannot be read either.
fn rebuilt(connection: &Connection, change: &NewChange) -> Result<Option<Document>, StoreError> {
    tracing::error!(document.id = %change.document, "A snapshot was damaged and is made again from the log");
    let (kind, document) = (change.kind, change.document);
    let rows = log::document_rows(connection, &change.scope, kind, document, u64::MAX)?;
    let again = guarded(|| Document::from_changes(rows.iter().map(|row| row.new.bytes.as_slice())));
    if again.is_err() {
        tracing::error!(document.id = %document, "A document cannot be read; what comes for it is put aside");
    }
    Ok(again.ok())
}

/// A change that is to be admitted.
struct Asked<'a> {
    change: &'a NewChange,
    /// What it builds on.
    seen: Version,
    /// What its person may on its device.
    role: Role,
    /// Whose the device is with which it lets a patrol leave.
    left_with: LeftWith,
    /// Who stated another change of the document.
    stated_by: &'a dyn Fn(ChangeHash) -> Option<PersonId>,
    /// The keys of known devices.
    key_of: &'a dyn Fn(DeviceId) -> Option<PublicKey>,
}

fn merge(before: Option<Document>, asked: &Asked<'_>) -> Result<Merged, NotTaken> {
    let (change, role) = (asked.change, asked.role);
    let document = match &before {
        Some(document) => document.clone().with_change(&change.bytes)?,
        None => Document::from_changes([change.bytes.as_slice()])?,
    };
    // Kinds of newer builds are kept without being read.
    let summary = match change.kind {
        DocumentKind::ENCOUNTER => {
            let encounter = encounter::read(&document)?;
            belongs(change, encounter.header.encounter_id.as_bytes())?;
            let before = before.as_ref().map(encounter::read).transpose()?;
            let (hash, person) = (change.change, change.person);
            review::rightful(before.as_ref(), &encounter, hash, person, role)?;
            if review::may_choose(role).is_err()
                && !review::chosen(&document, hash, person, asked.stated_by)?.is_empty()
            {
                return Err(NotAllowed::Choice.into());
            }
            Some(Summary::of(&encounter))
        }
        DocumentKind::PATROL => {
            let header = patrol::read(&document)?.header;
            belongs(change, header.patrol_id.as_bytes())?;
            of_patrol::judge(before.as_ref(), &document, &header, asked)?;
            None
        }
        // Else a record could be put away unread, before its author brings it.
        _ if begins_what_is_read(&change.bytes) => {
            return Err(DocumentError::Schema("it is of another kind than it says").into());
        }
        _ => None,
    };
    Ok(Merged {
        snapshot: document.snapshot()?,
        summary,
    })
}

/// Refuses a document whose own header names another document than its envelope.
///
/// The post in the header is not compared: who records before the enrolment does not know it yet. The
/// audience is the scope's, never the content's.
fn belongs(change: &NewChange, id: &[u8; 16]) -> Result<(), DocumentError> {
    if id == change.document.as_bytes() {
        Ok(())
    } else {
        Err(DocumentError::Schema(
            "it names another document than the one it was sent as",
        ))
    }
}

/// Runs what reads hostile content; a panic that the core did not catch becomes a refusal.
fn guarded<T, E: From<DocumentError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    caught(work).unwrap_or(Err(DocumentError::Panicked.into()))
}

fn refusal(error: &NotTaken) -> Admission {
    let code = match error {
        NotTaken::Document(DocumentError::Poisoned | DocumentError::Panicked) => {
            RefusalCode::Poison
        }
        NotTaken::Document(DocumentError::DuplicateSeq { .. }) => RefusalCode::DuplicateSeq,
        NotTaken::Document(_) => RefusalCode::Change,
        NotTaken::Person(NotAllowed::OtherPerson | NotAllowed::OtherDevice) => RefusalCode::Person,
        NotTaken::Person(NotAllowed::Choice) => RefusalCode::Choice,
        NotTaken::Person(_) => RefusalCode::Role,
    };
    Admission::Refused {
        code,
        text: error.to_string(),
    }
}
