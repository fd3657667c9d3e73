//! What was written into files for the post: up to which envelope of a device all that was not received is in one.
//!
//! A device that joined again has envelopes of its former identities too, and a number of theirs says nothing of its own.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::id::{DeviceId, DocumentId};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::meta;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Envelopes that are in files, by the device that sealed them: all up to a counter that were not received.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct TakenOut(BTreeMap<DeviceId, u64>);

/// Records with something unreceived that is not in a file for the post, each counted once, by why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// They are of a post that this device has left: no other is told of them.
    pub former: u64,
    /// Nothing seals them: another device has this one's identity.
    pub unsealed: u64,
    /// They did not fit any more.
    pub full: u64,
}

impl LeftOut {
    /// Returns how many records that are.
    pub const fn total(&self) -> u64 {
        self.former + self.unsealed + self.full
    }
}

/// Why a change is not in a file, the weightiest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Full,
    Unsealed,
    Former,
}

impl TakenOut {
    /// Returns what is in files.
    pub(crate) fn read(db: &Connection) -> Result<Self, StoreError> {
        let kept = meta::text(db, meta::TAKEN_OUT)?;
        kept.map_or(Ok(Self::default()), |text| {
            value::from_json(&text, meta::TAKEN_OUT)
        })
    }

    /// Notes that a device's envelopes up to a counter are in a file.
    pub(crate) fn note(&mut self, device: DeviceId, through: u64) {
        let held = self.0.entry(device).or_default();
        *held = through.max(*held);
    }

    /// Returns up to which counter a device's envelopes are in a file.
    pub(crate) fn through(&self, device: DeviceId) -> Option<u64> {
        self.0.get(&device).copied()
    }

    /// Keeps what is in one more file.
    pub(crate) fn keep(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let mut all = Self::read(tx)?;
        for (device, through) in &self.0 {
            all.note(*device, *through);
        }
        let text = value::to_json(&all, meta::TAKEN_OUT)?;
        meta::set(tx, meta::TAKEN_OUT, text.as_bytes())
    }

    fn has(&self, envelope: Option<(DeviceId, u64)>) -> bool {
        envelope.is_some_and(|(device, counter)| {
            self.through(device)
                .is_some_and(|through| counter <= through)
        })
    }

    /// Counts listed records of which something unreceived is not in these envelopes.
    pub(crate) fn left_out(&self, db: &Connection) -> Result<LeftOut, StoreError> {
        let is_copied = meta::get(db, meta::COPIED)?.is_some();
        let mut statement = db.prepare_cached(
            "SELECT c.document AS document, e.device AS device, e.counter AS counter,
                c.envelope IS NULL AND c.scope NOT IN (SELECT scope FROM subscription) AS former
             FROM change c LEFT JOIN envelope e ON e.envelope = c.envelope
             WHERE c.state = 'kept' AND c.save IS NOT NULL AND c.receipt IN ('none', 'waiting')
                AND (SELECT listed FROM encounter_row
                    WHERE saved_order = (SELECT min(position) FROM change d WHERE d.document = c.document))",
        )?;
        let mut rows = statement.query([])?;
        let mut waits = BTreeMap::<DocumentId, Why>::new();
        while let Some(row) = rows.next()? {
            let envelope = envelope(row)?;
            if self.has(envelope) {
                continue;
            }
            let why = match envelope {
                _ if value::column(row, "former")? => Why::Former,
                None if is_copied => Why::Unsealed,
                // Whoever has an identity of its own seals the rest for the next file.
                None | Some(_) => Why::Full,
            };
            let worst = waits
                .entry(value::document(row, "document")?)
                .or_insert(why);
            *worst = why.max(*worst);
        }
        let count = |why| waits.values().filter(|held| **held == why).count() as u64;
        Ok(LeftOut {
            former: count(Why::Former),
            unsealed: count(Why::Unsealed),
            full: count(Why::Full),
        })
    }

    /// Counts documents that others have a part of, and of which an own change was neither received nor is in these
    /// envelopes, though it could be: while another device has this one's identity, nothing seals what is new.
    pub(crate) fn behind(&self, db: &Connection, scope: &str) -> Result<u64, StoreError> {
        let mut statement = db.prepare_cached(
            "SELECT c.document AS document, e.device AS device, e.counter AS counter FROM change c
                LEFT JOIN envelope e ON e.envelope = c.envelope
             WHERE c.scope = ?1 AND c.save IS NOT NULL AND c.state = 'kept' AND c.receipt IN ('none', 'waiting')
                AND EXISTS (SELECT 1 FROM change had WHERE had.document = c.document
                    AND (had.save IS NULL OR had.receipt IN ('post', 'safe')))",
        )?;
        let is_copied = meta::get(db, meta::COPIED)?.is_some();
        let mut rows = statement.query([scope])?;
        let mut documents = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let envelope = envelope(row)?;
            let is_held_back = envelope.is_none() && is_copied;
            if !is_held_back && !self.has(envelope) {
                documents.insert(value::document(row, "document")?);
            }
        }
        Ok(documents.len() as u64)
    }
}

fn envelope(row: &Row<'_>) -> Result<Option<(DeviceId, u64)>, StoreError> {
    let device: Option<[u8; 16]> = value::column(row, "device")?;
    let named = |device| Ok((DeviceId::new(device), value::count(row, "counter")?));
    device.map(named).transpose()
}
