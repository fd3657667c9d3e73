//! Many at once, and one that sends without end: a process of its own, so that its memory can be told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop at the first surprise, and does not need all of what others share"
)]

#[path = "server/client.rs"]
mod client;
#[path = "server/phone.rs"]
mod phone;
#[path = "server/world.rs"]
mod world;

/// How long a client waits for an answer: fifty of them share two cores, and nobody measures here.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// One at a time: each looks at the whole process.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

use std::time::{Duration, Instant};

use bitacora_core::enrol::Role;
use bitacora_core::receipt::Verdict;
use bitacora_core::wire::{Push, limit};
use tokio::task::JoinSet;

use crate::phone::{Heard, Phone};
use crate::world::World;

const THREE_WEEKS_S: i64 = 21 * 24 * 3600;

fn all_received(heard: &Heard) -> bool {
    let verdicts = heard
        .receipts
        .iter()
        .flat_map(|receipt| &receipt.finding.verdicts);
    verdicts.into_iter().all(Verdict::is_received)
}

/// The peak of this process's memory in megabytes since it was last asked to forget it.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    kib * 1024.0 / 1e6
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// Envelopes of small records, `leaves` in each.
fn sealed(phone: &mut Phone, envelopes: u16, leaves: u16) -> Vec<Push> {
    let seal = |envelope| {
        let records: Vec<_> = (0..leaves)
            .map(|leaf| phone.record(envelope * leaves + leaf))
            .collect();
        let changes: Vec<_> = records
            .iter()
            .map(|(id, written)| (*id, written.bytes.as_slice()))
            .collect();
        phone.seal(&changes)
    };
    (0..envelopes).map(seal).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_phones_that_return_after_three_weeks_at_once_are_all_served() {
    let _alone = ALONE.lock().await;
    const PHONES: u8 = 50;
    const EACH: u16 = 10;
    const MEANWHILE: u16 = 300;
    let world = World::start().await;
    let mut phones = Vec::new();
    for number in 1..=PHONES {
        phones.push(Phone::enrolled(&world, number, Role::PatrolMember).await);
    }
    let mut at_the_post = Phone::enrolled(&world, 200, Role::PostCommander).await;
    let first = sealed(&mut at_the_post, 1, 1);
    at_the_post.exchange(at_the_post.hello(), first).await;

    // 1. Each reads what there is, and goes.
    let mut cursors = Vec::new();
    for phone in &phones {
        let heard = phone.exchange(phone.hello(), Vec::new()).await;
        let mark = heard.welcome.unwrap().scopes[0].clone();
        cursors.push((mark, heard.pulls.last().unwrap().cursor));
    }

    // 2. Three weeks of work at the post; meanwhile each phone records without a network.
    world.pass_seconds(THREE_WEEKS_S);
    for _ in 0..MEANWHILE / 50 {
        let mut other = at_the_post.clone();
        let pushes = sealed_from(&mut other, at_the_post.counter, 50);
        at_the_post = other;
        let heard = at_the_post.exchange(at_the_post.hello(), pushes).await;
        assert!(all_received(&heard), "{:?}", heard.refusal);
    }
    let pushes: Vec<Vec<Push>> = phones
        .iter_mut()
        .map(|phone| sealed(phone, EACH / 5, 5))
        .collect();

    // 3. A truck brings all of them back: fifty handshakes, fifty requests, at one moment.
    forget_peak();
    let before = peak_megabytes();
    let began = Instant::now();
    let mut returning = JoinSet::new();
    for ((phone, pushes), (_, cursor)) in phones.into_iter().zip(pushes).zip(cursors) {
        returning.spawn(async move {
            let mut hello = phone.hello_from(0, cursor);
            hello.receipts_through = 0;
            hello.persons = phone.hello().persons;
            phone.exchange(hello, pushes).await
        });
    }
    let answers = returning.join_all().await;
    let (took, grew) = (began.elapsed(), peak_megabytes() - before);
    println!("fifty phones: {took:?}, {grew:.0} MB");
    for heard in &answers {
        assert!(heard.done, "each is served to its end: {:?}", heard.refusal);
        assert_eq!(heard.receipts.len(), usize::from(EACH / 5));
        assert!(all_received(heard), "all that it brought is received");
        assert!(
            heard.rows() >= usize::from(MEANWHILE),
            "and it reads what it missed: {} rows",
            heard.rows()
        );
    }
    let health = world.server.health().unwrap();
    let rows = u64::from(PHONES) * u64::from(EACH) + u64::from(MEANWHILE) + 1;
    assert_eq!((health.rows, health.waiting, health.aside), (rows, 0, 0));
    assert!(world.server.verify().unwrap().is_sound());
    assert!(
        took < Duration::from_secs(60),
        "a minute is enough: {took:?}"
    );
    // Fifty clients with their answers are in it.
    assert!(grew < 400.0, "{grew:.0} MB for fifty exchanges at once");
    world.stop().await;
}

/// Envelopes of one record each, with numbers that no earlier ones have.
fn sealed_from(phone: &mut Phone, from: u64, count: u16) -> Vec<Push> {
    let from = u16::try_from(from).unwrap() + 1_000;
    (0..count)
        .map(|number| {
            let (id, written) = phone.record(from + number);
            phone.seal(&[(id, &written.bytes)])
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_thousands_of_changes_keeps_nobody_waiting() {
    let _alone = ALONE.lock().await;
    const CHANGES: u16 = 1_984;
    let leaves = u16::try_from(limit::ENVELOPE_LEAVES_MAX).unwrap();
    let world = World::start().await;
    let mut flood = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut other = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let pushes = sealed(&mut flood, CHANGES / leaves, leaves);

    // 1. One device sends as fast as the server takes it.
    let began = Instant::now();
    let flooding = tokio::spawn(async move { flood.exchange(flood.hello(), pushes).await });
    let arrived = async {
        while world.server.health().unwrap().rows == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, arrived).await.unwrap();

    // 2. Another one brings a record now and then.
    let mut slowest = Duration::ZERO;
    let mut brought = 0_u16;
    while !flooding.is_finished() {
        let pushes = sealed_from(&mut other, u64::from(brought), 1);
        let asked = Instant::now();
        let mut hello = other.hello();
        hello.receipts_through = other.counter - 1;
        hello.wishes = bitacora_core::wire::Wishes::NONE;
        let heard = other.exchange(hello, pushes).await;
        slowest = slowest.max(asked.elapsed());
        assert!(all_received(&heard) && heard.receipts.len() == 1);
        brought += 1;
    }
    let took = began.elapsed();
    let heard = flooding.await.unwrap();
    println!("{CHANGES} changes in {took:?}, {brought} others meanwhile, the slowest {slowest:?}");
    assert!(heard.done && all_received(&heard), "{:?}", heard.refusal);
    assert!(
        brought >= 5,
        "others get their turn while one sends: {brought} in {took:?}"
    );
    assert!(
        slowest < took / 3,
        "nobody waits for the end of it: {slowest:?} of {took:?}"
    );
    world.stop().await;
}
