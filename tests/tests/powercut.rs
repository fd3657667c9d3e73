//! Power cuts at any moment of the save path: nothing acknowledged is lost, nothing is corrupt.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::process::Command;

use bitacora_tests::powercut::{Damage, Trace, compile_shim, crash_image, record};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

const IMAGES: u64 = 300;

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
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images: the replayer must not invent losses");
}

#[test]
fn bare_sqlcipher_without_sync_loses_saves_so_the_method_can_fail() {
    let [_, lost, corrupt] = bare_findings("off");
    assert!(lost + corrupt > IMAGES / 10, "without syncs a power cut must be seen to lose saves: {lost} lost, {corrupt} corrupt");
}

fn bare_findings(synchronous: &str) -> [u64; 3] {
    let work = TempDir::new().unwrap();
    let folder = work.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let shim = compile_shim(work.path()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_powercut_workload"));
    program.args(["bare", folder.to_str().unwrap(), synchronous, "60"]);
    let trace = record(&shim, &mut program, &folder).unwrap();
    count(&trace, bare_finding)
}

/// Builds the images, each from a seed of its own, and counts what `find` says of them.
fn count(trace: &Trace, find: impl Fn(&Path, &[&str]) -> Finding) -> [u64; 3] {
    let mut counts = [0; 3];
    for seed in 0..IMAGES {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let cut = random.random_range(0..=trace.operations.len());
        let damage = Damage::ALL[usize::try_from(seed).unwrap() % Damage::ALL.len()];
        let image = TempDir::new().unwrap();
        crash_image(trace, cut, damage, &mut random).write_to(image.path()).unwrap();
        let finding = find(image.path(), &trace.acknowledged_before(cut));
        if finding != Finding::Whole {
            eprintln!("seed {seed}, cut {cut}, {damage:?}: {finding:?}");
        }
        counts[finding as usize] += 1;
    }
    counts
}

fn bare_finding(image: &Path, acknowledged: &[&str]) -> Finding {
    if acknowledged.is_empty() {
        return Finding::Whole;
    }
    let read = || -> rusqlite::Result<(String, Vec<u32>)> {
        let connection = rusqlite::Connection::open(image.join("bare.db"))?;
        connection.pragma_update(None, "key", "x'0101010101010101010101010101010101010101010101010101010101010101'")?;
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
        let check = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let mut ids = connection.prepare("SELECT id FROM save")?;
        let found = ids.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok((check, found))
    };
    match read() {
        Ok((check, _)) if check != "ok" => Finding::Corrupt,
        Ok((_, found)) if acknowledged.iter().all(|id| found.contains(&id.parse().unwrap())) => Finding::Whole,
        Ok(_) => Finding::Lost,
        Err(_) => Finding::Corrupt,
    }
}
