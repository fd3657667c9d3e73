//! Power cuts at any moment of the save path: nothing acknowledged is lost, nothing is corrupt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use bitacora_device::{Device, Environment, KdfCost, RowFilter, Vault, VaultState};
use bitacora_tests::powercut::{Damage, Trace, compile_shim, crash_image, record};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

const IMAGES: u64 = 300;
/// The vault, and the first thing that a person was told is saved.
const SAVED: usize = 2;

/// What was found in one image.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    Whole,
    Lost,
    Corrupt,
}

#[test]
fn bare_sqlcipher_with_full_sync_loses_nothing() {
    let findings = bare_findings("full");
    assert_eq!(
        findings,
        [IMAGES, 0, 0],
        "whole, lost, corrupt images: the replayer must not invent losses"
    );
}

#[test]
fn bare_sqlcipher_without_sync_loses_saves_so_the_method_can_fail() {
    let [_, lost, corrupt] = bare_findings("off");
    assert!(
        lost + corrupt > IMAGES / 10,
        "without syncs a power cut must be seen to lose saves: {lost} lost, {corrupt} corrupt"
    );
}

fn bare_findings(synchronous: &str) -> [u64; 3] {
    let work = TempDir::new().unwrap();
    let folder = work.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let shim = compile_shim(work.path()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_powercut_workload"));
    program.args(["bare", folder.to_str().unwrap(), synchronous, "60"]);
    let trace = record(&shim, &mut program, &folder).unwrap();
    count(&trace, 1, bare_finding)
}

#[test]
fn the_device_loses_no_acknowledged_save_and_is_whole() {
    let trace = device_trace();
    let promised = trace.acknowledged_before(trace.operations.len()).len();
    assert!(
        promised > 30,
        "the recording must hold the saves that it promises, it holds {promised}"
    );
    let findings = count(&trace, SAVED, device_finding);
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images");
}

#[test]
fn the_device_without_syncs_loses_saves_so_the_test_can_fail() {
    let [_, lost, corrupt] = count(&device_trace().without_syncs(), SAVED, device_finding);
    assert!(
        lost + corrupt > IMAGES / 10,
        "losses must be seen: {lost} lost, {corrupt} corrupt"
    );
}

fn device_trace() -> Trace {
    trace("device", "25")
}

#[test]
fn a_change_of_pin_leaves_the_old_one_or_the_new_one_and_a_confirmed_one_opens() {
    let trace = trace("pin", "12");
    assert_eq!(
        trace.acknowledged_before(trace.operations.len()).len(),
        1 + 13,
        "the vault and every PIN are promised"
    );
    let findings = count(&trace, SAVED, pin_finding);
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images");
    let [_, lost, corrupt] = count(&trace.without_syncs(), SAVED, pin_finding);
    assert!(
        lost + corrupt > IMAGES / 10,
        "without syncs a confirmed PIN must be seen not to open: {lost} lost, {corrupt} corrupt"
    );
}

#[test]
fn deriving_everything_again_loses_nothing_and_leaves_what_the_log_says() {
    let trace = trace("rebuild", "24");
    let findings = count(&trace, SAVED, |image, acknowledged| {
        match device_finding(image, acknowledged) {
            Finding::Whole => {
                let problems = unlocked(&image.join("vault"), "482913")
                    .and_then(|device| Ok(device.verify()?.problems));
                match problems {
                    Ok(problems) if problems.is_empty() => Finding::Whole,
                    other => {
                        eprintln!("{other:?}");
                        Finding::Corrupt
                    }
                }
            }
            found => found,
        }
    });
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images");
}

fn trace(workload: &str, count: &str) -> Trace {
    let work = TempDir::new().unwrap();
    let folder = work.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let shim = compile_shim(work.path()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_powercut_workload"));
    program.arg(workload).arg(&folder).arg(count);
    record(&shim, &mut program, &folder).unwrap()
}

/// Looks whether the newest promised PIN opens the vault, or the one that was being set.
fn pin_finding(image: &Path, acknowledged: &[&str]) -> Finding {
    let pin = acknowledged.last().expect("a PIN is promised");
    let next = (pin.parse::<u32>().unwrap() + 73_106).to_string();
    let vault = image.join("vault");
    match unlocked(&vault, pin).or_else(|_| unlocked(&vault, &next)) {
        Ok(_) => Finding::Whole,
        Err(error) => {
            eprintln!("{error:#}");
            Finding::Lost
        }
    }
}

fn unlocked(vault: &Path, pin: &str) -> anyhow::Result<Device> {
    let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
    let VaultState::Locked { people, .. } = Vault::state(vault, &environment) else {
        anyhow::bail!("the vault is not there as a locked vault");
    };
    let person = people
        .first()
        .ok_or_else(|| anyhow::anyhow!("nobody can unlock"))?
        .person_id;
    Ok(Vault::unlock(vault, person, pin, environment)?)
}

/// Opens the vault as its person would and looks for everything that was promised.
fn device_finding(image: &Path, acknowledged: &[&str]) -> Finding {
    match promised_are_there(&image.join("vault"), acknowledged) {
        Ok(true) => Finding::Whole,
        Ok(false) => Finding::Lost,
        Err(error) => {
            eprintln!("{error:#}");
            Finding::Corrupt
        }
    }
}

fn promised_are_there(vault: &Path, acknowledged: &[&str]) -> anyhow::Result<bool> {
    let device = unlocked(vault, "482913")?;
    anyhow::ensure!(
        device.status()?.tail_missing.is_none(),
        "a lost tail is reported after a mere power cut"
    );
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    let rows = device.rows(&filter)?.rows;
    let mut newest = BTreeMap::new();
    for (code, men) in acknowledged
        .iter()
        .filter_map(|promise| promise.split_once('.'))
    {
        newest.insert(code, men.parse::<u32>()?);
    }
    Ok(newest.iter().all(|(code, men)| {
        let row = rows.iter().find(|row| row.summary.short_code == *code);
        // A correction may have reached the disk before it was promised.
        row.is_some_and(|row| [*men, men % 1000 + 1000].contains(&row.summary.people.men.max))
    }))
}

/// Builds the images, each from a seed of its own, and counts what `find` says of them. Each is cut after so many
/// promises at least: an image with nothing to look for proves nothing.
fn count(trace: &Trace, promises: usize, find: impl Fn(&Path, &[&str]) -> Finding) -> [u64; 3] {
    let mut counts = [0; 3];
    let end = trace.operations.len();
    let first = (0..=end)
        .find(|cut| trace.acknowledged_before(*cut).len() >= promises)
        .expect("the recording holds its promises");
    for seed in 0..IMAGES {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let cut = random.random_range(first..=end);
        let damage = Damage::ALL[usize::try_from(seed).unwrap() % Damage::ALL.len()];
        let image = TempDir::new().unwrap();
        crash_image(trace, cut, damage, &mut random)
            .write_to(image.path())
            .unwrap();
        let finding = find(image.path(), &trace.acknowledged_before(cut));
        if finding != Finding::Whole {
            eprintln!("seed {seed}, cut {cut}, {damage:?}: {finding:?}");
        }
        counts[finding as usize] += 1;
    }
    counts
}

fn bare_finding(image: &Path, acknowledged: &[&str]) -> Finding {
    let read = || -> rusqlite::Result<(String, Vec<u32>)> {
        let connection = rusqlite::Connection::open(image.join("bare.db"))?;
        connection.pragma_update(
            None,
            "key",
            "x'0101010101010101010101010101010101010101010101010101010101010101'",
        )?;
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
        let check = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let mut ids = connection.prepare("SELECT id FROM save")?;
        let found = ids
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok((check, found))
    };
    match read() {
        Ok((check, _)) if check != "ok" => Finding::Corrupt,
        Ok((_, found))
            if acknowledged
                .iter()
                .all(|id| found.contains(&id.parse().unwrap())) =>
        {
            Finding::Whole
        }
        Ok(_) => Finding::Lost,
        Err(_) => Finding::Corrupt,
    }
}
