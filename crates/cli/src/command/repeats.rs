//! Possible repeats: what stands out, and saying that two records are not one group.

use bitacora_core::id::EncounterId;
use bitacora_core::summary::Summary;
use bitacora_device::{Device, Period as Days};
use bitacora_report::period::Period;
use bitacora_report::repeats::{self, Pair, Search};
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
    let pairs = if args.distinct {
        search.told_apart()
    } else {
        search.pairs()
    };
    out.stream("", |stream| {
        pairs.iter().try_for_each(|pair| {
            let (first, second) = (device.row(pair.first)?, device.row(pair.second)?);
            stream.put(
                || pair_json(pair, &first.summary, &second.summary),
                || pair_line(pair, &first.summary, &second.summary),
            )
        })
    })?;
    let count = pairs.len();
    match (args.distinct, count) {
        (true, _) => say(format_args!("{count} pairs were told apart.")),
        (false, 0) => say("No two records stand out as possible repeats."),
        (false, _) => say(format_args!(
            "{count} pairs stand out, the strongest first, of {} that meet the rule. Both records of a pair count.",
            search.candidates().len()
        )),
    }
    Ok(())
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
    device.for_each_summary(days, |record, _| search.add(record))?;
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

fn pair_json(pair: &Pair, first: &Summary, second: &Summary) -> Value {
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
        "same_patrol": pair.why.same_patrol,
    })
}

fn pair_line(pair: &Pair, first: &Summary, second: &Summary) -> String {
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
    let far = pair
        .why
        .metres_apart
        .map_or_else(String::new, |metres| format!(", {metres:.0} m"));
    let unlike = match pair.why.people_apart {
        0 => "the same people in every column".to_owned(),
        1 => "one person apart".to_owned(),
        people => format!("{people} people apart"),
    };
    format!(
        "{}  ~  {}: {} min{far} later, {unlike}",
        one(first),
        one(second),
        pair.why.minutes_apart
    )
}
