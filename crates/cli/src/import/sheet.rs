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
        let mut record = csv::StringRecord::new();
        let read = sheet.read_record(&mut record);
        let end = sheet.position().line();
        match read {
            Ok(false) => None,
            Ok(true) => {
                let number = record.position().map_or(0, csv::Position::line);
                let capture = closed(&broken, number, end).and_then(|()| capture(&header, &record));
                Some(Line { number, capture })
            }
            Err(error) => Some(Line {
                number: error.position().map_or(0, csv::Position::line),
                capture: Err(format!("the line is not readable as CSV: {error}")),
            }),
        }
    }))
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
        named.filter(|(path, cell)| !path.is_empty() && !cell.is_empty())
    };
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
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test stops at the first surprise"
    )]
    use super::*;
    use bitacora_core::capture::{Reach, StatedPosition};

    fn read(text: &str) -> Vec<Line> {
        lines(text.as_bytes()).unwrap().collect()
    }

    #[test]
    fn a_sheet_of_paper_strips_becomes_captures() {
        let lines = read(
            "\u{feff}occurred_at,setting,position,composition/VEN/AA+M,composition/HTI/AC+F,assistance/water,assistance/first_aid,needs\n\
             2023-08-14T07:21:00-05:00,river,no_fix,3,2,all,1,none\n",
        );
        let capture = lines[0].capture.as_ref().unwrap();
        assert_eq!(capture.composition["HTI"]["AC+F"], 2, "a cell is a path");
        assert_eq!(
            capture.assistance["water"],
            Reach::All,
            "`all` follows the group"
        );
        assert_eq!(
            capture.assistance["first_aid"],
            Reach::Part(1),
            "a number is a part"
        );
        assert_eq!(
            capture.position,
            Some(StatedPosition::NoFix),
            "no fix is stated"
        );
        assert_eq!(
            capture.needs.as_ref().map(|needs| needs.len()),
            Some(0),
            "asked, and there was none"
        );
    }

    #[test]
    fn a_bad_line_answers_by_itself() {
        let lines = read("setting,composition/VEN/AA+M\nriver,three\nriver,3\nriver,3,4\n");
        let reason = |index: usize| {
            lines[index]
                .capture
                .as_ref()
                .err()
                .cloned()
                .unwrap_or_default()
        };
        assert_eq!(
            reason(0),
            "composition/VEN/AA+M: `three` is not a whole number",
            "field and reason"
        );
        assert_eq!(lines[0].number, 2, "numbered as an editor numbers them");
        assert!(lines[1].capture.is_ok(), "the next line goes in");
        assert!(
            reason(2).contains("3 cells"),
            "a cell without a name is not guessed at"
        );
    }

    #[test]
    fn every_field_can_be_a_column() {
        let cell = |path: &str| match path {
            "encounter_id" | "patrol_id" => "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21",
            "occurred_at" | "ended_at" => "2023-08-14T07:21:00-05:00",
            "position" => "no_fix",
            "female_officer" => "sí",
            "needs" => "ninguna",
            "languages" => "es ht",
            _ => "2",
        };
        let schema = serde_json::to_value(bitacora_core::capture::schema()).unwrap();
        for field in schema["properties"].as_object().unwrap().keys() {
            let path = match field.as_str() {
                "composition" => "composition/VEN/AA+M",
                "separation" => "separation/alone",
                "assistance" => "assistance/water",
                "items_given" => "items_given/water_l",
                "beta_override" => "beta_override/ASO",
                "linked_encounters" => "linked_encounters/0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21",
                "warnings_ack" => "warnings_ack/W05",
                plain => plain,
            };
            let lines = read(&format!("{path}\n{}\n", cell(path)));
            assert_eq!(
                lines[0].capture.as_ref().err(),
                None,
                "{path} is a field of a capture, so it is a column too"
            );
        }
    }

    #[test]
    fn what_contradicts_itself_is_not_guessed_at() {
        for (text, says) in [
            ("needs,needs/injured\nnone,1\n", "needs/injured: "),
            ("needs/injured,needs\n1,none\n", "needs/injured: "),
            (
                "setting,setting\nriver,jungle\n",
                "setting: it is stated in two columns",
            ),
            (
                "needs/injured,needs/injured\n1,2\n",
                "needs/injured: it is stated in two columns",
            ),
        ] {
            let reason = read(text)[0].capture.as_ref().err().cloned();
            assert!(
                reason
                    .as_ref()
                    .is_some_and(|reason| reason.starts_with(says)),
                "{text}: {reason:?}"
            );
        }
        let zero = read("needs,needs/injured\nnone,0\n");
        assert!(zero[0].capture.is_ok(), "a zero and no needs say the same");
    }

    #[test]
    fn a_quote_inside_a_cell_is_a_character_and_every_line_has_its_answer() {
        let rows: String = (0..5_000)
            .map(|row| match row {
                2 => "3,río 5\" ancho\n".to_owned(),
                _ => format!("{},tramo {row}\n", 1 + row % 9),
            })
            .collect();
        let lines = read(&format!("composition/VEN/AA+M,note\n{rows}"));
        assert_eq!(lines.len(), 5_000, "no line is passed over");
        assert!(lines.iter().all(|line| line.capture.is_ok()));
        let note = lines[2].capture.as_ref().unwrap().note.clone();
        assert_eq!(note.as_deref(), Some("río 5\" ancho"));
    }

    #[test]
    fn a_quote_that_is_not_closed_swallows_no_record() {
        let header = "composition/VEN/AA+M,note\n";
        for (text, good) in [
            ("3,\"abierta\n4,b\n5,c\n", 0),
            ("3,\"abierta\n4,b\n5,c", 0),
            ("1,a\n3,\"abierta\n4,\"b\"\n5,c\n", 2),
            ("1,a\n3,\"uno\ndos\"\n5,\"c", 2),
        ] {
            let lines = read(&format!("{header}{text}"));
            let taken = lines.iter().filter(|line| line.capture.is_ok()).count();
            assert_eq!(taken, good, "{text:?}");
            let refused: Vec<_> = lines
                .iter()
                .filter_map(|line| line.capture.as_ref().err())
                .collect();
            assert!(
                refused.len() == 1 && refused[0].contains("is not closed"),
                "{text:?}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_line_that_is_too_long_answers_by_itself() {
        let long = " ".repeat(CAPTURE_BYTES_MAX + 1);
        let lines = read(&format!("setting,note\nriver,{long}\nriver,short\n"));
        assert!(
            lines[0]
                .capture
                .as_ref()
                .is_err_and(|reason| reason.contains("too long")),
            "blanks are bytes too"
        );
        assert!(lines[1].capture.is_ok(), "the next line goes in");
    }

    #[test]
    fn a_fix_is_put_together_from_its_columns() {
        let lines = read(
            "position/lat,position/lon,position/source\n8.45,-77.64,handheld\n8.45,,handheld\n",
        );
        assert!(
            matches!(
                lines[0].capture.as_ref().unwrap().position,
                Some(StatedPosition::Fix(_))
            ),
            "one unit"
        );
        assert!(lines[1].capture.is_err(), "half a fix is not a fix");
    }
}
