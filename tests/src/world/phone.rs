//! A named device with its link to the post.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bitacora_core::encounter::Edit;
use bitacora_core::enrol::Code;
use bitacora_core::id::{EncounterId, PersonId};
use bitacora_device::{
    Courier, Device, Environment, KdfCost, NewPerson, NoRandomness, Random, RowFilter, Saved,
    SyncOutcome, SyncProgress, Vault, VaultState,
};
use serde_json::{Value, json};

use super::clock::DrivenClock;
use crate::proxy::Proxy;

/// Everybody's PIN at first.
pub const PIN: &str = "482913";

/// A device in somebody's hand.
pub struct Phone {
    /// What it is called at the post, and its first person.
    pub name: String,
    /// The device, unlocked.
    pub device: Device,
    /// Its clock.
    pub clock: DrivenClock,
    /// Its link to the server.
    pub link: Proxy,
    /// The first person's recovery code; empty for a vault that was made elsewhere.
    pub recovery_code: String,
    courier: Courier,
    vault: PathBuf,
}

impl Phone {
    pub(super) fn make(
        vault: &Path,
        name: &str,
        clock: DrivenClock,
        server: SocketAddr,
    ) -> Result<Self> {
        let clock = clock.of_its_own();
        let new = NewPerson {
            name: name.to_owned(),
            pin: PIN.to_owned(),
            post: None,
            tz: None,
        };
        let (device, recovery_code) = Vault::create(vault, &new, environment(&clock))?;
        Ok(Self {
            name: name.to_owned(),
            courier: courier(&device),
            device,
            clock,
            link: Proxy::before(server)?,
            recovery_code: recovery_code.shown().to_string(),
            vault: vault.to_owned(),
        })
    }

    pub(super) fn found(
        vault: &Path,
        name: &str,
        clock: DrivenClock,
        server: SocketAddr,
    ) -> Result<Self> {
        let clock = clock.of_its_own();
        let VaultState::Locked { people, .. } = Vault::state(vault, &environment(&clock)) else {
            bail!("the vault is not whole")
        };
        let person = people.first().context("nobody uses the vault")?.person_id;
        let device = Vault::unlock(vault, person, PIN, environment(&clock))?;
        Ok(Self {
            name: name.to_owned(),
            courier: courier(&device),
            device,
            clock,
            link: Proxy::before(server)?,
            recovery_code: String::new(),
            vault: vault.to_owned(),
        })
    }

    /// Copies this phone's vault, as a phone maker's backup does, and unlocks both. With an actor both go on
    /// under it, as if the phone had been copied while it was unlocked.
    pub(super) fn copied(
        &mut self,
        vault: &Path,
        name: &str,
        server: SocketAddr,
        actor: Option<[u8; 16]>,
    ) -> Result<Self> {
        let person = self.device.me()?;
        self.device.lock();
        copy_folder(&self.vault, vault)?;
        let unlock = |vault: &Path, clock: &DrivenClock| {
            let mut environment = environment(clock);
            if let Some(actor) = actor {
                environment.random = Arc::new(FirstActor::of(actor));
            }
            Vault::unlock(vault, person, PIN, environment)
        };
        self.device = unlock(&self.vault, &self.clock)?;
        self.courier = courier(&self.device);
        let clock = self.clock.of_its_own();
        let device = unlock(vault, &clock)?;
        Ok(Self {
            name: name.to_owned(),
            courier: courier(&device),
            device,
            clock,
            link: Proxy::before(server)?,
            recovery_code: self.recovery_code.clone(),
            vault: vault.to_owned(),
        })
    }

    /// Enrols with a code, over this phone's link.
    pub async fn enrol(&self, code: &Code) -> Result<()> {
        let url = format!("https://{}", self.link.address()).parse()?;
        self.device.enrol(&url, code, None).await?;
        Ok(())
    }

    /// Records a capture.
    pub fn record(&self, capture: Value) -> Result<Saved> {
        Ok(self
            .device
            .record(&serde_json::from_value(capture)?, None)?)
    }

    /// Records so many men of a nationality who got water, all of them.
    pub fn meets(&self, men: u32, nationality: &str) -> Result<Saved> {
        self.record(json!({ "composition": { nationality: { "AA+M": men } }, "assistance": { "water": "all" },
            "needs": {}, "position": "no_fix", "setting": "river", "direction": "north" }))
    }

    /// Corrects a record at the version that it has on this phone now.
    pub fn corrects(&self, id: EncounterId, patch: Value) -> Result<Saved> {
        let seen = self.device.show(id)?.encounter.version;
        Ok(self.device.edit(id, &Edit::Patch(patch), &seen, None)?)
    }

