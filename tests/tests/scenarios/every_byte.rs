//! A link that breaks after every byte of a small exchange, exhaustively: two phones correct one record, and the
//! exchange that carries one correction up and the other down is cut everywhere, both ways.
//!
//! The connection is open and its handshake over when the exchange begins, as in a sync that follows another. The
//! handshake's own bytes are tried apart.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_tests::proxy::Way;
use bitacora_tests::world::{Phone, World};
use serde_json::{Value, json};

/// Corrections that one record bears before the next one takes its turn: no exchange is to grow with the test.
const CORRECTIONS: u64 = 20;
/// By how many bytes two such exchanges may differ: a correction that follows two concurrent ones names both, which is
/// 32 bytes more, and ids, signatures and certificates are never the same. One exchange more would be 400 and more.
const DIFFERENCE: u64 = 150;
/// By how many bytes two handshakes may differ: the last ones of a longer one are not there in the next.
const HANDSHAKES_DIFFER: u64 = 16;
/// Exchanges differ by a few bytes from round to round, as ids and signatures compress. So many rounds in a row that
/// nothing cuts any more are past the end of all of them.
const PAST_THE_END: u32 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_cut_after_every_byte_finishes_by_itself_and_all_agree() {
    every_cut(Way::Up, 550).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_after_every_byte_finishes_by_itself_and_all_agree() {
    every_cut(Way::Down, 500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_cut_after_every_byte_hands_the_record_in_once() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let id = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    for way in [Way::Up, Way::Down] {
        let bytes = handshake_bytes(&phone, way).await;
        assert!(bytes > 500, "{way:?}: {bytes} bytes are no handshake");
        for cut in 0..bytes {
            if cut.is_multiple_of(50) {
                phone.corrects(id, men(cut)).unwrap();
            }
            let stored = world.changes().unwrap();
            let unreceived = phone.unreceived().unwrap();
            phone.link.break_once(way, cut);
            phone.sync_anew(|_| ()).await.unwrap();
            assert!(
                !phone.link.spare() || cut + HANDSHAKES_DIFFER >= bytes,
                "{way:?} {cut} of {bytes}: it was cut"
            );
            assert_eq!(
                (phone.unreceived().unwrap(), world.changes().unwrap()),
                (0, stored + unreceived),
                "{way:?} {cut}: handed in, once"
            );
        }
    }
}

/// Cuts the exchange of one phone one way after 0, 1, 2, … bytes until there is nothing left to cut.
async fn every_cut(way: Way, at_least: u64) {
    let world = World::start().await.unwrap();
    let one = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let other = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    // A small exchange has one frame. What goes up again after a break is a handshake and no more than that frame
    // with its hello.
    let most_up = handshake_bytes(&one, Way::Up).await
        + HANDSHAKES_DIFFER
        + 2 * (whole_exchange(&one, &other).await + DIFFERENCE);
    let (mut cut, mut uncut_in_a_row, mut id) = (0_u64, 0, None);
    while uncut_in_a_row < PAST_THE_END {
        if cut.is_multiple_of(CORRECTIONS) {
            if let Some(id) = id {
                other.sync().await.unwrap();
                let says = one.says(id).unwrap();
                assert_eq!(says, other.says(id).unwrap(), "{cut}: both say the same");
            }
            id = Some(shared_record(&one, &other).await);
        }
        let round = Round {
            world: &world,
            one: &one,
            other: &other,
            id: id.unwrap(),
            way,
            cut,
            most_up,
        };
        uncut_in_a_row = if round.play().await {
            0
        } else {
            uncut_in_a_row + 1
        };
        cut += 1;
    }
    assert!(cut > at_least, "{cut} bytes are no exchange");
    all_agree_at_the_end(&world, &one, &other).await;
}

/// One break at one place.
struct Round<'a> {
    world: &'a World,
    one: &'a Phone,
    other: &'a Phone,
    id: EncounterId,
    way: Way,
    cut: u64,
    /// What may go up in all.
    most_up: u64,
}

impl Round<'_> {
    /// Returns whether the link broke.
    async fn play(&self) -> bool {
        let (one, other, id) = (self.one, self.other, self.id);
        let at = format!("{:?} {}", self.way, self.cut);
        one.corrects(id, men(self.cut)).unwrap();
        other.corrects(id, note(self.cut)).unwrap();
        other.sync().await.unwrap();
        if !self.cut.is_multiple_of(CORRECTIONS) {
            let says = other.says(id).unwrap();
            let men = &says["fields"]["composition/VEN/AA+M"];
            let last = json!([men_of(self.cut - 1)]);
            assert_eq!(men, &last, "{at}: the other reads what came before");
        }
        let stored = self.world.changes().unwrap();
        let before = one.link.traffic();

        one.link.break_once(self.way, self.cut);
        let outcome = one
            .sync_watched(|_| {
                let received = one.unreceived().unwrap() == 0;
                assert!(
                    !received || self.world.changes().unwrap() == stored + 1,
                    "{at}: received is what the server has"
                );
            })
            .await
            .unwrap();
        let was_cut = !one.link.spare();

        assert_eq!(one.unreceived().unwrap(), 0, "{at}: it finished by itself");
        assert_eq!(
            self.world.changes().unwrap(),
            stored + 1,
            "{at}: stored once"
        );
        assert!(
            !outcome.is_copied && outcome.quarantined == 0,
            "{at}: nobody is taken for another, nothing is put aside: {outcome:?}"
        );
        let (up, most) = (one.link.traffic().up_bytes - before.up_bytes, self.most_up);
        assert!(up <= most, "{at}: {up} bytes went up, {most} are enough");
        self.both_corrections_stand(&one.says(id).unwrap(), &at);
        if was_cut && outcome.breaks == 0 {
            // It broke behind the last byte: nobody noticed, and the next round wants an open connection.
            one.sync().await.unwrap();
        }
        was_cut
    }

    fn both_corrections_stand(&self, says: &Value, at: &str) {
        let fields = &says["fields"];
        let stand = (&fields["composition/VEN/AA+M"], &fields["note"]);
        let wanted = (
            &json!([men_of(self.cut)]),
            &json!([format!("río {}", self.cut)]),
        );
        assert_eq!(stand, wanted, "{at}: both corrections stand");
    }
}

