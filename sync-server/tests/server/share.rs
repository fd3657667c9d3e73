//! What one address may take of the places before it has proved to be a device of the post.

use bitacora_core::enrol::Role;
use bitacora_server::channel::limit::Limits;
use tokio::net::TcpStream;

use crate::client::{Client, Connection, read_answer, send};
use crate::world::{World, limits};

/// Holds so many connections open on which nobody says who he is.
async fn silent(world: &World, connections: usize) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(TcpStream::connect(world.address).await.unwrap());
    }
    open
}

async fn device(world: &World, number: u8) -> Client {
    let client = Client::new(number, world.address);
    let code = world.issue_code(Role::PostCommander, &format!("Puesto {number}"));
    client.enrol(&code).await.ok().unwrap();
    client
}

#[tokio::test]
async fn one_address_keeps_nobody_else_out() {
    let world = World::start().await;
    let post = device(&world, 1).await;
    let open = silent(&world, Limits::default().connections_max + 8).await;
    let mut connection = post
        .connect_from(2)
        .await
        .expect("another address has places");
    send(&mut connection, "GET", "/v1/team", "", b"")
        .await
        .unwrap();
    assert_eq!(
        read_answer(&mut connection).await.unwrap().status,
        200,
        "it is served as ever"
    );
    drop(open);
    world.stop().await;
}

#[tokio::test]
async fn a_device_of_the_post_takes_nothing_of_its_address() {
    const SHARE: usize = 3;
    let world = World::with(Limits {
        unproved_each_max: SHARE,
        ..limits()
    })
    .await;
    let post = device(&world, 1).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(
            served(&post)
                .await
                .expect("a device of the post has its places"),
        );
    }

    // Strangers of the same address have theirs, and no more.
    let stranger = Client::new(9, world.address);
    open.extend(share_of(&stranger, SHARE).await);
    assert!(stranger.connect().await.is_err(), "that was its share");

    // Who is revoked is a stranger.
    open.clear();
    world.server.revoke(post.device(), None).unwrap();
    open.extend(share_of(&post, SHARE).await);
    assert!(
        post.connect().await.is_err(),
        "it has the share of its address"
    );
    world.stop().await;
}

#[tokio::test]
async fn one_device_keeps_no_other_out() {
    let world = World::with(Limits {
        connections_max: 4,
        device_each_max: 2,
        ..limits()
    })
    .await;
    let phone = device(&world, 1).await;
    let commander = device(&world, 2).await;

    // It opens connection after connection: the newest takes the place of its oldest.
    let mut open = Vec::new();
    for _ in 0..12 {
        open.push(served(&phone).await.expect("its newest is served"));
    }
    served(&commander)
        .await
        .expect("the commander has a place as well");
    let newest = open.last_mut().unwrap();
    send(newest, "GET", "/v1/team", "", b"").await.unwrap();
    assert_eq!(
        read_answer(newest).await.unwrap().status,
        200,
        "a connection that was not replaced goes on"
    );
    let oldest = open.first_mut().unwrap();
    let ended = match send(oldest, "GET", "/v1/team", "", b"").await {
        Ok(()) => read_answer(oldest).await.is_err(),
        Err(_) => true,
    };
    assert!(ended, "the first was replaced long ago");
    world.stop().await;
}

/// A connection on which a request was answered: who is on it is decided.
async fn served(client: &Client) -> std::io::Result<Connection> {
    let mut connection = client.connect().await?;
    send(&mut connection, "GET", "/v1/team", "", b"").await?;
    read_answer(&mut connection).await?;
    Ok(connection)
}

/// Takes a whole share, on connections on which nothing is asked: who is not let in is cut after his first question. That earlier connections were closed is noticed a moment later.
async fn share_of(client: &Client, share: usize) -> Vec<Connection> {
    let mut open = Vec::new();
    let taking = async {
        while open.len() < share {
            open.extend(client.connect().await.ok());
        }
    };
    tokio::time::timeout(crate::PATIENCE, taking)
        .await
        .expect("a share is given back");
    open
}