    /// Syncs with the post.
    pub async fn sync(&self) -> Result<SyncOutcome> {
        Ok(self.courier.sync(|_| ()).await?)
    }

    /// The same, telling how far it is.
    pub async fn sync_watched(
        &self,
        watch: impl FnMut(SyncProgress) + Send,
    ) -> Result<SyncOutcome> {
        Ok(self.courier.sync(watch).await?)
    }

    /// Syncs over a connection of its own, telling how far it is.
    pub async fn sync_anew(&self, watch: impl FnMut(SyncProgress) + Send) -> Result<SyncOutcome> {
        Ok(courier(&self.device).sync(watch).await?)
    }

    /// Returns what a record says here: its version and every value of every field.
    pub fn says(&self, id: EncounterId) -> Result<Value> {
        let encounter = self.device.show(id)?.encounter;
        let fields = encounter.fields.iter().map(|(path, register)| {
            let values: Vec<Value> = register
                .values
                .iter()
                .map(|stated| stated.value.to_json())
                .collect();
            (path.clone(), Value::from(values))
        });
        let fields: serde_json::Map<String, Value> = fields.collect();
        Ok(
            json!({ "version": encounter.version.to_string(), "status": encounter.status(), "fields": fields }),
        )
    }

    /// Returns the ids of all records in the list.
    pub fn records(&self) -> Result<Vec<EncounterId>> {
        let rows = self
            .device
            .rows(&RowFilter {
                limit: 500,
                ..RowFilter::default()
            })?
            .rows;
        Ok(rows
            .into_iter()
            .map(|row| row.summary.encounter_id)
            .collect())
    }

    /// Returns how many records have something that the server has not receipted.
    pub fn unreceived(&self) -> Result<u64> {
        Ok(self.device.counts()?.unreceived)
    }

    /// Locks the phone and unlocks it as its first person, as after the app was killed.
    pub fn reopen(&mut self) -> Result<()> {
        let person = self.device.me()?;
        self.device.lock();
        self.unlock(person, PIN)
    }

    /// Unlocks a locked phone as a person.
    pub fn unlock(&mut self, person: PersonId, pin: &str) -> Result<()> {
        self.device = Vault::unlock(&self.vault, person, pin, environment(&self.clock))?;
        self.courier = courier(&self.device);
        Ok(())
    }

    /// Sets a new PIN on a locked phone by the recovery code.
    pub fn reset_pin(&self, person: PersonId, new_pin: &str) -> Result<()> {
        let environment = environment(&self.clock);
        Ok(Vault::reset_pin_by_code(
            &self.vault,
            person,
            &self.recovery_code,
            new_pin,
            &environment,
        )?)
    }

    /// Returns the vault as somebody finds it who does not know a PIN.
    pub fn vault_state(&self) -> VaultState {
        Vault::state(&self.vault, &environment(&self.clock))
    }

    /// Returns a person of the phone by name.
    pub fn person(&self, name: &str) -> Result<PersonId> {
        let VaultState::Locked { people, .. } = self.vault_state() else {
            bail!("the vault is not whole")
        };
        let tile = people.into_iter().find(|tile| tile.may_be(name));
        Ok(tile
            .with_context(|| format!("{name} is no person of this phone"))?
            .person_id)
    }

    /// Returns the vault's folder.
    pub fn vault(&self) -> &Path {
        &self.vault
    }
}

/// Makes a way to the server that tries again at once: the weather is a scenario's to make, not the clock's.
fn courier(device: &Device) -> Courier {
    Courier::new(device.clone()).with_pause(Duration::ZERO)
}

fn environment(clock: &DrivenClock) -> Environment {
    Environment::system()
        .with_kdf(KdfCost::FOR_TESTS)
        .with_clock(Arc::new(clock.clone()))
}

/// Copies a folder's files.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Randomness whose first draw of an actor's length is given; the rest is the system's.
struct FirstActor {
    first: Mutex<Option<[u8; 16]>>,
    rest: Environment,
}

impl FirstActor {
    fn of(actor: [u8; 16]) -> Self {
        Self {
            first: Mutex::new(Some(actor)),
            rest: Environment::system(),
        }
    }
}

impl Random for FirstActor {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut first = self.first.lock().map_err(|_| NoRandomness)?;
        match first.take_if(|_| bytes.len() == 16) {
            Some(actor) => bytes.copy_from_slice(&actor),
            None => self.rest.random.fill(bytes)?,
        }
        Ok(())
    }
}
