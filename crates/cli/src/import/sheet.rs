//! Captures from a spreadsheet's CSV: a header of field paths, a capture a line.

use std::io::BufRead;

use serde_json::{Map, Number, Value};

use super::capped::{Broken, Capped};
use super::json::capture_of_value;
use super::{CAPTURE_BYTES_MAX, Line};

/// Columns of the fields that are numbers by themselves; those of the maps are numbers by their place.
const WHOLE: [&str; 3] = ["group_estimate", "families", "position/fix_age_s"];
const DECIMAL: [&str; 7] = [
    "trail_km",
    "position/lat",
    "position/lon",
    "position/accuracy_m",
    "position/altitude_m",
    "position/altitude_accuracy_m",
    "position/hdop",
];
const COUNTED: [&str; 6] = [
    "composition/",
    "needs/",
    "separation/",
    "items_given/",
    "assistance/",
    "beta_override/",
];

/// Reads the header, then a line at a time.
pub(super) fn lines(reader: impl BufRead) -> Result<impl Iterator<Item = Line>, String> {
    let reader = Capped::new(reader);
    let broken = reader.broken();
    let mut sheet = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::Headers)
        .from_reader(reader);
    let header = sheet
        .headers()
        .map_err(|error| format!("line 1: the header is not readable: {error}"))?;
    let header: Vec<String> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    if header.iter().all(String::is_empty) {
        return Err("line 1: the file is empty; the first line names the fields, such as composition/VEN/AA+M".into());
    }
    Ok(std::iter::from_fn(move || {
        loop {
            let mut record = csv::StringRecord::new();
            let read = sheet.read_record(&mut record);
            let end = sheet.position().line();
            return match read {
                Ok(false) => None,
                Ok(true) => {
                    let number = record.position().map_or(0, csv::Position::line);
                    let closed = closed(&broken, number, end);
                    if closed.is_ok() && is_blank(&record) {
                        continue;
                    }
                    let capture = closed.and_then(|()| capture(&header, &record));
                    Some(Line { number, capture })
                }
                Err(error) => Some(Line {
                    number: error.position().map_or(0, csv::Position::line),
                    capture: Err(format!("the line is not readable as CSV: {error}")),
                }),
            };
        }
    }))
}

/// A spreadsheet writes rows that nobody filled too: they are passed over like empty lines. One that is longer than a
/// capture may be is no such row.
fn is_blank(record: &csv::StringRecord) -> bool {
    record.as_slice().len() <= CAPTURE_BYTES_MAX && record.as_slice().trim().is_empty()
}

/// Refuses what was read from one line on and before another, if a quote in it is not closed: whatever stood in the
/// lines after it is in one of its cells.
fn closed(broken: &Broken, from: u64, end: u64) -> Result<(), String> {
    // The last line may end without a line feed.
    let before = end.max(from.saturating_add(1));
    match broken.between(from, before) {
        None => Ok(()),
        Some(quote) => Err(format!(
            "a quote of line {quote} is not closed as it should be; nothing of the lines {from} to {} was recorded. \
             Put quotes around the whole cell and write each quote in it twice",
            before.saturating_sub(1)
        )),
    }
}

fn capture(
    header: &[String],
    record: &csv::StringRecord,
) -> Result<bitacora_core::capture::Capture, String> {
    if record.as_slice().len() + record.len() > CAPTURE_BYTES_MAX {
        return Err(format!(
            "the line is too long; a capture has at most {CAPTURE_BYTES_MAX} bytes (is a quote not closed?)"
        ));
    }
    if record.len() > header.len() {
        return Err(format!(
            "{} cells, but the header names {} fields",
            record.len(),
            header.len()
        ));
    }
    let cells = || {
        let named = header
            .iter()
            .map(String::as_str)
            .zip(record.iter().map(str::trim));
        named.filter(|(_, cell)| !cell.is_empty())
    };
    if let Some(place) = nameless(header, record) {
        return Err(format!(
            "cell {place} is filled, but its column has no name in the first line"
        ));
    }
    let no_needs = cells().any(|(path, _)| path == "needs");
    let mut fields = Map::new();
    for (path, cell) in cells() {
        if no_needs && path.starts_with("needs/") {
            if cell == "0" {
                continue;
            }
            return Err(format!(
                "{path}: the column needs says that there are none; one of them must be empty"
            ));
        }
        put(&mut fields, path, path, value(path, cell)?)?;
    }
    capture_of_value(Value::Object(fields))
}

/// Returns the place, counted from 1, of the first filled cell of which nobody knows what it says.
fn nameless(header: &[String], record: &csv::StringRecord) -> Option<usize> {
    let mut cells = header.iter().zip(record).enumerate();
    let found = cells.find(|(_, (path, cell))| path.is_empty() && !cell.trim().is_empty());
    found.map(|(index, _)| index + 1)
}

fn value(path: &str, cell: &str) -> Result<Value, String> {
    if path == "needs" {
        return match cell {
            "none" | "ninguna" => Ok(Value::Object(Map::new())),
            _ => Err(
                "needs: expected `none`; people per need go into columns such as needs/injured"
                    .to_owned(),
            ),
        };
    }
    if path == "languages" {
        let codes = cell.split([' ', ';', ',']).filter(|code| !code.is_empty());
        return Ok(Value::Array(
            codes.map(|code| Value::String(code.to_owned())).collect(),
        ));
    }
    if path.starts_with("assistance/") && matches!(cell, "all" | "todos") {
        return Ok(Value::String("all".to_owned()));
    }
    if WHOLE.contains(&path) || COUNTED.iter().any(|map| path.starts_with(map)) {
        let number = cell
            .parse::<u32>()
            .map_err(|_| format!("{path}: `{}` is not a whole number", shortened(cell)))?;
        return Ok(Value::Number(number.into()));
    }
    if path == "female_officer" {
        return match cell.to_lowercase().as_str() {
            "true" | "yes" | "sí" | "si" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(format!("{path}: expected yes or no")),
        };
    }
    if DECIMAL.contains(&path) {
        let number = cell.parse().ok().and_then(Number::from_f64);
        return number
            .map(Value::Number)
            .ok_or_else(|| format!("{path}: `{}` is not a number", shortened(cell)));
    }
    Ok(Value::String(cell.to_owned()))
}

/// Puts a value where its path leads; `whole` is the path from the beginning.
fn put(
    fields: &mut Map<String, Value>,
    path: &str,
    whole: &str,
    value: Value,
) -> Result<(), String> {
    let Some((name, rest)) = path.split_once('/') else {
        return match fields.insert(path.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(format!("{whole}: it is stated in two columns")),
        };
    };
    match fields
        .entry(name.to_owned())
        .or_insert_with(|| Value::Object(Map::new()))
    {
        Value::Object(inner) => put(inner, rest, whole, value),
        _ => Err(format!(
            "{name}: both a word and {name}/{rest} are given; one of them must be empty"
        )),
    }
}

/// A wrong cell is quoted only in part: it may hold anything, and messages end in logs.
fn shortened(cell: &str) -> String {
    cell.chars().take(20).collect()
}

#[cfg(test)]
mod tests;
