use rstest::rstest;
use serde_json::json;

use super::*;
use crate::clock::TrustedClock;
use crate::enrol::Role;
use crate::review::{Context, Event, NotAllowed, may, may_edit};

pub(super) const MEMBER: u8 = 17;
pub(super) const LEADER: u8 = 30;
pub(super) const COMMANDER: u8 = 40;
pub(super) const DEPUTY: u8 = 41;

pub(super) fn role_of(person_id: PersonId) -> Option<Role> {
    let roles = [
        (MEMBER, Role::PatrolMember),
        (LEADER, Role::PatrolLeader),
        (COMMANDER, Role::PostCommander),
        (DEPUTY, Role::PostCommander),
    ];
    roles
        .into_iter()
        .find(|(number, _)| person(*number) == person_id)
        .map(|(_, role)| role)
}

pub(super) fn known() -> Context<'static> {
    Context {
        roles: Some(&role_of),
        clock: TrustedClock::Unknown,
    }
}

pub(super) fn entry(event: &str, by: u8, seen: &Document) -> ReviewEntry {
    // Each entry has a key of its own, whoever writes it.
    let changes = u8::try_from(seen.changes().len()).unwrap();
    let key: Vec<u8> = event
        .bytes()
        .chain([by, changes])
        .chain([0; 16])
        .take(16)
        .collect();
    ReviewEntry {
        entry_id: EntryId::from_bytes(key.try_into().unwrap()),
        event: event.to_owned(),
        reason: Some("test".to_owned()),
        at: super::by(by).at,
        by: person(by),
        seen_version: Some(seen.version().to_string()),
        other: None,
    }
}

pub(super) fn said(seen: &Document, event: &str, by: u8) -> Written {
    edit(seen, &Edit::Review(entry(event, by, seen)), &super::by(by))
        .unwrap()
        .unwrap()
}

/// Adds events one after the other.
pub(super) fn through(events: &[(&str, u8)]) -> Document {
    events
        .iter()
        .fold(recorded(&example()), |seen, (event, by)| {
            let written = said(&seen, event, *by);
            seen.with_change(&written.bytes).unwrap()
        })
}

pub(super) fn status(document: &Document) -> Status {
    read(document).unwrap().status_in(&known())
}

#[rstest]
#[case::nothing(&[], Status::Complete)]
#[case::submitted(&[("submitted", LEADER)], Status::Submitted)]
#[case::approved(&[("submitted", LEADER), ("approved", COMMANDER)], Status::Reviewed)]
#[case::returned(&[("submitted", LEADER), ("returned", COMMANDER)], Status::Returned)]
#[case::returned_and_again(&[("returned", COMMANDER), ("submitted", LEADER)], Status::Submitted)]
#[case::returned_and_reopened(&[("returned", COMMANDER), ("reopened", MEMBER)], Status::Complete)]
#[case::flagged(&[("submitted", LEADER), ("flagged", COMMANDER)], Status::Flagged)]
#[case::unflagged(&[("submitted", LEADER), ("flagged", COMMANDER), ("unflagged", COMMANDER)], Status::Submitted)]
#[case::commented(&[("submitted", LEADER), ("comment", MEMBER)], Status::Submitted)]
#[case::voided(&[("voided", MEMBER)], Status::Voided)]
#[case::voided_and_reopened(&[("voided", MEMBER), ("reopened", MEMBER)], Status::Complete)]
#[case::voided_for_good(&[("voided", COMMANDER), ("reopened", MEMBER)], Status::Voided)]
#[case::merged(&[("merged_duplicate", LEADER), ("approved", COMMANDER)], Status::Merged)]
#[case::withdrawn(&[("withdrawn", MEMBER)], Status::Withdrawn)]
#[case::restored(&[("withdrawn", MEMBER), ("restored", MEMBER)], Status::Complete)]
#[case::withdrawn_twice(&[("withdrawn", MEMBER), ("restored", MEMBER), ("withdrawn", MEMBER)], Status::Withdrawn)]
#[case::approved_by_its_author(&[("approved", MEMBER)], Status::Complete)]
#[case::approved_by_a_leader(&[("approved", LEADER)], Status::Complete)]
#[case::submitted_by_a_member(&[("submitted", MEMBER)], Status::Complete)]
#[case::event_of_a_newer_build(&[("submitted", LEADER), ("audited", COMMANDER)], Status::Submitted)]
fn the_log_says_where_a_record_stands(#[case] events: &[(&str, u8)], #[case] expected: Status) {
    assert_eq!(status(&through(events)), expected);
}

