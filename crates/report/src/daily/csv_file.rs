//! The table as one rectangular CSV file: figures first, then what they mean.
//!
//! Every line has the same columns. `section` says what a line is: `people`, `people_total`, `attentions`,
//! `attentions_total`, `left_out`, `missing_team`, `missing_patrol` or `fact`. A figure takes three columns: the least
//! and the most it can be, and the number of records in it in which somebody has still to choose.

use std::io::Write;

use chrono::SecondsFormat;

use super::{Cells, Table};
use crate::cell::inert;
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
        )?;
    }
    total(
        &mut file,
        "attentions_total",
        "",
        "",
        table.attentions_total,
    )?;
    omissions(&mut file, table)?;
    for (name, value) in facts(table) {
        words(&mut file, "fact", name, &value)?;
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
    file.write_record(None::<&[u8]>)
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
    file.write_record(None::<&[u8]>)
}

fn total<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
    people: Figure,
) -> csv::Result<()> {
    labels(file, section, code, text)?;
    blanks(file, COLUMNS.len() - 1)?;
    figure(file, people)?;
    file.write_record(None::<&[u8]>)
}

fn words<W: Write>(
    file: &mut csv::Writer<W>,
    section: &str,
    code: &str,
    text: &str,
) -> csv::Result<()> {
    labels(file, section, code, text)?;
    blanks(file, COLUMNS.len())?;
    file.write_record(None::<&[u8]>)
}

fn omissions<W: Write>(file: &mut csv::Writer<W>, table: &Table) -> csv::Result<()> {
    for left_out in &table.left_out {
        let rules: Vec<_> = left_out
            .rules
            .iter()
            .map(|(rule, records)| format!("{rule} ×{records}"))
            .collect();
        let text = format!("{} records {}", left_out.records, rules.join(" "));
        total(
            file,
            "left_out",
            left_out.reason.as_str(),
            text.trim_end(),
            left_out.people,
        )?;
    }
    for team in &table.coverage.teams_missing {
        let heard = team.last_contact_at.map_or("never".to_owned(), |at| {
            at.to_rfc3339_opts(SecondsFormat::Secs, true)
        });
        words(
            file,
            "missing_team",
            &team.name,
            &format!("last contact {heard}"),
        )?;
    }
    for patrol in &table.coverage.patrols_missing {
        let left = patrol
            .departed_at
            .to_rfc3339_opts(SecondsFormat::Secs, true);
        words(
            file,
            "missing_patrol",
            &patrol.code,
            &format!("left {left}"),
        )?;
    }
    Ok(())
}

fn facts(table: &Table) -> [(&'static str, String); 17] {
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

/// Who nobody listed is not known to be there: `unknown` is no zero.
fn teams_as_of(table: &Table) -> String {
    table
        .coverage
        .teams_as_of
        .map_or("unknown".to_owned(), |at| {
            at.to_rfc3339_opts(SecondsFormat::Secs, true)
        })
}
