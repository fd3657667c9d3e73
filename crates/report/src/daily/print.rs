//! The table as plain text, for paper, radio and a terminal.

mod words;

use std::fmt::{self, Write};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Cells, Table};
use crate::figure::Figure;
use words::Words;
pub use words::{Labels, Language, Vocabulary};

const NAME_CHARS: usize = 24;
const FIGURE_CHARS: usize = 9;
/// The total may be a range of two large numbers.
const TOTAL_CHARS: usize = 11;

/// Returns the table as lines of at most 80 characters. `labels` names nationalities and categories.
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
    writeln!(page)?;
    people(page, table, labels, words)?;
    writeln!(page)?;
    attentions(page, table, labels, words)?;
    notes(page, table, words)
}

fn people(page: &mut String, table: &Table, labels: &dyn Labels, words: &Words) -> fmt::Result {
    write!(page, "{:<NAME_CHARS$}", words.nationality)?;
    for (index, column) in words.columns.into_iter().enumerate() {
        let width = width(index);
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
        line(page, &name, &row.people)?;
    }
    writeln!(
        page,
        "{}",
        "─".repeat(NAME_CHARS + 5 * FIGURE_CHARS + TOTAL_CHARS)
    )?;
    line(page, words.total, &table.totals)
}

fn line(page: &mut String, name: &str, cells: &Cells) -> fmt::Result {
    write!(page, "{:<NAME_CHARS$}", shortened(name))?;
    for (index, (_, figure)) in cells.columns().into_iter().enumerate() {
        let width = width(index);
        write!(page, "{figure:>width$}")?;
    }
    writeln!(page)
}

const fn width(column: usize) -> usize {
    if column < 5 {
        FIGURE_CHARS
    } else {
        TOTAL_CHARS
    }
}

fn attentions(page: &mut String, table: &Table, labels: &dyn Labels, words: &Words) -> fmt::Result {
    const CATEGORY_CHARS: usize = NAME_CHARS + 5 * FIGURE_CHARS;
    let mut line = |name: &str, people: Figure| {
        writeln!(page, "{name:<CATEGORY_CHARS$}{people:>TOTAL_CHARS$}")
    };
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
        (words.undecided, table.undecided),
        (words.undecided_day, table.undecided_day),
        (words.clock_doubt, table.clock_doubt),
        (words.clock_doubt_elsewhere, table.clock_doubt_elsewhere),
        (words.unreceived, table.unreceived),
        (words.parts_over_total, table.parts_over_total),
    ] {
        if records > 0 {
            writeln!(page, "{name}: {records}")?;
        }
    }
    for left_out in &table.left_out {
        let reason = words.reason(left_out.reason);
        writeln!(
            page,
            "{}: {} {reason} ({} {})",
            words.left_out, left_out.records, left_out.people, words.people
        )?;
    }
    missing(page, table, words)
}

fn missing(page: &mut String, table: &Table, words: &Words) -> fmt::Result {
    let tz: Tz = table.tz.parse().unwrap_or(Tz::UTC);
    let local = |at: DateTime<Utc>| at.with_timezone(&tz).format("%Y-%m-%d %H:%M").to_string();
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

/// A long country name is cut, or the columns of its row would not stand under the others.
fn shortened(name: &str) -> String {
    if name.chars().count() < NAME_CHARS {
        return name.to_owned();
    }
    name.chars().take(NAME_CHARS - 2).chain(['…']).collect()
}
