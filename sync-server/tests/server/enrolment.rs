//! A code enrols exactly one device, and each way to fail has its own word.

use bitacora_core::enrol::message::FinishRequest;
use bitacora_core::enrol::team::TeamList;
use bitacora_core::enrol::{Code, Role};
use bitacora_server::channel::limit::Limits;

use crate::client::Client;
use crate::world::{World, limits};

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
    // As if each came from an address of its own; each needs two connections.
    let world = World::with(Limits {
        unproved_each_max: 200,
        ..limits()
    })
    .await;
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
