//! The store as the sync core needs it: each method is one transaction and returns after the disk has it.
//!
//! The exchange itself is planned in `bitacora_core::sync`; nothing here waits for a network.

mod apply;
mod back;
mod directory;
mod kind;
mod receipts;

use bitacora_core::clock::ClockOffset;
use bitacora_core::envelope::{LeafHash, PublicKey, Seal, Unsealed};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash, ScopeId, ServerId};
use bitacora_core::receipt::Receipt;
use bitacora_core::sync::{
    CheckedPull, CopyEvidence, DeviceIdentity, DeviceLog, HeldEnvelope, SealedLeaf,
    StoredCheckpoint, Subscription,
};
use bitacora_core::wire::{Cursor, Directory, PersonName};
use chrono::{DateTime, TimeDelta, Utc};

use crate::device::{Device, Unlocked};
use crate::error::{DeviceError, ErrorCode};
use crate::store::table::change::{self, ChangeKey};
use crate::store::table::{
    beginning, clock_reading, device, encounter_row, envelope, meta, person, receipt, subscription,
    way::{self, Level, sealing},
};
use crate::store::tx::Tx;

/// The change log of an unlocked device, for one exchange. Locking the device ends it with an error; so does joining
/// again meanwhile: what a server says to one identity is not for another.
#[derive(Debug)]
pub struct SyncLog {
    device: Device,
    /// Whom the exchange is between; `None` if the device was locked when it began.
    ends: Option<Ends>,
    /// When the exchange began, by this device's clock.
    began: DateTime<Utc>,
}

/// Between whom an exchange is: this device, and the server that it trusts.
type Ends = (DeviceId, Option<ServerId>);

impl Device {
    /// Returns the change log for an exchange of whoever this device is now.
    pub fn sync_log(&self) -> SyncLog {
        self.sync_log_between(self.with(|unlocked| ends_of(unlocked)).ok())
    }

    /// Returns the change log for an exchange under an identity.
    pub(crate) fn sync_log_as(&self, identity: &DeviceIdentity) -> SyncLog {
        self.sync_log_between(Some((identity.device, Some(identity.server))))
    }

    fn sync_log_between(&self, ends: Option<Ends>) -> SyncLog {
        SyncLog {
            device: self.clone(),
            ends,
            began: self.environment().now(),
        }
    }
}

impl SyncLog {
    fn with<T>(
        &self,
        act: impl FnOnce(&mut Unlocked) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        self.device.with(|unlocked| {
            if self.ends != Some(ends_of(unlocked)?) {
                return Err(DeviceError::Server {
                    code: ErrorCode::NoNetwork,
                    message: JOINED_AGAIN.to_owned(),
                });
            }
            act(unlocked)
        })
    }
}

/// Why an exchange of somebody whom this device is no longer ends.
const JOINED_AGAIN: &str =
    "this device joined again during the exchange; the next one goes on as who it is now";

fn ends_of(unlocked: &Unlocked) -> Result<Ends, DeviceError> {
    let server = unlocked.server()?.map(|server| server.id()).transpose()?;
    Ok((unlocked.device, server))
}

impl DeviceLog for SyncLog {
    type Error = DeviceError;

