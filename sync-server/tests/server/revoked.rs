//! A device is cut off at once, also in the middle of what it is doing.

use std::time::Duration;

use bitacora_core::enrol::Role;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::wire::{Direction, Encoder, Message, limit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{read_answer, send};
use crate::phone::{Phone, heard, request};
use crate::world::World;

#[tokio::test]
async fn an_unenrolled_and_a_revoked_device_exchange_nothing() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let body = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let mut open = phone.client.connect().await.unwrap();
    send(
        &mut open,
        "POST",
        "/v1/exchange",
        "",
        &request(phone.hello(), Vec::new()),
    )
    .await
    .unwrap();
    assert_eq!(
        read_answer(&mut open).await.unwrap().status,
        200,
        "the connection is good and kept"
    );
    world.server.revoke(phone.client.device(), None).unwrap();
    send(&mut open, "POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    assert_eq!(
        read_answer(&mut open).await.unwrap().code(),
        "revoked",
        "not even on the open connection"
    );
    let mut rest = Vec::new();
    open.read_to_end(&mut rest).await.unwrap();
    assert_eq!(
        phone.post(&body).await.code(),
        "revoked",
        "nor on a new one"
    );
    let stranger = crate::client::Client::new(77, world.address);
    let answer = stranger
        .request("POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    assert_eq!(
        answer.code(),
        "unknown_device",
        "a stranger cannot replay what he heard"
    );
    assert_eq!(world.server.health().unwrap().rows, 0, "nothing was taken");
    world.stop().await;
}

#[tokio::test]
async fn a_request_that_was_open_when_its_device_was_revoked_brings_and_gets_nothing_more() {
    let world = World::start().await;
    let mut colleague = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (id, record) = colleague.record(1);
    let push = colleague.seal(&[(id, &record.bytes)]);
    colleague.exchange(colleague.hello(), vec![push]).await;

    for (number, pushes) in [(2, true), (3, false)] {
        let mut phone = Phone::enrolled(&world, number, Role::PatrolMember).await;
        let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL).unwrap();
        let mut hello = phone.hello();
        hello.persons[0].name = format!("Cabo {pushes}");
        hello.persons[0].person =
            bitacora_core::id::PersonId::from_bytes([50 + u8::from(pushes); 16]);
        let before = encoder.push(&Message::Hello(hello)).unwrap();
        let (id, record) = phone.record(1);
        let mut after = Vec::new();
        if pushes {
            let push = phone.seal(&[(id, &record.bytes)]);
            after = encoder.push(&Message::Push(push)).unwrap();
        }
        after.extend(encoder.finish().unwrap());

        // 1. The device is known and says hello; its request stays open.
        let mut open = phone.client.connect().await.unwrap();
        let bytes = before.len() + after.len();
        let head =
            format!("POST /v1/exchange HTTP/1.1\r\nhost: x\r\ncontent-length: {bytes}\r\n\r\n");
        open.write_all(head.as_bytes()).await.unwrap();
        open.write_all(&before).await.unwrap();
        open.flush().await.unwrap();
        hello_taken(&world, &format!("Cabo {pushes}")).await;

        // 2. The commander revokes it. The rest of the request arrives.
        world.server.revoke(phone.client.device(), None).unwrap();
        open.write_all(&after).await.unwrap();
        open.flush().await.unwrap();
        let said = heard(&read_answer(&mut open).await.unwrap());
        assert_eq!(
            said.refusal.as_ref().map(|refusal| &refusal.code),
            Some(&RefusalCode::Revoked),
            "pushes {pushes}: {said:?}"
        );
        assert_eq!(said.rows(), 0, "it reads nothing");
        assert_eq!(world.server.health().unwrap().rows, 1, "and brings nothing");
    }
    world.stop().await;
}

/// Waits until the server has taken a hello that announces somebody.
async fn hello_taken(world: &World, name: &str) {
    let taken = async {
        while !world
            .server
            .team(None)
            .unwrap()
            .devices
            .iter()
            .any(|device| device.people.iter().any(|known| known == name))
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), taken)
        .await
        .expect("the hello must be taken");
}