/// A commander who comes last reads from the server what the phones say.
async fn all_agree_at_the_end(world: &World, one: &Phone, other: &Phone) {
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    for phone in [other, &commander] {
        phone.sync().await.unwrap();
    }
    for id in commander.records().unwrap() {
        let says = commander.says(id).unwrap();
        assert_eq!(says, one.says(id).unwrap(), "the server has what one says");
        assert_eq!(says, other.says(id).unwrap(), "and what the other says");
    }
    for phone in [one, other, &commander] {
        let problems = phone.device.verify().unwrap().problems;
        assert_eq!(problems, [""; 0], "{} is sound", phone.name);
    }
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0], "the server's log is sound");
    let teams = commander.device.teams().await.unwrap();
    assert!(
        teams.devices.iter().all(|device| !device.cloned),
        "no clone alarm"
    );
}

/// A record that both phones hold.
async fn shared_record(one: &Phone, other: &Phone) -> EncounterId {
    let id = one.meets(3, "VEN").unwrap().row.summary.encounter_id;
    one.sync().await.unwrap();
    other.sync().await.unwrap();
    id
}

/// Returns what goes up in an exchange that nothing cuts, on an open connection.
async fn whole_exchange(one: &Phone, other: &Phone) -> u64 {
    let id = shared_record(one, other).await;
    one.corrects(id, men(1)).unwrap();
    let before = one.link.traffic().up_bytes;
    let moved = one.sync().await.unwrap().progress;
    assert_eq!(
        (moved.sent, moved.received),
        (1, 0),
        "its own correction comes back and is nothing that was received"
    );
    one.link.traffic().up_bytes - before
}

/// Returns the bytes that a new connection costs one way, beside what the exchange costs on an open one.
async fn handshake_bytes(phone: &Phone, way: Way) -> u64 {
    let passed = || {
        let traffic = phone.link.traffic();
        match way {
            Way::Up => traffic.up_bytes,
            Way::Down => traffic.down_bytes,
        }
    };
    phone.sync().await.unwrap();
    let before = passed();
    phone.sync().await.unwrap();
    let open = passed() - before;
    let before = passed();
    phone.sync_anew(|_| ()).await.unwrap();
    passed() - before - open
}

fn men_of(cut: u64) -> u64 {
    1 + cut % 90
}

fn men(cut: u64) -> Value {
    json!({ "composition": { "VEN": { "AA+M": men_of(cut) } } })
}

fn note(cut: u64) -> Value {
    json!({ "note": format!("río {cut}") })
}
