//! A device on a machine that fails, for the test of faults. Each line says what became of one act.
//!
//! `fault_workload saves FOLDER SAVES`: a new vault and so many saves by their drafts, each tried once.
//! `fault_workload handles FOLDER SAVES`: the same, with every further file handle of the process used up.
//! `fault_workload disk FOLDER BREAK`: a vault there, whose disk takes nothing while BREAK is there.
//! `fault_workload server FOLDER BREAK`: a server there, whose disk takes nothing while BREAK is there.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail};
use bitacora_core::capture::Capture;
use bitacora_core::enrol::Role;
use bitacora_device::{
    Device, DeviceError, DraftBody, DraftKind, Environment, KdfCost, NewPerson, Vault,
};
use bitacora_tests::world::World;
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
        ["disk", folder, breaks] => disk(Path::new(folder), Path::new(breaks)),
        ["server", folder, breaks] => {
            tokio::runtime::Runtime::new()?.block_on(server(Path::new(folder), Path::new(breaks)))
        }
        _ => bail!("usage: fault_workload saves|handles FOLDER SAVES, or disk|server FOLDER BREAK"),
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

/// A device whose disk takes nothing for a while, that is locked meanwhile, and once more after that.
fn disk(folder: &Path, breaks: &Path) -> Result<()> {
    let mut device = created(folder)?;
    let me = device.me()?;
    let unlock = || Vault::unlock(&folder.join("vault"), me, PIN, environment());
    say(1, &save(&device, 1)?);
    for (men, fault) in [(2, "full"), (4, "Read-only")] {
        std::fs::write(breaks, fault)?;
        say(men, &save(&device, men)?);
        println!("listed {}", device.status()?.records.listed);
        device.lock();
        match unlock() {
            Ok(_) => println!("{fault}: unlocked"),
            Err(error) => println!("{fault}: {} {error}", error.code().as_str()),
        }
        std::fs::remove_file(breaks)?;
        device = unlock()?;
        say(men + 1, &save(&device, men + 1)?);
    }
    device.lock();
    Ok(())
}

/// A device that syncs before, while and after its server's disk takes nothing.
async fn server(folder: &Path, breaks: &Path) -> Result<()> {
    let mut world = World::start_in(folder.join("server")).await?;
    let phone = world.phone("Cabo 17", Role::PatrolMember).await?;
    let commander = world.phone("Comandante", Role::PostCommander).await?;
    phone.meets(1, "VEN")?;
    phone.sync().await?;
    for (men, fault) in [(2, "full"), (3, "Read-only")] {
        std::fs::write(breaks, fault)?;
        phone.meets(men, "VEN")?;
        for _ in 0..2 {
            match phone.sync().await {
                Ok(_) => println!("{fault}: synced"),
                Err(error) => println!("{fault}: {error:#}"),
            }
        }
        println!("{fault}: unreceived {}", phone.unreceived()?);
        std::fs::remove_file(breaks)?;
        phone.sync().await?;
        println!("{fault}: then unreceived {}", phone.unreceived()?);
    }
    commander.sync().await?;
    println!("commander: {}", commander.records()?.len());
    world.stop_server().await
}
