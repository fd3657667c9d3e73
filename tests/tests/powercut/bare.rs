//! SQLCipher alone: the control of the method.

use std::path::Path;
use std::process::Command;

use bitacora_tests::powercut::{compile_shim, record};
use tempfile::TempDir;

use crate::images::{Finding, IMAGES, count};

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
        lost > IMAGES / 10,
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
