#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)] // tests may stop

use uuid::Uuid;

use super::*;
use crate::id::{ChangeHash, DocumentId, OrganisationId, ScopeId};

#[test]
fn a_tail_depends_on_every_row_and_their_order() {
    let scope: ScopeId = "PA-BCH/operational".parse().unwrap();
    let organisation = OrganisationId::new(Uuid::from_u128(1));
    let empty = Tail::empty(organisation, &scope);
    let document = DocumentId::new(Uuid::from_u128(2));
    let (a, b) = (ChangeHash::new([1; 32]), ChangeHash::new([2; 32]));
    let (ab, ba) = (
        empty.after(document, a).after(document, b),
        empty.after(document, b).after(document, a),
    );
    assert_ne!(
        ab.chain, ba.chain,
        "two orders of the same rows have one chain"
    );
    assert_eq!(
        (ab.count, ab.sum),
        (ba.count, ba.sum),
        "the sum is over the set"
    );
    assert_eq!(
        ab.since(&empty.after(document, a)).sum,
        u128::from_be_bytes([2; 16])
    );
    let other = Tail::empty(organisation, &"PA-CAN/operational".parse().unwrap());
    assert_ne!(
        empty.chain, other.chain,
        "a cursor of one scope passes in another"
    );
}

#[test]
fn checkpoints_stay_few_and_reach_back() {
    let mut kept: Vec<u64> = Vec::new();
    for newest in (0..20_000).step_by(37) {
        for gone in superseded(&kept, newest) {
            kept.retain(|position| *position != gone);
        }
        kept.push(newest);
        for distance in [100, 1_000, 10_000]
            .into_iter()
            .filter(|distance| *distance < newest)
        {
            let found = kept
                .iter()
                .rev()
                .find(|position| newest - **position >= distance);
            let reached = newest - found.copied().unwrap_or(0);
            assert!(
                reached <= 4 * distance + 37,
                "a fork {distance} back costs {reached} rows at {newest}"
            );
        }
    }
    assert!(
        kept.len() <= crate::wire::limit::CHECKPOINTS_MAX / 2,
        "{} checkpoints are kept",
        kept.len()
    );
}
