//! A change that more than one envelope brings: each of them counts, whichever came first.

use bitacora_core::authoring::Written;
use bitacora_core::enrol::Role;
use bitacora_core::id::{DocumentId, PersonId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use rstest::rstest;
use serde_json::json;

use crate::phone::{Heard, Phone};
use crate::rights::{document, is_refused, stored};
use crate::world::World;

/// A record, its approval by the commander, and a member who holds the bytes of both.
struct Stolen {
    world: World,
    author: Phone,
    commander: Phone,
    member: Phone,
    id: DocumentId,
    record: Written,
    approval: Written,
}

impl Stolen {
    async fn prepared() -> Self {
        let world = World::start().await;
        let member = Phone::enrolled(&world, 1, Role::PatrolMember).await;
        let commander = Phone::enrolled(&world, 2, Role::PostCommander).await;
        let author = Phone::enrolled(&world, 3, Role::PatrolMember).await;
        for phone in [&member, &commander, &author] {
            phone.exchange(phone.hello(), Vec::new()).await;
        }
        let (id, record) = author.record(1);
        let seen = document(&[&record.bytes]);
        let approval = commander.review(&seen, "approved", commander.client.person());
        Self {
            world,
            author,
            commander,
            member,
            id,
            record,
            approval,
        }
    }

    /// The member brings the approval in an envelope of his own; its record is not there.
    async fn brought_by_the_member(&mut self) {
        let push = self.member.seal(&[(self.id, &self.approval.bytes)]);
        let heard = self.member.exchange(self.member.hello(), vec![push]).await;
        assert!(waits(&heard.verdicts(1)[0]), "{heard:?}");
    }

    /// The author brings the record.
    async fn its_record_comes(&mut self) {
        let push = self.author.seal(&[(self.id, &self.record.bytes)]);
        let heard = self.author.exchange(self.author.hello(), vec![push]).await;
        assert!(stored(&heard.verdicts(1)[0]), "{heard:?}");
    }

    async fn the_commanders(&self) -> Heard {
        let commander = &self.commander;
        commander.exchange(commander.hello(), Vec::new()).await
    }

    async fn ends_sound(self) {
        let report = self.world.server.verify().unwrap();
        assert!(report.is_sound(), "{report:?}");
        self.world.stop().await;
    }
}

fn waits(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Waiting { .. })
}

fn known(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Known { .. })
}

#[tokio::test]
async fn what_waits_is_taken_under_the_envelope_that_may_say_it_although_another_came_first() {
    let mut stolen = Stolen::prepared().await;
    stolen.brought_by_the_member().await;
    let push = stolen
        .commander
        .seal(&[(stolen.id, &stolen.approval.bytes)]);
    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![push]).await;
    assert!(waits(&heard.verdicts(1)[0]), "{heard:?}");
    stolen.its_record_comes().await;
    let heard = stolen.the_commanders().await;
    assert!(
        stored(&heard.verdicts(1)[0]),
        "the commander may say it: {heard:?}"
    );
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), Vec::new()).await;
    assert!(
        known(&heard.verdicts(1)[0]),
        "and who brought it learns: {heard:?}"
    );
    stolen.ends_sound().await;
}

#[tokio::test]
async fn what_nobody_who_brought_it_may_say_is_refused_to_all_of_them() {
    let mut stolen = Stolen::prepared().await;
    stolen.brought_by_the_member().await;
    let mut other = Phone::enrolled(&stolen.world, 4, Role::PatrolMember).await;
    let push = other.seal(&[(stolen.id, &stolen.approval.bytes)]);
    let heard = other.exchange(other.hello(), vec![push]).await;
    assert!(waits(&heard.verdicts(1)[0]), "{heard:?}");
    stolen.its_record_comes().await;
    for phone in [&stolen.member, &other] {
        let heard = phone.exchange(phone.hello(), Vec::new()).await;
        let verdict = &heard.verdicts(1)[0];
        assert!(is_refused(verdict, &RefusalCode::Person), "{heard:?}");
    }
    stolen.ends_sound().await;
}

#[tokio::test]
async fn an_envelope_that_waits_itself_counts_when_its_turn_comes() {
    let mut stolen = Stolen::prepared().await;
    stolen.brought_by_the_member().await;
    let (own, record) = stolen.commander.record(2);
    let first = stolen.commander.seal(&[(own, &record.bytes)]);
    let second = stolen
        .commander
        .seal(&[(stolen.id, &stolen.approval.bytes)]);
    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![second]).await;
    assert!(waits(&heard.verdicts(2)[0]), "{heard:?}");
    // Who may not say it does not decide.
    stolen.its_record_comes().await;
    let heard = stolen.the_commanders().await;
    assert!(waits(&heard.verdicts(2)[0]), "{heard:?}");

    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![first]).await;
    assert!(
        stored(&heard.verdicts(2)[0]),
        "its turn has come: {heard:?}"
    );
    stolen.ends_sound().await;
}

#[tokio::test]
async fn what_built_on_a_change_that_another_may_say_is_not_blocked_for_its_author() {
    let mut stolen = Stolen::prepared().await;
    let seen = document(&[&stolen.record.bytes, &stolen.approval.bytes]);
    let on_top = stolen
        .commander
        .edit(&seen, json!({"note": "on top of it"}));
    let all = [&stolen.record, &stolen.approval, &on_top]
        .map(|written| (stolen.id, written.bytes.as_slice()));
    let push = stolen.member.seal(&all);
    let heard = stolen
        .member
        .exchange(stolen.member.hello(), vec![push])
        .await;
    assert!(
        is_refused(&heard.verdicts(1)[0], &RefusalCode::Person),
        "{heard:?}"
    );
    let push = stolen.commander.seal(&all[1..]);
    stolen.its_record_comes().await;
    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![push]).await;
    let verdicts = heard.verdicts(1);
    assert!(stored(&verdicts[0]), "the commander's own: {heard:?}");
    assert!(
        known(&verdicts[1]),
        "and with it what anybody may say, under who brought it first: {heard:?}"
    );
    stolen.ends_sound().await;
}

