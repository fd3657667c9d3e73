//! Corrections of every field that a capture has.

use bitacora_core::authoring::Author;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

/// Draws a correction: of counts, of words, of codes, of a place or of a time.
pub(super) fn patch(rng: &mut ChaCha8Rng, author: &Author) -> Value {
    let count = rng.random_range(0..30u32);
    match rng.random_range(0..5) {
        0 | 1 => counts(rng, count),
        2 => words(rng, count),
        3 => codes(rng, count),
        _ => place_and_time(rng, count, author),
    }
}

fn counts(rng: &mut ChaCha8Rng, count: u32) -> Value {
    match rng.random_range(0..9) {
        0 => json!({"composition": {"VEN": {"AA+M": count}}}),
        1 => json!({"composition": {"HTI": {"AC+F": count}}}),
        2 => json!({"composition": {"VEN": {"AA+F": null}}}),
        3 => json!({"assistance": {"water": count, "info_risks": "all"}}),
        4 => json!({"needs": {"family_behind": count}}),
        5 => json!({"items_given": {"water_l": count}}),
        6 => json!({"group_estimate": count, "families": count / 3}),
        7 => json!({"separation": {"alone": count}}),
        _ => json!({"beta_override": {"ASO": count}}),
    }
}

fn words(rng: &mut ChaCha8Rng, count: u32) -> Value {
    match rng.random_range(0..6) {
        0 | 1 => json!({"note": format!("nota {count}")}),
        2 => json!({"place_note": format!("junto a la roca {count}")}),
        3 => json!({"paper_ref": format!("A-{count}")}),
        4 => json!({"warnings_ack": {"E11": format!("visto {count}")}}),
        _ => json!({"place_note": null, "note": null}),
    }
}

fn codes(rng: &mut ChaCha8Rng, count: u32) -> Value {
    let even = count.is_multiple_of(2);
    match rng.random_range(0..8) {
        0 => json!({"direction": if even { "south" } else { "north" }}),
        1 => {
            json!({"setting": if even { "jungle" } else { "river" }, "river_state": "high", "trail_state": "difficult"})
        }
        2 => {
            json!({"count_method": if even { "tally" } else { "counted" }, "re_encounter": "first"})
        }
        3 => json!({"languages": if even { json!(["spa", "hat"]) } else { json!(["hat"]) }}),
        4 => json!({"female_officer": even, "interpretation": "none"}),
        5 => {
            json!({"linked_encounters": {Uuid::from_u128(u128::from(count)).to_string(): "same_group"}})
        }
        6 => json!({"patrol_id": Uuid::from_u128(u128::from(count)).to_string()}),
        _ => json!({"capture_mode": if even { "quick" } else { "full" }, "river_state": null}),
    }
}

fn place_and_time(rng: &mut ChaCha8Rng, count: u32, author: &Author) -> Value {
    let off = f64::from(count) / 100.0;
    match rng.random_range(0..6) {
        0 => {
            json!({"position": {"lat": 8.4 + off, "lon": -77.6, "source": "gnss", "accuracy_m": 38.0}})
        }
        1 => json!({"position": "no_fix"}),
        2 => json!({"trail_id": "tuquesa", "trail_km": f64::from(count) / 2.0}),
        3 => json!({"place_id": "bajo_chiquito", "occurred_precision": "hour"}),
        4 => json!({"ended_at": author.at.to_rfc3339()}),
        _ => json!({"occurred_at": author.at.to_rfc3339(), "clock_source": "typed"}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bitacora_core::id::{ActorId, DeviceId, PersonId};
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn every_field_of_a_capture_is_corrected() {
        let author = Author {
            person: PersonId::from_bytes([1; 16]),
            device: DeviceId::new([1; 16]),
            actor: ActorId::new([1; 16]),
            at: chrono::DateTime::UNIX_EPOCH,
            clock: bitacora_core::clock::TrustedClock::Unknown,
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut corrected = BTreeSet::new();
        for _ in 0..1_000 {
            let drawn = patch(&mut rng, &author);
            corrected.extend(drawn.as_object().unwrap().keys().cloned());
        }
        let schema = serde_json::to_value(bitacora_core::capture::schema()).unwrap();
        let all = schema["properties"].as_object().unwrap().keys();
        // Given once, when the record is made.
        let left: Vec<_> = all
            .filter(|field| *field != "encounter_id" && !corrected.contains(*field))
            .collect();
        assert!(left.is_empty(), "nobody corrects {left:?}");
    }
}
