//! Looking at what is here.

use bitacora_device::{PAGE_ROWS_MAX, RowFilter, RowState};
use serde_json::{Value, json};

use crate::args::{Global, ListArgs, RecordState};
use crate::failure::Failure;
use crate::output::Output;
use crate::{session, view};

/// `list`: a page at a time, so that ten thousand records take no more memory than a page.
pub(crate) fn list(global: &Global, out: Output, args: &ListArgs) -> Result<(), Failure> {
    let mut filter = filter(args)?;
    let device = session::open(global)?;
    let patrol = args.patrol.as_deref();
    filter.patrol_id = patrol
        .map(|named| session::patrol(&device, named))
        .transpose()?;
    let zone = view::zone(&device)?;
    let mut left = args.limit.unwrap_or(u64::MAX);
    out.stream(
        "No record is here that the filters let through.",
        |stream| {
            while left > 0 {
                filter.limit = u32::try_from(left)
                    .unwrap_or(PAGE_ROWS_MAX)
                    .min(PAGE_ROWS_MAX);
                // The device is held while a page is read, and writing may wait for whoever reads the answer.
                let page = device.page(&filter, |line| {
                    Ok(if out.json {
                        view::row(&line.to_row()?).to_string()
                    } else {
                        view::row_line(line, zone)
                    })
                })?;
                let count = page.rows.len() as u64;
                page.rows
                    .iter()
                    .try_for_each(|text| stream.put_text(text))?;
                left = left.saturating_sub(count);
                filter.offset += count;
                if count < u64::from(filter.limit) {
                    break;
                }
            }
            Ok(())
        },
    )
}

fn filter(args: &ListArgs) -> Result<RowFilter, Failure> {
    let wrong = |flag: &str, expected: &str| Failure::usage(format!("{flag}: expected {expected}"));
    let day = args.day.as_deref().map(|day| {
        day.parse()
            .map_err(|_| wrong("--day", "a day such as 2023-08-14"))
    });
    let nationality = args.nationality.as_deref().map(str::to_uppercase);
    if nationality.as_deref().is_some_and(|code| {
        !(code.len() == 3 && code.chars().all(|letter| letter.is_ascii_uppercase()))
    }) {
        return Err(wrong("--nationality", "three letters such as VEN"));
    }
    Ok(RowFilter {
        patrol_id: None,
        day: day.transpose()?,
        state: state(args.state),
        nationality,
        cell: None,
        text: args.find.clone(),
        offset: 0,
        limit: PAGE_ROWS_MAX,
    })
}

fn state(state: RecordState) -> RowState {
    match state {
        RecordState::All => RowState::All,
        RecordState::Unreceived => RowState::Unreceived,
        RecordState::Incomplete => RowState::Incomplete,
        RecordState::TwoValues => RowState::TwoValues,
        RecordState::ToReview => RowState::ToReview,
        RecordState::Refused => RowState::Refused,
        RecordState::Voided => RowState::Voided,
        RecordState::ClockDoubt => RowState::ClockDoubt,
    }
}

/// `show`
pub(crate) fn show(global: &Global, out: Output, id: &str) -> Result<(), Failure> {
    let device = session::open(global)?;
    let detail = device.show(session::record(&device, id)?)?;
    let zone = view::zone(&device)?;
    out.answer(&view::detail(&detail), || view::detail_text(&detail, zone))
}

/// `conflicts`
pub(crate) fn conflicts(global: &Global, out: Output) -> Result<(), Failure> {
    let device = session::open(global)?;
    let conflicts = device.conflicts()?;
    out.stream(
        "No field has two values. Nothing waits for a choice.",
        |stream| {
            conflicts.iter().try_for_each(|conflict| {
                let fields = || {
                    conflict
                        .fields
                        .iter()
                        .map(view::conflict)
                        .collect::<Vec<Value>>()
                };
                let value = || {
                    json!({
                        "encounter_id": conflict.row.summary.encounter_id,
                        "short_code": conflict.row.summary.short_code,
                        "version": conflict.version.to_string(),
                        "fields": fields(),
                    })
                };
                let text = || {
                    let fields: String = conflict.fields.iter().map(view::conflict_text).collect();
                    format!("{}\n{}", conflict.row.summary.short_code, fields.trim_end())
                };
                stream.put(value, text)
            })
        },
    )
}

/// `drafts`
pub(crate) fn drafts(global: &Global, out: Output) -> Result<(), Failure> {
    let device = session::open(global)?;
    let drafts = device.drafts()?;
    out.stream("No unfinished form is here.", |stream| {
        drafts.iter().try_for_each(|draft| {
            let value = || {
                json!({
                    "draft_id": draft.draft_id,
                    "kind": draft.kind.as_str(),
                    "started_at": draft.started_at,
                    "first_tap_at": draft.first_tap_at,
                    "people": draft.people(),
                    "encounter_id": draft.encounter_id,
                    "capture": draft.body.capture,
                })
            };
            let at = draft.first_tap_at.unwrap_or(draft.started_at);
            stream.put(value, || {
                format!(
                    "{}  {}  {} people",
                    draft.draft_id,
                    at.format("%Y-%m-%d %H:%M"),
                    draft.people()
                )
            })
        })
    })
}
