//! Where the fields of an encounter lie.

use crate::content::schema::{
    COUNT_MAX, Checked, Container, Keys, Kind, NEEDS_ANSWERED, Schema, Spec, both, set, winner,
};

/// The version of this layout.
pub(super) const SCHEMA_VERSION: i64 = 1;
/// The note's text.
pub(super) const NOTE: &str = "note";
/// The true time at which a time was stated that lay in the future, or that was judged later. The device adds it; nobody
/// types it.
pub(super) const CLOCK_CHECKED_AT: &str = "clock_checked_at";

/// The encounter.
pub(crate) static ENCOUNTER: Schema = Schema {
    header: &HEADER,
    scalars: &SCALARS,
    containers: &CONTAINERS,
    text: (NOTE, 500),
    checked: Some(CHECKED),
};

/// When it happened, which is judged when it is stated (E09).
pub(super) const CHECKED: Checked = Checked {
    time: "occurred_at",
    source: "clock_source",
    at: CLOCK_CHECKED_AT,
};

/// What is set once, at the root.
const HEADER: [&str; 8] = [
    "encounter_id",
    "short_code",
    "schema_version",
    "post_id",
    "author_id",
    "device_id",
    "created_at",
    "tz",
];

/// The scalars, in the order of `DOMAIN.md`.
const SCALARS: [Spec; 24] = [
    winner("patrol_id", Kind::Id),
    winner("capture_mode", Kind::Code("capture_mode")),
    winner("paper_ref", Kind::Words(16)),
    both("occurred_at", Kind::Time),
    winner("occurred_precision", Kind::Code("occurred_precision")),
    winner("clock_source", Kind::Code("clock_source")),
    winner(CLOCK_CHECKED_AT, Kind::Time),
    winner("ended_at", Kind::Time),
    both("position", Kind::Position),
    winner("place_id", Kind::Code("place")),
    winner("trail_id", Kind::Code("trail")),
    winner("trail_km", Kind::Decimal(9_999.0)),
    winner("setting", Kind::Code("setting")),
    both("place_note", Kind::Words(80)),
    winner("river_state", Kind::Code("river_state")),
    winner("trail_state", Kind::Code("trail_state")),
    winner("direction", Kind::Code("direction")),
    winner("count_method", Kind::Code("count_method")),
    both("group_estimate", Kind::Count(COUNT_MAX)),
    both("families", Kind::Count(COUNT_MAX)),
    winner("re_encounter", Kind::Code("re_encounter")),
    winner("interpretation", Kind::Code("interpretation")),
    winner("female_officer", Kind::Flag),
    set(NEEDS_ANSWERED, Kind::Flag),
];

/// The containers with scalar cells. The review log and the note are containers of their own kind.
const CONTAINERS: [Container; 9] = [
    Container {
        spec: both("composition", Kind::Count(COUNT_MAX)),
        keys: Keys::Cells,
    },
    Container {
        spec: both("needs", Kind::Count(COUNT_MAX)),
        keys: Keys::Codes("need"),
    },
    Container {
        spec: both("separation", Kind::Count(COUNT_MAX)),
        keys: Keys::Codes("separation"),
    },
    Container {
        spec: both("assistance", Kind::Reach),
        keys: Keys::Codes("assistance"),
    },
    Container {
        spec: both("items_given", Kind::Count(COUNT_MAX)),
        keys: Keys::Codes("item"),
    },
    Container {
        spec: both("beta_override", Kind::Correction(COUNT_MAX)),
        keys: Keys::Codes("beta_category"),
    },
    Container {
        spec: set("languages", Kind::Flag),
        keys: Keys::Codes("language"),
    },
    Container {
        spec: set("linked_encounters", Kind::Code("link")),
        keys: Keys::Ids,
    },
    Container {
        spec: set("warnings_ack", Kind::Words(200)),
        keys: Keys::Rules,
    },
];
