//! The process is ended at every SQL statement of a save and of applying rows, and around the writing of the mark; the
//! vault is opened again and compared. Built with the feature `failpoints` only.
//!
//! The child is this same program: it counts the statements that begin and exits at the one it was told,
//! without unwinding and without closing anything.
#![cfg(feature = "failpoints")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test may fail loudly, and shares its phone with the other tests"
)]

#[path = "../device/phone.rs"]
mod phone;
#[path = "../device/post.rs"]
mod post;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bitacora_core::capture::Capture;
use bitacora_core::encounter::Edit;
use bitacora_core::enrol::Role;
use bitacora_core::id::{EncounterId, PersonId};
use bitacora_core::sync::DeviceLog;
use bitacora_device::{Device, DraftKind, RowFilter, Vault};
use serde_json::json;

use phone::{DrivenClock, PIN, environment};
use post::Post;

const CHILD: &str = "BITACORA_KILL_CHILD";
/// More boundaries than any story has: the search must end by itself.
const BOUNDARIES_MAX: u64 = 400;

/// What a child does to the vault before it is ended.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Story {
    Record,
    Edit,
    Undo,
    Apply,
}

impl Story {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Record, "record"),
        (Self::Edit, "edit"),
        (Self::Undo, "undo"),
        (Self::Apply, "apply"),
    ];
}

fn six() -> Capture {
    serde_json::from_value(json!({
        "composition": {"VEN": {"AA+M": 3, "AA+F": 2, "AC+F": 1}},
        "needs": {}, "assistance": {"water": "all"}, "position": "no_fix", "setting": "river"
    }))
    .unwrap()
}

fn unlock(path: &Path) -> Device {
    let clock = DrivenClock::at("2025-03-14T12:30:00Z");
    let person: PersonId = std::fs::read_to_string(path.with_extension("person"))
        .unwrap()
        .parse()
        .unwrap();
    Vault::unlock(path, person, PIN, environment(&clock)).unwrap()
}

/// Makes a vault with one record and a draft; returns what the child needs to know.
fn prepare(path: &Path) -> (EncounterId, PathBuf) {
    let clock = DrivenClock::at("2025-03-14T12:30:00Z");
    let (device, _) =
        Vault::create(path, &phone::new_person("Cabo 17"), environment(&clock)).unwrap();
    std::fs::write(
        path.with_extension("person"),
        device.me().unwrap().to_string(),
    )
    .unwrap();
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let draft = device.start_draft(DraftKind::New, None).unwrap();
    // Something was tapped in it.
    device.save_draft(draft.draft_id, &draft.body).unwrap();
    let told = path.with_extension("told");
    std::fs::write(path.with_extension("draft"), draft.draft_id.to_string()).unwrap();
    std::fs::write(path.with_extension("id"), id.to_string()).unwrap();
    (id, told)
}

/// The child: acts, and says so only after the call returned.
#[test]
fn child() {
    let Ok(told) = std::env::var(CHILD) else {
        return;
    };
    let (path, at) = told.rsplit_once('@').unwrap();
    let (path, name) = path.rsplit_once('#').unwrap();
    let path = Path::new(path);
    let (story, _) = Story::ALL
        .into_iter()
        .find(|(_, known)| *known == name)
        .unwrap();
    let at: u64 = at.parse().unwrap();
    let device = unlock(path);
    let pulls = if story == Story::Apply {
        foreign_rows(&device)
    } else {
        Vec::new()
    };
    let passed = Arc::new(AtomicU64::new(0));
    for place in ["device::statement", "device::mark"] {
        let passed = Arc::clone(&passed);
        fail::cfg_callback(place, move || {
            if passed.fetch_add(1, Ordering::SeqCst) == at {
                std::process::exit(77);
            }
        })
        .unwrap();
    }
    let id: EncounterId = std::fs::read_to_string(path.with_extension("id"))
        .unwrap()
        .parse()
        .unwrap();
    match story {
        Story::Record => {
            let draft = std::fs::read_to_string(path.with_extension("draft"))
                .unwrap()
                .parse()
                .unwrap();
            device.record(&six(), Some(draft)).unwrap();
        }
        Story::Edit => {
            let seen = device.encounter(id).unwrap().version;
            device
                .edit(
                    id,
                    &Edit::Patch(json!({"composition": {"VEN": {"AA+M": 9}}})),
                    &seen,
                    None,
                )
                .unwrap();
        }
        Story::Undo => {
            device.undo(id).unwrap();
        }
        Story::Apply => pulls
            .iter()
            .for_each(|pull| device.sync_log().save_pull(pull).unwrap()),
    }
    std::fs::write(path.with_extension("told"), "Guardado").unwrap();
    std::process::exit(0);
}

