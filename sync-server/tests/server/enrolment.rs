//! A code enrols exactly one device, and each way to fail has its own word.

use bitacora_core::enrol::message::FinishRequest;
use bitacora_core::enrol::team::{CodeRequest, IssuedCode, RevokeRequest, TeamList};
use bitacora_core::enrol::{Code, Invitation, Role};
use bitacora_core::receipt::Verdict;

use crate::client::Client;
use crate::phone::Phone;
use crate::world::World;

fn wrong(code: &Code) -> Code {
    let other = if code.password() == "222222" {
        "333333"
    } else {
        "222222"
    };
    format!("{}{other}", code.nameplate()).parse().unwrap()
}

#[tokio::test]
async fn a_code_enrols_a_device_and_both_show_the_same_digits() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    assert_eq!(
        client.get("/v1/team").await.code(),
        "unknown_device",
        "a key alone is nobody"
    );

    let (answer, keys) = client
        .enrol(&world.issue_code(Role::PostCommander, "Puesto 1"))
        .await
        .ok()
        .unwrap();
    assert!(
        keys.is_server_proof(&answer.proof),
        "the device believes nothing without this proof"
    );
    assert_eq!(
        answer.enrolment.scopes,
        ["PA-BCH/operational"],
        "the scope comes from the server's tables"
    );
    assert_eq!(
        answer.enrolment.role,
        Role::PostCommander,
        "the role comes from the code"
    );

    let team: TeamList = client.get("/v1/team").await.json();
    let listed = team.devices.first().unwrap();
    assert_eq!(
        listed.digits,
        keys.digits().to_string(),
        "people compare the digits of both screens"
    );
    assert_eq!(
        (listed.name.as_str(), listed.id),
        ("Puesto 1", client.device()),
        "the list names the device"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_hundred_parallel_uses_of_a_code_enrol_exactly_one_device() {
    let world = World::start().await;
    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    let mut uses = tokio::task::JoinSet::new();
    for number in 1..=100 {
        let (client, code) = (Client::new(number, world.address), code.clone());
        uses.spawn(async move {
            client
                .enrol(&code)
                .await
                .map_err(|answer| answer.code())
                .map(|_| ())
        });
    }
    let results = uses.join_all().await;
    let enrolled = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(
        enrolled, 1,
        "a single-use code is used once, also in a race"
    );
    let used = results
        .iter()
        .filter(|result| result.as_ref().is_err_and(|code| code == "code_used"))
        .count();
    assert_eq!(used, 99, "all others learn that it was used");
    assert_eq!(
        world.server.team(None).unwrap().devices.len(),
        1,
        "nobody else is in the list"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_wrong_code_is_spent_for_everybody() {
    let world = World::start().await;
    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    let guesser = Client::new(1, world.address);
    assert_eq!(
        guesser.enrol(&wrong(&code)).await.err().unwrap().code(),
        "code_wrong",
        "one guess is all"
    );
    let owner = Client::new(2, world.address);
    assert_eq!(
        owner.enrol(&code).await.err().unwrap().code(),
        "code_wrong",
        "the spent code is dead for its owner too"
    );
    assert_eq!(
        guesser.enrol(&code).await.err().unwrap().code(),
        "code_wrong",
        "a second guess is not answered"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_begun_exchange_is_good_for_one_proof() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let keys = client
        .start(&world.issue_code(Role::PatrolMember, "Teléfono 1"))
        .await
        .ok()
        .unwrap();
    let request = FinishRequest {
        proof: vec![0; 32],
        person: client.person(),
    };
    assert_eq!(
        client.ask("/v1/enrol/finish", &request).await.code(),
        "code_wrong",
        "a wrong proof spends the code"
    );
    let request = FinishRequest {
        proof: keys.device_proof().to_vec(),
        person: client.person(),
    };
    let answer = client.ask("/v1/enrol/finish", &request).await;
    assert_eq!(
        answer.code(),
        "not_started",
        "the right proof after a wrong one comes too late"
    );
    world.stop().await;
}

#[tokio::test]
async fn used_expired_and_foreign_codes_are_told_apart() {
    let world = World::start().await;
    let used = world.issue_code(Role::PatrolMember, "Teléfono 1");
    let first = Client::new(1, world.address);
    first.enrol(&used).await.ok().unwrap();
    assert_eq!(
        Client::new(2, world.address)
            .enrol(&used)
            .await
            .err()
            .unwrap()
            .code(),
        "code_used",
        "used is used"
    );

    let late = world.issue_code(Role::PatrolMember, "Teléfono 2");
    world.pass_seconds(15 * 60 + 1);
    assert_eq!(
        Client::new(3, world.address)
            .enrol(&late)
            .await
            .err()
            .unwrap()
            .code(),
        "code_expired",
        "15 minutes"
    );

    let other = World::start().await;
    let foreign = loop {
        let code = other.issue_code(Role::PatrolMember, "Teléfono 3");
        if ![late.nameplate(), used.nameplate()].contains(&code.nameplate()) {
            break code;
        }
    };
    assert_eq!(
        Client::new(4, world.address)
            .enrol(&foreign)
            .await
            .err()
            .unwrap()
            .code(),
        "code_foreign",
        "another server's"
    );
    let fresh = world.issue_code(Role::PatrolMember, "Teléfono 5");
    assert!(
        Client::new(5, world.address).enrol(&fresh).await.is_ok(),
        "after all of them a good code enrols as ever"
    );
    other.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_by_the_same_device() {
    let world = World::start().await;
    let code = world.issue_code(Role::PatrolLeader, "Teléfono 1");
    let client = Client::new(1, world.address);
    let (first, _) = client.enrol(&code).await.ok().unwrap();
    let (again, keys) = client.enrol(&code).await.ok().unwrap();
    assert_eq!(
        first.enrolment, again.enrolment,
        "the same code and key give the same enrolment"
    );
    assert!(
        keys.is_server_proof(&again.proof),
        "and a proof for this exchange"
    );
    assert_eq!(
        world.server.team(None).unwrap().devices[0].digits,
        keys.digits().to_string(),
        "both screens show the digits of the exchange that the device knows of"
    );
    world.pass_seconds(15 * 60 + 1);
    assert_eq!(
        client.enrol(&code).await.err().unwrap().code(),
        "code_expired",
        "but only while the code lives"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_device_whose_answer_was_lost_with_its_code_is_enrolled_by_the_next_one() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let lost = world.issue_code(Role::PatrolMember, "Teléfono 1");
    client.enrol(&lost).await.ok().unwrap();
    world.pass_seconds(15 * 60 + 1);

    let next = world.issue_code(Role::PatrolLeader, "Teléfono 2");
    let holder = bitacora_core::id::PersonId::from_bytes([88; 16]);
    let (answer, keys) = client.enrol_as(holder, &next).await.ok().unwrap();
    assert!(
        keys.is_server_proof(&answer.proof),
        "the phone can believe it"
    );
    assert_eq!(
        (answer.enrolment.role, answer.enrolment.device_name.as_str()),
        (Role::PatrolLeader, "Teléfono 2"),
        "it is what the new code says"
    );
    let team = world.server.team(None).unwrap();
    let [listed] = team.devices.as_slice() else {
        panic!("one phone is one line of the list: {team:?}");
    };
    assert_eq!(listed.digits, keys.digits().to_string(), "digits of now");
    assert_eq!(
        (listed.role, listed.name.as_str()),
        (Role::PatrolLeader, "Teléfono 2"),
        "and the list says the same"
    );
    assert_eq!(
        Client::new(2, world.address)
            .enrol(&next)
            .await
            .err()
            .unwrap()
            .code(),
        "code_used",
        "the code is spent for everybody else"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_known_phone_that_enrols_again_goes_on_where_it_was() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PostCommander).await;
    let (id, record) = phone.record(1);
    let push = phone.seal(&[(id, &record.bytes)]);
    phone.exchange(phone.hello(), vec![push]).await;
    world.pass_seconds(80 * 3600);

    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    phone.client.enrol(&code).await.ok().unwrap();
    let (next, more) = phone.record(2);
    let push = phone.seal(&[(next, &more.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Stored { .. }),
        "its envelopes follow each other as before: {heard:?}"
    );
    assert_eq!(heard.rows(), 2, "and it reads what it read before");
    assert_eq!(
        phone.client.get("/v1/team").await.code(),
        "role",
        "but it may no more than the new code says"
    );
    world.stop().await;
}

#[tokio::test]
async fn malformed_messages_of_enrolment_are_refused_with_their_reason() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let json = "content-type: application/json\r\n";
    for (body, code) in [
        (r#"{"version":2,"nameplate":"AB","pake":""}"#, "version"),
        (r#"{"version":1,"nameplate":"AB","pake":"0"}"#, "malformed"),
        (r#"{"version":1,"pake":"00"}"#, "malformed"),
        ("", "malformed"),
        ("[]", "malformed"),
    ] {
        let answer = client
            .request("POST", "/v1/enrol/start", json, body.as_bytes())
            .await
            .unwrap();
        assert_eq!(answer.code(), code, "{body} has its own answer");
    }
    let large = vec![b' '; 5000];
    let answer = client
        .request("POST", "/v1/enrol/start", json, &large)
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (413, "too_large"),
        "limits are checked while reading"
    );
    let code = world.issue_code(Role::PatrolMember, "Teléfono 1");
    let body = format!(
        r#"{{"version":1,"nameplate":"{}","pake":"{}"}}"#,
        code.nameplate(),
        "41".repeat(33)
    );
    let answer = client
        .request("POST", "/v1/enrol/start", json, body.as_bytes())
        .await
        .unwrap();
    assert_ne!(
        answer.status, 500,
        "a message that is no point of the curve must not hurt the server"
    );
    client
        .enrol(&code)
        .await
        .ok()
        .expect("and it spends nothing");
    world.stop().await;
}

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
