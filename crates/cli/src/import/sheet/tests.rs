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
fn a_cell_under_a_column_without_a_name_is_refused() {
    let lines = read("setting,,composition/VEN/AA+M\nriver,7,3\nriver,,3\nriver, ,3\n");
    assert_eq!(
        lines[0].capture.as_ref().err().map(String::as_str),
        Some("cell 2 is filled, but its column has no name in the first line"),
        "nobody's people are dropped in silence"
    );
    assert!(
        lines[1].capture.is_ok() && lines[2].capture.is_ok(),
        "an empty column says nothing"
    );
}

#[test]
fn blank_rows_of_a_spreadsheet_are_passed_over() {
    let lines = read("setting,composition/VEN/AA+M\nriver,3\n,\n , \n,,,\nriver,4\n,");
    let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
    assert_eq!(
        numbers,
        [2, 6],
        "nothing stands in the others; each line keeps its number"
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
    let lines =
        read("position/lat,position/lon,position/source\n8.45,-77.64,handheld\n8.45,,handheld\n");
    assert!(
        matches!(
            lines[0].capture.as_ref().unwrap().position,
            Some(StatedPosition::Fix(_))
        ),
        "one unit"
    );
    assert!(lines[1].capture.is_err(), "half a fix is not a fix");
}
