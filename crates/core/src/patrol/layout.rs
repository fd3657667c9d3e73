//! Where the fields of a patrol lie.

use crate::content::schema::{COUNT_MAX, Container, Keys, Kind, Schema, Spec, both, set, winner};
use crate::succession;

/// The version of this layout.
pub(super) const SCHEMA_VERSION: i64 = 1;

/// The patrol.
pub(crate) static PATROL: Schema = Schema {
    header: &HEADER,
    scalars: &SCALARS,
    containers: &CONTAINERS,
    text: ("closing_note", 300),
    checked: None,
};

const HEADER: [&str; 8] = [
    "patrol_id",
    "code",
    "schema_version",
    "post_id",
    "author_id",
    "device_id",
    "created_at",
    "tz",
];

const SCALARS: [Spec; 13] = [
    winner("type", Kind::Code("patrol_type")),
    winner("leader_id", Kind::Id),
    winner("female_officer", Kind::Flag),
    both("departed_at", Kind::Time),
    winner("departed_clock", Kind::Code("clock_source")),
    both("returned_at", Kind::Time),
    winner("returned_clock", Kind::Code("clock_source")),
    winner("trail_id", Kind::Code("trail")),
    winner("setting", Kind::Code("setting")),
    winner("direction", Kind::Code("direction")),
    winner("km", Kind::Decimal(9_999.0)),
    winner("zero_encounters", Kind::Flag),
    // Which device the one that it left with is now, in that device's own word.
    winner("carried", Kind::Words(succession::CHARS_MAX)),
];

const CONTAINERS: [Container; 8] = [
    Container {
        spec: set("members", Kind::Flag),
        keys: Keys::Ids,
    },
    Container {
        spec: set("transport", Kind::Flag),
        keys: Keys::Codes("transport"),
    },
    Container {
        spec: set("planned_trails", Kind::Flag),
        keys: Keys::Codes("trail"),
    },
    Container {
        spec: set("departure_check", Kind::Flag),
        keys: Keys::Codes("departure_check"),
    },
    Container {
        spec: both("stock_out", Kind::Count(COUNT_MAX)),
        keys: Keys::Codes("item"),
    },
    Container {
        spec: both("stock_back", Kind::Count(COUNT_MAX)),
        keys: Keys::Codes("item"),
    },
    // Entries of these logs are one scalar each under a key of their own; this build only keeps them.
    Container {
        spec: winner("radio_checks", Kind::Words(500)),
        keys: Keys::Ids,
    },
    Container {
        spec: winner("trail_reports", Kind::Words(500)),
        keys: Keys::Ids,
    },
];
