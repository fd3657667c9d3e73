//! Records as the laws draw them.

use bitacora_core::encounter::{Count, Status};
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::model::Model;

fn count() -> impl Strategy<Value = Count> {
    (0u32..30, 0u32..4).prop_map(|(min, more)| Count {
        min,
        max: min + more,
    })
}

/// A record, and of one that is changed after its review perhaps what was approved.
pub(super) fn model() -> impl Strategy<Value = Model> {
    (now(), option::of(now())).prop_map(|(now, then)| Model {
        then: then
            .filter(|_| matches!(now.status, Status::ChangedAfterReview | Status::Submitted))
            .map(|then| {
                let status = Status::Reviewed;
                Box::new(Model { status, ..then })
            }),
        ..now
    })
}

fn now() -> impl Strategy<Value = Model> {
    use Status::*;
    let status = select(vec![
        Complete,
        Complete,
        Complete,
        Submitted,
        Reviewed,
        ChangedAfterReview,
        Voided,
        Withdrawn,
        Merged,
        Draft,
    ]);
    let cells = btree_map(
        select(vec!["VEN", "HTI", "ECU", "XXX"]),
        [count(), count(), count(), count(), count()],
        0..3,
    );
    let attentions = btree_map(select(vec!["ASO", "ORI", "PAX"]), count(), 0..3);
    // A row names no day twice.
    let days = (13u8..16, option::of(13u8..16))
        .prop_map(|(day, other)| (day, other.filter(|other| *other != day)));
    (days, status, cells, option::of(count()), attentions).prop_map(
        |((day, other_day), status, cells, estimate, attentions)| Model {
            day,
            other_day,
            status,
            cells,
            estimate,
            attentions,
            then: None,
        },
    )
}
