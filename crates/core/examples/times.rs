//! Prints how long the steps of a save take, in microseconds per record.
//!
//! Run with `cargo run --release -p bitacora-core --example times`.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bitacora_core::authoring::Author;
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::{Document, parse_change};
use bitacora_core::encounter::{self, Edit, Header};
use bitacora_core::id::{ActorId, DeviceId, EncounterId, PersonId};
use bitacora_core::summary::Summary;
use serde_json::json;

const ROUNDS: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let (header, capture, author) = (header()?, capture()?, author()?);
    let first = encounter::record(&header, &capture, &author)?;
    let document = Document::from_changes([first.bytes.as_slice()])?;
    let snapshot = document.snapshot()?;
    let read = encounter::read(&document)?;
    let edit = Edit::Patch(json!({ "composition": { "VEN": { "AA+M": 9 } } }));
    time("record", || encounter::record(&header, &capture, &author))?;
    time("parse_change", || parse_change(&first.bytes))?;
    time("from_changes", || {
        Document::from_changes([first.bytes.as_slice()])
    })?;
    time("snapshot", || document.snapshot())?;
    time("load", || Document::load(&snapshot))?;
    time("edit", || encounter::edit(&document, &edit, &author))?;
    time("read", || encounter::read(&document))?;
    time("summary", || {
        Ok::<_, std::convert::Infallible>(Summary::of(&read))
    })?;
    time("history", || encounter::history(&document))
}

fn time<T, E: Error + 'static>(
    what: &str,
    step: impl Fn() -> Result<T, E>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(step()?);
    }
    println!(
        "{what}: {} us",
        start.elapsed().as_micros() / u128::from(ROUNDS)
    );
    Ok(())
}

fn author() -> Result<Author, Box<dyn Error>> {
    let at = "2025-03-14T12:21:44Z".parse()?;
    let (person, device) = (PersonId::from_bytes([1; 16]), DeviceId::new([1; 16]));
    Ok(Author {
        person,
        device,
        actor: ActorId::new([7; 16]),
        at,
        clock: TrustedClock::Unknown,
    })
}

fn header() -> Result<Header, Box<dyn Error>> {
    Ok(Header {
        encounter_id: EncounterId::from_bytes([1; 16]),
        short_code: "BCH-0314-7QK-3".to_owned(),
        post_id: "PA-BCH".parse()?,
        author_id: PersonId::from_bytes([1; 16]),
        device_id: DeviceId::new([1; 16]),
        created_at: "2025-03-14T12:21:44Z".parse()?,
        tz: "America/Panama".to_owned(),
    })
}

fn capture() -> Result<Capture, Box<dyn Error>> {
    Ok(serde_json::from_value(json!({
        "occurred_at": "2025-03-14T07:21:40-05:00", "clock_source": "gnss",
        "position": { "lat": 8.45103, "lon": -77.64295, "accuracy_m": 38.0, "source": "gnss_avg", "fix_age_s": 4 },
        "trail_id": "tuquesa", "setting": "river", "direction": "north", "count_method": "counted",
        "composition": { "VEN": { "AA+M": 3, "AA+F": 2, "AC+M": 1 }, "HTI": { "AA+M": 1, "AA+F": 2, "AC+F": 2 } },
        "needs": { "family_behind": 1 }, "assistance": { "water": "all", "info_risks": "all", "first_aid": 1 },
        "items_given": { "water_l": 8 }, "re_encounter": "first"
    }))?)
}
