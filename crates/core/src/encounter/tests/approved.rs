//! What was approved stands until a change is approved (DOMAIN 4.2).

use rstest::rstest;
use serde_json::json;

use super::standing::{COMMANDER, DEPUTY, LEADER, MEMBER, entry, said, through};
use super::*;
use crate::patrol::Span;
use crate::summary::{Figures as _, Summary, days_elsewhere};

fn row(document: &Document) -> Summary {
    Summary::of(&read(document).unwrap())
}

/// The row as approved, of which the people are enough to tell it from others.
fn people_approved(document: &Document) -> Option<u32> {
    let row = row(document);
    let then = row.as_approved?;
    assert_eq!(then.people.total.min, then.people.total.max);
    Some(then.people.total.max)
}

fn approved() -> Document {
    through(&[("submitted", LEADER), ("approved", COMMANDER)])
}

fn with(seen: &Document, written: &Written) -> Document {
    seen.clone().with_change(&written.bytes).unwrap()
}

fn men(seen: &Document, count: u32, author: u8) -> Written {
    patched(
        seen,
        json!({"composition": {"VEN": {"AA+M": count}}}),
        author,
    )
}

/// Adds events one after the other.
fn then_said(document: &Document, events: &[(&str, u8)]) -> Document {
    events.iter().fold(document.clone(), |seen, (event, by)| {
        with(&seen, &said(&seen, event, *by))
    })
}

#[test]
fn an_edit_after_approval_leaves_the_row_as_it_was_approved() {
    let approved = approved();
    let before = row(&approved);
    assert_eq!(before.status, Status::Reviewed);
    assert_eq!(before.as_approved, None, "it stands as it was approved");
    let changed = with(&approved, &men(&approved, 8, 18));
    let after = row(&changed);
    assert_eq!(after.status, Status::ChangedAfterReview);
    assert_eq!(after.people.total, Count::exactly(16), "as it stands now");
    assert_eq!(
        after.as_approved,
        Some(Box::new(before)),
        "and everything of it as it was: eleven people"
    );
    let again = with(&changed, &said(&changed, "approved", COMMANDER));
    let again = row(&again);
    assert_eq!(
        (again.status, again.as_approved),
        (Status::Reviewed, None),
        "approved as it is now"
    );
}

#[test]
fn an_edit_beside_an_approval_does_not_change_what_was_approved() {
    let base = recorded(&example());
    let merged = both(
        &base,
        &said(&base, "approved", COMMANDER),
        &men(&base, 8, 18),
    );
    assert_eq!(row(&merged).status, Status::ChangedAfterReview);
    assert_eq!(people_approved(&merged), Some(11));
}

#[rstest]
#[case::handed_in_again(&[("submitted", LEADER)], Some(11))]
#[case::with_words(&[("comment", MEMBER)], Some(11))]
#[case::marked(&[("flagged", COMMANDER)], None)]
#[case::marked_and_settled(&[("flagged", COMMANDER), ("unflagged", DEPUTY)], Some(11))]
#[case::marked_settled_and_handed_in(&[("flagged", COMMANDER), ("unflagged", DEPUTY), ("submitted", LEADER)], Some(11))]
#[case::marked_and_handed_in(&[("flagged", COMMANDER), ("submitted", LEADER)], None)]
#[case::given_back(&[("returned", COMMANDER)], None)]
#[case::given_back_and_handed_in(&[("returned", COMMANDER), ("submitted", LEADER)], None)]
#[case::reopened(&[("reopened", MEMBER)], None)]
#[case::voided(&[("voided", COMMANDER)], None)]
#[case::merged(&[("merged_duplicate", LEADER)], None)]
#[case::undone(&[("withdrawn", MEMBER)], None)]
#[case::undone_and_restored(&[("withdrawn", MEMBER), ("restored", MEMBER)], Some(11))]
fn an_approval_stands_until_somebody_takes_it_back(
    #[case] events: &[(&str, u8)],
    #[case] expected: Option<u32>,
) {
    let approved = approved();
    let changed = with(&approved, &men(&approved, 8, 18));
    assert_eq!(people_approved(&then_said(&changed, events)), expected);
}

#[test]
fn the_last_approval_stands() {
    let first = approved();
    let second = with(&first, &men(&first, 8, 18));
    let second = with(&second, &said(&second, "approved", DEPUTY));
    let third = with(&second, &men(&second, 9, 19));
    assert_eq!(people_approved(&third), Some(16), "eight men, not three");
}

#[test]
fn of_two_approvals_side_by_side_every_device_takes_the_same() {
    let base = recorded(&example());
    let edited = with(&base, &men(&base, 8, 18));
    let one = said(&base, "approved", COMMANDER);
    let other = said(&edited, "approved", DEPUTY);
    let [left, right] = [[&one, &other], [&other, &one]].map(|order| {
        order
            .into_iter()
            .fold(edited.clone(), |document, written| with(&document, written))
    });
    assert_eq!(row(&left), row(&right));
    assert_eq!(row(&left).status, Status::ChangedAfterReview);
    assert_eq!(
        people_approved(&left),
        Some(11),
        "that by which the record waits: it has not seen the edit"
    );
    let later = with(&left, &men(&left, 9, 19));
    let [left, right] = [&one, &other].map(|approval| {
        let changes = later.changes().into_iter().map(|change| change.hash);
        let mut changes: Vec<_> = changes.collect();
        changes.sort_by_key(|hash| *hash != approval.meta.hash);
        let bytes: Vec<_> = changes
            .into_iter()
            .map(|hash| later.change_bytes(hash).unwrap())
            .collect();
        row(&Document::from_changes(bytes.iter().map(Vec::as_slice)).unwrap())
    });
    assert_eq!(left, right, "neither has seen all: the same one of both");
    assert!(left.as_approved.is_some());
}

