//! A correction that stands on another person's change which the post did not accept.

use bitacora_core::enrol::Role;
use bitacora_device::{Choice, ReviewEvent};
use bitacora_tests::world::{Phone, World};
use serde_json::{Value, json};

const MEN: &str = "composition/VEN/AA+M";

fn men(count: u32) -> Value {
    json!({ "composition": { "VEN": { "AA+M": count } } })
}

/// Rows and snapshots say what the log says, and come out the same when they are derived again.
fn is_whole(phone: &Phone) {
    let problems = phone.device.verify().unwrap().problems;
    assert_eq!(problems, [""; 0], "{}: log and record agree", phone.name);
    let different = phone.device.rebuild().unwrap().different;
    assert_eq!(different, 0, "{}: derived again it is the same", phone.name);
}

/// A leader who joined after the server's copy was made chose between two values, and a member corrected that.
struct Chosen {
    world: World,
    laptop: Phone,
    leader: Phone,
    id: bitacora_core::id::EncounterId,
    copy: tempfile::TempDir,
}

impl Chosen {
    async fn corrected() -> Self {
        Self::corrected_to(men(6)).await
    }

    async fn corrected_to(correction: Value) -> Self {
        let mut world = World::start().await.unwrap();
        let laptop = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
        let other = world.phone("Cabo 31", Role::PatrolMember).await.unwrap();
        let author = world.phone("Cabo 8", Role::PatrolMember).await.unwrap();
        let id = author.meets(3, "VEN").unwrap().row.summary.encounter_id;
        for phone in [&author, &laptop, &other] {
            phone.sync().await.unwrap();
        }
        author.corrects(id, men(4)).unwrap();
        other.corrects(id, men(5)).unwrap();
        for phone in [&author, &other, &laptop] {
            phone.sync().await.unwrap();
        }
        let copy = tempfile::tempdir().unwrap();
        world.back_up(copy.path()).await.unwrap();

        let leader = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
        leader.sync().await.unwrap();
        let conflict = leader.device.conflicts_of(id).unwrap();
        let five = Choice::Other(json!(5));
        let seen = &conflict.version;
        leader.device.resolve(id, MEN, &five, seen).unwrap();
        leader.sync().await.unwrap();
        laptop.sync().await.unwrap();
        laptop.corrects(id, correction).unwrap();
        world.put_back(copy.path()).await.unwrap();
        Self {
            world,
            laptop,
            leader,
            id,
            copy,
        }
    }

    /// Everybody says the same, and that the member's number is at the post.
    async fn ends_with(&self, phones: &[&Phone], count: u32) {
        self.ends_with_note(phones, count, None).await;
    }

