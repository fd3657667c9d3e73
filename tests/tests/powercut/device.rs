//! A device that records, corrects, changes its PIN and derives everything again.

use std::collections::BTreeMap;
use std::path::Path;

use bitacora_device::{Device, Environment, KdfCost, RowFilter, Vault, VaultState};
use bitacora_tests::powercut::Trace;

use crate::images::{Finding, IMAGES, SAVED, count, must_be_lost, trace};

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
    must_be_lost(&device_trace(), SAVED, device_finding);
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
    must_be_lost(&trace, SAVED, pin_finding);
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
    must_be_lost(&trace, SAVED, device_finding);
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
    let there = unlocked(&image.join("vault"), "482913")
        .and_then(|device| promised_are_there(&device, acknowledged));
    match there {
        Ok(true) => Finding::Whole,
        Ok(false) => Finding::Lost,
        Err(error) => {
            eprintln!("{error:#}");
            Finding::Corrupt
        }
    }
}

/// Looks for everything that a person was told is saved: short code and men.
///
/// # Errors
/// If all is there and the device says that something is not.
pub(crate) fn promised_are_there(device: &Device, acknowledged: &[&str]) -> anyhow::Result<bool> {
    let there = are_there(device, acknowledged)?;
    anyhow::ensure!(
        !there || device.status()?.tail_missing.is_none(),
        "a lost tail is reported after a mere power cut"
    );
    Ok(there)
}

fn are_there(device: &Device, acknowledged: &[&str]) -> anyhow::Result<bool> {
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    let rows = device.rows(&filter)?.rows;
    let mut newest = BTreeMap::new();
    for (code, men) in acknowledged
        .iter()
        .filter_map(|promise| promise.split_once('.'))
        .filter(|(code, _)| !["at", "received"].contains(code))
    {
        newest.insert(code, men.parse::<u32>()?);
    }
    Ok(newest.iter().all(|(code, men)| {
        let row = rows.iter().find(|row| row.summary.short_code == *code);
        // A correction may have reached the disk before it was promised.
        row.is_some_and(|row| [*men, men % 1000 + 1000].contains(&row.summary.people.men.max))
    }))
}