#[test]
fn an_edit_of_the_time_leaves_the_approved_figures_on_their_day() {
    let approved = approved();
    let edit = patched(
        &approved,
        json!({"occurred_at": "2025-03-16T07:00:00-05:00"}),
        18,
    );
    let changed = row(&with(&approved, &edit));
    let then = changed.as_approved().unwrap();
    assert_eq!(changed.day.to_string(), "2025-03-16");
    assert_eq!(then.day().to_string(), "2025-03-14");
    assert_eq!(
        days_elsewhere(&changed).into_iter().collect::<Vec<_>>(),
        [then.day()],
        "a store has to look for it there too"
    );
    let encounter = read(&with(&approved, &edit)).unwrap();
    let in_tokyo = Summary::in_zone(&encounter, "Asia/Tokyo");
    assert_eq!(
        (
            in_tokyo.day.to_string(),
            in_tokyo.as_approved.unwrap().day.to_string()
        ),
        ("2025-03-16".to_owned(), "2025-03-14".to_owned()),
        "in the zone of the post, both"
    );
    let late = patched(
        &approved,
        json!({"occurred_at": "2025-03-14T20:00:00-05:00"}),
        18,
    );
    let late = with(&approved, &late);
    let late = with(&late, &said(&late, "approved", COMMANDER));
    let late = read(&with(&late, &men(&late, 8, 18))).unwrap();
    let then = Summary::in_zone(&late, "Asia/Tokyo").as_approved.unwrap();
    assert_eq!(then.day.to_string(), "2025-03-15");
    let post = "PA-LBL".parse().unwrap();
    let moved = Summary::of(&late).of_post(&post);
    assert_eq!(moved.as_approved.unwrap().post_id, post, "and of its post");
}

/// No device of ours offers it; another one's approval is read as it is.
#[test]
fn what_was_undecided_when_it_was_approved_stays_a_range() {
    let base = recorded(&example());
    let merged = both(&base, &men(&base, 8, 18), &men(&base, 9, 19));
    let approved = with(&merged, &said(&merged, "approved", COMMANDER));
    let decided = with(&approved, &men(&approved, 10, 20));
    let row = row(&decided);
    assert_eq!(row.people.total, Count::exactly(18));
    let then = row.as_approved.unwrap();
    assert_eq!(then.people.total, Count { min: 16, max: 17 });
    assert_eq!(then.undecided, ["composition/VEN/AA+M"]);
}

#[test]
fn a_record_that_became_incomplete_counts_as_it_was_approved_and_the_other_way_round() {
    let approved = approved();
    let emptied = row(&with(
        &approved,
        &patched(&approved, json!({"assistance": null}), 18),
    ));
    assert!(!emptied.counts(), "something is missing now");
    assert!(emptied.as_approved.unwrap().counts(), "nothing was then");
    let incomplete = recorded(&capture(json!({"composition": {"VEN": {"AA+M": 1}}})));
    let approved = with(&incomplete, &said(&incomplete, "approved", COMMANDER));
    assert_eq!(row(&approved).status, Status::Reviewed);
    let changed = row(&with(&approved, &men(&approved, 2, 18)));
    assert!(!changed.as_approved.unwrap().counts(), "it never counted");
}

#[rstest]
#[case::nothing_seen(Some(String::new()))]
#[case::no_version(None)]
#[case::of_another_record(Some("ab".repeat(32)))]
#[case::no_heads(Some("all of it".to_owned()))]
fn a_version_that_is_not_here_approves_nothing_that_can_be_counted(#[case] seen: Option<String>) {
    let base = recorded(&example());
    let approval = ReviewEntry {
        seen_version: seen,
        ..entry("approved", COMMANDER, &base)
    };
    let approval = edit(&base, &Edit::Review(approval), &by(COMMANDER)).unwrap();
    let row = row(&with(&base, &approval.unwrap()));
    assert_eq!(row.status, Status::ChangedAfterReview);
    assert_eq!(row.as_approved, None, "it is left out, and named");
}

#[test]
fn roles_may_say_that_an_approval_was_nobodys_to_give() {
    let base = recorded(&example());
    let approved = with(&base, &said(&base, "approved", LEADER));
    let changed = read(&with(&approved, &men(&approved, 8, 18))).unwrap();
    assert!(Summary::of(&changed).as_approved.is_some());
    let row = Summary::with(&changed, &super::standing::known());
    assert_eq!((row.status, row.as_approved), (Status::Complete, None));
}

#[test]
fn a_patrol_that_is_back_judges_the_approved_time_too() {
    let approved = approved();
    let edit = patched(
        &approved,
        json!({"occurred_at": "2025-03-14T13:00:00-05:00"}),
        18,
    );
    let changed = row(&with(&approved, &edit));
    let time = |text: &str| Some(text.parse().unwrap());
    let span = Span {
        departed_at: time("2025-03-14T16:00:00Z"),
        returned_at: time("2025-03-14T23:00:00Z"),
        is_open: false,
    };
    let judged = changed.clone().during(&span);
    assert!(judged.counts(), "at one in the afternoon it was out");
    assert!(!judged.as_approved.unwrap().counts(), "at seven it was not");
    let mut of_another = changed;
    of_another.as_approved.as_mut().unwrap().patrol_id =
        Some(crate::id::PatrolId::from_bytes([5; 16]));
    assert!(
        of_another.during(&span).as_approved.unwrap().counts(),
        "another patrol's times say nothing about it"
    );
}
