//! A server in a folder of its own: as a process that ends itself, and as one of this process to look at it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bitacora_core::document::Document;
use bitacora_core::id::DocumentId;
use bitacora_core::receipt::{Receipt, Verdict};
use bitacora_core::wire::{Decoder, Direction, Message, RowKind, Wishes};
use bitacora_server::store::DataFolder;
use bitacora_server::{Config, LaunchError, Server, VerifyReport};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::client::send;
use crate::phone::Phone;

/// A `bitacora-server serve` of its own.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Starts it; none if it ended before it listened.
    pub fn serve(data: &Path, failpoints: &str) -> Option<Self> {
        Self::start(data, failpoints, &[])
    }

    /// The same, told more.
    pub fn start(data: &Path, failpoints: &str, more: &[&str]) -> Option<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
            .args(["--json", "serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(more)
            .env("FAILPOINTS", failpoints)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if line.is_empty() {
            let ended = child.wait().unwrap();
            assert_eq!(ended.code(), None, "it was ended and did not fail");
            return None;
        }
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["listening"].as_str().unwrap().parse().unwrap();
        Some(Self { child, address })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Serves a folder from this process while `act` runs; verifies it then.
pub async fn served<T>(place: &Path, act: impl AsyncFnOnce(SocketAddr) -> T) -> (T, VerifyReport) {
    let server = Server::open(Config::new(DataFolder::new(place))).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, mut stopped) = oneshot::channel::<()>();
    let serving = server.clone();
    let running = tokio::spawn(async move {
        loop {
            let listener = TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
            let stopped = async { drop((&mut stopped).await) };
            match serving.serve(listener, stopped).await {
                // A process that another task is just starting holds a copy of every lock for a moment.
                Err(LaunchError::Served) => tokio::task::yield_now().await,
                served => return served.unwrap(),
            }
        }
    });
    let acted = act(address).await;
    stop.send(()).unwrap();
    running.await.unwrap();
    (acted, server.verify().unwrap())
}

/// What came of an answer before its end, in whole messages.
#[derive(Default)]
pub struct Told {
    pub receipts: Vec<Receipt>,
    pub rows: Vec<RowKind>,
    pub is_whole: bool,
}

/// Sends a request and takes what comes until the connection ends, whoever ends it.
pub async fn told(phone: &Phone, body: &[u8]) -> Told {
    let mut told = Told::default();
    let Ok(mut connection) = phone.client.connect().await else {
        return told;
    };
    let close = "connection: close\r\n";
    let sent = send(&mut connection, "POST", "/v1/exchange", close, body).await;
    if sent.is_err() {
        return told;
    }
    let mut answer = Vec::new();
    // An error is an end like any other: what came before it was told.
    let _ = tokio::time::timeout(crate::PATIENCE, connection.read_to_end(&mut answer))
        .await
        .expect("the server must answer or end");
    let mut decoder = Decoder::new(Direction::Down).unwrap();
    let _ = decoder.feed(&without_chunks(&answer));
    while let Ok(Some(message)) = decoder.next() {
        match message {
            Message::Receipt(receipt) => told.receipts.push(receipt),
            Message::Pull(pull) => told.rows.extend(pull.rows.into_iter().map(|row| row.kind)),
            Message::Done(_) => told.is_whole = true,
            _ => {}
        }
    }
    told
}

/// The body of an answer, as far as it came, in chunks or not.
fn without_chunks(answer: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let Some(head) = answer.windows(4).position(|end| end == b"\r\n\r\n") else {
        return body;
    };
    let is_chunked = String::from_utf8_lossy(&answer[..head])
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked");
    let mut rest = &answer[head + 4..];
    if !is_chunked {
        return rest.to_vec();
    }
    while let Some(end) = rest.windows(2).position(|end| end == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        rest = &rest[end + 2..];
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        if size == 0 || rest.len() < size + 2 {
            break;
        }
        rest = &rest[size + 2..];
    }
    body
}

/// What a device is told that has nothing and asks for everything.
#[derive(Debug)]
pub struct State {
    pub receipts: Vec<Receipt>,
    pub rows: usize,
    /// The heads of every document.
    pub heads: BTreeMap<DocumentId, String>,
}

impl State {
    pub async fn read(phone: &Phone) -> Self {
        let mut hello = phone.hello();
        hello.wishes = Wishes::PULL.and(Wishes::OWN_WHOLE);
        let told = told(phone, &crate::phone::request(hello, Vec::new())).await;
        assert!(told.is_whole, "a server that was started again answers");
        let mut changes: BTreeMap<DocumentId, Vec<Vec<u8>>> = BTreeMap::new();
        let rows = told.rows.len();
        for row in told.rows {
            let RowKind::Change {
                document, bytes, ..
            } = row
            else {
                panic!("a row that was asked for whole is not");
            };
            changes.entry(document).or_default().push(bytes);
        }
        let heads = changes.into_iter().map(|(document, changes)| {
            let read = Document::from_changes(changes.iter().map(Vec::as_slice)).unwrap();
            (document, read.version().to_string())
        });
        Self {
            receipts: told.receipts,
            rows,
            heads: heads.collect(),
        }
    }

    pub fn verdicts(&self) -> Vec<(u64, &[Verdict])> {
        let findings = self.receipts.iter().map(|receipt| &receipt.finding);
        findings
            .map(|finding| (finding.counter, finding.verdicts.as_slice()))
            .collect()
    }

    /// Whether another server has the same of everything; when it signed is its own.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.verdicts() == other.verdicts()
            && (self.rows, &self.heads) == (other.rows, &other.heads)
    }
}