    fn unsealed(&mut self, limit: usize) -> Result<Vec<Unsealed>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            // Another phone seals under the same identity: what is new waits for an enrolment of its own.
            let is_copied = meta::get(db, meta::COPIED)?.is_some();
            if is_copied {
                Ok(Vec::new())
            } else {
                Ok(sealing::unsealed(db, limit)?)
            }
        })
    }

    fn last_envelope(&mut self) -> Result<Option<(u64, EnvelopeHash)>, DeviceError> {
        self.with(|unlocked| Ok(envelope::last(unlocked.store.read(), unlocked.device)?))
    }

    fn save_sealed(&mut self, seal: &Seal, leaves: &[SealedLeaf]) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.apply(|tx| {
                let hashes: Vec<LeafHash> = leaves.iter().map(|leaf| leaf.hash).collect();
                let hash = envelope::put(tx, seal, &hashes)?;
                for (index, leaf) in (0u32..).zip(leaves) {
                    let key = ChangeKey {
                        document: leaf.document,
                        change: leaf.change,
                    };
                    sealing::set_sealed(tx, key, hash, index)?;
                }
                Ok(())
            })
        })
    }

    fn displaced(&mut self, envelope: EnvelopeHash) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.apply(|tx| {
                for document in sealing::displace(tx, envelope)? {
                    encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
                }
                Ok(())
            })
        })
    }

    fn own_envelope(&mut self, counter: u64) -> Result<Option<HeldEnvelope>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let hash = envelope::hash(db, unlocked.device, counter)?;
            Ok(hash.map_or(Ok(None), |hash| envelope::held(db, hash))?)
        })
    }

    fn own_envelope_hash(
        &mut self,
        counter: u64,
    ) -> Result<Option<(EnvelopeHash, u32)>, DeviceError> {
        self.with(|unlocked| {
            Ok(envelope::hash_and_leaves(
                unlocked.store.read(),
                unlocked.device,
                counter,
            )?)
        })
    }

    fn own_leaf(
        &mut self,
        counter: u64,
        leaf: u32,
    ) -> Result<Option<(DocumentId, ChangeHash)>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let hash = envelope::hash(db, unlocked.device, counter)?;
            Ok(hash.map_or(Ok(None), |hash| envelope::leaf(db, hash, leaf))?)
        })
    }

    fn to_offer(
        &mut self,
        after: Option<(DeviceId, u64)>,
        limit: usize,
    ) -> Result<Vec<HeldEnvelope>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let mut held = Vec::new();
            for hash in envelope::to_offer(db, unlocked.device, after, limit)? {
                held.extend(envelope::held(db, hash)?);
            }
            Ok(held)
        })
    }

    fn receipts_through(&mut self) -> Result<u64, DeviceError> {
        self.with(|unlocked| Ok(receipt::through(unlocked.store.read(), unlocked.device)?))
    }

    fn open_receipts(&mut self, limit: usize) -> Result<Vec<(u64, u32)>, DeviceError> {
        self.with(|unlocked| {
            Ok(receipt::open(
                unlocked.store.read(),
                unlocked.device,
                limit,
            )?)
        })
    }

    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), DeviceError> {
        receipts::save(self, receipt)
    }

    fn subscriptions(&mut self) -> Result<Vec<Subscription>, DeviceError> {
        self.with(|unlocked| Ok(subscription::all(unlocked.store.read())?))
    }

    fn checkpoints(&mut self, scope: &ScopeId) -> Result<Vec<StoredCheckpoint>, DeviceError> {
        self.with(|unlocked| Ok(subscription::checkpoints(unlocked.store.read(), scope)?))
    }

    fn digest(&mut self, scope: &ScopeId, through: u64) -> Result<(u64, u128), DeviceError> {
        self.with(|unlocked| Ok(subscription::digest(unlocked.store.read(), scope, through)?))
    }

    fn start(&mut self, scope: &ScopeId, mark: &Cursor) -> Result<(), DeviceError> {
        let now = self.device.environment().now();
        self.with(|unlocked| {
            let reading = clock_reading::newest(unlocked.store.read(), 1)?;
            let offset_ms = reading.first().map_or(0, |reading| reading.offset_ms);
            let offset = TimeDelta::milliseconds(offset_ms);
            unlocked.store.apply(|tx| {
                subscription::start(tx, scope, mark)?;
                beginning::note(tx, scope, mark, now + offset)?;
                lose(tx, scope, None)
            })
        })
    }

    fn rewind(&mut self, scope: &ScopeId, to: &StoredCheckpoint) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.apply(|tx| {
                subscription::rewind(tx, scope, to)?;
                lose(tx, scope, Some(to.tail.seq))
            })
        })
    }

    fn save_pull(&mut self, pull: &CheckedPull) -> Result<(), DeviceError> {
        apply::save(self, pull)
    }

    fn directory_rev(&mut self) -> Result<u64, DeviceError> {
        self.with(|unlocked| Ok(directory::revision(unlocked.store.read())?))
    }

    fn save_directory(&mut self, directory: &Directory) -> Result<(), DeviceError> {
        self.with(|unlocked| unlocked.store.apply(|tx| directory::save(tx, directory)))
    }

    fn received_at(&mut self, is_headquarters: bool, epoch: u64) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.apply(|tx| {
                match is_headquarters {
                    true => meta::set(tx, meta::HEADQUARTERS, b"1")?,
                    false => meta::remove(tx, meta::HEADQUARTERS)?,
                }
                for document in way::set_level(tx, Level::of(is_headquarters), epoch)? {
                    encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
                }
                Ok(())
            })
        })
    }

    fn device_key(&mut self, id: DeviceId) -> Result<Option<PublicKey>, DeviceError> {
        self.with(|unlocked| Ok(device::public_key(unlocked.store.read(), id)?.map(PublicKey::new)))
    }

    fn persons_to_introduce(
        &mut self,
        pushed_above: u64,
        limit: usize,
    ) -> Result<Vec<PersonName>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let mut people = person::signers(db, unlocked.device, pushed_above)?;
            for other in person::unannounced(db)? {
                if !people.contains(&other) {
                    people.push(other);
                }
            }
            Ok(people
                .into_iter()
                .take(limit)
                .map(|(person, name)| PersonName { person, name })
                .collect())
        })
    }

    fn introduced(&mut self, persons: &[PersonName]) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.apply(|tx| {
                persons
                    .iter()
                    .try_for_each(|known| person::set_announced(tx, known.person))?;
                Ok(())
            })
        })
    }

    fn contacted(&mut self, server_time_ms: u64) -> Result<(), DeviceError> {
        let now = self.device.environment().now();
        let server = i64::try_from(server_time_ms).ok();
        let server = server.and_then(DateTime::from_timestamp_millis);
        let offset = server.and_then(|server| ClockOffset::at_contact(self.began, now, server));
        let Some(offset) = offset else {
            tracing::warn!("the server's clock cannot be right; nothing is concluded from it");
            return Ok(());
        };
        let offset = offset.milliseconds();
        let pace = self.device.environment().pace();
        self.with(|unlocked| {
            unlocked
                .store
                .apply(|tx| Ok(clock_reading::insert(tx, now, offset, pace)?))
        })
    }

    fn identity_is_copied(&mut self, evidence: CopyEvidence) -> Result<(), DeviceError> {
        tracing::error!(?evidence, "another phone has this device's identity");
        self.with(|unlocked| {
            unlocked
                .store
                .apply(|tx| Ok(meta::set(tx, meta::COPIED, b"1")?))
        })
    }
}

/// Notes what the server may not have any more: what lies above a position, or everything. Nothing of it is received
/// until the server says so again. A file that was written before holds none of it: it had been received then.
fn lose(tx: &Tx<'_>, scope: &ScopeId, above: Option<u64>) -> Result<(), DeviceError> {
    receipt::doubt_all(tx)?;
    let lost = way::lose_positions(tx, scope, above)?;
    if !lost.is_empty() {
        meta::remove(tx, meta::TAKEN_OUT)?;
    }
    for document in lost {
        encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
    }
    Ok(())
}
