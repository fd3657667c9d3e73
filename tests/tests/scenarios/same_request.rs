//! The same request twice, and ten at once: each record is there once, and nobody takes it for a second phone.

use bitacora_core::enrol::Role;
use bitacora_core::sync::{DeviceExchange, Plan};
use bitacora_core::wire::{Direction, Encoder, limit};
use bitacora_device::Courier;
use bitacora_device::channel::{Channel, Upload};
use bitacora_tests::world::{Phone, World};
use bytes::Bytes;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_twice_and_ten_times_at_once_is_one_record() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let id = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone
        .corrects(id, json!({ "composition": { "VEN": { "AA+M": 4 } } }))
        .unwrap();

    // 1. One request, as bytes; its first answer is lost on the way.
    let request = request(&phone);
    for time in 1..=2 {
        post(&phone.device.channel().unwrap(), &request).await;
        assert_eq!(
            world.changes().unwrap(),
            2,
            "time {time}: a record and its correction"
        );
    }

    // 2. Ten at once, each on a connection of its own.
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let (channel, request) = (phone.device.channel().unwrap(), request.clone());
        tasks.spawn(async move { post(&channel, &request).await });
    }
    tasks.join_all().await;
    assert_eq!(
        world.changes().unwrap(),
        2,
        "ten times the same is nothing new"
    );

    // 3. The phone, which never saw an answer, learns what is received.
    assert_eq!(
        phone.unreceived().unwrap(),
        1,
        "without a receipt nothing is called received"
    );
    let outcome = phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "its receipt is given again");
    assert!(!outcome.is_copied, "a repeated request is no second phone");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_syncs_of_one_phone_at_once_bring_each_record_once() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let other = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    other.meets(5, "HTI").unwrap();
    other.sync().await.unwrap();
    for round in 1..=3_u64 {
        for men in 1..=5 {
            phone.meets(men, "VEN").unwrap();
        }
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let courier = Courier::new(phone.device.clone());
            tasks.spawn(async move { courier.sync(|_| ()).await });
        }
        for outcome in tasks.join_all().await {
            let outcome = outcome.unwrap();
            assert!(
                !outcome.is_copied,
                "one phone at once with itself is one phone"
            );
            assert_eq!(outcome.quarantined, 0, "nothing is put aside");
        }
        assert_eq!(phone.unreceived().unwrap(), 0, "all are received");
        assert_eq!(
            world.changes().unwrap(),
            5 * round + 1,
            "round {round}: each record once"
        );
    }
    assert_eq!(
        phone.records().unwrap().len(),
        16,
        "and the other's record arrived once"
    );
    assert_eq!(
        phone.device.verify().unwrap().problems,
        [""; 0],
        "the phone's store is sound"
    );
    sound(&world).await;
}

/// Makes the request of a sync as the bytes that the link would carry.
fn request(phone: &Phone) -> Bytes {
    let mut log = phone.device.sync_log();
    let identity = phone.device.identity().unwrap();
    let clock_s = phone.clock.now().timestamp();
    let mut exchange = DeviceExchange::begin(identity, &mut log, Plan::default(), clock_s).unwrap();
    let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL).unwrap();
    let mut bytes = Vec::new();
    while let Some(message) = exchange.next_up(&mut log).unwrap() {
        bytes.extend(encoder.push(&message).unwrap());
    }
    bytes.extend(encoder.finish().unwrap());
    bytes.into()
}

async fn post(channel: &Channel, request: &Bytes) {
    let mut answer = channel
        .exchange(Upload::Whole(request.clone()))
        .await
        .unwrap();
    while answer.next().await.unwrap().is_some() {}
}

async fn sound(world: &World) {
    let report = world.server.verify().unwrap();
    assert_eq!(report.findings, [""; 0], "the server's log is sound");
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let teams = commander.device.teams().await.unwrap();
    let cloned: Vec<_> = teams
        .devices
        .iter()
        .filter(|device| device.cloned)
        .collect();
    assert!(cloned.is_empty(), "no clone alarm: {cloned:?}");
}
