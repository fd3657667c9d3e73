//! Possible repeats: what stands out, and saying that two records are not one group.

use bitacora_core::id::EncounterId;
use bitacora_core::summary::Summary;
use bitacora_device::{Device, Period as Days};
use bitacora_report::period::Period;
use bitacora_report::repeats::{self, Pair, Ranked, Search};
use chrono::Utc;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::args::{Global, RepeatsArgs, RepeatsCommand};
use crate::failure::Failure;
use crate::output::{Output, say};
use crate::session;

/// `repeats`
pub(crate) fn repeats(global: &Global, out: Output, args: &RepeatsArgs) -> Result<(), Failure> {
    let device = session::open(global)?;
    match &args.command {
        None => list(&device, out, args),
        Some(RepeatsCommand::Distinct { first, second }) => {
            settle(&device, out, first, second, true)
        }
        Some(RepeatsCommand::Undo { first, second }) => settle(&device, out, first, second, false),
    }
}

fn list(device: &Device, out: Output, args: &RepeatsArgs) -> Result<(), Failure> {
    let search = search(device, args.period.as_deref())?;
    if args.distinct {
        let apart = search.told_apart();
        put(device, out, apart.iter().map(|pair| (pair, None)))?;
        say(format_args!("{} pairs were told apart.", apart.len()));
        return Ok(());
    }
    let found = search.ranked();
    let shown = if args.all {
        &found.pairs
    } else {
        found.standing_out()
    };
    let placed = (0..).zip(shown);
    let marked = placed.map(|(place, pair)| (pair, Some(place < found.standing_out)));
    put(device, out, marked)?;
    say(format_args!("{}", summed_up(&found, args.all)));
    Ok(())
}

/// Writes pairs, with whether they stand out where that says something.
fn put<'a>(
    device: &Device,
    out: Output,
    mut pairs: impl Iterator<Item = (&'a Pair, Option<bool>)>,
) -> Result<(), Failure> {
    out.stream("", |stream| {
        pairs.try_for_each(|(pair, stands_out)| {
            let (first, second) = (device.row(pair.first)?, device.row(pair.second)?);
            stream.put(
                || pair_json(pair, stands_out, &first.summary, &second.summary),
                || pair_line(pair, stands_out, &first.summary, &second.summary),
            )
        })
    })
}

fn summed_up(found: &Ranked, all: bool) -> String {
    let pairs = found.pairs.len();
    if pairs == 0 {
        return "No two records meet the rule of possible repeats.".to_owned();
    }
    let more = if all || pairs == found.standing_out {
        ""
    } else {
        " --all lists every pair."
    };
    format!(
        "{pairs} pairs meet the rule, {} stand out, the strongest first. Both records of a pair count.{more}",
        found.standing_out
    )
}

/// Looks through a period, by default the last days.
fn search(device: &Device, period: Option<&str>) -> Result<Search, Failure> {
    let tz: Tz = device.status()?.post.tz.parse().unwrap_or(Tz::UTC);
    let today = Utc::now().with_timezone(&tz).date_naive();
    let days = match period {
        Some(text) => {
            let period = Period::parse(text, today).map_err(Failure::usage)?;
            Days {
                first: Some(period.from()),
                last: Some(period.to()),
            }
        }
        None => Days {
            first: Some(repeats::first_day(today)),
            last: None,
        },
    };
    let mut search = Search::new();
    device.for_each_summary(days, |record, flags| search.add(record, flags.held))?;
    Ok(search)
}

fn settle(
    device: &Device,
    out: Output,
    first: &str,
    second: &str,
    distinct: bool,
) -> Result<(), Failure> {
    let (first, second) = (
        session::record(device, first)?,
        session::record(device, second)?,
    );
    let changed = if distinct {
        device.tell_apart(second, first)?
    } else {
        device.take_back_apart(second, first)?
    };
    let answer =
        json!({ "first": first, "second": second, "distinct": distinct, "changed": changed });
    out.answer(&answer, || {
        let words = match (distinct, changed) {
            (true, true) => {
                "Noted: they are other people. Both count, and the pair is suggested no more."
            }
            (true, false) => "That was noted before.",
            (false, true) => "Taken back: the pair may be suggested again.",
            (false, false) => "Nobody had told these two apart.",
        };
        words.to_owned()
    })
}

fn pair_json(pair: &Pair, stands_out: Option<bool>, first: &Summary, second: &Summary) -> Value {
    let one = |id: EncounterId, record: &Summary| {
        json!({
            "encounter_id": id,
            "short_code": record.short_code,
            "occurred_at": record.occurred_at,
            "people": { "min": record.people.total.min, "max": record.people.total.max },
        })
    };
    json!({
        "first": one(pair.first, first),
        "second": one(pair.second, second),
        "minutes_apart": pair.why.minutes_apart,
        "metres_apart": pair.why.metres_apart.map(f64::round),
        "people_apart": pair.why.people_apart,
        "metres_an_hour": pair.why.metres_an_hour().map(f64::round),
        "same_patrol": pair.why.same_patrol,
        "rivals": stands_out.map(|_| pair.rivals),
        "stands_out": stands_out,
    })
}

fn pair_line(pair: &Pair, stands_out: Option<bool>, first: &Summary, second: &Summary) -> String {
    let one = |record: &Summary| {
        let nations: Vec<_> = record.nationalities.keys().map(String::as_str).collect();
        format!(
            "{} ({}, {} people, {})",
            record.short_code,
            record.occurred_at.format("%Y-%m-%d %H:%M"),
            record.people.total.max,
            nations.join(" ")
        )
    };
    let why = &pair.why;
    let far = why
        .metres_apart
        .map_or_else(String::new, |metres| format!(", {metres:.0} m"));
    let unlike = match why.people_apart {
        0 => "the same people in every column".to_owned(),
        1 => "one person apart".to_owned(),
        people => format!("{people} people apart"),
    };
    let others = match (stands_out, pair.rivals) {
        (None, _) => String::new(),
        (Some(_), 0) => ", no other record is as near".to_owned(),
        (Some(_), 1) => ", one other record is as near".to_owned(),
        (Some(_), others) => format!(", {others} other records are as near"),
    };
    let mark = if stands_out == Some(true) { "* " } else { "" };
    format!(
        "{mark}{}  ~  {}: {} min{far} later, {unlike}{others}",
        one(first),
        one(second),
        why.minutes_apart
    )
}
