#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::clock::TrustedClock;
use crate::id::ActorId;

fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

fn by(number: u8) -> Author {
    let at = "2025-03-14T10:10:00Z".parse().unwrap();
    Author {
        person: person(number),
        device: DeviceId::new([number; 16]),
        actor: ActorId::new([number; 16]),
        at,
        clock: TrustedClock::Unknown,
    }
}

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn left() -> Document {
    let header = Header {
        patrol_id: "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e22".parse().unwrap(),
        code: "BCH-0314-2".to_owned(),
        post_id: "PA-BCH".parse().unwrap(),
        author_id: person(1),
        device_id: DeviceId::new([1; 16]),
        created_at: "2025-03-14T10:10:00Z".parse().unwrap(),
        tz: "America/Panama".to_owned(),
    };
    let departure = Departure {
        departed_at: time("2025-03-14T05:10:00-05:00"),
        clock_source: "network".to_owned(),
        leader_id: Some(person(1)),
        members: [person(1), person(2)].into(),
        trail_id: Some("tuquesa".to_owned()),
        setting: Some("river".to_owned()),
        direction: None,
    };
    Document::from_changes([depart(&header, &departure, &by(1))
        .unwrap()
        .bytes
        .as_slice()])
    .unwrap()
}

fn patched(seen: &Document, patch: serde_json::Value, author: u8) -> Written {
    edit(seen, &Edit::Patch(patch), &by(author))
        .unwrap()
        .unwrap()
}

#[test]
fn a_patrol_is_open_until_it_returns() {
    let out = left();
    let patrol = read(&out).unwrap();
    assert!(patrol.is_open(), "it has left only");
    assert_eq!(
        (patrol.trail_id(), patrol.setting(), patrol.direction()),
        (Some("tuquesa"), Some("river"), None)
    );
    assert_eq!(
        patrol.members(),
        [person(1), person(2)].into(),
        "both are on it"
    );
    let back = patched(
        &out,
        json!({"returned_at": "2025-03-14T18:00:00-05:00", "zero_encounters": true}),
        2,
    );
    let patrol = read(&out.with_change(&back.bytes).unwrap()).unwrap();
    assert!(
        !patrol.is_open() && patrol.zero_encounters(),
        "it is back and met nobody"
    );
}

#[test]
fn two_returns_stay_side_by_side_and_members_add_up() {
    let out = left();
    let one = patched(
        &out,
        json!({"returned_at": "2025-03-14T18:00:00-05:00", "members": [person(1), person(2), person(3)]}),
        2,
    );
    let two = patched(
        &out,
        json!({"returned_at": "2025-03-14T18:20:00-05:00", "members": [person(1)]}),
        3,
    );
    let merged = out
        .with_change(&one.bytes)
        .unwrap()
        .with_change(&two.bytes)
        .unwrap();
    let patrol = read(&merged).unwrap();
    assert_eq!(
        patrol.fields.get("returned_at").unwrap().values.len(),
        2,
        "both times are kept"
    );
    assert_eq!(
        patrol.members(),
        [person(1), person(3)].into(),
        "one left, one came: nobody added is lost"
    );
}

#[test]
fn only_times_that_somebody_vouches_for_are_compared() {
    let out = left();
    let span = read(&out).unwrap().span();
    assert_eq!(
        span.departed_at,
        Some(time("2025-03-14T05:10:00-05:00").to_utc())
    );
    assert_eq!((span.returned_at, span.is_open), (None, true));
    let back = |source: &str| {
        let patch = json!({"returned_at": "2025-03-14T18:00:00-05:00", "returned_clock": source});
        let written = patched(&out, patch, 1);
        read(&out.clone().with_change(&written.bytes).unwrap())
            .unwrap()
            .span()
    };
    assert_eq!(
        back("network").returned_at,
        Some(time("2025-03-14T18:00:00-05:00").to_utc())
    );
    let unchecked = back("device");
    assert_eq!(
        (unchecked.returned_at, unchecked.is_open),
        (None, false),
        "it is back, nobody knows when"
    );
    assert_eq!(unchecked.departed_at, span.departed_at);
    let closed = Span {
        is_open: false,
        ..Span::default()
    };
    assert_eq!(back(CLOSED), closed, "who closed it judges nothing");
    let moved = patched(&out, json!({"departed_at": "2025-03-14T04:00:00-05:00"}), 2);
    let moved = read(&out.clone().with_change(&moved.bytes).unwrap())
        .unwrap()
        .span();
    assert_eq!(moved.departed_at, None, "the source was of another time");
    let (one, other) = (
        patched(
            &out,
            json!({"departed_at": "2025-03-14T04:00:00-05:00", "departed_clock": "typed"}),
            2,
        ),
        patched(
            &out,
            json!({"departed_at": "2025-03-14T06:00:00-05:00", "departed_clock": "typed"}),
            3,
        ),
    );
    let two = out
        .with_change(&one.bytes)
        .unwrap()
        .with_change(&other.bytes)
        .unwrap();
    assert_eq!(
        read(&two).unwrap().span().departed_at,
        None,
        "nobody has chosen yet"
    );
}
