//! `table`.

use anyhow::{Context as _, bail};
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
            Some(post) => known(server, post)?,
            None => server
                .only_post()?
                .context("this server has several posts: name one with --post")?,
        };
        let day = match self.day {
            Some(day) => day,
            None => server
                .last_day(&post)?
                .context("this post has no records yet")?,
        };
        let table = server.table(&post, day)?;
        let answer = serde_json::json!({ "post": post, "day": day, "table": table });
        output.answer(&answer, || text(&post, day, &table))?;
        Ok(true)
    }
}

/// Returns a post that this server serves: a table of any other would say that nobody was met there.
fn known(server: &Server, post: &PostId) -> anyhow::Result<PostId> {
    let posts = server.posts()?;
    if posts.contains(post) {
        return Ok(post.clone());
    }
    let posts: Vec<_> = posts.iter().map(PostId::as_str).collect();
    bail!(
        "--post: this server does not serve {post}; it serves {}",
        posts.join(", ")
    );
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
    lines.push(sums(table));
    if table.undecided_day > 0 {
        lines.push(format!(
            "{} de ellos quizá de otro día (dos horas por decidir)",
            table.undecided_day
        ));
    }
    lines.join("\n")
}

fn sums(table: &DailyTable) -> String {
    let DailyTable {
        encounters,
        reviewed,
        left_out,
        ..
    } = table;
    let met = if *encounters == 1 {
        "encuentro"
    } else {
        "encuentros"
    };
    let approved = if *reviewed == 1 {
        "revisado"
    } else {
        "revisados"
    };
    let why = if *left_out == 1 {
        "incompleto o anulado"
    } else {
        "incompletos o anulados"
    };
    format!("{encounters} {met}, {reviewed} {approved}; {left_out} sin contar ({why})")
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
