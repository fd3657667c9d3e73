//! The serving process is ended at every statement of an exchange; the store is opened again, checked,
//! and the same request is sent once more. Built with the feature `failpoints` only.
#![cfg(feature = "failpoints")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop at the first surprise, and shares its phone with the other tests"
)]

#[path = "server/client.rs"]
mod client;
#[path = "server/phone.rs"]
mod phone;
#[path = "server/world.rs"]
mod world;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::receipt::Verdict;
use bitacora_server::store::DataFolder;
use bitacora_server::{Config, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use phone::{Phone, heard, request};
use world::World;

/// How long a client waits for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// More statements than any small exchange has: the search must end by itself.
const STATEMENTS_MAX: u32 = 1000;

/// A `bitacora-server serve` of its own.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn serve(data: &Path, failpoints: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
            .args(["--json", "serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("FAILPOINTS", failpoints)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["listening"].as_str().unwrap().parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test]
async fn ended_at_any_statement_a_server_has_whole_envelopes_and_takes_the_rest_again() {
    let folder = TempDir::new().unwrap();
    let base = folder.path().join("base");
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let edited = phone.edit(&seen, json!({"note": "río crecido"}));
    let (other, more) = phone.record(2);
    let pushes = vec![
        phone.seal(&[(document, written.bytes.as_slice())]),
        phone.seal(&[
            (document, edited.bytes.as_slice()),
            (other, more.bytes.as_slice()),
        ]),
    ];
    let body = request(phone.hello(), pushes);
    let data = world.data();
    world.stop_and(|| copy(data.path(), &base)).await;

    let mut ended_by_us = 0;
    for statement in 0..STATEMENTS_MAX {
        let place = folder.path().join(statement.to_string());
        copy(&base, &place);
        let serving = Process::serve(
            &place,
            &format!("exchange::statement={statement}*off->return"),
        );
        phone.client.address = serving.address;
        let answered = phone
            .client
            .request("POST", "/v1/exchange", "", &body)
            .await
            .is_ok();
        drop(serving);

        let store = Server::open(Config::new(DataFolder::new(&place))).unwrap();
        let report = store.verify().unwrap();
        assert!(
            report.is_sound(),
            "ended before statement {statement}: {report:?}"
        );
        assert!(
            [(0, 0), (1, 1), (3, 2)].contains(&(report.rows, report.envelopes)),
            "an envelope is there whole or not at all, before statement {statement}: {report:?}"
        );
        drop(store);
        if answered {
            assert_eq!(report.rows, 3, "what was answered is there");
            break;
        }
        ended_by_us += 1;
        let serving = Process::serve(&place, "");
        phone.client.address = serving.address;
        let again = heard(
            &phone
                .client
                .request("POST", "/v1/exchange", "", &body)
                .await
                .unwrap(),
        );
        for counter in 1..=2 {
            let stored = again
                .verdicts(counter)
                .iter()
                .all(|verdict| matches!(verdict, Verdict::Stored { .. }));
            assert!(
                stored,
                "the same request goes through after an end before statement {statement}: {again:?}"
            );
        }
        drop(serving);
        let store = Server::open(Config::new(DataFolder::new(&place))).unwrap();
        let report = store.verify().unwrap();
        assert_eq!(
            (report.rows, report.is_sound()),
            (3, true),
            "nothing twice, nothing lost: {report:?}"
        );
        drop(store);
        fs::remove_dir_all(&place).unwrap();
    }
    assert!(
        (20..STATEMENTS_MAX).contains(&ended_by_us),
        "every statement of two envelopes is tried, not {ended_by_us}"
    );
}
