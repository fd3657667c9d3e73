//! A machine that fails: a sync that does not reach the disk, a process without a file handle to spare.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use bitacora_device::{Device, Environment, KdfCost, RowFilter, Vault, VaultState};
use bitacora_server::store::DataFolder;
use bitacora_server::{Config, Server};
use bitacora_tests::powercut::compile_shim;
use rstest::rstest;
use tempfile::TempDir;

/// A device that ran through its workload.
struct Ran {
    work: TempDir,
    /// One line per act.
    lines: Vec<String>,
}

impl Ran {
    fn vault(&self) -> PathBuf {
        self.work.path().join("data/vault")
    }

    fn unlock(&self) -> Device {
        let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
        let VaultState::Locked { people, .. } = Vault::state(&self.vault(), &environment) else {
            panic!("the vault is not there as a locked vault");
        };
        Vault::unlock(&self.vault(), people[0].person_id, "482913", environment)
            .expect("the vault opens afterwards")
    }

    fn saved(&self) -> BTreeSet<u32> {
        self.with("saved ")
    }

    /// The groups whose saving failed; each must have failed for one reason.
    fn failed(&self) -> BTreeSet<u32> {
        let lines = self
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix("failed "));
        lines
            .map(|line| {
                let (men, code) = line.split_once(' ').unwrap();
                assert_eq!(code, "not_saved", "what failed says that it was not saved");
                men.parse().unwrap()
            })
            .collect()
    }

    fn with(&self, prefix: &str) -> BTreeSet<u32> {
        let lines = self
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(prefix));
        lines.map(|men| men.parse().unwrap()).collect()
    }
}

