//! Changing records that exist.

use bitacora_core::encounter::Edit;
use bitacora_core::id::ChangeHash;
use bitacora_device::{Choice, Conflict, FieldConflict, ReviewEvent, Saved};
use serde_json::{Value, json};

use super::record::{answer, answer_done, read};
use crate::args::{ClockAct, EditArgs, Global, ResolveArgs, ReviewArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{session, view};

/// `edit`
pub(crate) fn edit(global: &Global, out: Output, args: &EditArgs) -> Result<(), Failure> {
    let patch: Value = serde_json::from_str(read(&args.file)?.trim_start_matches('\u{feff}'))
        .map_err(|error| Failure::refused(format!("the patch is not JSON: {error}")))?;
    if !patch.is_object() {
        return Err(Failure::refused(
            "the patch must be a JSON object of capture fields, such as {\"setting\":\"river\"}",
        ));
    }
    let device = session::open(global)?;
    let id = session::record(&device, &args.id)?;
    let seen = session::version(args.at.as_deref(), &device.encounter(id)?)?;
    answer(out, &device.edit(id, &Edit::Patch(patch), &seen, None)?)
}

/// `review`
pub(crate) fn review(global: &Global, out: Output, args: &ReviewArgs) -> Result<(), Failure> {
    let device = session::open(global)?;
    let id = session::record(&device, &args.id)?;
    let seen = session::version(args.at.as_deref(), &device.encounter(id)?)?;
    let event = ReviewEvent::read(args.event.code())
        .ok_or_else(|| Failure::usage("this event is not known"))?;
    let reason = args.reason.as_deref();
    let saved = device.review(id, event, reason, &seen)?;
    answer_done(out, &saved, &reviewed(event, reason, &saved))
}

/// `void`
pub(crate) fn void(
    global: &Global,
    out: Output,
    id: &str,
    reason: &str,
    at: Option<&str>,
) -> Result<(), Failure> {
    let device = session::open(global)?;
    let id = session::record(&device, id)?;
    let seen = session::version(at, &device.encounter(id)?)?;
    let saved = device.void(id, reason, &seen)?;
    let done = reviewed(ReviewEvent::Voided, Some(reason), &saved);
    answer_done(out, &saved, &done)
}

/// Says what was done at review, and why if somebody said why.
fn reviewed(event: ReviewEvent, reason: Option<&str>, saved: &Saved) -> String {
    match reason {
        Some(reason) => format!("{}: {reason}", event.as_str()),
        None => format!("{}, {}", event.as_str(), view::people_of(saved)),
    }
}

/// `undo`
pub(crate) fn undo(global: &Global, out: Output, id: &str) -> Result<(), Failure> {
    let device = session::open(global)?;
    let id = session::record(&device, id)?;
    let saved = device.undo(id)?;
    answer_done(out, &saved, "taken back")
}

/// `clock`
pub(crate) fn clock(global: &Global, out: Output, what: ClockAct) -> Result<(), Failure> {
    let device = session::open(global)?;
    let (word, records) = match what {
        ClockAct::Repair => ("repaired", device.clock_repair()?),
        ClockAct::Undo => ("restored", device.clock_repair_undo()?),
    };
    out.answer(&json!({ word: records }), || {
        format!("{word}: {records} records")
    })
}

/// `resolve`
pub(crate) fn resolve(global: &Global, out: Output, args: &ResolveArgs) -> Result<(), Failure> {
    let device = session::open(global)?;
    let id = session::record(&device, &args.id)?;
    let conflict = device.conflicts_of(id)?;
    let seen = session::version(args.at.as_deref(), &device.encounter(id)?)?;
    let choice = choice(args, &conflict)?;
    let value = told(&choice, &conflict).unwrap_or_else(|| args.choice.clone());
    let saved = device.resolve(id, &args.field, &choice, &seen)?;
    answer_done(out, &saved, &format!("chosen: {value} ({})", args.field))
}

/// Returns the value that was chosen, if it is one of those that were shown.
fn told(choice: &Choice, conflict: &Conflict) -> Option<String> {
    let Choice::Stated(change) = choice else {
        return None;
    };
    let mut values = conflict.fields.iter().flat_map(|field| &field.values);
    let chosen = values.find(|stated| stated.stated.change == *change)?;
    Some(view::value_text(&chosen.stated.value))
}

fn choice(args: &ResolveArgs, conflict: &Conflict) -> Result<Choice, Failure> {
    if args.other {
        let value = serde_json::from_str(&args.choice)
            .unwrap_or_else(|_| Value::String(args.choice.clone()));
        return Ok(Choice::Other(value));
    }
    let Some(field) = conflict
        .fields
        .iter()
        .find(|field| field.field == args.field)
    else {
        let fields: Vec<_> = conflict
            .fields
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        return Err(match fields.as_slice() {
            [] => Failure::refused("this record has no field with two values")
                .next("Correct it with `bitacora edit`."),
            _ => Failure::refused(format!(
                "{}: there are no two values in this field",
                args.field
            ))
            .next(format!("Two values are in: {}.", fields.join(", "))),
        });
    };
    chosen(&args.choice, field).map(Choice::Stated)
}

/// Finds the value that is meant: as it is shown, or by the beginning of its change.
fn chosen(typed: &str, field: &FieldConflict) -> Result<ChangeHash, Failure> {
    let shown = |stated: &bitacora_device::StatedBy| view::value_text(&stated.stated.value);
    let by_value: Vec<_> = field
        .values
        .iter()
        .filter(|stated| shown(stated) == typed)
        .collect();
    let by_change = || {
        field.values.iter().filter(|stated| {
            typed.len() >= 6 && stated.stated.change.to_string().starts_with(typed)
        })
    };
    let meant = if by_value.is_empty() {
        by_change().collect()
    } else {
        by_value
    };
    match meant.as_slice() {
        [one] => Ok(one.stated.change),
        [] => {
            let values: Vec<_> = field.values.iter().map(shown).collect();
            Err(
                Failure::refused(format!("{}: `{typed}` is none of its values", field.field)).next(
                    format!(
                        "Choose one of {}, or pass --other to state another value.",
                        values.join(", ")
                    ),
                ),
            )
        }
        // Two devices can state the same value in two changes; either choice leaves that value.
        [one, ..] => Ok(one.stated.change),
    }
}
