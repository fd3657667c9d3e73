//! One device of the demo.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use bitacora_core::encounter::Edit;
use bitacora_core::enrol::Code;
use bitacora_core::id::EncounterId;
use bitacora_device::{
    Courier, Device, Environment, Leaving, NewPerson, PatrolDefaults, RowFilter, SyncOutcome, Vault,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::PIN;
use crate::world::DrivenClock;

/// A device with its person.
pub(super) struct Team {
    pub(super) name: String,
    pub(super) device: Device,
    pub(super) clock: DrivenClock,
    courier: Courier,
}

impl Team {
    /// Makes a device that goes out with a patrol on the morning of a day.
    pub(super) fn out(vault: &Path, name: &str, midnight: DateTime<Utc>) -> Result<Self> {
        let clock = DrivenClock::at(midnight + TimeDelta::minutes(40));
        let mut team = Self::make(
            vault,
            name,
            Environment::system().with_clock(Arc::new(clock.clone())),
        )?;
        team.clock = clock;
        let text = |code: &str| Some(code.to_owned());
        let defaults = PatrolDefaults {
            trail_id: text("tuquesa"),
            setting: text("jungle"),
            direction: text("north"),
            people: Vec::new(),
        };
        team.device.patrol_leave(&Leaving {
            defaults,
            people: Vec::new(),
        })?;
        Ok(team)
    }

    /// Makes a device.
    pub(super) fn make(vault: &Path, name: &str, environment: Environment) -> Result<Self> {
        if let Some(folder) = vault.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("making {}", folder.display()))?;
        }
        let new = NewPerson {
            name: name.to_owned(),
            pin: PIN.to_owned(),
            post: Some("PA-BCH".parse()?),
            tz: Some("America/Panama".to_owned()),
        };
        let (device, _) = Vault::create(vault, &new, environment)?;
        Ok(Self {
            name: name.to_owned(),
            courier: Courier::new(device.clone()),
            device,
            clock: DrivenClock::at(Utc::now()),
        })
    }

    pub(super) async fn enrol(&self, code: &Code, server: SocketAddr) -> Result<()> {
        self.device
            .enrol(&format!("https://{server}").parse()?, code, None)
            .await?;
        Ok(())
    }

    pub(super) async fn sync(&self) -> Result<SyncOutcome> {
        Ok(self.courier.sync(|_| ()).await?)
    }

    pub(super) fn corrects(&self, id: EncounterId, patch: Value) -> Result<()> {
        let seen = self.device.encounter(id)?.version;
        self.device.edit(id, &Edit::Patch(patch), &seen, None)?;
        Ok(())
    }

    /// Returns some records of this team's own.
    pub(super) fn own_records(&self, count: usize) -> Result<Vec<EncounterId>> {
        let rows = self
            .device
            .rows(&RowFilter {
                limit: 500,
                ..RowFilter::default()
            })?
            .rows;
        let own = rows
            .into_iter()
            .filter(|row| row.author_is_me && row.summary.counts() && !row.summary.clock_doubt);
        Ok(own
            .map(|row| row.summary.encounter_id)
            .take(count)
            .collect())
    }

    /// States one of a group's counts anew, higher by so many.
    pub(super) fn counts_again(&self, id: EncounterId, more: u32) -> Result<()> {
        let capture = self.device.encounter(id)?.capture();
        let first = capture.composition.iter().find_map(|(nationality, cells)| {
            cells
                .iter()
                .next()
                .map(|(cell, count)| (nationality.clone(), cell.clone(), *count))
        });
        let (nationality, cell, count) = first.context("the group has people")?;
        self.corrects(
            id,
            json!({ "composition": { nationality: { cell: count + more } } }),
        )
    }
}
