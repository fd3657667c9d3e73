//! The table as one rectangular CSV file: figures first, then what they mean.
//!
//! Every line has the same columns. `section` says what a line is: `people`, `people_total`, `attentions`,
//! `attentions_total`, `left_out`, `missing_team`, `missing_patrol` or `fact`. A figure takes three columns: the least
//! and the most it can be, and the number of records in it in which somebody has still to choose. What is not in the
//! figures has a `reason`, and `since` when it is missing: the last contact of a team, the departure of a patrol.
//! Sections, codes and reasons are words for programs and the same in every language.

use std::io::Write;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Cells, Table};
use crate::cell::inert;
use crate::coverage::Why;
use crate::figure::Figure;

const COLUMNS: [&str; 6] = ["men", "women", "boys", "girls", "unknown", "total"];

/// Writes the table as CSV, UTF-8 with a byte-order mark, for spreadsheets that otherwise guess the encoding wrong.
pub fn write_csv(table: &Table, mut out: impl Write) -> csv::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut file = csv::Writer::from_writer(out);
    header(&mut file)?;
    for row in &table.rows {
        figures(&mut file, "people", &row.nationality, "", &row.people)?;
    }
    figures(&mut file, "people_total", "", "", &table.totals)?;
    for attentions in &table.attentions {
        total(
            &mut file,
            "attentions",
            &attentions.category,
            "",
            attentions.people,
            &Missing::default(),
        )?;
    }
    total(
        &mut file,
        "attentions_total",
        "",
        "",
        table.attentions_total,
        &Missing::default(),
    )?;
    omissions(&mut file, table)?;
    for (name, value) in facts(table).into_iter().chain([received_from(table)]) {
        words(&mut file, "fact", name, &value, &Missing::default())?;
    }
    file.flush()?;
    Ok(())
}

fn header<W: Write>(file: &mut csv::Writer<W>) -> csv::Result<()> {
    file.write_field("section")?;
    file.write_field("code")?;
    file.write_field("text")?;
    for column in COLUMNS {
        file.write_field(format!("{column}_min"))?;
        file.write_field(format!("{column}_max"))?;
        file.write_field(format!("{column}_undecided"))?;
    }
    file.write_field("reason")?;
    file.write_field("since")?;
    file.write_record(None::<&[u8]>)
}

/// Why something is not in the figures, and since when; nothing of what is.
#[derive(Default)]
struct Missing {
    reason: &'static str,
    since: Option<DateTime<Utc>>,
}

fn end<W: Write>(file: &mut csv::Writer<W>, missing: &Missing) -> csv::Result<()> {
    file.write_field(missing.reason)?;
    file.write_field(missing.since.map(time).unwrap_or_default())?;
    file.write_record(None::<&[u8]>)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn labels<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
) -> csv::Result<()> {
    file.write_field(section)?;
    file.write_field(inert(code).as_ref())?;
    file.write_field(inert(text).as_ref())
}

fn figure<W: Write>(file: &mut csv::Writer<W>, figure: Figure) -> csv::Result<()> {
    file.write_field(figure.min.to_string())?;
    file.write_field(figure.max.to_string())?;
    file.write_field(figure.undecided.to_string())
}

fn blanks<W: Write>(file: &mut csv::Writer<W>, figures: usize) -> csv::Result<()> {
    (0..3 * figures).try_for_each(|_| file.write_field(""))
}

fn figures<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
    cells: &Cells,
) -> csv::Result<()> {
    labels(file, section, code, text)?;
    cells
        .columns()
        .into_iter()
        .try_for_each(|(_, column)| figure(file, column))?;
    end(file, &Missing::default())
}

fn total<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
    people: Figure,
    missing: &Missing,
) -> csv::Result<()> {
    labels(file, section, code, text)?;
    blanks(file, COLUMNS.len() - 1)?;
    figure(file, people)?;
    end(file, missing)
}

fn words<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
    missing: &Missing,
) -> csv::Result<()> {
    labels(file, section, code, text)?;
    blanks(file, COLUMNS.len())?;
    end(file, missing)
}

fn omissions<W: Write>(file: &mut csv::Writer<W>, table: &Table) -> csv::Result<()> {
    for left_out in &table.left_out {
        let rules: Vec<_> = left_out
            .rules
            .iter()
            .map(|(rule, records)| format!("{rule} ×{records}"))
            .collect();
        let text = format!("{} records {}", left_out.records, rules.join(" "));
        let missing = Missing {
            reason: left_out.reason.as_str(),
            since: None,
        };
        total(
            file,
            "left_out",
            left_out.reason.as_str(),
            text.trim_end(),
            left_out.people,
            &missing,
        )?;
    }
    for team in &table.coverage.teams_missing {
        let heard = team.last_contact_at.map_or("never".to_owned(), time);
        let missing = Missing {
            reason: team.why.as_str(),
            since: team.last_contact_at,
        };
        let text = format!("last contact {heard}");
        words(file, "missing_team", &team.name, &text, &missing)?;
    }
    for patrol in &table.coverage.patrols_missing {
        let missing = Missing {
            reason: Why::PatrolOut.as_str(),
            since: Some(patrol.departed_at),
        };
        let text = format!("left {}", time(patrol.departed_at));
        words(file, "missing_patrol", &patrol.code, &text, &missing)?;
    }
    Ok(())
}

fn facts(table: &Table) -> [(&'static str, String); 18] {
    [
        ("definition", table.definition.clone()),
        ("post", table.post_id.to_string()),
        ("post_name", table.post_name.clone()),
        ("period", table.period.to_string()),
        ("time_zone", table.tz.clone()),
        (
            "as_of",
            table.as_of.to_rfc3339_opts(SecondsFormat::Secs, false),
        ),
        ("only_reviewed", table.only_reviewed.to_string()),
        ("encounters", table.encounters.to_string()),
        ("reviewed", table.reviewed.to_string()),
        ("as_approved", table.as_approved.to_string()),
        ("undecided", table.undecided.to_string()),
        ("undecided_day", table.undecided_day.to_string()),
        ("clock_doubt", table.clock_doubt.to_string()),
        (
            "clock_doubt_elsewhere",
            table.clock_doubt_elsewhere.to_string(),
        ),
        ("unreceived", table.unreceived.to_string()),
        ("parts_over_total", table.parts_over_total.to_string()),
        ("teams_expected", table.coverage.teams_expected.to_string()),
        ("teams_as_of", teams_as_of(table)),
    ]
}

/// From when on this device has received what the post has; empty where that is all of these days.
fn received_from(table: &Table) -> (&'static str, String) {
    let from = table.coverage.received_from.map(time);
    ("received_from", from.unwrap_or_default())
}

/// Who nobody listed is not known to be there: `unknown` is no zero.
fn teams_as_of(table: &Table) -> String {
    table
        .coverage
        .teams_as_of
        .map_or("unknown".to_owned(), time)
}
