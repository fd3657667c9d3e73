//! A patrol document as a row.

use bitacora_core::document::Document;
use bitacora_core::patrol as documents;
use chrono::Utc;

use super::PatrolDefaults;
use crate::store::StoreError;
use crate::store::table::patrol_row::PatrolRow;
use crate::store::value;

/// Returns the row of a patrol document.
pub(crate) fn row_of(document: &Document) -> Result<PatrolRow, StoreError> {
    let patrol = documents::read(document)?;
    let departed_at = patrol
        .departed_at()
        .map_or(patrol.header.created_at, |at| at.with_timezone(&Utc));
    let defaults = PatrolDefaults {
        trail_id: patrol.trail_id().map(str::to_owned),
        setting: patrol.setting().map(str::to_owned),
        direction: patrol.direction().map(str::to_owned),
        people: patrol.members().into_iter().collect(),
    };
    Ok(PatrolRow {
        patrol_id: patrol.header.patrol_id,
        code: patrol.header.code.clone(),
        departed_at,
        returned_at: patrol.returned_at().map(|at| at.with_timezone(&Utc)),
        device: patrol.header.device_id,
        span: patrol.span(),
        summary: value::to_json(&defaults, "patrol")?,
    })
}
