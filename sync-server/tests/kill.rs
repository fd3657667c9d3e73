//! The serving process is ended at every SQL statement of its start, of its first one and of a change of form included,
//! and of a push; the server is started again, the same request is sent once more, and what is there is compared with a
//! server that nobody ended. Built with the feature `failpoints` only.
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
#[path = "kill/place.rs"]
mod place;
#[path = "kill/start.rs"]
mod start;
#[path = "server/world.rs"]
mod world;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::id::PersonId;
use bitacora_core::receipt::{RefusalCode, Verdict};
use serde_json::json;
use tempfile::TempDir;

use phone::{Phone, request};
use place::{Process, State, copy, served, told};
use world::World;

/// How long a client waits for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// More statements than a start has: the search must end by itself.
const START_MAX: u32 = 200;
/// Servers that are ended at the same time.
const AT_ONCE: usize = 4;

/// The folder of a server that has a device, what that device sends, and what comes of it.
struct Story {
    folder: TempDir,
    phone: Phone,
    body: Vec<u8>,
    /// What a server says that nobody ended.
    whole: State,
    /// Statements from the request's first byte to the answer's last.
    statements: u32,
}

/// Writes what a push can meet: a new record, one that waits, one that is put aside, and the one waited for.
fn pushes(phone: &mut Phone) -> Vec<bitacora_core::wire::Push> {
    let (first, record) = phone.record(1);
    let seen = Document::from_changes([record.bytes.as_slice()]).unwrap();
    let forged = phone.review(&seen, "approved", PersonId::from_bytes([9; 16]));
    let (second, late) = phone.record(2);
    let seen = Document::from_changes([late.bytes.as_slice()]).unwrap();
    let early = phone.edit(&seen, json!({"note": "río crecido"}));
    vec![
        phone.seal(&[(first, record.bytes.as_slice())]),
        phone.seal(&[(second, early.bytes.as_slice())]),
        phone.seal(&[
            (second, late.bytes.as_slice()),
            (first, forged.bytes.as_slice()),
        ]),
    ]
}

/// Rows and envelopes between two of those pushes.
const WHOLE: [(u64, u64); 4] = [(0, 0), (1, 1), (1, 2), (3, 3)];

impl Story {
    async fn prepared() -> Self {
        let folder = TempDir::new().unwrap();
        let base = folder.path().join("base");
        let world = World::start().await;
        let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
        let pushes = pushes(&mut phone);
        let body = request(phone.hello(), pushes);
        let data = world.data();
        world.stop_and(|| copy(data.path(), &base)).await;
        let unended = folder.path().join("unended");
        copy(&base, &unended);
        let counted = Arc::new(AtomicU32::new(0));
        let (whole, report) = served(&unended, async |phone_at| {
            let mut phone = phone.clone();
            phone.client.address = phone_at;
            let count = Arc::clone(&counted);
            let more = move || {
                count.fetch_add(1, Ordering::SeqCst);
            };
            // Who is answered finds a server that has started, and has nothing more looked up for him.
            phone.client.get("/v1/team").await;
            fail::cfg_callback("store::statement", more).unwrap();
            assert!(told(&phone, &body).await.is_whole, "it is answered");
            fail::remove("store::statement");
            State::read(&phone).await
        })
        .await;
        assert!(report.is_sound(), "{report:?}");
        whole.assert_is_the_whole_push();
        Self {
            folder,
            phone,
            body,
            whole,
            statements: counted.load(Ordering::SeqCst),
        }
    }

    /// Makes a server of its own; returns its folder.
    fn place(&self, statement: u32) -> PathBuf {
        let place = self.folder.path().join(statement.to_string());
        copy(&self.folder.path().join("base"), &place);
        place
    }

    /// Ends a server before one of its statements, starts it again and compares. Returns how far the server came.
    async fn ended_before(&self, statement: u32) -> Came {
        let at = format!("ended before statement {statement}");
        let place = self.place(statement);
        let failpoint = format!("store::statement={statement}*off->return");
        let mut phone = self.phone.clone();
        let (came, told_before) = match Process::serve(&place, &failpoint) {
            None => (Came::NotUp, Vec::new()),
            Some(serving) => {
                phone.client.address = serving.address;
                let told = told(&phone, &self.body).await;
                let came = if told.is_whole {
                    Came::Through
                } else {
                    Came::Up
                };
                (came, told.receipts)
            }
        };
        let (found, report) = served(&place, async |address| {
            phone.client.address = address;
            State::read(&phone).await
        })
        .await;
        assert!(report.is_sound(), "{at}: {report:?}");
        assert!(
            WHOLE.contains(&(report.rows, report.envelopes)),
            "{at}: an envelope is there whole or not at all: {report:?}"
        );
        for receipt in &told_before {
            assert!(
                found.receipts.contains(receipt),
                "{at}: what was receipted is there, and so is its receipt"
            );
        }
        let (again, report) = served(&place, async |address| {
            phone.client.address = address;
            assert!(
                told(&phone, &self.body).await.is_whole,
                "{at}: and sent again"
            );
            State::read(&phone).await
        })
        .await;
        assert!(report.is_sound(), "{at}: {report:?}");
        assert!(
            again.says_the_same(&self.whole),
            "{at}: nothing lost, nothing twice, the same heads and verdicts: {again:?}"
        );
        let is_final = |verdict: &Verdict| !matches!(verdict, Verdict::Waiting { .. });
        for receipt in &found.receipts {
            assert!(
                again.receipts.contains(receipt) || !receipt.finding.verdicts.iter().all(is_final),
                "{at}: no receipt is altered"
            );
        }
        std::fs::remove_dir_all(&place).unwrap();
        came
    }
}

/// How far a server came before its end.
#[derive(Debug, PartialEq)]
enum Came {
    /// It did not listen yet.
    NotUp,
    /// It did not answer to the end.
    Up,
    /// It was not ended.
    Through,
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_at_any_statement_a_server_has_whole_envelopes_and_takes_the_rest_again() {
    let story = Arc::new(Story::prepared().await);
    let mut starting = 0;
    while story.ended_before(starting).await == Came::NotUp {
        starting += 1;
        assert!(starting < START_MAX, "a start has an end");
    }
    let (next, end) = (AtomicU32::new(starting + 1), starting + story.statements);
    let next = Arc::new(next);
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (story, next) = (Arc::clone(&story), Arc::clone(&next));
        running.spawn(async move {
            loop {
                let statement = next.fetch_add(1, Ordering::SeqCst);
                if statement >= end {
                    return;
                }
                assert_eq!(story.ended_before(statement).await, Came::Up, "{statement}");
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
    assert_eq!(
        story.ended_before(end).await,
        Came::Through,
        "after {} statements nothing is left to end it at",
        story.statements
    );
    assert!(
        starting > 0 && story.statements > 100,
        "{starting}, {}",
        story.statements
    );
    println!(
        "ended at each of {starting} statements of a start and {} of a push",
        story.statements
    );
}

impl State {
    fn assert_is_the_whole_push(&self) {
        let verdicts = self.verdicts();
        let stored = |verdict: &Verdict| matches!(verdict, Verdict::Stored { .. });
        assert!(
            stored(&verdicts[0].1[0]) && stored(&verdicts[1].1[0]),
            "{self:?}"
        );
        assert!(stored(&verdicts[2].1[0]), "{self:?}");
        assert!(
            verdicts[2].1[1].is_refused_as(&RefusalCode::Person),
            "{self:?}"
        );
        assert_eq!(self.rows, 3, "{self:?}");
    }
}