#[tokio::test]
async fn what_was_blocked_is_judged_again_when_another_may_say_what_blocked_it() {
    let mut stolen = Stolen::prepared().await;
    let mut seen = document(&[&stolen.record.bytes, &stolen.approval.bytes]);
    let mut on_top = Vec::new();
    for note in ["on top of it", "and on top of that"] {
        let written = stolen.member.edit(&seen, json!({ "note": note }));
        seen = seen.with_change(&written.bytes).unwrap();
        on_top.push(written);
    }
    let all: Vec<_> = [&stolen.record, &stolen.approval]
        .into_iter()
        .chain(&on_top)
        .map(|written| (stolen.id, written.bytes.as_slice()))
        .collect();
    // The later one first: what is judged again is judged in the order of the history.
    let pushes = [&all[..2], &all[3..], &all[2..3]].map(|part| stolen.member.seal(part));
    let push = stolen.commander.seal(&all[1..2]);
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), pushes.into()).await;
    for counter in [2, 3] {
        let verdict = &heard.verdicts(counter)[0];
        assert!(matches!(verdict, Verdict::BlockedBy { .. }), "{heard:?}");
    }
    stolen.its_record_comes().await;

    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![push]).await;
    assert!(stored(&heard.verdicts(1)[0]), "{heard:?}");
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), Vec::new()).await;
    for counter in [2, 3] {
        let verdict = &heard.verdicts(counter)[0];
        assert!(stored(verdict), "it may be said: {heard:?}");
    }
    assert_eq!(stolen.world.server.health().unwrap().rows, 4);
    stolen.ends_sound().await;
}

/// A colleague's correction that is blocked because what it builds on was refused; its author is gone. Whoever else brings
/// it, and in whatever way, neither takes it over nor has it refused.
#[rstest]
#[case::in_a_strangers_name(Bringer::Stranger)]
#[case::in_his_own(Bringer::Himself)]
#[case::in_an_envelope_that_waits(Bringer::Waiting)]
#[tokio::test]
async fn what_is_blocked_stays_its_authors_whoever_else_brings_it(#[case] how: Bringer) {
    let mut stolen = Stolen::prepared().await;
    stolen.its_record_comes().await;
    let seen = document(&[&stolen.record.bytes, &stolen.approval.bytes]);
    let mut other = Phone::enrolled(&stolen.world, 4, Role::PatrolMember).await;
    let on_top = stolen.member.edit(&seen, json!({"note": "on top of it"}));
    let all = [&stolen.record, &stolen.approval, &on_top]
        .map(|written| (stolen.id, written.bytes.as_slice()));
    let pushes = [&all[..2], &all[2..]].map(|part| stolen.member.seal(part));
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), pushes.into()).await;
    let is_blocked = |verdict: &Verdict| matches!(verdict, Verdict::BlockedBy { .. });
    assert!(is_blocked(&heard.verdicts(2)[0]), "{heard:?}");

    // Another brings it again.
    let push = match how {
        Bringer::Stranger => other.seal_as(PersonId::from_bytes([9; 16]), &all[2..]),
        Bringer::Himself => other.seal(&all[2..]),
        Bringer::Waiting => {
            let (own, never_sent) = other.record(2);
            other.seal(&[(own, &never_sent.bytes)]);
            other.seal(&all[2..])
        }
    };
    other.exchange(other.hello(), vec![push]).await;

    // The commander brings what was refused.
    let push = stolen.commander.seal(&all[1..2]);
    let commander = &stolen.commander;
    let heard = commander.exchange(commander.hello(), vec![push]).await;
    assert!(stored(&heard.verdicts(1)[0]), "{heard:?}");
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), Vec::new()).await;
    assert!(
        stored(&heard.verdicts(2)[0]),
        "it is received as its author's: {heard:?}"
    );
    stolen.ends_sound().await;
}

#[derive(Debug, Clone, Copy)]
enum Bringer {
    Stranger,
    Himself,
    Waiting,
}

#[tokio::test]
async fn what_was_blocked_is_judged_although_what_blocked_it_waited_before_it_was_stored() {
    let mut stolen = Stolen::prepared().await;
    stolen.its_record_comes().await;
    let seen = document(&[&stolen.record.bytes, &stolen.approval.bytes]);
    let on_top = stolen.member.edit(&seen, json!({"note": "on top of it"}));
    let all = [&stolen.record, &stolen.approval, &on_top]
        .map(|written| (stolen.id, written.bytes.as_slice()));
    let pushes = [&all[..2], &all[2..]].map(|part| stolen.member.seal(part));
    let member = &stolen.member;
    member.exchange(member.hello(), pushes.into()).await;

    // The commander's second envelope comes before his first.
    let (own, record) = stolen.commander.record(2);
    let first = stolen.commander.seal(&[(own, &record.bytes)]);
    let second = stolen.commander.seal(&all[1..2]);
    let commander = &stolen.commander;
    commander.exchange(commander.hello(), vec![second]).await;
    let heard = commander.exchange(commander.hello(), vec![first]).await;
    assert!(stored(&heard.verdicts(2)[0]), "{heard:?}");
    let member = &stolen.member;
    let heard = member.exchange(member.hello(), Vec::new()).await;
    assert!(stored(&heard.verdicts(2)[0]), "{heard:?}");
    stolen.ends_sound().await;
}
