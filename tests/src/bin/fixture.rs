//! `fixture FOLDER`: a vault and a server's folder in the form of this build, for the tests of later builds.
//!
//! Run once for a form that is kept, and never again for the same number: what stands in `tests/data` was written by
//! the build that had the form (docs/decisions/0051).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use bitacora_core::enrol::Role;
use bitacora_device::{DraftBody, DraftKind, Leaving};
use bitacora_server::store::DataFolder;
use bitacora_server::{Config, Server};
use bitacora_tests::world::{World, copy_folder};
use chrono::TimeDelta;
use serde_json::json;

/// What is no part of the form: space kept aside, locks, where a process listened.
const LEFT_OUT: [&str; 5] = ["reserve", "lock", "serve.lock", "address", "attempts"];

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("usage: fixture FOLDER")?;
    let folder = PathBuf::from(folder);
    let mut world = World::start().await?;
    let phone = world.phone("Cabo 17", Role::PatrolMember).await?;
    phone.device.patrol_leave(&Leaving::default())?;
    let first = phone.meets(3, "VEN")?.row.summary.encounter_id;
    world.pass(TimeDelta::minutes(20));
    phone.meets(5, "HTI")?;
    phone.corrects(first, json!({ "composition": { "VEN": { "AA+M": 4 } } }))?;
    phone.sync().await?;
    ensure!(phone.unreceived()? == 0, "the server has it");
    // What waits for the next sync, and what nobody but its author sees.
    phone.meets(2, "COL")?;
    let draft = phone.device.start_draft(DraftKind::New, None)?;
    let capture = serde_json::from_value(json!({ "composition": { "ECU": { "AA+F": 6 } } }))?;
    let body = DraftBody {
        capture,
        ..DraftBody::default()
    };
    phone.device.save_draft(draft.draft_id, &body)?;
    phone.device.lock();
    keep(phone.vault(), &folder.join("vault"))?;
    let server = folder.join("server");
    world.back_up(&server).await?;
    // Opened and closed once more, the copy has its log in the database.
    drop(Server::open(Config::new(DataFolder::new(&server)))?);
    leave_out(&server)
}

fn keep(from: &Path, to: &Path) -> Result<()> {
    copy_folder(from, to)?;
    leave_out(to)
}

fn leave_out(folder: &Path) -> Result<()> {
    for name in LEFT_OUT {
        let path = folder.join(name);
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else if path.exists() {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
