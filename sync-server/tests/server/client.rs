//! A client that speaks raw HTTP/1.1 over TLS, and can also speak it wrongly.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bitacora_core::enrol::message::{
    ErrorAnswer, FinishAnswer, FinishRequest, StartAnswer, StartRequest, VERSION,
};
use bitacora_core::enrol::{Code, DEVICE_IDENTITY, Keys, SERVER_IDENTITY, Transcript};
use bitacora_core::id::{DeviceId, PersonId};
use ed25519_dalek::SigningKey;
use rcgen::{CertificateParams, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::verify_tls13_signature;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use serde::Serialize;
use serde::de::DeserializeOwned;
use spake2::{Ed25519Group, Identity, Password, Spake2};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use uuid::Uuid;

pub type Connection = TlsStream<TcpStream>;

/// A device's key and its TLS session store.
#[derive(Clone)]
pub struct Client {
    pub key: SigningKey,
    pub address: SocketAddr,
    config: Arc<ClientConfig>,
    seen: Arc<Mutex<Option<[u8; 32]>>>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{error} in {} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            )
        })
    }

    pub fn code(&self) -> String {
        self.json::<ErrorAnswer>().code
    }
}

/// Accepts any server and remembers its key; the signature is verified as always.
#[derive(Debug)]
struct AnyServer(Arc<Mutex<Option<[u8; 32]>>>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = webpki::EndEntityCert::try_from(end_entity).unwrap();
        let spki = certificate.subject_public_key_info();
        *self.0.lock().unwrap() = Some(spki[spki.len() - 32..].try_into().unwrap());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let provider = rustls::crypto::ring::default_provider();
        verify_tls13_signature(
            message,
            cert,
            dss,
            &provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// The certificate and private key of an Ed25519 key; `params` says what else the certificate claims.
pub fn certificate(
    key: &SigningKey,
    params: &CertificateParams,
) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let prefix = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let der = PrivatePkcs8KeyDer::from([prefix.as_slice(), &key.to_bytes()].concat());
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ED25519).unwrap();
    (
        params.self_signed(&pair).unwrap().der().clone(),
        PrivateKeyDer::Pkcs8(der),
    )
}

/// Builds a client configuration around any certificate resolver.
pub fn config_builder(
    seen: &Arc<Mutex<Option<[u8; 32]>>>,
) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyServer(Arc::clone(seen))))
}

impl Client {
    pub fn new(number: u8, address: SocketAddr) -> Self {
        let key = SigningKey::from_bytes(&[number; 32]);
        let (chain, private) = certificate(&key, &CertificateParams::default());
        Self::with_certificate(key, address, chain, private)
    }

    pub fn with_certificate(
        key: SigningKey,
        address: SocketAddr,
        chain: CertificateDer<'static>,
        private: PrivateKeyDer<'static>,
    ) -> Self {
        let seen = Arc::default();
        let config = config_builder(&seen)
            .with_client_auth_cert(vec![chain], private)
            .unwrap();
        Self {
            key,
            address,
            config: Arc::new(config),
            seen,
        }
    }

    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.key.verifying_key().to_bytes())
    }

    pub fn person(&self) -> PersonId {
        PersonId::new(Uuid::from_bytes([self.key.to_bytes()[0]; 16]))
    }

    pub async fn connect(&self) -> std::io::Result<Connection> {
        self.connect_over(TcpStream::connect(self.address).await?)
            .await
    }

    /// Connects as if from another machine: every address of 127.0.0.0/8 is this one.
    pub async fn connect_from(&self, machine: u8) -> std::io::Result<Connection> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, machine], 0)))?;
        self.connect_over(socket.connect(self.address).await?).await
    }

    async fn connect_over(&self, stream: TcpStream) -> std::io::Result<Connection> {
        let name = ServerName::try_from("server.invalid").unwrap();
        TlsConnector::from(Arc::clone(&self.config))
            .connect(name, stream)
            .await
    }

    /// Sends one request on a connection of its own.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut connection = self.connect().await?;
        send(&mut connection, method, path, headers, body).await?;
        read_answer(&mut connection).await
    }

    pub async fn ask<Q: Serialize>(&self, path: &str, question: &Q) -> Answer {
        let body = serde_json::to_vec(question).unwrap();
        self.request("POST", path, "content-type: application/json\r\n", &body)
            .await
            .unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", b"").await.unwrap()
    }

    /// Runs the first step; returns what both ends derived, if the code is right.
    pub async fn start(&self, code: &Code) -> Result<Keys, Answer> {
        let (exchange, message) = Spake2::<Ed25519Group>::start_a(
            &Password::new(code.password()),
            &Identity::new(DEVICE_IDENTITY),
            &Identity::new(SERVER_IDENTITY),
        );
        let nameplate = code.nameplate().to_owned();
        let request = StartRequest {
            version: VERSION,
            nameplate,
            pake: message.clone(),
        };
        let answer = self.ask("/v1/enrol/start", &request).await;
        if answer.status != 200 {
            return Err(answer);
        }
        let answer: StartAnswer = answer.json();
        let shared = exchange.finish(&answer.pake).unwrap();
        let server_key = self.seen.lock().unwrap().unwrap();
        let transcript = Transcript {
            device_key: &self.key.verifying_key().to_bytes(),
            server_key: &server_key,
            nameplate: code.nameplate(),
            device_message: &message,
            server_message: &answer.pake,
        };
        Ok(transcript.keys(shared))
    }

    /// Runs both steps.
    pub async fn enrol(&self, code: &Code) -> Result<(FinishAnswer, Keys), Answer> {
        self.enrol_as(self.person(), code).await
    }

    /// Runs both steps, naming somebody as the holder.
    pub async fn enrol_as(
        &self,
        person: PersonId,
        code: &Code,
    ) -> Result<(FinishAnswer, Keys), Answer> {
        let keys = self.start(code).await?;
        let request = FinishRequest {
            proof: keys.device_proof().to_vec(),
            person,
        };
        let answer = self.ask("/v1/enrol/finish", &request).await;
        if answer.status == 200 {
            Ok((answer.json(), keys))
        } else {
            Err(answer)
        }
    }
}

pub async fn send(
    connection: &mut Connection,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    let length = if method == "GET" {
        String::new()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}{length}\r\n");
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(body).await?;
    connection.flush().await
}

/// Reads one answer with a content length or in chunks.
pub async fn read_answer(connection: &mut Connection) -> std::io::Result<Answer> {
    let reading = read_answer_now(connection);
    tokio::time::timeout(crate::PATIENCE, reading)
        .await
        .expect("the server must answer or close")
}

async fn read_answer_now(connection: &mut Connection) -> std::io::Result<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let status = head[9..12].parse().unwrap();
    let lower = head.to_ascii_lowercase();
    let mut body = Vec::new();
    if let Some((_, rest)) = lower.split_once("content-length: ") {
        body = vec![0; rest.split("\r\n").next().unwrap().parse().unwrap()];
        connection.read_exact(&mut body).await?;
    } else if lower.contains("transfer-encoding: chunked") {
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(connection.read_u8().await?);
            }
            let size =
                usize::from_str_radix(std::str::from_utf8(&line).unwrap().trim(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            connection.read_exact(&mut chunk).await?;
            if size == 0 {
                break;
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }
    Ok(Answer { status, head, body })
}
