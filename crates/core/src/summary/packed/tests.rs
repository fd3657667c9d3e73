#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use super::*;

fn full() -> Summary {
    let people = People {
        men: Count { min: 8, max: 9 },
        total: Count {
            min: 300,
            max: 70_000,
        },
        ..People::default()
    };
    let decided = People {
        women: Count::exactly(200),
        girls: Count::exactly(1),
        total: Count::exactly(201),
        ..People::default()
    };
    Summary {
        encounter_id: EncounterId::from_bytes([1; 16]),
        short_code: "BCH-0314-7QK-3".to_owned(),
        post_id: "PA-BCH".parse().unwrap(),
        patrol_id: Some(PatrolId::from_bytes([2; 16])),
        author_id: PersonId::from_bytes([3; 16]),
        device_id: DeviceId::new([4; 16]),
        created_at: "1969-03-14T12:21:00.123456789Z".parse().unwrap(),
        occurred_at: "2025-03-14T07:21:40.5-05:00".parse().unwrap(),
        day: "2025-03-14".parse().unwrap(),
        other_days: vec!["2019-01-01".parse().unwrap(), "2025-03-15".parse().unwrap()],
        direction: Some("north".to_owned()),
        lat_lon: Some((8.45103, -77.64295)),
        nationalities: [
            ("VEN".to_owned(), people),
            ("HTI".to_owned(), People::default()),
            ("COL".to_owned(), decided),
        ]
        .into(),
        people,
        attentions: [("ASO".to_owned(), Count { min: 1, max: 2 })].into(),
        status: Status::ChangedAfterReview,
        missing: vec![("E03".to_owned(), "assistance".to_owned())],
        undecided: vec!["composition/VEN/AA+M".to_owned()],
        parts_over_total: vec![("water".to_owned(), 6, 5)],
        clock_doubt: true,
        distinct_from: vec![EncounterId::from_bytes([5; 16])],
    }
}

fn plain() -> Summary {
    Summary {
        patrol_id: None,
        direction: None,
        lat_lon: None,
        missing: Vec::new(),
        undecided: Vec::new(),
        parts_over_total: Vec::new(),
        status: Status::Reviewed,
        clock_doubt: false,
        other_days: Vec::new(),
        distinct_from: Vec::new(),
        ..full()
    }
}

fn unpack(bytes: &[u8]) -> Option<Summary> {
    Packed::read(bytes)?.summary()
}

#[test]
fn every_field_comes_back_as_it_was() {
    for summary in [full(), plain()] {
        assert_eq!(
            unpack(&summary.pack()).unwrap(),
            summary,
            "a row must say what was derived"
        );
    }
}

/// What tables and lists take from a record, by way of either form.
fn figures(record: &impl Figures) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {} {}",
        record.day(),
        record.other_days().collect::<Vec<_>>(),
        record.status(),
        record.people(),
        record.nationalities().collect::<Vec<_>>(),
        record.attentions().collect::<Vec<_>>(),
        record.missing_rules().collect::<Vec<_>>(),
        record.has_part_over_total(),
        record.has_clock_doubt(),
        record.is_counted(),
    )
}

#[test]
fn a_packed_record_has_the_figures_of_the_whole_one() {
    for summary in [full(), plain()] {
        let packed = summary.pack();
        let packed = Packed::read(&packed).unwrap();
        assert_eq!(
            figures(&packed),
            figures(&summary),
            "the same table from either form"
        );
        assert_eq!(
            packed.post_id(),
            summary.post_id.as_str(),
            "of the same post"
        );
        assert_eq!(
            packed.is_undecided(),
            !summary.undecided.is_empty(),
            "with the same fields to choose"
        );
        let heading = packed.heading().unwrap();
        assert_eq!(
            heading.encounter_id, summary.encounter_id,
            "the same record"
        );
        assert_eq!(heading.short_code, summary.short_code, "the same code");
        assert_eq!(heading.occurred_at, summary.occurred_at, "the same time");
        assert_eq!(
            heading.occurred_at.offset(),
            summary.occurred_at.offset(),
            "and clock"
        );
        assert_eq!(
            (heading.author_id, heading.device_id, heading.patrol_id),
            (summary.author_id, summary.device_id, summary.patrol_id),
            "by the same people"
        );
    }
}

#[test]
fn every_status_has_its_own_number() {
    for (number, status) in STATUSES.into_iter().enumerate() {
        assert_eq!(
            usize::from(status_number(status)),
            number,
            "{status:?} would be read as another"
        );
    }
}

#[test]
fn damaged_bytes_are_an_error_at_every_length() {
    let packed = full().pack();
    for end in 0..packed.len() {
        assert!(unpack(&packed[..end]).is_none(), "cut after {end} bytes");
    }
    assert!(
        unpack(&[packed.as_slice(), b"x"].concat()).is_none(),
        "something behind it"
    );
    let nationalities = packed.iter().position(|byte| *byte == b'C').unwrap() - 2;
    let mut huge = packed.clone();
    huge[nationalities] = 0xff;
    assert!(
        unpack(&huge).is_none(),
        "a list that is longer than all there is reserves nothing"
    );
    let mut longer = packed.clone();
    longer[nationalities + 1] += 1;
    assert!(
        !Packed::read(&longer).unwrap().is_whole() && unpack(&longer).is_none(),
        "a table adds up no list that ends in the middle"
    );
    let mut older = packed;
    older[0] = 1;
    assert!(unpack(&older).is_none(), "another version is another form");
}

#[test]
fn what_is_packed_says_nothing_about_whom_in_a_log() {
    let packed = full().pack();
    let packed = Packed::read(&packed).unwrap();
    let said = format!("{packed:?} {:?}", packed.heading().unwrap());
    assert!(
        !said.contains("VEN") && !said.contains("BCH"),
        "neither who nor where: {said}"
    );
}
