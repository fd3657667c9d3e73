//! What a locked vault tells without any key: whether it is there, sound, and whose tiles to show.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bitacora_core::id::PersonId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::attempts::Attempts;
use super::error::VaultError;
use super::folder::{self, Folder, Found};
use super::people;
use super::tile::sign_of;
use crate::environment::Environment;
use crate::store::mark::Mark;

/// The newest layout of the folder that this build knows.
pub const VAULT_FORMAT: u32 = 1;

/// The vault's own description, in plain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) format: u32,
    pub(crate) vault_id: Uuid,
}

/// Where a vault stands before it is unlocked.
#[derive(Debug)]
pub enum VaultState {
    /// Nothing here yet: first start.
    Absent,
    /// Ready to be unlocked.
    Locked {
        /// A tile per person.
        people: Vec<PersonTile>,
        /// Saves of this device that are kept here, of whatever kind; 0 if the mark is unreadable.
        saved_total: u64,
    },
    /// Written by a newer build; nothing was touched.
    Newer(VaultError),
    /// A part is missing, replaced or unreadable.
    Damaged(VaultError),
    /// The folder belongs to something else.
    NotAVault(VaultError),
}

/// One person on the lock screen.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonTile {
    /// Who, as a pseudonym.
    pub person_id: PersonId,
    /// Initials or number, as shown to anybody; the name is behind the PIN.
    pub sign: String,
    /// Tries left before only another person or the recovery code helps.
    pub attempts_left: u32,
    /// Seconds until the next try is allowed.
    pub wait_seconds: u64,
    /// The key slot is damaged: another person or the recovery code can set a new PIN.
    pub damaged: bool,
}

impl PersonTile {
    /// Returns whether a person of this name, or with this sign, has the tile. Two people may share initials.
    pub fn may_be(&self, who: &str) -> bool {
        let base = self.sign.split(" (").next().unwrap_or_default();
        self.sign.to_lowercase() == who.to_lowercase()
            || base.to_lowercase() == sign_of(who).to_lowercase()
    }
}

impl std::fmt::Debug for PersonTile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonTile")
            .field("person_id", &self.person_id)
            .finish_non_exhaustive()
    }
}

/// Looks at a folder without opening anything.
pub(crate) fn look(folder: &Folder, environment: &Environment) -> VaultState {
    let state = checked_description(folder)
        .and_then(|description| locked(folder, &description, environment));
    state.unwrap_or_else(|error| match error {
        VaultError::Absent => VaultState::Absent,
        VaultError::Newer { .. } => VaultState::Newer(error),
        VaultError::NotAVault(_) => VaultState::NotAVault(error),
        other => VaultState::Damaged(other),
    })
}

/// Reads the description and checks that every part is there and of the right kind.
pub(crate) fn checked_description(folder: &Folder) -> Result<Description, VaultError> {
    match folder::found_at(folder.root())? {
        Found::Nothing => return Err(VaultError::Absent),
        Found::Folder => {}
        Found::Link => return Err(VaultError::NotAVault("a link is in its place")),
        Found::File | Found::Other => return Err(VaultError::NotAVault("a file is in its place")),
    }
    let description = read_description(folder)?;
    check_database_file(&folder.database())?;
    match folder::found_at(&folder.slots())? {
        Found::Folder => Ok(description),
        Found::Nothing => Err(VaultError::Missing {
            what: "the folder of key slots",
        }),
        _ => Err(VaultError::Replaced {
            what: "the folder of key slots",
            found: "something else",
        }),
    }
}

fn read_description(folder: &Folder) -> Result<Description, VaultError> {
    let path = folder.description();
    if folder::found_at(&path)? == Found::Nothing {
        return Err(without_description(folder)?);
    }
    let unreadable = VaultError::Damaged {
        what: "the description of the vault",
        problem: "is not readable",
    };
    let bytes = folder::read_small(&path, "the description of the vault")?;
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|_| VaultError::NotAVault("its description is not readable"))?;
    let format = value
        .get("format")
        .and_then(serde_json::Value::as_u64)
        .and_then(|format| u32::try_from(format).ok());
    match format {
        Some(found) if found > VAULT_FORMAT => Err(VaultError::Newer {
            found,
            known: VAULT_FORMAT,
        }),
        Some(_) => serde_json::from_value(value).map_err(|_| unreadable),
        None => Err(unreadable),
    }
}

/// Without a description a folder is empty, half made, damaged or somebody else's.
fn without_description(folder: &Folder) -> Result<VaultError, VaultError> {
    if folder::found_at(&folder.creating())? == Found::File {
        return Ok(VaultError::Absent);
    }
    if folder::found_at(&folder.database())? != Found::Nothing {
        return Ok(VaultError::Missing {
            what: "the description of the vault",
        });
    }
    let mut entries =
        std::fs::read_dir(folder.root()).map_err(VaultError::io("the vault folder"))?;
    Ok(if entries.next().is_none() {
        VaultError::Absent
    } else {
        VaultError::NotAVault("it holds other files")
    })
}

fn check_database_file(path: &Path) -> Result<(), VaultError> {
    const WHAT: &str = "the database";
    folder::expect_file(path, WHAT)?;
    let mut start = Vec::new();
    let file = File::open(path).map_err(VaultError::io(WHAT))?;
    file.take(16)
        .read_to_end(&mut start)
        .map_err(VaultError::io(WHAT))?;
    match start.as_slice() {
        [] => Err(VaultError::Damaged {
            what: WHAT,
            problem: "is empty",
        }),
        b"SQLite format 3\0" => Err(VaultError::PlainDatabase),
        _ => Ok(()),
    }
}

fn locked(
    folder: &Folder,
    description: &Description,
    environment: &Environment,
) -> Result<VaultState, VaultError> {
    let everyone = people::everyone(folder)?;
    if everyone.is_empty() {
        return Err(VaultError::Missing {
            what: "every key slot",
        });
    }
    let tiles = everyone
        .into_iter()
        .map(|person| tile(folder, description.vault_id, person, environment));
    let people = tiles.collect::<Result<_, _>>()?;
    let saved_total = Mark::read(&folder.mark())
        .ok()
        .flatten()
        .map_or(0, |mark| mark.saves);
    Ok(VaultState::Locked {
        people,
        saved_total,
    })
}

fn tile(
    folder: &Folder,
    vault_id: Uuid,
    person: PersonId,
    environment: &Environment,
) -> Result<PersonTile, VaultError> {
    let attempts = Attempts::read(folder, person)?;
    let slot = people::slot_of(folder, vault_id, person);
    if let Err(newer @ VaultError::Newer { .. }) = slot {
        return Err(newer);
    }
    let slot = slot.ok();
    Ok(PersonTile {
        person_id: person,
        damaged: slot.is_none(),
        sign: slot.map(|slot| slot.sign).unwrap_or_default(),
        attempts_left: attempts.left(),
        wait_seconds: attempts.wait_seconds(environment),
    })
}
