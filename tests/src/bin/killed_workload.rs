//! The program that the kill test ends in the middle: it aborts before the Nth SQL statement, the writing of the
//! mark and its end counted with them.
//!
//! `killed_workload save|apply VAULT N`. What a person was told is saved is printed, a line each, before
//! anything else happens. It ends by itself, with 0, if there are fewer boundaries.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use bitacora_core::encounter::Edit;
use bitacora_device::{Device, DraftBody, DraftKind, Environment, KdfCost, Vault, VaultState};
use bitacora_tests::world::PIN;
use serde_json::json;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [what, vault, boundary] = words.as_slice() else {
        bail!("usage: killed_workload save|apply VAULT N")
    };
    let device = unlock(Path::new(vault))?;
    abort_at(boundary.parse()?)?;
    match *what {
        "save" => save(&device),
        "apply" => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(device.sync(|_| ()))?;
            acknowledge("synced")
        }
        _ => bail!("save or apply"),
    }
}

fn unlock(vault: &Path) -> Result<Device> {
    let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
    let VaultState::Locked { people, .. } = Vault::state(vault, &environment) else {
        bail!("the vault is not there as a locked vault")
    };
    let person = people.first().context("nobody can unlock")?.person_id;
    Ok(Vault::unlock(vault, person, PIN, environment)?)
}

/// Ends the process without any clean-up at the Nth place that it comes to.
fn abort_at(boundary: u64) -> Result<()> {
    let reached = Arc::new(AtomicU64::new(0));
    for place in ["device::statement", "device::mark"] {
        let reached = Arc::clone(&reached);
        let count = move || {
            if reached.fetch_add(1, Ordering::SeqCst) + 1 == boundary {
                std::process::abort();
            }
        };
        fail::cfg_callback(place, count).map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

/// A record from a draft, a correction of it, and a second record that is taken back.
fn save(device: &Device) -> Result<()> {
    let draft = device.start_draft(DraftKind::New, None)?;
    let body = DraftBody {
        capture: serde_json::from_value(
            json!({ "composition": { "VEN": { "AA+M": 6 } }, "assistance": { "water": "all" },
                "needs": {}, "position": "no_fix", "setting": "river" }),
        )?,
        confirmed: vec!["composition".to_owned()],
        page: 1,
        ..DraftBody::default()
    };
    device.save_draft(draft.draft_id, &body)?;
    acknowledge(&format!("draft {}", draft.draft_id))?;
    let saved = device.record_draft(draft.draft_id)?;
    let id = saved.row.summary.encounter_id;
    acknowledge(&format!("men {id} 6"))?;
    let seen = device.show(id)?.encounter.version;
    let seven = Edit::Patch(json!({ "composition": { "VEN": { "AA+M": 7 } } }));
    device.edit(id, &seven, &seen, None)?;
    acknowledge(&format!("men {id} 7"))?;
    let second = device.record(&body.capture, None)?.row.summary.encounter_id;
    acknowledge(&format!("men {second} 6"))?;
    device.undo(second)?;
    acknowledge(&format!("undone {second}"))
}

fn acknowledge(what: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}")?;
    Ok(out.flush()?)
}
