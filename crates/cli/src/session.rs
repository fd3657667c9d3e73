//! Opening the vault for one command.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bitacora_core::document::Version;
use bitacora_core::encounter::Encounter;
use bitacora_core::id::{EncounterId, PatrolId};
use bitacora_device::Device;
use bitacora_device::Environment;
use bitacora_device::{PersonTile, Vault, VaultState};

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Progress;
use crate::pin;

/// Returns the folder of the vault, or what to type.
pub(crate) fn folder(global: &Global) -> Result<PathBuf, Failure> {
    global.vault.clone().ok_or_else(|| {
        Failure::usage("no vault was named").next("Pass --vault DIR or set BITACORA_VAULT.")
    })
}

/// Unlocks the vault as the person that the command line means.
pub(crate) fn open(global: &Global) -> Result<Device, Failure> {
    let dir = folder(global)?;
    let environment = Environment::system();
    let person = chosen(&people(&dir, &environment)?, global.person.as_deref())?;
    let pin = pin::read(global.pin_file.as_deref())?;
    let progress = Mutex::new(None);
    let environment = environment.telling(Arc::new(move |done, of| {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        *progress = (done < of).then(|| {
            let shown = progress.take();
            let mut shown =
                shown.unwrap_or_else(|| Progress::of("bringing the records to this version"));
            shown.at(format!("{done} of {of}"));
            shown
        });
    }));
    Ok(Vault::unlock(&dir, person.person_id, &pin, environment)?)
}

/// Returns the people of a vault, without opening it.
pub(crate) fn people(dir: &Path, environment: &Environment) -> Result<Vec<PersonTile>, Failure> {
    match Vault::state(dir, environment) {
        VaultState::Locked { people, .. } => Ok(people),
        VaultState::Absent => Err(Failure::refused(format!(
            "vault: there is none in {}",
            dir.display()
        ))
        .next("Make one with `bitacora init`, or name another folder with --vault.")),
        VaultState::Newer(error) | VaultState::Damaged(error) | VaultState::NotAVault(error) => {
            Err(error.into())
        }
    }
}

/// Finds the person who is meant: by name or identifier, or the only one.
pub(crate) fn chosen(people: &[PersonTile], who: Option<&str>) -> Result<PersonTile, Failure> {
    let names = || {
        people
            .iter()
            .map(|person| format!("`{}`", person.sign))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let Some(who) = who else {
        return match people {
            [only] => Ok(only.clone()),
            _ => Err(
                Failure::usage("person: several people use this vault").next(format!(
                    "Say who with --person or BITACORA_PERSON: {}.",
                    names()
                )),
            ),
        };
    };
    let is_meant = |person: &&PersonTile| person.may_be(who) || person.person_id.to_string() == who;
    let meant: Vec<_> = people.iter().filter(is_meant).collect();
    match meant.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(
            Failure::refused("person: nobody of that name uses this vault")
                .next(format!("Known here: {}.", names())),
        ),
        _ => Err(Failure::usage("person: more than one person has that name")
            .next("Use the identifier from `bitacora person list --json`.")),
    }
}

/// Finds a record by identifier or short code.
pub(crate) fn record(device: &Device, named: &str) -> Result<EncounterId, Failure> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let found = device.find(named)?;
    match found.as_slice() {
        [row] => Ok(row.summary.encounter_id),
        [] => Err(Failure::refused("id: no record with that short code is on this device")
            .next("`bitacora list --find TEXT` shows what is here; `bitacora sync` fetches what others recorded.")),
        several => {
            let ids: Vec<_> = several.iter().map(|row| row.summary.encounter_id.to_string()).collect();
            Err(Failure::refused("id: more than one record has that short code")
                .next(format!("Name one by its identifier: {}.", ids.join(", "))))
        }
    }
}

/// Finds a patrol by identifier or by its code.
pub(crate) fn patrol(device: &Device, named: &str) -> Result<PatrolId, Failure> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let mut found = device.patrols()?;
    found.retain(|patrol| patrol.code.eq_ignore_ascii_case(named.trim()));
    match found.as_slice() {
        [patrol] => Ok(patrol.patrol_id),
        [] => Err(
            Failure::refused(format!("--patrol: no patrol {named} is on this device"))
                .next("`bitacora patrol list` shows those that are here."),
        ),
        several => {
            let ids: Vec<_> = several
                .iter()
                .map(|patrol| patrol.patrol_id.to_string())
                .collect();
            Err(
                Failure::refused("--patrol: more than one patrol has that code")
                    .next(format!("Name one by its identifier: {}.", ids.join(", "))),
            )
        }
    }
}

/// Returns the version that a change is made on: the one that was seen, or the current one.
pub(crate) fn version(seen: Option<&str>, current: &Encounter) -> Result<Version, Failure> {
    match seen {
        None => Ok(current.version.clone()),
        Some(text) => text.parse().map_err(|error| {
            Failure::usage(format!("--at: {error}"))
                .next("Copy `version` from `bitacora show ID --json`.")
        }),
    }
}
