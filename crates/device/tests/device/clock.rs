//! What vouches for a clock, and for how long.

use bitacora_core::capture::Capture;
use bitacora_core::id::EncounterId;
use bitacora_device::{Device, DraftBody, DraftKind, Leaving};

use crate::phone::Phone;
use crate::record::six;

fn untimed() -> Capture {
    Capture {
        occurred_at: None,
        clock_source: None,
        ..six()
    }
}

/// Saves a record of now.
fn met(device: &Device) -> EncounterId {
    let saved = device.record(&untimed(), None).unwrap();
    saved.row.summary.encounter_id
}

fn source(device: &Device, id: EncounterId) -> String {
    device
        .encounter(id)
        .unwrap()
        .capture()
        .clock_source
        .unwrap()
}

#[test]
fn a_start_of_the_system_ends_what_a_contact_vouched_for() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    device.note_trusted_time(phone.now()).unwrap();
    assert_eq!(source(&device, met(&device)), "network", "it has gone on");

    // The battery was out for a night. The clock was left three hours behind: no more than a day has gone by.
    phone.clock.start_system();
    phone.clock.advance(5 * 3600);
    let after = met(&device);
    assert_eq!(
        source(&device, after),
        "device",
        "nobody can say what the clock did meanwhile"
    );
    let offset = chrono::TimeDelta::hours(3);
    device.note_trusted_time(phone.now() + offset).unwrap();
    assert_eq!(
        device.clock_repair().unwrap(),
        1,
        "the contact finds it wrong, and what it wrote since is put right"
    );
}

#[test]
fn satellites_vouch_for_what_is_recorded_until_the_clock_is_set_or_the_system_started() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let before = met(&device);
    assert_eq!(source(&device, before), "device", "nobody vouches yet");
    phone.clock.advance(60);
    assert!(
        device.note_satellite_time(phone.now()).unwrap(),
        "news: nobody vouched for this clock"
    );
    assert_eq!(
        source(&device, before),
        "gnss",
        "the same clock gave the time a minute ago"
    );
    let saves = device.status().unwrap().saves;
    phone.clock.advance(3);
    assert!(!device.note_satellite_time(phone.now()).unwrap(), "no news");
    assert_eq!(device.status().unwrap().saves, saves, "nothing is written");

    phone.clock.advance(9 * 24 * 3600);
    assert_eq!(
        source(&device, met(&device)),
        "gnss",
        "nine days under trees"
    );
    device.patrol_leave(&Leaving::default()).unwrap();
    assert_eq!(
        device.status().unwrap().last_contact_at,
        None,
        "satellites are no contact with the post"
    );

    phone.clock.start_system();
    phone.clock.advance(60);
    let restarted = met(&device);
    assert_eq!(source(&device, restarted), "device", "nobody can say");
    phone.clock.advance(60);
    assert!(
        device.note_satellite_time(phone.now()).unwrap(),
        "and again"
    );
    assert_eq!(source(&device, restarted), "gnss");
    assert_eq!(device.counts().unwrap().clock_doubt, 0, "no doubt is left");
}

#[test]
fn a_form_that_was_begun_before_the_fix_has_its_time_by_it() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    let draft = device.start_draft(DraftKind::New, None).unwrap().draft_id;
    let body = DraftBody {
        capture: untimed(),
        ..DraftBody::default()
    };
    device.save_draft(draft, &body).unwrap();
    phone.clock.advance(30);
    device.note_satellite_time(phone.now()).unwrap();
    phone.clock.advance(10);
    let saved = device.record_draft(draft).unwrap().row.summary;
    assert_eq!(
        source(&device, saved.encounter_id),
        "gnss",
        "the clock has gone on from the first tap to the fix"
    );
}

#[test]
fn satellites_find_a_clock_of_2019_wrong_and_what_it_wrote_is_put_right() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    phone.clock.set("2019-01-01T05:00:00Z");
    let id = met(&device);
    phone.clock.advance(600);
    assert!(
        !device
            .note_satellite_time("2005-08-28T15:00:00Z".parse().unwrap())
            .unwrap(),
        "a receiver that has lost count of the weeks says nothing"
    );
    device
        .note_satellite_time("2025-03-14T15:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(
        source(&device, met(&device)),
        "device",
        "the clock is still wrong, and is not called right"
    );
    phone.clock.advance(30);
    assert_eq!(device.status().unwrap().clock.repairable, 1, "the first");
    assert_eq!(device.clock_repair().unwrap(), 1);
    let summary = device.row(id).unwrap().summary;
    assert_eq!(
        summary.occurred_at.to_rfc3339(),
        "2025-03-14T09:50:00-05:00"
    );
    assert!(!summary.clock_doubt);
    assert_eq!(source(&device, id), "gnss", "and by what");
    assert_eq!(
        device.clock_repair_undo().unwrap(),
        1,
        "it can be taken back"
    );
}

#[test]
fn the_last_contact_is_told_though_satellites_spoke_since() {
    let (phone, device) = Phone::start("Cabo 17");
    phone.clock.start_system();
    device.note_trusted_time(phone.now()).unwrap();
    let contact = phone.now();
    for _ in 0..2 {
        phone.clock.advance(3600);
        device
            .note_satellite_time(phone.now() + chrono::TimeDelta::seconds(90))
            .unwrap();
        // Set on a little, and compared anew.
        let on = phone.now() + chrono::TimeDelta::seconds(90);
        phone.clock.set(&on.to_rfc3339());
    }
    assert_eq!(device.status().unwrap().last_contact_at, Some(contact));
    assert_eq!(source(&device, met(&device)), "device", "it was set since");
}