/// Runs the workload; `fails` is the recorder's ENDING:FIRST:COUNT.
fn with_failing_syncs(saves: u32, fails: &str) -> Ran {
    let work = TempDir::new().unwrap();
    let folder = data(&work);
    let shim = compile_shim(work.path()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_fault_workload"));
    program
        .args(["saves", folder.to_str().unwrap(), &saves.to_string()])
        .env("LD_PRELOAD", shim)
        .env("POWERCUT_DIR", folder.canonicalize().unwrap())
        .env("POWERCUT_LOG", work.path().join("recording.log"))
        .env("POWERCUT_FAIL", fails);
    let lines = lines_of(&mut program);
    Ran { work, lines }
}

fn data(work: &TempDir) -> PathBuf {
    let folder = work.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn lines_of(program: &mut Command) -> Vec<String> {
    let output = program.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The men of each listed record: the workload's number of its group.
fn listed(device: &Device) -> Vec<u32> {
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    let rows = device.rows(&filter).unwrap().rows;
    rows.iter().map(|row| row.summary.people.men.max).collect()
}

#[rstest]
#[case::once("-wal:30:1", 1)]
#[case::for_a_while("-wal:30:9", 3)]
fn a_sync_that_fails_is_told_and_costs_no_confirmed_save(
    #[case] fails: &str,
    #[case] at_least: usize,
) {
    let ran = with_failing_syncs(40, fails);
    let (saved, failed) = (ran.saved(), ran.failed());
    assert_eq!(
        saved.len() + failed.len(),
        40,
        "every act has an answer: {:?}",
        ran.lines
    );
    assert!(
        failed.len() >= at_least && failed.len() < 10,
        "the failure is told, and saving goes on when the disk does: {:?}",
        ran.lines
    );
    let device = ran.unlock();
    let listed = listed(&device);
    let there: BTreeSet<u32> = listed.iter().copied().collect();
    assert_eq!(listed.len(), there.len(), "nothing is there twice");
    assert_eq!(
        there, saved,
        "what was confirmed is there, and nothing else"
    );
    let kept: BTreeSet<u32> = device
        .drafts()
        .unwrap()
        .iter()
        .map(|draft| draft.people())
        .collect();
    let expected: BTreeSet<u32> = failed.clone();
    assert!(
        kept.is_subset(&expected),
        "what is in a draft was not saved: {kept:?} of {expected:?}"
    );
    assert!(device.verify().unwrap().problems.is_empty(), "all is whole");
    assert_eq!(
        device.status().unwrap().tail_missing,
        None,
        "and nothing is missed"
    );
}

#[test]
fn a_disk_that_syncs_nothing_any_more_confirms_nothing_any_more() {
    let ran = with_failing_syncs(30, "-wal:30:1000000");
    let (saved, failed) = (ran.saved(), ran.failed());
    assert!(
        saved.iter().max() < failed.iter().min(),
        "from then on nothing is called saved: {:?}",
        ran.lines
    );
    let there: BTreeSet<u32> = listed(&ran.unlock()).into_iter().collect();
    assert!(there.is_superset(&saved), "{saved:?} of {there:?}");
}

#[test]
fn a_mark_that_does_not_reach_the_disk_refuses_further_saves_until_the_vault_is_opened_again() {
    // The mark follows a fifth of a second behind: as many saves as surely take longer.
    let ran = with_failing_syncs(600, "mark:3:1");
    let (saved, failed) = (ran.saved(), ran.failed());
    assert!(!failed.is_empty(), "it is told: {:?}", ran.lines);
    let device = ran.unlock();
    let there: BTreeSet<u32> = listed(&device).into_iter().collect();
    assert!(there.is_superset(&saved), "{saved:?} of {there:?}");
    assert_eq!(device.status().unwrap().tail_missing, None);
    let capture = serde_json::from_str(r#"{"composition":{"VEN":{"AA+M":99}}}"#).unwrap();
    device
        .record(&capture, None)
        .expect("opened again, it goes on");
}

#[test]
fn a_database_that_cannot_be_synced_keeps_its_log() {
    // Enough saves that the log is written into the database several times; the first times fail.
    let ran = with_failing_syncs(400, "bitacora.db:4:3");
    assert_eq!(ran.failed(), BTreeSet::new(), "the log has them all");
    let device = ran.unlock();
    let there: BTreeSet<u32> = listed(&device).into_iter().collect();
    assert_eq!(there, ran.saved());
    assert!(device.verify().unwrap().problems.is_empty());
}

#[test]
fn a_vault_whose_disk_takes_nothing_says_so_and_goes_on_when_it_does_again() {
    let work = TempDir::new().unwrap();
    let (folder, breaks) = (data(&work), work.path().join("break"));
    let lines = lines_of(&mut on_a_breaking_disk("disk", &work, &folder, &breaks));
    let said = |line: &str| lines.iter().any(|said| said.starts_with(line));
    for expected in [
        "failed 2 disk_full",
        "full: disk_full ",
        "failed 4 not_saved",
        "Read-only: read_only ",
    ] {
        assert!(said(expected), "{expected}: {lines:?}");
    }
    let ran = Ran { work, lines };
    assert_eq!(ran.saved(), BTreeSet::from([1, 3, 5]), "{:?}", ran.lines);
    assert_eq!(
        ran.with("listed "),
        BTreeSet::from([1, 2]),
        "what is there can be read meanwhile: {:?}",
        ran.lines
    );
    let device = ran.unlock();
    assert_eq!(listed(&device).len(), 3);
    assert!(device.verify().unwrap().problems.is_empty());
    assert_eq!(device.status().unwrap().tail_missing, None);
}

#[test]
fn a_server_whose_disk_takes_nothing_says_so_and_goes_on_when_it_does_again() {
    let work = TempDir::new().unwrap();
    let (folder, breaks) = (data(&work), work.path().join("break"));
    let lines = lines_of(&mut on_a_breaking_disk("server", &work, &folder, &breaks));
    for fault in ["full", "Read-only"] {
        let of: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.strip_prefix(&format!("{fault}: ")))
            .collect();
        assert_eq!(of.len(), 4, "{lines:?}");
        assert!(
            of[..2].iter().all(|said| *said != "synced"),
            "a sync that stores nothing is not said to have gone through: {lines:?}"
        );
        assert_eq!(of[2], "unreceived 1", "nothing is receipted: {lines:?}");
        assert_eq!(of[3], "then unreceived 0", "and it goes on: {lines:?}");
    }
    assert_eq!(lines.last().unwrap(), "commander: 3", "each once");
    let server = Server::open(Config::new(DataFolder::new(folder.join("server")))).unwrap();
    let report = server.verify().unwrap();
    assert!(report.is_sound() && report.rows == 3, "{report:?}");
}

/// The workload on a disk that takes nothing while `breaks` is there.
fn on_a_breaking_disk(workload: &str, work: &TempDir, folder: &Path, breaks: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fault_workload"));
    program
        .arg(workload)
        .args([folder, breaks])
        .env("LD_PRELOAD", compile_shim(work.path()).unwrap())
        .env("POWERCUT_DIR", folder.canonicalize().unwrap())
        .env("POWERCUT_LOG", work.path().join("recording.log"))
        .env("POWERCUT_BREAK", breaks);
    program
}

#[test]
fn without_a_file_handle_to_spare_saving_goes_on_and_unlocking_says_so() {
    let work = TempDir::new().unwrap();
    let folder = data(&work);
    let lines = lines_of(limited(64, &folder).args(["handles", folder.to_str().unwrap(), "60"]));
    let ran = Ran { work, lines };
    assert_eq!(
        ran.saved().len(),
        60,
        "no save needs a new handle: {:?}",
        ran.lines
    );
    assert!(
        ran.lines.iter().any(|line| line.starts_with("locked ")),
        "unlocking needs handles, fails and says so: {:?}",
        ran.lines
    );
    assert_eq!(
        ran.with("listed "),
        BTreeSet::from([60]),
        "with handles again it opens"
    );
}

/// The workload in a process that may have so many files open.
fn limited(handles: u32, folder: &Path) -> Command {
    let mut program = Command::new("sh");
    program
        .current_dir(folder)
        .args(["-c", &format!("ulimit -n {handles}; exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_fault_workload"));
    program
}
