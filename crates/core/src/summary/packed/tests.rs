#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use super::write::status_number;
use super::*;
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId};
use crate::summary::{Figures, Summary};
use proptest::prelude::*;

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
        paper_ref: Some("ñ 0041-b".to_owned()),
        as_approved: None,
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
        paper_ref: None,
        as_approved: None,
        ..full()
    }
}

/// Changed since it was approved, when two of its times lay on two days.
fn approved() -> Summary {
    let then = Summary {
        status: Status::Reviewed,
        other_days: full().other_days,
        ..plain()
    };
    Summary {
        as_approved: Some(Box::new(then)),
        ..full()
    }
}

fn unpack(bytes: &[u8]) -> Option<Summary> {
    Packed::read(bytes)?.summary()
}

#[test]
fn every_field_comes_back_as_it_was() {
    for summary in [full(), plain(), approved()] {
        assert_eq!(
            unpack(&summary.pack()).unwrap(),
            summary,
            "a row must say what was derived"
        );
    }
}

/// What tables and lists take from a record, by way of either form.
fn figures(record: &impl Figures) -> String {
    let then = record.as_approved();
    let then = then.map(|then| own_figures(&then));
    format!("{} {then:?}", own_figures(record))
}

fn own_figures(record: &impl Figures) -> String {
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
    for summary in [full(), plain(), approved()] {
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
fn only_what_may_be_of_another_day_is_looked_at_for_it() {
    let is_of_its_day_only = |summary: Summary| {
        let packed = summary.pack();
        Packed::read(&packed).unwrap().is_of_its_day_only()
    };
    assert!(is_of_its_day_only(plain()), "as nearly all are");
    assert!(!is_of_its_day_only(full()), "one with two values may be");
    let changed = Summary {
        as_approved: approved().as_approved,
        ..plain()
    };
    assert!(!is_of_its_day_only(changed), "and one as it was approved");
}

#[test]
fn what_was_approved_is_whole_and_ends_there() {
    let packed = approved().pack();
    let inner = approved().as_approved.unwrap().pack();
    let at = packed
        .windows(inner.len())
        .position(|part| part == inner)
        .unwrap();
    let mut bent = packed.clone();
    bent[at] = 1;
    assert!(
        !Packed::read(&bent).unwrap().is_whole() && unpack(&bent).is_none(),
        "of another form it is damaged"
    );
    let twice = Summary {
        as_approved: Some(Box::new(approved())),
        ..full()
    };
    assert!(
        unpack(&twice.pack()).is_none(),
        "what was approved has nothing that was approved before it"
    );
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
    for packed in [full().pack(), approved().pack()] {
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end]).is_none(), "cut after {end} bytes");
        }
    }
    let packed = full().pack();
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

proptest! {
    #[test]
    fn stepping_over_ends_where_reading_ends(bytes in proptest::collection::vec(any_byte(), 0..40)) {
        type Read<'a> = fn(&mut Reader<'a>) -> Option<()>;
        let pairs: [(Read<'_>, Read<'_>); 3] = [
            (|from| from.text().map(drop), Reader::step_text),
            (|from| from.people().map(drop), Reader::step_people),
            (|from| from.count().map(drop), Reader::step_count),
        ];
        for (read, step) in pairs {
            let (mut read_from, mut stepped_from) = (Reader::of(&bytes), Reader::of(&bytes));
            let (was_read, was_stepped) = (read(&mut read_from), step(&mut stepped_from));
            prop_assert_eq!(was_read, was_stepped);
            if was_read.is_some() {
                prop_assert_eq!(read_from.rest(), stepped_from.rest());
            }
        }
    }
}

/// Small ones as in nearly every record, and now and then any.
fn any_byte() -> impl Strategy<Value = u8> {
    prop_oneof![4 => 0..6_u8, 1 => any::<u8>(), 1 => Just(0xff), 1 => Just(0x80)]
}
