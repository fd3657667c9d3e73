//! One record: in a list, and after a save.

use bitacora_core::encounter::{Count, Status};
use bitacora_core::rule::field_and_reason;
use bitacora_core::summary::Figures;
use bitacora_device::{Device, DeviceError, Line, Mark, Row, Saved};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

/// Returns a record of a list as JSON: its row, and where it is.
pub(crate) fn row(row: &Row) -> Value {
    let mut fields = match serde_json::to_value(&row.summary) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let marks: Vec<_> = row.marks.iter().map(|mark| mark.as_str()).collect();
    let beside = json!({
        "place": row.place.as_str(),
        "marks": marks,
        "unreceived": row.unreceived,
        "saved_at": row.saved_at,
        "received_at": row.received_at,
        "author": row.author_name,
        "device": row.device_name,
        "patrol_code": row.patrol_code,
    });
    if let Value::Object(beside) = beside {
        fields.extend(beside);
    }
    Value::Object(fields)
}

/// Returns the zone of the device's post, in which people read times; `None` for one that this build does not know.
pub(crate) fn zone(device: &Device) -> Result<Option<Tz>, DeviceError> {
    Ok(device.status()?.post.tz.parse().ok())
}

fn local(at: DateTime<FixedOffset>, zone: Option<Tz>) -> DateTime<FixedOffset> {
    zone.map_or(at, |zone| at.with_timezone(&zone).fixed_offset())
}

/// Returns a record of a list as a line, its time in a zone.
pub(crate) fn row_line<F: Figures>(row: &Line<'_, F>, zone: Option<Tz>) -> String {
    let nationalities = row
        .figures
        .nationalities()
        .map(|(code, people)| format!("{code} {}", range(people.total)));
    let marks: Vec<_> = row.marks().map(Mark::as_str).collect();
    let line = format!(
        "{}  {}  {:>5}  {:<24}  {:<9} {}",
        row.heading.short_code,
        local(row.heading.occurred_at, zone).format("%Y-%m-%d %H:%M"),
        range(row.figures.people().total),
        nationalities.collect::<Vec<_>>().join(" "),
        row.place.as_str(),
        marks.join(" "),
    );
    line.trim_end().to_owned()
}

/// Returns a save as JSON.
pub(crate) fn saved(saved: &Saved) -> Value {
    let summary = &saved.row.summary;
    json!({
        "encounter_id": summary.encounter_id,
        "short_code": summary.short_code,
        "people": summary.people.total,
        "status": summary.status,
        "missing": missing(&saved.row.summary.missing),
        "undecided": summary.undecided,
        "unchanged": saved.unchanged,
        "undo_until": saved.undo_until,
    })
}

/// Returns a save as a sentence.
pub(crate) fn saved_line(saved: &Saved) -> String {
    done_line(
        saved,
        &format!("saved on this device, {}", people_of(saved)),
    )
}

/// Returns the people of a record that was saved, in words.
pub(crate) fn people_of(saved: &Saved) -> String {
    format!("{} people", range(saved.row.summary.people.total))
}

/// Returns what was done to a record as a sentence, and what is to be done yet while it stands.
pub(crate) fn done_line(saved: &Saved, done: &str) -> String {
    let summary = &saved.row.summary;
    let mut line = match saved.unchanged {
        true => format!(
            "{}: nothing to change, {}",
            summary.short_code,
            people_of(saved)
        ),
        false => format!("{}: {done}", summary.short_code),
    };
    if matches!(summary.status, Status::Voided | Status::Withdrawn) {
        return line;
    }
    for (rule, field) in &summary.missing {
        line.push_str(&format!("\n  {}", missing_text(rule, field)));
    }
    for (code, part, total) in &summary.parts_over_total {
        line.push_str(&format!("\n  {code}: {part} of {total}, please check"));
    }
    line
}

pub(super) fn missing(rules: &[(String, String)]) -> Vec<Value> {
    rules
        .iter()
        .map(|(rule, field)| match field_and_reason(field) {
            (field, None) => json!({ "rule": rule, "field": field }),
            (field, Some(reason)) => json!({ "rule": rule, "field": field, "reason": reason }),
        })
        .collect()
}

pub(super) fn missing_text(rule: &str, field: &str) -> String {
    match field_and_reason(field) {
        (field, None) => format!("missing to be complete: {field} ({rule})"),
        (field, Some(reason)) => {
            format!("correct {field}: {} ({rule})", wrong_in_words(reason))
        }
    }
}

pub(super) fn wrong_in_words(reason: &str) -> &str {
    match reason {
        "future" => "it lay in the future when it was stated",
        "early" => "it lies before 2020",
        "patrol" => "it lies more than an hour outside its patrol",
        "declined" => {
            "those who declined or were only observed and those who were helped are more than the group"
        }
        other => other,
    }
}

/// Returns a number, or the range that two values leave open.
fn range(Count { min, max }: Count) -> String {
    if min == max {
        min.to_string()
    } else {
        format!("{min}–{max}")
    }
}

#[cfg(test)]
mod tests {
    use bitacora_core::rule::{ALSO_DECLINED, TIME_AHEAD};

    use super::missing_text;

    #[test]
    fn what_is_wrong_is_said_as_wrong_and_what_lacks_as_missing() {
        assert_eq!(
            missing_text("E03", "assistance"),
            "missing to be complete: assistance (E03)"
        );
        assert_eq!(
            missing_text("E03", ALSO_DECLINED),
            "correct assistance: those who declined or were only observed and those who were helped are more than the group (E03)"
        );
        assert_eq!(
            missing_text("E09", TIME_AHEAD),
            "correct occurred_at: it lay in the future when it was stated (E09)"
        );
    }
}
