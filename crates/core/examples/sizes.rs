//! Prints what a record and an edit weigh: raw, and per record in one compressed batch of 1,000.
//!
//! Run with `cargo run -p bitacora-core --example sizes`.

use std::error::Error;

use bitacora_core::authoring::Author;
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Edit, Header};
use bitacora_core::id::{ActorId, DeviceId, EncounterId, PersonId};
use serde_json::json;

const RECORDS: u32 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut new, mut edited) = (Vec::new(), Vec::new());
    for number in 0..RECORDS {
        let first = encounter::record(&header(number)?, &capture(number)?, &author(1)?)?;
        let document = Document::from_changes([first.bytes.as_slice()])?;
        let edit = Edit::Patch(json!({ "composition": { "VEN": { "AA+M": 9 } } }));
        let second =
            encounter::edit(&document, &edit, &author(2)?)?.ok_or("the edit changes nothing")?;
        new.push(first.bytes);
        edited.push(second.bytes);
    }
    print("new", &new)?;
    print("edit of one cell", &edited)
}

fn print(what: &str, chunks: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let raw: usize = chunks.iter().map(Vec::len).sum();
    let batch = zstd::encode_all(chunks.concat().as_slice(), 9)?;
    let alone = zstd::encode_all(chunks.first().ok_or("there are none")?.as_slice(), 9)?;
    let count = chunks.len();
    println!(
        "{what}: raw {} B, alone {} B, in a batch {} B",
        raw / count,
        alone.len(),
        batch.len() / count
    );
    Ok(())
}

fn author(number: u8) -> Result<Author, Box<dyn Error>> {
    Ok(Author {
        person: PersonId::from_bytes([number; 16]),
        device: DeviceId::new([number; 16]),
        actor: ActorId::new([number.wrapping_mul(37); 16]),
        at: "2025-03-14T12:21:44Z".parse()?,
        clock: TrustedClock::Unknown,
    })
}

/// Numbers that look random to a compressor, as ids, seconds and positions do.
fn noise(number: u32, salt: u64) -> u64 {
    let mixed = (u64::from(number) ^ (salt << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn header(number: u32) -> Result<Header, Box<dyn Error>> {
    let id = (u128::from(noise(number, 1)) << 64) | u128::from(noise(number, 2));
    Ok(Header {
        encounter_id: EncounterId::from_bytes(id.to_be_bytes()),
        short_code: format!("BCH-0314-{:03X}-3", noise(number, 3) % 4_096),
        post_id: "PA-BCH".parse()?,
        author_id: PersonId::from_bytes([1; 16]),
        device_id: DeviceId::new([1; 16]),
        created_at: "2025-03-14T12:21:44Z".parse()?,
        tz: "America/Panama".to_owned(),
    })
}

fn capture(number: u32) -> Result<Capture, Box<dyn Error>> {
    let at = noise(number, 4);
    let (lat, lon) = (
        8.4 + (at % 99_999) as f64 / 1e6,
        -77.6 - (at % 88_888) as f64 / 1e6,
    );
    Ok(serde_json::from_value(json!({
        "occurred_at": format!("2025-03-14T{:02}:{:02}:{:02}-05:00", 6 + at % 12, at % 60, at % 59),
        "clock_source": "gnss",
        "position": { "lat": (lat * 1e5).round() / 1e5, "lon": (lon * 1e5).round() / 1e5,
            "accuracy_m": at % 60, "source": "gnss_avg", "fix_age_s": at % 9 },
        "trail_id": "tuquesa", "setting": "river", "direction": "north", "count_method": "counted",
        "composition": { "VEN": { "AA+M": 1 + at % 5, "AA+F": 1 + at % 3, "AC+M": at % 2 },
            "HTI": { "AA+M": at % 3, "AA+F": at % 4, "AC+F": at % 2 } },
        "needs": { "family_behind": 1 },
        "assistance": { "water": "all", "info_risks": "all", "first_aid": at % 2 },
        "items_given": { "water_l": 1 + at % 20 }, "re_encounter": "first", "capture_mode": "quick"
    }))?)
}
