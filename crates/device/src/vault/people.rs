//! The people of a vault: reading, writing and opening their slots.

use std::collections::BTreeSet;
use std::fs;

use bitacora_core::id::PersonId;
use uuid::Uuid;

use super::attempts::Attempts;
use super::error::VaultError;
use super::folder::{self, Folder, Found};
use super::keys::DataKey;
use super::pin::Pin;
use super::recovery::RecoveryCode;
use super::slot::{Owner, Purpose, Slot};
use crate::environment::Environment;

/// Which of the two slot files was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Current,
    Previous,
}

/// Returns everyone who has a slot, also a damaged one.
pub(crate) fn everyone(folder: &Folder) -> Result<Vec<PersonId>, VaultError> {
    let mut people = BTreeSet::new();
    for entry in fs::read_dir(folder.slots()).map_err(VaultError::io("the key slots"))? {
        let path = entry.map_err(VaultError::io("the key slots"))?.path();
        let is_slot = path
            .extension()
            .is_some_and(|extension| extension == "slot" || extension == "previous");
        let person = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| stem.parse::<PersonId>().ok());
        people.extend(person.filter(|_| is_slot));
    }
    Ok(people.into_iter().collect())
}

/// Reads a person's PIN slot without opening it.
pub(crate) fn slot_of(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
) -> Result<Slot, VaultError> {
    read_pin_slot(folder, vault_id, person).map(|(slot, _)| slot)
}

/// Opens a person's slot with the PIN and returns key and sign. The try is counted, durably, before any work on it.
pub(crate) fn open_with_pin(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
    typed: &str,
    environment: &Environment,
) -> Result<(DataKey, String), VaultError> {
    let (slot, source) = read_pin_slot(folder, vault_id, person)?;
    let pin = Pin::read(typed)?;
    let begun = Attempts::read(folder, person)?.begin(folder, person, environment)?;
    match slot.open(pin.as_bytes())? {
        Some(data_key) => {
            Attempts::clear(folder, person)?;
            forget_previous(folder, person, source)?;
            Ok((data_key, slot.sign))
        }
        None if begun.left() == 0 => Err(VaultError::TooManyTries),
        None => Err(VaultError::WrongPin {
            attempts_left: begun.left(),
            wait_seconds: begun.wait_seconds(environment),
        }),
    }
}

/// Opens a person's recovery slot. It is not counted: 110 random bits are not guessed.
pub(crate) fn open_with_code(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
    code: &RecoveryCode,
) -> Result<(DataKey, String), VaultError> {
    let path = folder.recovery_slot(person);
    if folder::found_at(&path)? == Found::Nothing {
        return Err(VaultError::NoSuchPerson);
    }
    let slot = Slot::from_bytes(
        &folder::read_small(&path, "a recovery slot")?,
        Purpose::Recovery,
    )?;
    expect_own(&slot, vault_id, person)?;
    let data_key = slot
        .open(code.as_bytes())?
        .ok_or(VaultError::RecoveryCodeWrong)?;
    Ok((data_key, slot.sign))
}

/// Gives a person a new PIN; the old slot stays until the new one has unlocked once.
pub(crate) fn set_pin(
    folder: &Folder,
    owner: &Owner<'_>,
    pin: &Pin,
    data_key: &DataKey,
    environment: &Environment,
) -> Result<(), VaultError> {
    let slot = Slot::seal(owner, Purpose::Pin, pin.as_bytes(), data_key, environment)?;
    let previous = folder.previous_slot(owner.person_id);
    // A damaged slot is not worth keeping: it would replace the last good one.
    let keep = slot_of(folder, owner.vault_id, owner.person_id).is_ok()
        && folder::found_at(&folder.slot(owner.person_id))? == Found::File;
    let keep_as = keep.then_some(previous.as_path());
    folder.replace(
        &folder.slot(owner.person_id),
        &slot.to_bytes()?,
        keep_as,
        "a key slot",
    )?;
    Attempts::clear(folder, owner.person_id)
}

/// Gives a person a recovery code.
pub(crate) fn set_code(
    folder: &Folder,
    owner: &Owner<'_>,
    data_key: &DataKey,
    environment: &Environment,
) -> Result<RecoveryCode, VaultError> {
    let code = RecoveryCode::generate(environment)?;
    let slot = Slot::seal(
        owner,
        Purpose::Recovery,
        code.as_bytes(),
        data_key,
        environment,
    )?;
    folder::replace(
        &folder.recovery_slot(owner.person_id),
        &slot.to_bytes()?,
        "a recovery slot",
    )?;
    Ok(code)
}

fn read_pin_slot(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
) -> Result<(Slot, Source), VaultError> {
    let read = |path: &std::path::Path| {
        let slot = Slot::from_bytes(&folder::read_small(path, "a key slot")?, Purpose::Pin)?;
        expect_own(&slot, vault_id, person)?;
        Ok(slot)
    };
    let (current, previous) = (folder.slot(person), folder.previous_slot(person));
    match read(&current) {
        Ok(slot) => Ok((slot, Source::Current)),
        Err(problem) => match (read(&previous), problem) {
            (Ok(slot), _) => Ok((slot, Source::Previous)),
            (Err(VaultError::Missing { .. }), VaultError::Missing { .. }) => {
                Err(VaultError::NoSuchPerson)
            }
            (Err(_), problem) => Err(problem),
        },
    }
}

fn expect_own(slot: &Slot, vault_id: Uuid, person: PersonId) -> Result<(), VaultError> {
    if slot.vault_id == vault_id && slot.person_id == person {
        Ok(())
    } else {
        Err(VaultError::ForeignSlot)
    }
}

fn forget_previous(folder: &Folder, person: PersonId, source: Source) -> Result<(), VaultError> {
    match source {
        Source::Current => folder::remove(&folder.previous_slot(person), "a former key slot"),
        // The current one is damaged or missing: the former is all there is.
        Source::Previous => Ok(()),
    }
}
