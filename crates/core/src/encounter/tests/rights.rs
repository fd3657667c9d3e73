//! Who may do what, and whose word a change may carry.

use rstest::rstest;
use serde_json::json;

use super::standing::*;
use super::*;
use crate::enrol::Role;
use crate::review::{Event, NotAllowed, may, may_choose, may_edit, rightful};

#[rstest]
#[case::member_voids_own(Role::PatrolMember, MEMBER, Event::Voided, Ok(()))]
#[case::member_voids_other(Role::PatrolMember, 18, Event::Voided, Err(NotAllowed::NotOwn))]
#[case::leader_voids_other(Role::PatrolLeader, LEADER, Event::Voided, Ok(()))]
#[case::member_submits(Role::PatrolMember, MEMBER, Event::Submitted, Err(NotAllowed::Role))]
#[case::leader_submits(Role::PatrolLeader, LEADER, Event::Submitted, Ok(()))]
#[case::leader_approves(Role::PatrolLeader, LEADER, Event::Approved, Err(NotAllowed::Role))]
#[case::commander_approves(Role::PostCommander, COMMANDER, Event::Approved, Ok(()))]
#[case::commander_approves_own(
    Role::PostCommander,
    MEMBER,
    Event::Approved,
    Err(NotAllowed::OwnRecord)
)]
#[case::leader_returns(Role::PatrolLeader, LEADER, Event::Returned, Ok(()))]
#[case::leader_flags(Role::PatrolLeader, LEADER, Event::Flagged, Err(NotAllowed::Role))]
#[case::undo_own(Role::PatrolMember, MEMBER, Event::Withdrawn, Ok(()))]
#[case::undo_other(
    Role::PostCommander,
    COMMANDER,
    Event::Withdrawn,
    Err(NotAllowed::NotOwn)
)]
fn who_may_do_what(
    #[case] role: Role,
    #[case] by: u8,
    #[case] event: Event,
    #[case] expected: Result<(), NotAllowed>,
) {
    let encounter = read(&recorded(&example())).unwrap();
    assert_eq!(
        may(role, person(by), event, Some("test"), &encounter),
        expected
    );
}

#[test]
fn voiding_needs_a_reason_and_a_leader_once_handed_in() {
    let submitted = read(&through(&[("submitted", LEADER)])).unwrap();
    let leader = |reason| {
        may(
            Role::PatrolLeader,
            person(LEADER),
            Event::Voided,
            reason,
            &submitted,
        )
    };
    assert_eq!(leader(None), Err(NotAllowed::ReasonMissing), "E17");
    assert_eq!(
        leader(Some("  ")),
        Err(NotAllowed::ReasonMissing),
        "spaces are no reason"
    );
    assert_eq!(leader(Some("duplicate")), Ok(()));
    let member = may(
        Role::PatrolMember,
        person(MEMBER),
        Event::Voided,
        Some("error"),
        &submitted,
    );
    assert_eq!(member, Err(NotAllowed::NotOwn), "E17");
    assert_eq!(
        may_edit(Role::PatrolMember, &submitted),
        Err(NotAllowed::NotOwn),
        "members edit until it is handed in"
    );
    assert_eq!(may_edit(Role::PatrolLeader, &submitted), Ok(()));
}

#[test]
fn two_values_must_be_decided_before_it_is_handed_in() {
    let base = recorded(&example());
    let merged = both(
        &base,
        &patched(&base, json!({"families": 8}), 2),
        &patched(&base, json!({"families": 9}), 3),
    );
    let encounter = read(&merged).unwrap();
    let submit = may(
        Role::PatrolLeader,
        person(LEADER),
        Event::Submitted,
        None,
        &encounter,
    );
    assert_eq!(submit, Err(NotAllowed::Undecided), "E15");
    assert!(
        crate::summary::Summary::of(&encounter).counts(),
        "the day's table counts it all the same"
    );
    assert_eq!(
        (
            may_choose(Role::PatrolMember),
            may_choose(Role::PatrolLeader)
        ),
        (Err(NotAllowed::Role), Ok(()))
    );
}

