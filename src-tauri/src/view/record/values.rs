//! Fields that two devices stated differently, and the choice between their values.

use bitacora_core::capture::Reach;
use bitacora_core::encounter::{FieldValue, Merge};
use bitacora_device as device;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use specta_typescript::Unknown;

use crate::view::convert::moment;
use crate::view::settings::Language;
use crate::words;

/// One of several values of a field, with who stated it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StatedValue {
    /// As in a capture.
    #[specta(type = Unknown)]
    pub value: Value,
    /// For people.
    pub text: String,
    /// Who, by name.
    pub author: String,
    /// When.
    pub at: String,
    /// What `choose` takes.
    pub choice: String,
}

/// How the values of a field are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A number of people.
    Count,
    /// Another fact that somebody must decide.
    Stated,
    /// Words; one is shown, the other is a tap away.
    Descriptive,
}

/// A field that two devices stated differently.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TwoValues {
    /// Which field.
    pub field: String,
    /// Its name for people.
    pub label: String,
    /// How it is treated.
    pub kind: FieldKind,
    /// All values.
    pub values: Vec<StatedValue>,
    /// Whether this person may choose.
    pub may_choose: bool,
}

impl TwoValues {
    /// Returns a field with its values in words.
    pub(crate) fn of(
        conflict: &device::FieldConflict,
        may_choose: bool,
        language: Language,
    ) -> Self {
        let path = &conflict.field;
        let is_count = [
            "composition",
            "group_estimate",
            "families",
            "needs",
            "items_given",
        ]
        .iter()
        .any(|name| path.split('/').next() == Some(name));
        // Two parts of a group are numbers of people; *all of the group* is none.
        let is_part =
            |by: &device::StatedBy| matches!(by.stated.value, FieldValue::Reach(Reach::Part(_)));
        let is_count = is_count || conflict.values.iter().all(is_part);
        let stated = |by: &device::StatedBy| StatedValue {
            value: by.stated.value.to_json(),
            text: words::value(path, &by.stated.value, language),
            author: by.author_name.clone(),
            at: by.at.map(moment).unwrap_or_default(),
            choice: by.stated.change.to_string(),
        };
        Self {
            field: path.clone(),
            label: words::field(path, language),
            kind: match conflict.merge {
                Merge::Both if is_count => FieldKind::Count,
                Merge::Both => FieldKind::Stated,
                _ => FieldKind::Descriptive,
            },
            values: conflict.values.iter().map(stated).collect(),
            may_choose,
        }
    }
}

/// A choice between two values.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Choice {
    /// Of which record.
    pub encounter_id: String,
    /// Of which field.
    pub field: String,
    /// The version that the person saw.
    pub version: String,
    /// One of the values, by its `choice`.
    pub choice: Option<String>,
    /// Another value in their place, as in a capture.
    #[specta(type = Option<Unknown>)]
    pub other: Option<Value>,
}
