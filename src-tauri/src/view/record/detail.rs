//! One record in full.

use std::collections::BTreeMap;

use bitacora_core::encounter as core;
use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::history::HistoryLine;
use super::row::{Count, Missing, Place4, Row, broken, missing};
use super::values::TwoValues;
use crate::view::capture::Capture;
use crate::view::convert::moment;
use crate::view::error::BackendError;
use crate::words::{self, Reader};

/// A place that holds the record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeldAt {
    /// Which kind of place.
    pub place: Place4,
    /// Since when.
    pub since: Option<String>,
    /// Which device, by name.
    pub device: Option<String>,
}

/// A typed part that is larger than the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartOverTotal {
    /// The assistance or need.
    pub code: String,
    /// What was typed.
    pub part: u32,
    /// The people in all.
    pub total: u32,
}

/// Attentions of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Attentions {
    /// The category's code.
    pub category: String,
    /// How many people.
    pub people: Count,
}

/// Why the server did not take something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NotAccepted {
    /// A word that the interface has a sentence for.
    pub code: String,
    /// For words without a sentence.
    pub message: String,
}

impl From<&device::NotAccepted> for NotAccepted {
    fn from(refused: &device::NotAccepted) -> Self {
        Self {
            code: refused.code.clone(),
            message: refused.text.clone(),
        }
    }
}

/// One record in full.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Detail {
    /// As in the list.
    pub row: Row,
    /// What the person sees; edits and choices are authored on it.
    pub version: String,
    /// When its author's device says that it was recorded.
    pub recorded_at: String,
    /// What was stated; of two values the one shown first.
    pub capture: Capture,
    /// Fields with more than one value.
    pub two_values: Vec<TwoValues>,
    /// What is missing to be complete.
    pub missing: Vec<Missing>,
    /// What may be wrong though it is complete.
    pub warnings: Vec<Missing>,
    /// Typed parts larger than the group.
    pub parts_over_total: Vec<PartOverTotal>,
    /// Attentions by category.
    pub attentions: Vec<Attentions>,
    /// Where it is held, and since when.
    pub held: Vec<HeldAt>,
    /// What happened to it.
    pub history: Vec<HistoryLine>,
    /// Why the server did not take it.
    pub refused: Option<NotAccepted>,
    /// Whether this person may correct it.
    pub may_edit: bool,
    /// Whether this person may void it.
    pub may_void: bool,
    /// Whether this person may take its void back.
    pub may_reopen: bool,
    /// Whether it is void for good: somebody else than its author voided it.
    pub is_void_for_good: bool,
    /// Whether this person may hand it in now.
    pub may_submit: bool,
    /// Whether this person may give it back.
    pub may_return: bool,
    /// Whether this person may approve it now.
    pub may_approve: bool,
    /// Fields of a newer build, kept and shown as they are.
    pub unknown_fields: BTreeMap<String, String>,
}

impl Detail {
    /// Returns one record in full, in words.
    pub(crate) fn of(detail: &device::Detail, reader: Reader) -> Result<Self, BackendError> {
        let summary = &detail.row.summary;
        let attention = |(category, people): (&String, &core::Count)| Attentions {
            category: category.clone(),
            people: (*people).into(),
        };
        let part = |(code, part, total): &(String, u32, u32)| PartOverTotal {
            code: code.clone(),
            part: *part,
            total: *total,
        };
        let held = |held: &device::HeldAt| HeldAt {
            place: held.place.into(),
            since: held.since.map(moment),
            device: None,
        };
        let history = detail
            .history
            .iter()
            .map(|line| HistoryLine::of(line, reader));
        let unknown = detail.encounter.unknown.iter().map(|(path, register)| {
            let all: Vec<_> = register
                .values
                .iter()
                .map(|stated| stated.value.clone())
                .collect();
            (
                path.clone(),
                words::values(path, &all, reader).unwrap_or_default(),
            )
        });
        let may_choose = detail.rights.may_choose;
        let two_values = detail
            .conflicts
            .iter()
            .map(|field| TwoValues::of(field, may_choose, reader));
        Ok(Self {
            row: (&detail.row).into(),
            version: detail.encounter.version.to_string(),
            recorded_at: moment(summary.created_at),
            capture: Capture::from_core(&detail.encounter.capture())?,
            two_values: two_values.collect(),
            missing: missing(&detail.row),
            warnings: broken(&detail.warnings),
            parts_over_total: summary.parts_over_total.iter().map(part).collect(),
            attentions: summary.attentions.iter().map(attention).collect(),
            held: detail.held.iter().map(held).collect(),
            history: history.collect::<Result<_, _>>()?,
            refused: detail.refused.as_ref().map(NotAccepted::from),
            may_edit: detail.rights.may_edit,
            may_void: detail.rights.may_void,
            may_reopen: detail.rights.may_reopen,
            is_void_for_good: detail.rights.is_void_for_good,
            may_submit: detail.rights.may_submit,
            may_return: detail.rights.may_return,
            may_approve: detail.rights.may_approve,
            unknown_fields: unknown.collect(),
        })
    }
}
