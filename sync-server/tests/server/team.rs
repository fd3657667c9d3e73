//! What a commander may over HTTP: issue codes, list the team, revoke.

use bitacora_core::enrol::team::{CodeRequest, IssuedCode, RevokeRequest};
use bitacora_core::enrol::{Invitation, Role};

use crate::client::Client;
use crate::world::World;

#[tokio::test]
async fn only_a_commander_issues_lists_and_revokes() {
    let world = World::start().await;
    let commander = Client::new(1, world.address);
    commander
        .enrol(&world.issue_code(Role::PostCommander, "Puesto 1"))
        .await
        .ok()
        .unwrap();
    let request = CodeRequest {
        role: Role::PatrolMember,
        device_name: "Teléfono 1".to_owned(),
    };
    let issued: IssuedCode = commander.ask("/v1/team/codes", &request).await.json();
    let invitation: Invitation = issued.invitation.unwrap().parse().unwrap();
    assert_eq!(
        invitation.server,
        world.server.id(),
        "the QR pins the server's key"
    );
    assert!(issued.qr_svg.unwrap().contains("<svg"), "the QR is drawn");

    let member = Client::new(2, world.address);
    member.enrol(&invitation.code).await.ok().unwrap();
    assert_eq!(
        member.ask("/v1/team/codes", &request).await.code(),
        "role",
        "a member enrols nobody"
    );
    assert_eq!(
        member.get("/v1/team").await.code(),
        "role",
        "a member does not see the teams"
    );
    let revoke = RevokeRequest {
        device: commander.device(),
    };
    assert_eq!(
        member.ask("/v1/team/revoke", &revoke).await.code(),
        "role",
        "a member cuts nobody off"
    );

    let unnamed = CodeRequest {
        role: Role::PatrolMember,
        device_name: "  ".to_owned(),
    };
    assert_eq!(
        commander.ask("/v1/team/codes", &unnamed).await.code(),
        "name",
        "a nameless device cannot be found again"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_revoked_device_is_cut_off_on_an_open_connection_and_on_a_resumed_session() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    client
        .enrol(&world.issue_code(Role::PostCommander, "Puesto 1"))
        .await
        .ok()
        .unwrap();
    let mut open = client.connect().await.unwrap();
    crate::client::send(&mut open, "GET", "/v1/team", "", b"")
        .await
        .unwrap();
    assert_eq!(
        crate::client::read_answer(&mut open).await.unwrap().status,
        200,
        "the device is good at first"
    );

    assert!(
        world.server.revoke(client.device(), None).unwrap(),
        "it was active"
    );
    crate::client::send(&mut open, "GET", "/v1/team", "", b"")
        .await
        .unwrap();
    let answer = crate::client::read_answer(&mut open).await.unwrap();
    assert_eq!(
        answer.code(),
        "revoked",
        "the connection is older than the revocation and must not help"
    );

    let resumed = client.connect().await.unwrap();
    assert_eq!(
        resumed.get_ref().1.handshake_kind(),
        Some(rustls::HandshakeKind::Resumed),
        "this test is about a resumed session"
    );
    drop(resumed);
    assert_eq!(
        client.get("/v1/team").await.code(),
        "revoked",
        "a session from better days must not help"
    );
    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    assert_eq!(
        client.enrol(&code).await.err().unwrap().code(),
        "revoked",
        "nor a new code"
    );
    world.stop().await;
}
