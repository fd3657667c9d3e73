//! A device on a machine that fails, for the test of faults. Each line says what became of one act.
//!
//! `fault_workload saves FOLDER SAVES`: a new vault and so many saves by their drafts, each tried once.
//! `fault_workload handles FOLDER SAVES`: the same, with every further file handle of the process used up.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail};
use bitacora_core::capture::Capture;
use bitacora_device::{
    Device, DeviceError, DraftBody, DraftKind, Environment, KdfCost, NewPerson, Vault,
};
use serde_json::json;

const PIN: &str = "482913";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["saves", folder, saves] => {
            let device = created(Path::new(folder))?;
            all(&device, saves.parse()?)?;
            device.lock();
            Ok(())
        }
        ["handles", folder, saves] => handles(Path::new(folder), saves.parse()?),
        _ => bail!("usage: fault_workload saves|handles FOLDER SAVES"),
    }
}

fn environment() -> Environment {
    Environment::system().with_kdf(KdfCost::FOR_TESTS)
}

fn created(folder: &Path) -> Result<Device> {
    let new = NewPerson {
        name: "Cabo 17".into(),
        pin: PIN.into(),
        post: None,
        tz: None,
    };
    Ok(Vault::create(&folder.join("vault"), &new, environment())?.0)
}

fn all(device: &Device, saves: u32) -> Result<()> {
    for men in 1..=saves {
        say(men, &save(device, men)?);
    }
    Ok(())
}

/// Saves a group by its draft. An error of the device is an answer.
fn save(device: &Device, men: u32) -> Result<Result<String, DeviceError>> {
    let capture = json!({ "composition": { "VEN": { "AA+M": men } } });
    let capture: Capture = serde_json::from_value(capture).context("the workload's capture")?;
    let body = DraftBody {
        capture,
        ..DraftBody::default()
    };
    let saved = device
        .start_draft(DraftKind::New, None)
        .and_then(|draft| {
            device.save_draft(draft.draft_id, &body)?;
            device.record_draft(draft.draft_id)
        })
        .map(|saved| saved.row.summary.short_code);
    Ok(saved)
}

fn say(men: u32, saved: &Result<String, DeviceError>) {
    match saved {
        Ok(_) => println!("saved {men}"),
        Err(error) => println!("failed {men} {}", error.code().as_str()),
    }
}

fn handles(folder: &Path, saves: u32) -> Result<()> {
    let device = created(folder)?;
    let me = device.me()?;
    let mut used = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        used.push(file);
    }
    all(&device, saves)?;
    device.lock();
    let unlock = || Vault::unlock(&folder.join("vault"), me, PIN, environment());
    // Locking gave its own handles back.
    while let Ok(file) = File::open("/dev/null") {
        used.push(file);
    }
    match unlock() {
        Ok(_) => println!("unlocked without a handle"),
        Err(error) => println!("locked {}", error.code().as_str()),
    }
    drop(used);
    let device = unlock()?;
    println!("listed {}", device.status()?.records.listed);
    Ok(())
}
