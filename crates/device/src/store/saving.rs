//! The transaction of one user action: changes are appended, snapshots and rows follow in the same commit.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Encounter};
use bitacora_core::id::{DocumentId, PatrolId, PostId};
use bitacora_core::patrol::Span;
use bitacora_core::summary::Summary;
use rusqlite::Connection;

use super::error::StoreError;
use super::mark::Mark;
use super::table::change::{self, Authorship, Kind, NewOwn, Whereabouts};
use super::table::{encounter_row, patrol_row, post, snapshot};
use super::tx::Tx;
use crate::clock;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::patrol;

/// An open save.
pub(crate) struct Saving<'c> {
    tx: Tx<'c>,
    next: u64,
    last: Option<Mark>,
}

/// One own change with the document it belongs to, after it was applied.
pub(crate) struct Appended<'a> {
    pub(crate) id: DocumentId,
    pub(crate) kind: Kind,
    pub(crate) scope: &'a str,
    pub(crate) written: &'a Written,
    pub(crate) author: &'a Author,
}

impl<'c> Saving<'c> {
    /// Begins; `next` is the number of the next own save.
    pub(crate) fn begin(connection: &'c mut Connection, next: u64) -> Result<Self, StoreError> {
        Ok(Self {
            tx: Tx::begin(connection)?,
            next,
            last: None,
        })
    }

    /// Returns the transaction for further writes of the same action.
    pub(crate) fn tx(&self) -> &Tx<'c> {
        &self.tx
    }

    /// Appends one own change to the log; returns where its document is if this is all of it.
    pub(crate) fn append(
        &mut self,
        appended: &Appended<'_>,
        environment: &Environment,
    ) -> Result<Whereabouts, StoreError> {
        let author = appended.author;
        let authorship = Authorship {
            person: author.person,
            device: author.device,
            claimed_at: author.at,
            saved_at: environment.now(),
            own: true,
        };
        let save = self.next;
        let position = change::insert_own(
            &self.tx,
            &NewOwn {
                document: appended.id,
                kind: appended.kind,
                scope: appended.scope,
                written: appended.written,
                authorship,
                save,
            },
        )?;
        self.next = save.saturating_add(1);
        self.last = Some(Mark {
            saves: save,
            hash: appended.written.meta.hash,
        });
        Ok(Whereabouts::new_own(position, authorship.saved_at))
    }

    /// Makes everything durable; returns the mark to write, if anything was appended.
    pub(crate) fn commit(self) -> Result<Option<Mark>, StoreError> {
        self.tx.commit()?;
        Ok(self.last)
    }
}

/// Derives and puts what lists and reports read of a document: its snapshot and its row.
///
/// A document of one change has no snapshot: reading the change is reading the document, and the first
/// save of a record, which somebody waits for, makes nothing that is there already.
///
/// A document of a kind that this build does not know keeps its snapshot and has no row.
pub(crate) fn derive(
    tx: &Tx<'_>,
    id: DocumentId,
    kind: Kind,
    scope: &str,
    document: &Document,
) -> Result<(), DeviceError> {
    match document.changes().len() {
        1 => snapshot::remove(tx, id)?,
        _ => snapshot::put(tx, id, kind, scope, document)?,
    }
    derive_row(tx, id, kind, scope, document)
}

/// Returns what the row of an encounter says.
pub(crate) fn summary_of(
    db: &Connection,
    scope: &str,
    encounter: &Encounter,
) -> Result<Summary, StoreError> {
    // Made before the enrolment, it names no post and a zone that nobody chose; those who see it know whose it is.
    let post_id = encounter_row::audience(scope)?;
    let derived = match post::zone(db, &post_id)? {
        Some(tz) => Summary::in_zone(encounter, &tz),
        None => Summary::of(encounter),
    };
    let summary = derived.of_post(&post_id);
    let patrol = summary.patrol_id.map(|patrol| patrol_row::get(db, patrol));
    Ok(match patrol.transpose()?.flatten() {
        Some(patrol) => summary.during(&patrol.span),
        None => summary,
    })
}

/// Derives and puts the row of a document.
pub(crate) fn derive_row(
    tx: &Tx<'_>,
    id: DocumentId,
    kind: Kind,
    scope: &str,
    document: &Document,
) -> Result<(), DeviceError> {
    if kind == Kind::ENCOUNTER {
        let encounter = encounter::read(document).map_err(StoreError::from)?;
        let summary = summary_of(tx, scope, &encounter)?;
        let at = change::whereabouts(tx, id)?;
        let row = (&summary, &summary.pack()[..]);
        encounter_row::put(tx, row, clock::gave_the_time(&encounter), &at)?;
    } else if kind == Kind::PATROL {
        let row = patrol::row_of(document)?;
        let before = patrol_row::get(tx, row.patrol_id)?;
        patrol_row::put(tx, &row)?;
        if before.is_none_or(|before| before.span != row.span) {
            judge_anew(tx, row.patrol_id, &row.span)?;
        }
    }
    Ok(())
}

/// Derives the rows again that stand on another day than that of their post's zone.
pub(crate) fn follow_zone(tx: &Tx<'_>, post: &PostId) -> Result<(), DeviceError> {
    let Some(tz) = post::zone(tx, post)? else {
        return Ok(());
    };
    derive_rows(tx, encounter_row::of_other_days(tx, post, &tz)?)
}

/// Derives the rows again whose times are judged otherwise now that their patrol has come, or come back.
fn judge_anew(tx: &Tx<'_>, patrol: PatrolId, span: &Span) -> Result<(), DeviceError> {
    derive_rows(tx, encounter_row::judged_otherwise(tx, patrol, span)?)
}

fn derive_rows(tx: &Tx<'_>, encounters: Vec<DocumentId>) -> Result<(), DeviceError> {
    for encounter in encounters {
        let Some((kind, scope)) = change::kind_and_scope(tx, encounter)? else {
            continue;
        };
        if let Some(document) = snapshot::load(tx, encounter)? {
            derive_row(tx, encounter, kind, &scope, &document)?;
        }
    }
    Ok(())
}
