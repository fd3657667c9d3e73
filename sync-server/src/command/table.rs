//! `table`.

use anyhow::Context as _;
use bitacora_core::encounter::Count;
use bitacora_core::id::PostId;
use bitacora_core::summary::People;
use chrono::NaiveDate;

use super::output::Output;
use crate::server::Server;
use crate::table::DailyTable;

/// Arguments of `table`.
#[derive(Debug, clap::Args)]
pub(super) struct Table {
    /// The post's code [default: the only post]
    #[arg(long)]
    post: Option<PostId>,
    /// The day, such as 2026-11-23 [default: the last one with records]
    #[arg(long)]
    day: Option<NaiveDate>,
}

impl Table {
    pub(super) fn run(&self, server: &Server, output: &Output) -> anyhow::Result<bool> {
        let post = match &self.post {
            Some(post) => post.clone(),
            None => server
                .only_post()?
                .context("this server has several posts: name one with --post")?,
        };
        let day = match self.day {
            Some(day) => day,
            None => server
                .days(&post)?
                .pop_last()
                .context("this post has no records yet")?,
        };
        let table = server.table(&post, day)?;
        let answer = serde_json::json!({ "post": post, "day": day, "table": table });
        output.answer(&answer, || text(&post, day, &table))?;
        Ok(true)
    }
}

fn text(post: &PostId, day: NaiveDate, table: &DailyTable) -> String {
    let mut lines = vec![
        format!("{post}, {day}"),
        format!(
            "{:<14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "Nacionalidad", "Hombres", "Mujeres", "Niños", "Niñas", "Sin dato", "Total"
        ),
    ];
    lines.extend(
        table
            .nationalities
            .iter()
            .map(|(nationality, people)| line(nationality, people)),
    );
    lines.push(line("Total", &table.people));
    lines.push(format!(
        "{} encuentros, {} revisados; {} sin contar (incompletos o anulados)",
        table.encounters, table.reviewed, table.left_out
    ));
    if table.undecided_day > 0 {
        lines.push(format!(
            "{} de ellos quizá de otro día (dos horas por decidir)",
            table.undecided_day
        ));
    }
    lines.join("\n")
}

fn line(name: &str, people: &People) -> String {
    let cells = [
        people.men,
        people.women,
        people.boys,
        people.girls,
        people.unknown,
        people.total,
    ];
    cells.iter().fold(format!("{name:<14}"), |line, cell| {
        format!("{line}{:>10}", range(*cell))
    })
}

/// A number that is not decided yet is shown as a range, never as one of its ends.
fn range(count: Count) -> String {
    if count.min == count.max {
        count.min.to_string()
    } else {
        format!("{}–{}", count.min, count.max)
    }
}