#[test]
fn an_edit_after_approval_waits_for_another() {
    let approved = through(&[("submitted", LEADER), ("approved", COMMANDER)]);
    let edit = patched(&approved, json!({"families": 2}), 18);
    let changed = approved.with_change(&edit.bytes).unwrap();
    assert_eq!(status(&changed), Status::ChangedAfterReview);
    let again = said(&changed, "approved", COMMANDER);
    assert_eq!(
        status(&changed.with_change(&again.bytes).unwrap()),
        Status::Reviewed,
        "approved as it is now"
    );
}

#[test]
fn an_edit_after_a_return_is_looked_at_again() {
    let returned = through(&[("submitted", LEADER), ("returned", COMMANDER)]);
    let edit = patched(&returned, json!({"families": 2}), 18);
    let corrected = returned.with_change(&edit.bytes).unwrap();
    assert_eq!(status(&corrected), Status::Complete, "it waits for a look");
    let again = said(&corrected, "returned", COMMANDER);
    let again = corrected.with_change(&again.bytes).unwrap();
    assert_eq!(status(&again), Status::Returned, "returned as it is now");
}

#[test]
fn an_edit_beside_an_approval_waits_for_another_even_if_only_words_were_deleted() {
    let noted = recorded(&capture(
        json!({"note": "uno dos", "composition": {"VEN": {"AA+M": 1}}}),
    ));
    let approved = said(&noted, "approved", COMMANDER);
    let shortened = patched(&noted, json!({"note": "uno"}), 18);
    assert_eq!(
        status(&both(&noted, &approved, &shortened)),
        Status::ChangedAfterReview
    );
}

#[test]
fn a_value_set_to_something_else_and_back_was_not_seen_by_the_approval() {
    let approved = through(&[("approved", COMMANDER)]);
    let away = patched(&approved, json!({"setting": "camp"}), 18);
    let seen = approved.with_change(&away.bytes).unwrap();
    let back = patched(&seen, json!({"setting": "river"}), 18);
    assert_eq!(
        status(&seen.with_change(&back.bytes).unwrap()),
        Status::ChangedAfterReview
    );
}

#[test]
fn approved_and_flagged_side_by_side_is_flagged() {
    let submitted = through(&[("submitted", LEADER)]);
    let merged = both(
        &submitted,
        &said(&submitted, "approved", COMMANDER),
        &said(&submitted, "flagged", DEPUTY),
    );
    assert_eq!(
        status(&merged),
        Status::Flagged,
        "the more cautious of two who did not see each other"
    );
}

#[test]
fn a_withdrawal_beside_an_edit_stands() {
    let base = recorded(&example());
    let merged = both(
        &base,
        &said(&base, "withdrawn", MEMBER),
        &patched(&base, json!({"families": 2}), 18),
    );
    let summary = crate::summary::Summary::of(&read(&merged).unwrap());
    assert!(
        summary.status == Status::Withdrawn && !summary.counts(),
        "out of every list and count"
    );
}

#[test]
fn what_is_missing_makes_a_draft_of_a_submitted_record() {
    let incomplete = recorded(&capture(json!({"composition": {"VEN": {"AA+M": 1}}})));
    assert_eq!(status(&incomplete), Status::Draft);
    let submitted = said(&incomplete, "submitted", LEADER);
    assert_eq!(
        status(&incomplete.with_change(&submitted.bytes).unwrap()),
        Status::Draft,
        "it is not counted"
    );
}

