//! Pages of rows by filter. The statement is put together from fixed pieces; values are always bound.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::encounter_row::{COLUMNS, StoredLine, line};
use crate::record::filter::{Cell, RowFilter, RowState};
use crate::store::error::StoreError;
use crate::store::value;

/// The order of a list of one nationality; the same numbers as the rows', led to by another index.
const BY_NATIONALITY: &str = "n.saved_order";

/// The pieces of a statement and the values bound to it.
struct Query {
    from: &'static str,
    conditions: Vec<&'static str>,
    order: &'static str,
    values: Vec<Value>,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// After so many rows from the newest: they are walked past.
    After(u64),
    /// Below a row's place in the order of saving: the index leads there.
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
            query.below(order);
            0
        }
    };
    query.values.push(Value::Integer(i64::from(limit)));
    query.values.push(Value::Integer(offset));
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE {} ORDER BY {} DESC LIMIT ? OFFSET ?",
        query.from,
        query.conditions.join(" AND "),
        query.order
    );
    let mut statement = db.prepare_cached(&sql).map_err(StoreError::from)?;
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
    let sql = format!(
        "SELECT count(*) AS total FROM {} WHERE {}",
        query.from,
        query.conditions.join(" AND ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    Ok(
        value::first(&mut statement, params_from_iter(query.values), |row| {
            value::count(row, "total")
        })?
        .unwrap_or(0),
    )
}

impl Query {
    fn of(filter: &RowFilter) -> Self {
        let mut query = Self {
            from: "encounter_row r",
            conditions: vec!["r.listed = 1"],
            order: "r.saved_order",
            values: Vec::new(),
        };
        query.by_cell(filter);
        query.by_state(filter.state);
        if let Some(patrol) = filter.patrol_id {
            query.add("r.patrol = ?", Value::Blob(patrol.as_bytes().to_vec()));
        }
        if let Some(day) = filter.day {
            query.add("r.day = ?", Value::Text(day.to_string()));
        }
        if let Some(text) = filter
            .text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            query.add(
                "instr(r.short_code, ?) > 0",
                Value::Text(text.to_uppercase()),
            );
        }
        query
    }

    fn by_cell(&mut self, filter: &RowFilter) {
        if filter.nationality.is_none() && filter.cell.is_none() {
            return;
        }
        if let Some(nationality) = &filter.nationality {
            self.from =
                "encounter_nationality n CROSS JOIN encounter_row r ON r.document = n.document";
            self.order = BY_NATIONALITY;
            self.add("n.nationality = ?", Value::Text(nationality.clone()));
            self.conditions.extend(filter.cell.map(|cell| match cell {
                Cell::Men => "n.men > 0",
                Cell::Women => "n.women > 0",
                Cell::Boys => "n.boys > 0",
                Cell::Girls => "n.girls > 0",
                Cell::Unknown => "n.unknown > 0",
            }));
        } else if let Some(cell) = filter.cell {
            self.conditions.push(match cell {
                Cell::Men => "EXISTS (SELECT 1 FROM encounter_nationality n WHERE n.document = r.document AND n.men > 0)",
                Cell::Women => "EXISTS (SELECT 1 FROM encounter_nationality n WHERE n.document = r.document AND n.women > 0)",
                Cell::Boys => "EXISTS (SELECT 1 FROM encounter_nationality n WHERE n.document = r.document AND n.boys > 0)",
                Cell::Girls => "EXISTS (SELECT 1 FROM encounter_nationality n WHERE n.document = r.document AND n.girls > 0)",
                Cell::Unknown => "EXISTS (SELECT 1 FROM encounter_nationality n WHERE n.document = r.document AND n.unknown > 0)",
            });
        }
    }

    fn by_state(&mut self, state: RowState) {
        self.conditions.extend(match state {
            RowState::All => None,
            RowState::Unreceived => Some("r.unreceived > 0"),
            RowState::Incomplete => Some("r.incomplete = 1"),
            RowState::TwoValues => Some("r.two_values = 1"),
            RowState::ToReview => Some("r.to_review = 1"),
            RowState::Refused => Some("r.refused = 1"),
            RowState::Voided => Some("r.voided = 1"),
            RowState::ClockDoubt => Some("r.clock_doubt = 1"),
        });
    }

    fn below(&mut self, order: i64) {
        let condition = match self.order {
            BY_NATIONALITY => "n.saved_order < ?",
            _ => "r.saved_order < ?",
        };
        self.add(condition, Value::Integer(order));
    }

    fn add(&mut self, condition: &'static str, value: Value) {
        self.conditions.push(condition);
        self.values.push(value);
    }
}