    async fn ends_with_note(&self, phones: &[&Phone], count: u32, note: Option<&str>) {
        let reader = self
            .world
            .phone("Sgto. 99", Role::PatrolLeader)
            .await
            .unwrap();
        for phone in phones.iter().copied().chain([&reader]) {
            for _ in 0..2 {
                phone.sync().await.unwrap();
            }
        }
        for phone in phones.iter().copied().chain([&reader]) {
            let said = &phone.says(self.id).unwrap()["fields"][MEN];
            assert_eq!(*said, json!([count]), "{}", phone.name);
            let said = &phone.says(self.id).unwrap()["fields"]["note"];
            let once = note.map_or(Value::Null, |note| json!([note]));
            assert_eq!(*said, once, "{}: the note stands once", phone.name);
            assert_eq!(phone.unreceived().unwrap(), 0, "{}", phone.name);
            is_whole(phone);
        }
        let report = self.world.server.verify().unwrap();
        assert!(report.is_sound(), "{:?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_of_what_a_lost_leader_chose_reaches_the_post_without_it() {
    let chosen = Chosen::corrected().await;
    for _ in 0..3 {
        chosen.laptop.sync().await.unwrap();
    }
    let says = chosen.laptop.says(chosen.id).unwrap();
    let both = says["fields"][MEN].as_array().unwrap();
    assert!(
        both.contains(&json!(6)),
        "what the member states is there: {both:?}"
    );
    let reader = chosen
        .world
        .phone("Sgto. 99", Role::PatrolLeader)
        .await
        .unwrap();
    reader.sync().await.unwrap();
    assert_eq!(reader.says(chosen.id).unwrap(), says, "and at the post");
    assert_eq!(chosen.laptop.unreceived().unwrap(), 0);
    is_whole(&chosen.laptop);

    // What he states afterwards is not blocked either.
    chosen
        .laptop
        .corrects(chosen.id, json!({ "note": "río alto" }))
        .unwrap();
    for phone in [&chosen.laptop, &reader] {
        phone.sync().await.unwrap();
    }
    let said = &reader.says(chosen.id).unwrap()["fields"]["note"];
    assert_eq!(*said, json!(["río alto"]));
    is_whole(&chosen.laptop);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_joins_again_and_what_he_chose_stands_with_its_correction() {
    let chosen = Chosen::corrected().await;
    for _ in 0..3 {
        chosen.laptop.sync().await.unwrap();
    }
    chosen
        .world
        .enrol_again(&chosen.leader, Role::PatrolLeader)
        .await
        .unwrap();
    chosen.leader.sync().await.unwrap();
    chosen.ends_with(&[&chosen.laptop, &chosen.leader], 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_was_written_again_is_not_doubled_when_the_first_one_comes_back() {
    for corrected_meanwhile in [None, Some("río muy crecido")] {
        let correction = json!({ "composition": { "VEN": { "AA+M": 6 } }, "note": "río alto" });
        let chosen = Chosen::corrected_to(correction).await;
        for _ in 0..3 {
            chosen.laptop.sync().await.unwrap();
        }
        if let Some(note) = corrected_meanwhile {
            chosen
                .laptop
                .corrects(chosen.id, json!({ "note": note }))
                .unwrap();
        }
        chosen
            .world
            .enrol_again(&chosen.leader, Role::PatrolLeader)
            .await
            .unwrap();
        chosen.leader.sync().await.unwrap();
        let note = corrected_meanwhile.or(Some("río alto"));
        let phones = [&chosen.laptop, &chosen.leader];
        chosen.ends_with_note(&phones, 6, note).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_joins_again_first() {
    let chosen = Chosen::corrected().await;
    chosen
        .world
        .enrol_again(&chosen.leader, Role::PatrolLeader)
        .await
        .unwrap();
    chosen.leader.sync().await.unwrap();
    chosen.ends_with(&[&chosen.laptop, &chosen.leader], 6).await;
    drop(chosen.copy);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_commander_wrote_on_a_submission_that_a_new_server_refuses_is_not_lost() {
    for commander_first in [true, false] {
        let mut world = World::start().await.unwrap();
        let (writer, commander) = (
            world.phone("Cabo 17", Role::PatrolLeader).await.unwrap(),
            world
                .phone("Comandante", Role::PostCommander)
                .await
                .unwrap(),
        );

        // 1. Recorded, submitted, corrected, approved; everybody has all of it.
        let id = writer.meets(3, "VEN").unwrap().row.summary.encounter_id;
        writer.sync().await.unwrap();
        let seen = writer.device.show(id).unwrap().encounter.version;
        let submitted = ReviewEvent::Submitted;
        writer.device.review(id, submitted, None, &seen).unwrap();
        writer.sync().await.unwrap();
        commander.sync().await.unwrap();
        commander.corrects(id, men(8)).unwrap();
        let seen = commander.device.show(id).unwrap().encounter.version;
        let approved = ReviewEvent::Approved;
        commander.device.review(id, approved, None, &seen).unwrap();
        for phone in [&commander, &writer] {
            phone.sync().await.unwrap();
        }
        assert_eq!(writer.says(id).unwrap()["fields"][MEN], json!([8]));

        // 2. The server is lost. At the new one the writer is a member: the submission is not his to say.
        world.replace_server().await.unwrap();
        for (phone, role) in [
            (&writer, Role::PatrolMember),
            (&commander, Role::PostCommander),
        ] {
            world.enrol_again(phone, role).await.unwrap();
        }
        let order = match commander_first {
            true => [&commander, &writer],
            false => [&writer, &commander],
        };
        for _ in 0..3 {
            for phone in order {
                phone.sync().await.unwrap();
            }
        }
        let said = commander.says(id).unwrap();
        assert_eq!(said["fields"][MEN], json!([8]), "the correction stands");
        assert_eq!(writer.says(id).unwrap(), said, "and everybody has it");
        let late = world.phone("Sgto. 04", Role::PostCommander).await.unwrap();
        late.sync().await.unwrap();
        assert_eq!(late.says(id).unwrap(), said, "it is at the post");
        for phone in [&commander, &writer, &late] {
            assert_eq!(phone.unreceived().unwrap(), 0, "{}", phone.name);
            is_whole(phone);
        }

        // 3. The history names everybody, and tells the correction once.
        let history = commander.device.show(id).unwrap().history;
        assert!(history.iter().all(|line| !line.author_name.is_empty()));
        let told = history
            .iter()
            .filter(|line| line.field.as_deref() == Some(MEN));
        assert_eq!(told.count(), 1, "{history:?}");

        // 4. What the commander writes next arrives too.
        commander
            .corrects(id, json!({ "note": "río alto" }))
            .unwrap();
        for phone in [&commander, &late] {
            phone.sync().await.unwrap();
        }
        let said = &late.says(id).unwrap()["fields"]["note"];
        assert_eq!(*said, json!(["río alto"]));
    }
}