#[test]
fn what_has_ended_stays_ended() {
    let voided = read(&through(&[("voided", COMMANDER)])).unwrap();
    for event in [
        Event::Submitted,
        Event::Approved,
        Event::Voided,
        Event::Withdrawn,
    ] {
        let result = may(
            Role::PostCommander,
            person(COMMANDER),
            event,
            Some("test"),
            &voided,
        );
        assert_eq!(result, Err(NotAllowed::Ended), "{event}");
    }
    assert_eq!(
        may_edit(Role::PostCommander, &voided),
        Err(NotAllowed::Ended)
    );
}

#[test]
fn without_roles_an_own_void_can_be_reopened_and_anothers_is_final() {
    let status = |events: &[(&str, u8)]| read(&through(events)).unwrap().status();
    assert_eq!(
        status(&[("voided", MEMBER), ("reopened", MEMBER)]),
        Status::Complete
    );
    assert_eq!(
        status(&[("voided", LEADER), ("reopened", MEMBER)]),
        Status::Voided
    );
    let reopen = |events: &[(&str, u8)]| {
        let encounter = read(&through(events)).unwrap();
        may(
            Role::PatrolMember,
            person(MEMBER),
            Event::Reopened,
            None,
            &encounter,
        )
    };
    assert_eq!(reopen(&[("voided", MEMBER)]), Ok(()));
    assert_eq!(
        reopen(&[("voided", LEADER)]),
        Err(NotAllowed::Ended),
        "nobody is offered what has no effect"
    );
}

#[test]
fn every_event_but_the_undo_is_in_the_code_list() {
    for event in Event::ALL
        .iter()
        .filter(|event| !matches!(event, Event::Withdrawn | Event::Restored))
    {
        assert!(
            crate::code::find("review_event", event.as_str()).is_some(),
            "{event} has no label"
        );
    }
    assert_eq!(
        crate::code::list("review_event").len() + 2,
        Event::ALL.len(),
        "a listed event moves nothing"
    );
}

/// An entry about another record.
fn told(seen: &Document, event: &str, by: u8, other: EncounterId) -> Written {
    let about = ReviewEntry {
        other: Some(other),
        reason: None,
        ..entry(event, by, seen)
    };
    edit(seen, &Edit::Review(about), &super::by(by))
        .unwrap()
        .unwrap()
}

#[test]
fn a_leader_tells_two_records_apart_and_takes_it_back() {
    let other = EncounterId::from_bytes([9; 16]);
    let distinct = |document: &Document| -> Vec<EncounterId> {
        let encounter = read(document).unwrap();
        encounter.distinct_from(&known()).into_iter().collect()
    };
    let base = through(&[("submitted", LEADER), ("approved", COMMANDER)]);
    let told_apart = base
        .clone()
        .with_change(&told(&base, "not_duplicate", LEADER, other).bytes)
        .unwrap();
    assert_eq!(distinct(&told_apart), [other], "a leader may say so");
    assert_eq!(
        read(&told_apart).unwrap().status(),
        Status::Reviewed,
        "it says nothing about the record's own content"
    );
    let taken_back = told_apart
        .clone()
        .with_change(&told(&told_apart, "not_duplicate_undone", COMMANDER, other).bytes)
        .unwrap();
    assert!(distinct(&taken_back).is_empty(), "the undo stands");
    let again = taken_back
        .clone()
        .with_change(&told(&taken_back, "not_duplicate", COMMANDER, other).bytes)
        .unwrap();
    assert_eq!(distinct(&again), [other], "and can be said anew");
    let by_member = base
        .clone()
        .with_change(&told(&base, "not_duplicate", MEMBER, other).bytes)
        .unwrap();
    assert!(distinct(&by_member).is_empty(), "a member has no say in it");
}
