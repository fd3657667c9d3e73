//! One record, whole: its fields, its two values, who wrote what when, and where it is held.

use bitacora_core::encounter::{FieldValue, Merge};
use bitacora_core::rule::field_and_reason;
use bitacora_device::{Detail, FieldConflict, HistoryLine};
use chrono::SubsecRound;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::record::{missing, missing_text, row_line, wrong_in_words};
use super::value::{value_json, value_text};

/// Returns a whole record as JSON.
///
/// `record` is what every device that has the same changes shows equally; `here` is what only this device knows.
pub(crate) fn detail(detail: &Detail) -> Value {
    let held: Vec<_> = detail
        .held
        .iter()
        .map(|held| json!({ "place": held.place.as_str(), "since": held.since }))
        .collect();
    json!({
        "record": shared(detail),
        "here": {
            "place": detail.row.place.as_str(),
            "held": held,
            "unreceived": detail.row.unreceived,
            "refused": detail.refused.as_ref().map(|refused| &refused.text),
            "refused_code": detail.refused.as_ref().map(|refused| &refused.code),
            "author": detail.row.author_name,
            "device": detail.row.device_name,
        },
    })
}

fn shared(detail: &Detail) -> Value {
    let header = &detail.encounter.header;
    let two_values: Vec<_> = detail.conflicts.iter().map(conflict).collect();
    let unknown = detail.encounter.unknown.iter().map(|(path, register)| {
        (
            path.clone(),
            register
                .values
                .iter()
                .map(|stated| value_json(&stated.value))
                .collect(),
        )
    });
    json!({
        "encounter_id": header.encounter_id,
        "short_code": header.short_code,
        "version": detail.encounter.version.to_string(),
        "post_id": header.post_id,
        "author_id": header.author_id,
        "device_id": header.device_id,
        "created_at": header.created_at,
        "tz": header.tz,
        "capture": detail.encounter.capture(),
        "two_values": two_values,
        "unknown_fields": unknown.collect::<Map<String, Value>>(),
        "people": detail.row.summary.people,
        "nationalities": detail.row.summary.nationalities,
        "attentions": detail.row.summary.attentions,
        "status": detail.row.summary.status,
        "missing": missing(&detail.row.summary.missing),
        "warnings": missing(&detail.warnings),
        "undecided": detail.row.summary.undecided,
        "parts_over_total": detail.row.summary.parts_over_total,
        "history": detail.history.iter().map(history).collect::<Vec<_>>(),
    })
}

/// Returns a field with two values as JSON.
pub(crate) fn conflict(field: &FieldConflict) -> Value {
    let values: Vec<_> = field
        .values
        .iter()
        .map(|stated| {
            // A change tells whole seconds; the device that made it knows more, and must not show more.
            let at = stated.at.map(|at| at.trunc_subsecs(0));
            json!({ "value": value_json(&stated.stated.value), "change": stated.stated.change, "by": stated.author_name, "at": at })
        })
        .collect();
    let choose = match field.merge {
        Merge::Both => "must_choose",
        Merge::Winner | Merge::Once | Merge::Set | Merge::Text => "winner_shown",
    };
    json!({ "field": field.field, "merge": choose, "values": values })
}

fn history(line: &HistoryLine) -> Value {
    let values = |values: &[FieldValue]| values.iter().map(value_json).collect::<Vec<_>>();
    let (review, reason) = line
        .review
        .clone()
        .map_or((None, None), |(event, reason)| (Some(event), reason));
    json!({
        "at": line.at,
        "person_id": line.person,
        "by": line.author_name,
        "device_id": line.device,
        "event": line.event.as_str(),
        "field": line.field,
        "before": values(&line.before),
        "after": values(&line.after),
        "review": review,
        "reason": reason,
        "change": line.change,
    })
}

/// Returns a whole record as lines.
pub(crate) fn detail_text(detail: &Detail, zone: Option<Tz>) -> String {
    let row = &detail.row;
    let mut text = format!(
        "{}\n  identifier {}\n  version    {}\n",
        row_line(&row.line(), zone),
        row.summary.encounter_id,
        detail.encounter.version
    );
    for (path, register) in &detail.encounter.fields {
        let values: Vec<_> = register
            .values
            .iter()
            .map(|stated| value_text(&stated.value))
            .collect();
        text.push_str(&format!("  {path:<32} {}\n", values.join("  |  ")));
    }
    for field in &detail.conflicts {
        text.push_str(&conflict_text(field));
    }
    for (rule, field) in &row.summary.missing {
        text.push_str(&format!("  {}\n", missing_text(rule, field)));
    }
    for (rule, field) in &detail.warnings {
        let (field, reason) = field_and_reason(field);
        let wrong = wrong_in_words(reason.unwrap_or("it looks wrong"));
        text.push_str(&format!("  check {field}: {wrong} ({rule})\n"));
    }
    text.push_str("history\n");
    for line in &detail.history {
        text.push_str(&history_text(line));
    }
    text.push_str("held\n");
    for held in &detail.held {
        let since = held.since.map_or_else(String::new, |since| {
            since.format(" since %Y-%m-%d %H:%M UTC").to_string()
        });
        text.push_str(&format!("  {}{since}\n", held.place.as_str()));
    }
    if let Some(refused) = &detail.refused {
        text.push_str(&format!("  not accepted by the server: {}\n", refused.text));
    }
    text
}

/// Returns a field with two values as lines.
pub(crate) fn conflict_text(field: &FieldConflict) -> String {
    let mut text = format!("  two teams wrote differently: {}\n", field.field);
    for stated in &field.values {
        let at = stated.at.map_or_else(String::new, |at| {
            at.format(" at %Y-%m-%d %H:%M UTC").to_string()
        });
        let change: String = stated.stated.change.to_string().chars().take(8).collect();
        text.push_str(&format!(
            "    {}  by {}{at}  [{change}]\n",
            value_text(&stated.stated.value),
            named(&stated.author_name)
        ));
    }
    text
}

fn history_text(line: &HistoryLine) -> String {
    let values = |values: &[FieldValue]| {
        values
            .iter()
            .map(value_text)
            .collect::<Vec<_>>()
            .join(" | ")
    };
    let what = match (&line.review, &line.field) {
        (Some((event, reason)), _) => format!("{event} {}", reason.as_deref().unwrap_or_default()),
        (None, Some(field)) => format!(
            "{} {field}: {} → {}",
            line.event.as_str(),
            values(&line.before),
            values(&line.after)
        ),
        (None, None) => line.event.as_str().to_owned(),
    };
    format!(
        "  {} {}: {}\n",
        line.at.format("%Y-%m-%d %H:%M:%S UTC"),
        named(&line.author_name),
        what.trim_end()
    )
}

fn named(name: &str) -> &str {
    if name.is_empty() {
        "somebody not known here"
    } else {
        name
    }
}
