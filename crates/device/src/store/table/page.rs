//! Pages of rows by filter. The statement is put together from fixed pieces; values are always bound.

use std::borrow::Cow;

use bitacora_core::summary::folio;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::encounter_row::{COLUMNS, StoredLine, line};
use crate::record::filter::{RowFilter, RowState};
use crate::store::error::StoreError;
use crate::store::{function, value};

/// The pieces of a statement and the values bound to it.
struct Query {
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    /// Something that `row_narrow` holds narrows the list: that index is read through, and of the rows
    /// themselves only those of the page.
    is_narrow: bool,
    /// The people of each row are looked at, and so every row itself.
    asks_people: bool,
}

/// The list as it is opened, narrowed to nothing: asked for most, and so not put together anew each time.
const NEWEST: &str =
    "SELECT r.summary, r.saved_order, r.place, r.unreceived, r.refused, r.saved_at, r.received_at
    FROM encounter_row r WHERE r.listed = 1 ORDER BY r.saved_order DESC LIMIT ? OFFSET ?";

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// After so many rows from the newest: they are walked past.
    After(u64),
    /// Below a row's place in the order of saving: the key leads there.
    Below(i64),
}

/// Hands over the rows of a page, newest saved first; returns the last one's place in that order.
pub(crate) fn each<E: From<StoreError>>(
    db: &Connection,
    filter: &RowFilter,
    limit: u32,
    start: Start,
    mut each: impl FnMut(&StoredLine<'_>) -> Result<(), E>,
) -> Result<Option<i64>, E> {
    let mut query = Query::of(filter);
    let offset = match start {
        Start::After(rows) => value::integer(rows),
        Start::Below(order) => {
            query.add("r.saved_order < ?", Value::Integer(order));
            0
        }
    };
    query.values.push(Value::Integer(i64::from(limit)));
    query.values.push(Value::Integer(offset));
    let mut statement = db.prepare_cached(&query.page()).map_err(StoreError::from)?;
    let mut rows = statement
        .query(params_from_iter(query.values))
        .map_err(StoreError::from)?;
    let mut last = None;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let stored = line(row)?;
        each(&stored)?;
        last = Some(stored.order);
    }
    Ok(last)
}

/// Returns how many rows the filter has on all pages.
pub(crate) fn total(db: &Connection, filter: &RowFilter) -> Result<u64, StoreError> {
    let query = Query::of(filter);
    let mut statement = db.prepare_cached(&query.count())?;
    let params = params_from_iter(query.values);
    let total = value::first(&mut statement, params, |row| value::count(row, "total"))?;
    Ok(total.unwrap_or(0))
}

impl Query {
    fn of(filter: &RowFilter) -> Self {
        let mut query = Self {
            conditions: vec!["r.listed = 1"],
            values: Vec::new(),
            is_narrow: false,
            asks_people: false,
        };
        query.by_state(filter.state);
        if let Some(patrol) = filter.patrol_id {
            query.narrow("r.patrol = ?", Value::Blob(patrol.as_bytes().to_vec()));
        }
        if let Some(day) = filter.day {
            query.narrow(function::IS_OF_DAY, Value::Text(day.to_string()));
            query.values.push(Value::Text(day.to_string()));
        }
        let text = filter.text.as_deref().map(str::trim);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            query.narrow(function::IS_CALLED, Value::Text(text.to_uppercase()));
            query.values.push(Value::Text(folio(text)));
        }
        query.by_people(filter);
        query
    }

    fn by_people(&mut self, filter: &RowFilter) {
        if filter.nationality.is_none() && filter.cell.is_none() {
            return;
        }
        self.asks_people = true;
        self.conditions.push(function::HAS_PEOPLE);
        let nationality = filter.nationality.clone();
        self.values
            .push(nationality.map_or(Value::Null, Value::Text));
        let cell = filter.cell.map(function::number);
        self.values.push(cell.map_or(Value::Null, Value::Integer));
    }

    fn by_state(&mut self, state: RowState) {
        let condition = match state {
            RowState::All => return,
            RowState::Unreceived => "r.unreceived > 0",
            RowState::Incomplete => "r.incomplete = 1",
            RowState::TwoValues => "r.two_values = 1",
            RowState::ToReview => "r.to_review = 1",
            RowState::Refused => "r.refused = 1",
            RowState::Voided => "r.voided = 1",
            RowState::ClockDoubt => "r.clock_doubt > 0",
        };
        self.conditions.push(condition);
        self.is_narrow = true;
    }

    fn narrow(&mut self, condition: &'static str, value: Value) {
        self.add(condition, value);
        self.is_narrow = true;
    }

    fn add(&mut self, condition: &'static str, value: Value) {
        self.conditions.push(condition);
        self.values.push(value);
    }

    fn page(&self) -> Cow<'static, str> {
        if !self.is_narrow && self.conditions.len() == 1 {
            return Cow::Borrowed(NEWEST);
        }
        let conditions = self.conditions.join(" AND ");
        Cow::Owned(if self.is_narrow {
            format!(
                "SELECT {COLUMNS} FROM (SELECT r.saved_order AS narrow FROM encounter_row r INDEXED BY row_narrow
                    WHERE {conditions} ORDER BY r.saved_order DESC LIMIT ? OFFSET ?)
                 JOIN encounter_row r ON r.saved_order = narrow ORDER BY narrow DESC"
            )
        } else {
            format!(
                "SELECT {COLUMNS} FROM encounter_row r WHERE {conditions}
                 ORDER BY r.saved_order DESC LIMIT ? OFFSET ?"
            )
        })
    }

    fn count(&self) -> String {
        let by = if self.is_narrow || !self.asks_people {
            "INDEXED BY row_narrow"
        } else {
            // Every row is looked at: in the order in which they lie.
            "NOT INDEXED"
        };
        let conditions = self.conditions.join(" AND ");
        format!("SELECT count(*) AS total FROM encounter_row r {by} WHERE {conditions}")
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, NEWEST};

    #[test]
    fn the_list_as_it_is_opened_reads_the_columns_of_every_list() {
        assert!(
            NEWEST.starts_with(&format!("SELECT {COLUMNS}\n")),
            "{NEWEST}"
        );
    }
}
