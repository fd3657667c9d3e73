//! A device is cut off at once.

use bitacora_core::enrol::Role;
use tokio::io::AsyncReadExt as _;

use crate::client::{read_answer, send};
use crate::phone::{Phone, request};
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