/// Rows of another phone's record, ready to be applied here.
fn foreign_rows(device: &Device) -> Vec<bitacora_core::sync::CheckedPull> {
    let folder = tempfile::tempdir().unwrap();
    let clock = DrivenClock::at("2025-03-14T12:30:00Z");
    let other = Vault::create(
        &folder.path().join("v"),
        &phone::new_person("Sgto. 04"),
        environment(&clock),
    )
    .unwrap()
    .0;
    let mut post = Post::new();
    post.enrol(&other, Role::PatrolMember);
    post.enrol(device, Role::PatrolMember);
    other.record(&six(), None).unwrap();
    other.record(&six(), None).unwrap();
    post.accept(&other);
    post.pulls(device)
}

/// Checks what every crash must leave whole; returns how many records are listed.
fn whole(path: &Path) -> (Device, u64) {
    let device = unlock(path);
    let report = device.verify().unwrap();
    assert_eq!(
        report.problems,
        Vec::<String>::new(),
        "log, snapshots and rows agree after the kill"
    );
    assert_eq!(
        device.status().unwrap().tail_missing,
        None,
        "nothing that was confirmed is missing"
    );
    let listed = device.rows(&RowFilter::default()).unwrap().total;
    (device, listed)
}

#[test]
fn killed_at_every_boundary_nothing_is_half_saved_and_nothing_confirmed_is_lost() {
    for (story, name) in Story::ALL {
        let mut boundaries = 0;
        for at in 0..BOUNDARIES_MAX {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vault");
            let (id, told) = prepare(&path);
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "child", "--nocapture"])
                .env(CHILD, format!("{}#{name}@{at}", path.display()))
                .output()
                .unwrap();
            let (device, listed) = whole(&path);
            let was_told = told.exists();
            match story {
                Story::Record => {
                    let drafts = u64::try_from(device.drafts().unwrap().len()).unwrap();
                    assert_eq!(
                        listed + drafts,
                        2,
                        "{name} at {at}: the draft or its record, never both or none"
                    );
                    assert!(!was_told || listed == 2, "{name} at {at}: told and lost");
                }
                Story::Edit => {
                    let men = device.row(id).unwrap().summary.people.men;
                    assert!(
                        men.max == 3 || men.max == 9,
                        "{name} at {at}: the old or the new number: {men:?}"
                    );
                    assert!(!was_told || men.min == 9, "{name} at {at}: told and lost");
                }
                Story::Undo => assert!(!was_told || listed == 0, "{name} at {at}: told and lost"),
                Story::Apply => {
                    let read = device.sync_log().subscriptions().unwrap()[0]
                        .read
                        .unwrap()
                        .tail
                        .seq;
                    assert_eq!(
                        listed,
                        1 + read,
                        "{name} at {at}: rows and position are one commit"
                    );
                }
            }
            match status.status.code() {
                Some(77) => boundaries += 1,
                Some(0) => break,
                code => panic!(
                    "{name} at {at}: {code:?} {}",
                    String::from_utf8_lossy(&status.stderr)
                ),
            }
        }
        assert!(
            boundaries > 10,
            "{name}: only {boundaries} boundaries were met; is the failpoint still there?"
        );
        assert!(
            boundaries < BOUNDARIES_MAX,
            "{name}: the child never finished"
        );
        println!("{name}: killed at each of {boundaries} boundaries");
    }
}
