//! What the channel lets in: FAULTS 1 to 17 and 26 to 33 as far as there is something to break.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bitacora_core::enrol::Role;
use bitacora_server::channel::limit::Limits;
use ed25519_dalek::SigningKey;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Client, Connection, certificate, config_builder, read_answer, send};
use crate::world::{World, limits};

const JSON: &str = "content-type: application/json\r\n";

async fn is_served(client: &Client) -> bool {
    // TLS 1.3 tells a client only at its first read that its certificate was refused.
    client.request("GET", "/v1/team", "", b"").await.is_ok()
}

/// Writes raw bytes; returns the status that came back, or none if the connection was closed without one.
async fn status_of(client: &Client, raw: &[u8]) -> Option<u16> {
    let mut connection: Connection = client.connect().await.unwrap();
    let _ = connection.write_all(raw).await;
    let _ = connection.flush().await;
    read_answer(&mut connection)
        .await
        .ok()
        .map(|answer| answer.status)
}

#[tokio::test]
async fn an_expired_or_future_certificate_is_as_good_as_any() {
    let world = World::start().await;
    let key = SigningKey::from_bytes(&[1; 32]);
    for (from, to) in [(1990, 1991), (2190, 2191)] {
        let mut params = CertificateParams::default();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let (chain, private) = certificate(&key, &params);
        let client = Client::with_certificate(key.clone(), world.address, chain, private);
        assert!(
            is_served(&client).await,
            "phones have wrong clocks; the key decides, not {from} to {to}"
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn a_certificate_of_another_kind_of_key_is_refused() {
    let world = World::start().await;
    let pair = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let chain = CertificateParams::default()
        .self_signed(&pair)
        .unwrap()
        .der()
        .clone();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let client = Client::with_certificate(
        SigningKey::from_bytes(&[1; 32]),
        world.address,
        chain,
        private,
    );
    assert!(
        !is_served(&client).await,
        "only Ed25519 keys are identities"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_certificate_whose_key_did_not_sign_is_refused() {
    #[derive(Debug)]
    struct Stolen(Arc<CertifiedKey>);
    impl rustls::client::ResolvesClientCert for Stolen {
        fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
        fn has_certs(&self) -> bool {
            true
        }
    }
    let world = World::start().await;
    let params = CertificateParams::default();
    let (victims_certificate, _) = certificate(&SigningKey::from_bytes(&[1; 32]), &params);
    let (_, own_private) = certificate(&SigningKey::from_bytes(&[2; 32]), &params);
    let signer = rustls::crypto::ring::sign::any_eddsa_type(&match own_private {
        PrivateKeyDer::Pkcs8(der) => der,
        _ => panic!("the key above is PKCS #8"),
    });
    let stolen = CertifiedKey::new(vec![victims_certificate], signer.unwrap());
    let seen = Arc::default();
    let config =
        config_builder(&seen).with_client_cert_resolver(Arc::new(Stolen(Arc::new(stolen))));
    let stream = TcpStream::connect(world.address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("x").unwrap();
    let served = match tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
    {
        Err(_) => false,
        Ok(mut connection) => {
            let _ = connection
                .write_all(b"GET /v1/team HTTP/1.1\r\nhost: x\r\n\r\n")
                .await;
            connection.read_u8().await.is_ok()
        }
    };
    assert!(
        !served,
        "a certificate is public: only the signature proves the key"
    );
    world.stop().await;
}

/// A client's first message that a server with TLS 1.2 would take: suites, groups and signatures that the key of a
/// server here can serve.
fn hello_of_tls_1_2() -> Vec<u8> {
    let sized = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let extension = |kind: u16, body: &[u8]| [kind.to_be_bytes().as_slice(), &sized(body)].concat();
    let groups = extension(10, &sized(&[0, 0x1d, 0, 0x17]));
    let points = extension(11, &[1, 0]);
    let signatures = extension(13, &sized(&[8, 7, 4, 3, 8, 4]));
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    hello.push(0);
    hello.extend(sized(&[0xc0, 0x2b, 0xc0, 0x2c, 0xcc, 0xa9]));
    hello.extend([1, 0]);
    hello.extend(sized(&[groups, points, signatures].concat()));
    let handshake = [&[1, 0], sized(&hello).as_slice()].concat();
    [&[0x16, 3, 1], sized(&handshake).as_slice()].concat()
}

/// Everything that comes until the connection is closed.
async fn answered(world: &World, offer: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(offer).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
        .await
        .expect("must close");
    answer
}

#[tokio::test]
async fn tls_1_2_plain_http_and_noise_get_nothing() {
    const ALERT: u8 = 0x15;
    let protocol_version = [ALERT, 3, 3, 0, 2, 2, 70];
    let world = World::start().await;
    assert_eq!(
        answered(&world, &hello_of_tls_1_2()).await,
        protocol_version,
        "all of it is understood, and the version is what is refused"
    );
    for offer in [b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".as_slice(), &[0; 64]] {
        let answer = answered(&world, offer).await;
        let is_alert = answer.first().is_none_or(|kind| *kind == ALERT);
        assert!(is_alert, "an alert or nothing may answer, not {answer:?}");
    }
    assert!(
        is_served(&Client::new(1, world.address)).await,
        "others are served as before"
    );
    world.stop().await;
}

#[tokio::test]
async fn odd_requests_are_refused_and_the_server_goes_on() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("unknown route", b"GET /v1/records HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[404]),
        ("dots in a path", b"GET /v1/../meta HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[404]),
        ("escaped dots", b"GET /v1/%2e%2e/%00/\\team HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[400, 404]),
        ("double slash", b"GET //v1//team HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[404]),
        ("wrong method", b"DELETE /v1/team HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[405]),
        (
            "wrong content type",
            b"POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}".to_vec(),
            &[415],
        ),
        (
            "gzip body",
            format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{{}}")
                .into_bytes(),
            &[415],
        ),
        (
            "length and chunks together",
            format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n")
                .into_bytes(),
            &[400],
        ),
        (
            "two lengths",
            format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}")
                .into_bytes(),
            &[400],
        ),
        ("a length of zero with a body", format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 0\r\n\r\n{{}}").into_bytes(), &[400]),
        ("a header of 1 MB", format!("GET /v1/team HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(1 << 20)).into_bytes(), &[431]),
        ("10,000 headers", format!("GET /v1/team HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(10_000)).into_bytes(), &[431]),
        // What begins so is no request: it is closed without an answer.
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[]),
    ];
    for (name, raw, expected) in cases {
        let status = status_of(&client, &raw).await;
        // Closing while the client still writes may cost it the answer; that is a refusal as well.
        let may_be_cut = raw.len() > 16 * 1024 || expected.is_empty();
        assert!(
            status.map_or(may_be_cut, |status| expected.contains(&status)),
            "{name} was answered {status:?}"
        );
    }
    assert!(is_served(&client).await, "the server must go on");
    world.stop().await;
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_not_taken() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    let mut connection = client.connect().await.unwrap();
    let head =
        format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 100\r\n\r\n{{");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.shutdown().await.unwrap();
    let answer = read_answer(&mut connection).await;
    assert!(
        answer.is_err() || answer.is_ok_and(|answer| answer.status == 400),
        "half a body is no body"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_slow_head_and_a_slow_body_are_cut_but_a_slow_link_is_not() {
    let short = Limits {
        head: Duration::from_millis(800),
        progress: Duration::from_millis(800),
        progress_bytes_min: 40,
        ..limits()
    };
    let world = World::with(short).await;
    let client = Client::new(1, world.address);
    for start in [
        "GET /v1/team HT".to_owned(),
        format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 4000\r\n\r\n"),
    ] {
        let mut connection = client.connect().await.unwrap();
        connection.write_all(start.as_bytes()).await.unwrap();
        let began = Instant::now();
        let trickle = async {
            loop {
                tokio::time::sleep(Duration::from_millis(790)).await;
                if connection.write_all(b"a").await.is_err() || connection.flush().await.is_err() {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(15), trickle)
            .await
            .expect("a trickle must be cut");
        assert!(
            began.elapsed() >= Duration::from_millis(700),
            "but not before its time"
        );
    }
    let mut connection = client.connect().await.unwrap();
    let head =
        format!("POST /v1/enrol/start HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 1000\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        connection.write_all(&[b' '; 50]).await.unwrap();
        connection.flush().await.unwrap();
    }
    assert_eq!(
        read_answer(&mut connection).await.unwrap().status,
        400,
        "3 s at 330 B/s is slow, and progress"
    );
    world.stop().await;
}

#[tokio::test]
async fn more_connections_than_places_are_turned_away_until_one_ends() {
    let world = World::with(Limits {
        connections_max: 3,
        ..limits()
    })
    .await;
    let client = Client::new(1, world.address);
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(client.connect().await.unwrap());
    }
    assert!(client.connect().await.is_err(), "the fourth finds no place");
    open.clear();
    let served = async {
        while client.connect().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), served)
        .await
        .expect("a place that was left is given again");
    world.stop().await;
}

#[tokio::test]
async fn stopping_lets_an_open_request_end() {
    let world = World::start().await;
    let client = Client::new(1, world.address);
    client
        .enrol(&world.issue_code(Role::PostCommander, "Puesto 1"))
        .await
        .ok()
        .unwrap();
    let mut connection = client.connect().await.unwrap();
    // An answer says that the connection is served.
    send(&mut connection, "GET", "/v1/team", "", b"")
        .await
        .unwrap();
    assert_eq!(read_answer(&mut connection).await.unwrap().status, 200);
    let head =
        format!("POST /v1/team/codes HTTP/1.1\r\nhost: x\r\n{JSON}content-length: 44\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopping = tokio::spawn(world.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    connection
        .write_all(br#"{"role":"patrol_member","device_name":"Dos"}"#)
        .await
        .unwrap();
    assert_eq!(
        read_answer(&mut connection).await.unwrap().status,
        200,
        "who began before the stop is answered"
    );
    stopping.await.unwrap();
}
