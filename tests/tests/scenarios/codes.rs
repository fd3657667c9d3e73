//! A code that is wrong, used or too old, and a server that is not the one it should be.

use bitacora_core::enrol::{Code, Role};
use bitacora_device::{DeviceError, ErrorCode};
use bitacora_server::store::{DataFolder, Setup};
use bitacora_server::{Config, Server};
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;

async fn refused(phone: &Phone, code: &Code) -> ErrorCode {
    let error = phone.enrol(code).await.unwrap_err();
    error.downcast::<DeviceError>().unwrap().code()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failed_code_has_its_own_answer_and_the_next_one_enrols() {
    let world = World::start().await.unwrap();
    let cabo = world.stranger("Cabo 17").unwrap();
    cabo.meets(3, "VEN").unwrap();

    // 1. One letter was misread: the code is spent, also for who reads it right.
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    let last = if code.as_str().ends_with('A') {
        'B'
    } else {
        'A'
    };
    let misread: Code = format!("{}{last}", code.as_str().split_at(7).0)
        .parse()
        .unwrap();
    assert_eq!(
        refused(&cabo, &misread).await,
        ErrorCode::CodeWrong,
        "a wrong try spends it"
    );
    assert_eq!(
        refused(&cabo, &code).await,
        ErrorCode::CodeWrong,
        "and nobody tries again"
    );

    // 2. Sixteen minutes on the way to the phone.
    let late = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    world.pass(TimeDelta::minutes(16));
    assert_eq!(
        refused(&cabo, &late).await,
        ErrorCode::CodeExpired,
        "it lived 15 minutes"
    );

    // 3. Somebody was faster.
    let good = world.code(Role::PatrolMember, "Sgto. 04").unwrap();
    let sergeant = world.stranger("Sgto. 04").unwrap();
    sergeant.enrol(&good).await.unwrap();
    assert_eq!(
        refused(&cabo, &good).await,
        ErrorCode::CodeUsed,
        "a code is for one device"
    );

    // 4. A fresh one; what was recorded meanwhile is received.
    let fresh = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    cabo.enrol(&fresh).await.unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(
        cabo.unreceived().unwrap(),
        0,
        "no failed code cost a record"
    );
    assert_eq!(world.documents().unwrap(), 1, "it is at the post");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qr_code_of_another_server_is_noticed_before_anything_is_told() {
    let world = World::start().await.unwrap();
    let other = World::start().await.unwrap();
    let cabo = world.stranger("Cabo 17").unwrap();
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    let url = format!("https://{}", cabo.link.address()).parse().unwrap();
    let error = cabo
        .device
        .enrol(&url, &code, Some(other.server.id()))
        .await
        .unwrap_err();
    assert_eq!(
        error.code(),
        ErrorCode::ServerKeyChanged,
        "the key in the QR is not this server's: {error}"
    );
    let enrolled = cabo
        .device
        .enrol(&url, &code, Some(world.server.id()))
        .await;
    assert!(
        enrolled.is_ok(),
        "nothing was told, so nothing was spent: {enrolled:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_at_the_same_address_gets_nothing() {
    let mut world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    cabo.meets(3, "VEN").unwrap();

    // 1. The server is gone; another one answers in its place.
    world.stop_server().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(DataFolder::new(folder.path().join("server")));
    config.setup = Some(Setup {
        organisation_name: "Otra".to_owned(),
        post: "PA-BCH".parse().unwrap(),
        post_name: "Bajo Chiquito".to_owned(),
        tz: "America/Panama".to_owned(),
        vocabulary: "pa".to_owned(),
        lock_minutes: 10,
    });
    let impostor = Server::open(config).unwrap();
    let listener = tokio::net::TcpListener::bind(world.address())
        .await
        .unwrap();
    let serving = impostor.clone();
    let task = tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
    let error = cabo.sync().await.unwrap_err();
    let error = error.downcast::<DeviceError>().unwrap();
    assert_eq!(
        error.code(),
        ErrorCode::ServerKeyChanged,
        "the pinned key does not answer: {error}"
    );
    assert_eq!(impostor.health().unwrap().rows, 0, "it was told nothing");
    assert_eq!(
        cabo.unreceived().unwrap(),
        1,
        "and nothing counts as received"
    );

    // 2. The right one is back.
    task.abort();
    drop(task.await);
    world.restart_server().await.unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(
        cabo.unreceived().unwrap(),
        0,
        "the phone trusts it as before"
    );
}
