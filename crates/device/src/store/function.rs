//! What a statement asks of our own code.

use bitacora_core::summary::{Figures, Packed, People, days_elsewhere, folio};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use super::error::StoreError;
use crate::record::filter::Cell;

/// The condition on the row `r` that it has people of a nationality, in a cell; `NULL` for any.
pub(crate) const HAS_PEOPLE: &str = "has_people(r.summary, ?, ?)";

/// The condition on the row `r` that it happened on a day, or may have, while two of its times lie on two days, or did
/// as it was approved. Only of rows with two values, or of another day as approved, the row itself is looked at.
pub(crate) const IS_OF_DAY: &str = "(r.day = ? OR (r.two_values > 0 AND may_be_of(r.summary, ?)))";

/// The condition on the row `r` that its short code contains a text, or that it has a folio. Where the code does not, the
/// row itself is looked at.
pub(crate) const IS_CALLED: &str = "(instr(r.short_code, ?) > 0 OR has_folio(r.summary, ?))";

/// Makes the functions known to a connection.
pub(crate) fn add_to(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("has_people", 3, flags, has_people)?;
    connection.create_scalar_function("has_folio", 2, flags, has_folio)?;
    Ok(connection.create_scalar_function("may_be_of", 2, flags, may_be_of)?)
}

/// Returns a cell's number in statements.
pub(crate) const fn number(cell: Cell) -> i64 {
    match cell {
        Cell::Men => 0,
        Cell::Women => 1,
        Cell::Boys => 2,
        Cell::Girls => 3,
        Cell::Unknown => 4,
    }
}

fn has_people(context: &Context<'_>) -> rusqlite::Result<bool> {
    let nationality = context.get_raw(1).as_str_or_null()?;
    let cell: Option<i64> = context.get(2)?;
    // A damaged row is in the list: whoever reads it says that it is damaged.
    let Some(packed) = context.get_raw(0).as_blob().ok().and_then(Packed::read) else {
        return Ok(true);
    };
    let found = packed
        .nationalities()
        .filter(|(code, _)| nationality.is_none_or(|wanted| wanted == *code))
        .any(|(_, people)| cell.is_none_or(|cell| in_cell(&people, cell) > 0));
    Ok(found)
}

fn may_be_of(context: &Context<'_>) -> rusqlite::Result<bool> {
    let day = context.get_raw(1).as_str()?;
    let Some(packed) = context.get_raw(0).as_blob().ok().and_then(Packed::read) else {
        return Ok(true);
    };
    let others = days_elsewhere(&packed);
    Ok(others.iter().any(|other| other.to_string() == day))
}

fn has_folio(context: &Context<'_>) -> rusqlite::Result<bool> {
    let wanted = context.get_raw(1).as_str()?;
    let Some(packed) = context.get_raw(0).as_blob().ok().and_then(Packed::read) else {
        return Ok(true);
    };
    let own = packed.paper_ref();
    Ok(own.is_some_and(|own| folio(&own) == wanted))
}

fn in_cell(people: &People, cell: i64) -> u32 {
    let cells = [
        (Cell::Men, people.men),
        (Cell::Women, people.women),
        (Cell::Boys, people.boys),
        (Cell::Girls, people.girls),
        (Cell::Unknown, people.unknown),
    ];
    let found = cells.into_iter().find(|(known, _)| number(*known) == cell);
    found.map_or(0, |(_, count)| count.max)
}
