//! Everything about one record, for its page.

use std::collections::BTreeMap;

use bitacora_core::encounter::{self, Encounter};
use bitacora_core::id::{ChangeHash, EncounterId};
use bitacora_core::rule::TIME_OUTSIDE;
use bitacora_core::summary::Summary;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::author::load;
use super::conflict::FieldConflict;
use super::history::HistoryLine;
use super::rights::Rights;
use super::row::{Place, Row};
use crate::device::Device;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, Authorship, Kind, NotAccepted};
use crate::store::table::patrol_row;

/// Where a record is held, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldAt {
    /// Where.
    pub place: Place,
    /// Since when, by the clock of who says so.
    pub since: Option<DateTime<Utc>>,
}

/// One record with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The line of lists.
    pub row: Row,
    /// Every value; its version is the one to edit and choose at.
    pub encounter: Encounter,
    /// Who wrote each change, by its hash.
    pub stated_by: BTreeMap<ChangeHash, Authorship>,
    /// Fields with more than one value, with authors.
    pub conflicts: Vec<FieldConflict>,
    /// Who changed what, in causal order.
    pub history: Vec<HistoryLine>,
    /// Where it is held, the nearest place first.
    pub held: Vec<HeldAt>,
    /// What may be wrong, though the record is complete: rule id and field, as in [`Summary::missing`]. A time before
    /// the patrol left, while the patrol is out.
    ///
    /// [`Summary::missing`]: bitacora_core::summary::Summary::missing
    pub warnings: Vec<(String, String)>,
    /// Why the server refused a change, if it did.
    pub refused: Option<NotAccepted>,
    /// What the person may do with it.
    pub rights: Rights,
}

impl Device {
    /// Returns a record with its history, also a withdrawn one.
    pub fn show(&self, id: EncounterId) -> Result<Detail, DeviceError> {
        self.with(|unlocked| {
            let (document, _) = load(unlocked, id.into(), Kind::ENCOUNTER)?;
            let encounter = encounter::read(&document).map_err(StoreError::from)?;
            let row = unlocked.row_of(id)?;
            let db = unlocked.store.read();
            Ok(Detail {
                stated_by: change::authorships(db, id.into())?.into_iter().collect(),
                conflicts: unlocked.field_conflicts(&encounter)?,
                history: unlocked.history(&document, &encounter)?,
                held: held(&row),
                refused: change::refusal(db, id.into())?,
                rights: Rights::of(
                    &encounter,
                    row.summary.missing.is_empty(),
                    unlocked.me,
                    unlocked.role()?,
                ),
                warnings: warnings(db, &row.summary)?,
                row,
                encounter,
            })
        })
    }
}

fn warnings(db: &Connection, summary: &Summary) -> Result<Vec<(String, String)>, StoreError> {
    let patrol = summary.patrol_id.map(|patrol| patrol_row::get(db, patrol));
    let outside = patrol
        .transpose()?
        .flatten()
        .is_some_and(|patrol| patrol.span.is_open && summary.is_outside(&patrol.span));
    Ok(outside
        .then(|| ("E09".to_owned(), TIME_OUTSIDE.to_owned()))
        .into_iter()
        .collect())
}

fn held(row: &Row) -> Vec<HeldAt> {
    let mut held = vec![HeldAt {
        place: Place::OnPhone,
        since: Some(row.saved_at),
    }];
    if row.place >= Place::AtPost {
        held.push(HeldAt {
            place: Place::AtPost,
            since: row.received_at,
        });
    }
    if row.place >= Place::AtHq {
        held.push(HeldAt {
            place: Place::AtHq,
            since: row.received_at,
        });
    }
    held
}
