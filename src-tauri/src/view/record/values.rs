//! Fields that two devices stated differently, and the choice between their values.

use bitacora_core::encounter::Merge;
use bitacora_device as device;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use specta_typescript::Unknown;

use crate::view::convert::moment;
use crate::words::{self, Reader};

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
    /// People of the group that something reached: a number, or all of them.
    Reach,
    /// A time.
    Time,
    /// A fix, or that there was none.
    Position,
    /// Words that somebody must decide.
    Words,
    /// Another fact that somebody must decide, in one of the ways it was stated.
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

impl FieldKind {
    /// Returns how another value of a field that somebody must decide is stated.
    fn of(path: &str) -> Self {
        match path.split('/').next().unwrap_or_default() {
            "composition" | "group_estimate" | "families" | "needs" | "separation"
            | "items_given" => Self::Count,
            "assistance" => Self::Reach,
            "occurred_at" => Self::Time,
            "position" => Self::Position,
            "place_note" => Self::Words,
            _ => Self::Stated,
        }
    }
}

impl TwoValues {
    /// Returns a field with its values in words.
    pub(crate) fn of(conflict: &device::FieldConflict, may_choose: bool, reader: Reader) -> Self {
        let path = &conflict.field;
        let stated = |by: &device::StatedBy| StatedValue {
            value: by.stated.value.to_json(),
            text: words::value(path, &by.stated.value, reader),
            author: by.author_name.clone(),
            at: by.at.map(moment).unwrap_or_default(),
            choice: by.stated.change.to_string(),
        };
        Self {
            field: path.clone(),
            label: words::field(path, reader.language),
            kind: match conflict.merge {
                Merge::Both => FieldKind::of(path),
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

#[cfg(test)]
mod tests {
    use super::FieldKind;

    #[test]
    fn of_every_field_that_somebody_must_decide_another_value_can_be_stated() {
        for (path, kind) in [
            ("composition/VEN/AA+M", FieldKind::Count),
            ("group_estimate", FieldKind::Count),
            ("families", FieldKind::Count),
            ("needs/pregnant", FieldKind::Count),
            ("separation/alone", FieldKind::Count),
            ("items_given/water_l", FieldKind::Count),
            ("assistance/water", FieldKind::Reach),
            ("occurred_at", FieldKind::Time),
            ("position", FieldKind::Position),
            ("place_note", FieldKind::Words),
        ] {
            assert_eq!(FieldKind::of(path), kind, "{path}");
        }
        assert_eq!(
            FieldKind::of("beta_override/ASO"),
            FieldKind::Stated,
            "no form states it"
        );
    }
}