#[rstest]
#[case::commander_approves("approved", COMMANDER, COMMANDER, Role::PostCommander, Ok(()))]
#[case::member_approves("approved", 18, 18, Role::PatrolMember, Err(NotAllowed::Role))]
#[case::in_the_commanders_name(
    "approved",
    COMMANDER,
    18,
    Role::PatrolMember,
    Err(NotAllowed::OtherPerson)
)]
#[case::own_record(
    "approved",
    MEMBER,
    MEMBER,
    Role::PostCommander,
    Err(NotAllowed::OwnRecord)
)]
#[case::member_submits("submitted", MEMBER, MEMBER, Role::PatrolMember, Err(NotAllowed::Role))]
#[case::member_voids("voided", MEMBER, MEMBER, Role::PatrolMember, Ok(()))]
#[case::member_voids_anothers("voided", 18, 18, Role::PatrolMember, Err(NotAllowed::NotOwn))]
#[case::leader_voids("voided", LEADER, LEADER, Role::PatrolLeader, Ok(()))]
#[case::withdraws_anothers("withdrawn", 18, 18, Role::PostCommander, Err(NotAllowed::NotOwn))]
#[case::member_withdraws("withdrawn", MEMBER, MEMBER, Role::PatrolMember, Ok(()))]
#[case::newer_build("audited", MEMBER, MEMBER, Role::PatrolMember, Ok(()))]
fn an_entry_is_rightful_by_who_signed_for_it(
    #[case] event: &str,
    #[case] named: u8,
    #[case] signed: u8,
    #[case] role: Role,
    #[case] expected: Result<(), NotAllowed>,
) {
    let base = recorded(&example());
    let written = said(&base, event, named);
    let before = read(&base).unwrap();
    let encounter = read(&base.with_change(&written.bytes).unwrap()).unwrap();
    let (change, signed) = (written.meta.hash, person(signed));
    assert_eq!(
        rightful(Some(&before), &encounter, change, signed, role),
        expected
    );
}

#[rstest]
#[case::another_alters_it(18, Err(NotAllowed::OtherPerson))]
#[case::who_made_it(COMMANDER, Ok(()))]
fn an_entry_is_altered_by_nobody_else(
    #[case] signed: u8,
    #[case] expected: Result<(), NotAllowed>,
) {
    let base = recorded(&example());
    let approval = entry("approved", COMMANDER, &base);
    let approved = edit(
        &base,
        &Edit::Review(approval.clone()),
        &super::by(COMMANDER),
    );
    let seen = base.with_change(&approved.unwrap().unwrap().bytes).unwrap();
    let over = ReviewEntry {
        event: "comment".to_owned(),
        by: person(signed),
        ..approval
    };
    let written = edit(&seen, &Edit::Review(over), &super::by(signed))
        .unwrap()
        .unwrap();
    let before = read(&seen).unwrap();
    let after = read(&seen.with_change(&written.bytes).unwrap()).unwrap();
    let (change, role) = (written.meta.hash, Role::PatrolMember);
    assert_eq!(
        rightful(Some(&before), &after, change, person(signed), role),
        expected,
        "an approval must not vanish under a comment at its key"
    );
}

#[test]
fn an_entry_that_was_hidden_beside_another_is_judged_when_it_is_uncovered() {
    use automerge::transaction::Transactable as _;
    use automerge::{ROOT, ReadDoc as _};

    // One key, two entries side by side: the one that loses is in no reading, so nobody judged it.
    let base = recorded(&example());
    let said = |event: &str, named: u8, actor: u8| {
        let entry = ReviewEntry {
            event: event.to_owned(),
            by: person(named),
            ..entry("comment", 18, &base)
        };
        edit(&base, &Edit::Review(entry), &super::by(actor))
            .unwrap()
            .unwrap()
    };
    let (forged, shown) = (said("approved", COMMANDER, 2), said("comment", 18, 3));
    let seen = base.clone().with_change(&shown.bytes).unwrap();
    let uncovering = crate::document::author(seen.clone(), &super::by(18), |transaction| {
        let (_, log) = transaction.get(ROOT, "review_log")?.unwrap();
        let key = transaction.keys(&log).next().unwrap();
        transaction.delete(&log, key)
    });
    let (uncovering, _) = uncovering.unwrap().unwrap();

    let before = both(&base, &shown, &forged);
    let after = before.clone().with_change(&uncovering.bytes).unwrap();
    let (before, after) = (read(&before).unwrap(), read(&after).unwrap());
    assert_eq!(
        before.review_log[0].0.event, "comment",
        "the forged one is hidden"
    );
    assert_eq!(after.review_log[0].0.event, "approved", "and comes out");
    assert_eq!(
        rightful(
            Some(&before),
            &after,
            uncovering.meta.hash,
            person(18),
            Role::PatrolMember
        ),
        Err(NotAllowed::OtherPerson),
        "nobody approves by taking a comment away"
    );
}

#[test]
fn a_record_names_who_signed_for_it() {
    let encounter = read(&recorded(&example())).unwrap();
    let by = |number| {
        rightful(
            None,
            &encounter,
            encounter.beginning,
            person(number),
            Role::PatrolMember,
        )
    };
    assert_eq!((by(MEMBER), by(18)), (Ok(()), Err(NotAllowed::OtherPerson)));
}
