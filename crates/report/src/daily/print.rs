//! The table as plain text, for paper, radio and a terminal.

mod labels;
mod widths;
mod words;

use std::fmt::{self, Write};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Cells, Table};
use crate::figure::Figure;
pub use labels::{Labels, Language, Vocabulary};
use widths::Widths;
use words::Words;

const NAME_CHARS: usize = 24;

/// Returns the table as lines of 80 characters, longer only where its figures are ranges of thousands. `labels` names
/// nationalities and categories.
pub fn print(table: &Table, labels: &dyn Labels) -> String {
    let mut page = String::new();
    // Writing into a `String` cannot fail.
    let _ = write_page(&mut page, table, labels);
    page
}

fn write_page(page: &mut String, table: &Table, labels: &dyn Labels) -> fmt::Result {
    let words = Words::of(labels.language(), labels.vocabulary());
    write!(page, "{} · {}", words.title, table.post_name)?;
    if table.post_name != table.post_id.as_str() {
        write!(page, " ({})", table.post_id)?;
    }
    writeln!(page)?;
    writeln!(page, "{} {} · {}", words.period, table.period, table.tz)?;
    writeln!(
        page,
        "{} {} · {}",
        words.as_of,
        table.as_of.format("%Y-%m-%d %H:%M"),
        table.definition
    )?;
    writeln!(page)?;
    writeln!(page, "{}", words.sentence(table))?;
    if let Some(from) = table.coverage.received_from {
        writeln!(page, "{}", words.received_from(&local(table, from)))?;
    }
    writeln!(page)?;
    let widths = Widths::of(table, words);
    people(page, table, labels, (words, &widths))?;
    writeln!(page)?;
    attentions(page, table, labels, (words, &widths))?;
    notes(page, table, words)
}

fn people(
    page: &mut String,
    table: &Table,
    labels: &dyn Labels,
    (words, widths): (&Words, &Widths),
) -> fmt::Result {
    write!(page, "{:<NAME_CHARS$}", words.nationality)?;
    for (column, width) in words.columns.into_iter().zip(widths.each()) {
        write!(page, "{column:>width$}")?;
    }
    writeln!(page)?;
    for row in &table.rows {
        let name = if row.nationality == super::TOTAL_ONLY {
            words.total_only.to_owned()
        } else {
            labels
                .nationality(&row.nationality)
                .unwrap_or_else(|| row.nationality.clone())
        };
        line(page, &name, &row.people, widths)?;
    }
    writeln!(page, "{}", "─".repeat(NAME_CHARS + widths.all()))?;
    line(page, words.total, &table.totals, widths)
}

fn line(page: &mut String, name: &str, cells: &Cells, widths: &Widths) -> fmt::Result {
    write!(page, "{:<NAME_CHARS$}", shortened(name))?;
    for ((_, figure), width) in cells.columns().into_iter().zip(widths.each()) {
        write!(page, "{figure:>width$}")?;
    }
    writeln!(page)
}

fn attentions(
    page: &mut String,
    table: &Table,
    labels: &dyn Labels,
    (words, widths): (&Words, &Widths),
) -> fmt::Result {
    let total = widths.total();
    let category = NAME_CHARS + widths.all() - total;
    let mut line = |name: &str, people: Figure| writeln!(page, "{name:<category$}{people:>total$}");
    for row in &table.attentions {
        let name = labels
            .category(&row.category)
            .unwrap_or_else(|| row.category.clone());
        line(&name, row.people)?;
    }
    line(words.attentions, table.attentions_total)
}

fn notes(page: &mut String, table: &Table, words: &Words) -> fmt::Result {
    writeln!(page)?;
    writeln!(
        page,
        "{}: {} / {}",
        words.reviewed, table.reviewed, table.encounters
    )?;
    for (name, records) in [
        (words.as_approved, table.as_approved),
        (words.undecided, table.undecided),
        (words.undecided_day, table.undecided_day),
        (words.clock_doubt, table.clock_doubt),
        (words.clock_doubt_elsewhere, table.clock_doubt_elsewhere),
        (words.unreceived, table.unreceived),
    ] {
        if records > 0 {
            writeln!(page, "{name}: {records}")?;
        }
    }
    for left_out in &table.left_out {
        let reason = words.reason(left_out.reason, left_out.records);
        writeln!(
            page,
            "{}: {} {reason} ({} {})",
            words.left_out,
            left_out.records,
            left_out.people,
            words.people(left_out.people)
        )?;
    }
    if table.parts_over_total > 0 {
        writeln!(
            page,
            "{}: {}",
            words.parts_over_total, table.parts_over_total
        )?;
    }
    missing(page, table, words)
}

fn missing(page: &mut String, table: &Table, words: &Words) -> fmt::Result {
    let local = |at| local(table, at);
    match table.coverage.teams_as_of {
        Some(at) => writeln!(page, "{}: {}", words.teams_as_of, local(at))?,
        None => writeln!(page, "{}", words.teams_unknown)?,
    }
    for team in &table.coverage.teams_missing {
        let heard = team.last_contact_at.map_or_else(
            || words.never.to_owned(),
            |at| format!("{} {}", words.last_contact, local(at)),
        );
        let why = words.why(team.why);
        write!(
            page,
            "{}: {} ({heard}; {why}",
            words.missing_team, team.name
        )?;
        if let Some(code) = &team.patrol_code {
            write!(page, " {code}")?;
        }
        writeln!(page, ")")?;
    }
    for patrol in &table.coverage.patrols_missing {
        writeln!(
            page,
            "{}: {} ({} {})",
            words.missing_patrol,
            patrol.code,
            words.left,
            local(patrol.departed_at)
        )?;
    }
    Ok(())
}

/// Returns a moment in the table's own time zone.
fn local(table: &Table, at: DateTime<Utc>) -> String {
    let tz: Tz = table.tz.parse().unwrap_or(Tz::UTC);
    at.with_timezone(&tz).format("%Y-%m-%d %H:%M").to_string()
}

/// A long country name is cut, or the columns of its row would not stand under the others.
fn shortened(name: &str) -> String {
    if name.chars().count() < NAME_CHARS {
        return name.to_owned();
    }
    name.chars().take(NAME_CHARS - 2).chain(['…']).collect()
}
