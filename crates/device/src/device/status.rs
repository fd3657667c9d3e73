//! Where a device stands, for the status bar.

use bitacora_core::enrol::Role;
use bitacora_core::id::{DeviceId, PersonId};
use chrono::{DateTime, Utc};

use super::{Device, Unlocked};
use crate::clock::satellite;
use crate::enrolled::comparison::{self, Comparison};
use crate::error::DeviceError;
use crate::patrol::OpenPatrol;
use crate::store::StoreError;
use crate::store::table::clock_reading;
use crate::store::table::encounter_row::StateCounts;
use crate::store::table::post::Post;
use crate::store::table::tail_gap::{self, TailMissing};
use crate::store::table::{change, contact, meta, person};

/// Doubts about this device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockStatus {
    /// Records whose time nobody could check.
    pub doubtful: u64,
    /// The true time minus this device's at the last contact or fix, seconds.
    pub offset_seconds: Option<i64>,
    /// Records that one act would correct now.
    pub repairable: u64,
    /// Records that the last correction which stands has corrected; it can be taken back as a whole.
    pub repaired: u64,
    /// That correction was read and is to stand.
    pub is_repair_seen: bool,
}

/// Where a device stands.
#[derive(Clone, PartialEq)]
pub struct DeviceStatus {
    /// This device.
    pub device: DeviceId,
    /// Who is unlocked.
    pub me: PersonId,
    /// Name of who is unlocked.
    pub my_name: String,
    /// What the server's directory lets them do.
    pub role: Role,
    /// The post of new records.
    pub post: Post,
    /// A server knows this device.
    pub enrolled: bool,
    /// That server's address.
    pub server: Option<String>,
    /// What a person has still to say of the digits of the enrolment; until then nothing goes to the server.
    pub comparison: Option<Comparison>,
    /// Another device has this one's identity: nothing more is sealed until a code enrols this one again.
    pub is_copied: bool,
    /// The number of the last own save, counted from 1 on this device.
    pub saves: u64,
    /// Records by state.
    pub records: StateCounts,
    /// When a contact last went through.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// The patrol that is out.
    pub open_patrol: Option<OpenPatrol>,
    /// Minutes without a touch until the app locks itself.
    pub lock_minutes: u32,
    /// Doubts about the clock.
    pub clock: ClockStatus,
    /// Confirmed saves that are not in the database any more.
    pub tail_missing: Option<TailMissing>,
    /// The practice record was done.
    pub practice_done: bool,
}

impl std::fmt::Debug for DeviceStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceStatus")
            .field("device", &self.device)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

impl Device {
    /// Returns where the device stands.
    pub fn status(&self) -> Result<DeviceStatus, DeviceError> {
        self.with(|unlocked| unlocked.status())
    }

    /// Returns how many changes of this device were not accepted so far, of records and of patrols. One that stands
    /// written anew, because a copy of this device had used its number, is none of them.
    pub fn refused_changes(&self) -> Result<u64, DeviceError> {
        self.with(|unlocked| Ok(change::refused_in_all(unlocked.store.read())?))
    }

    /// Returns the minutes without a touch until the app locks itself. A device always locks itself; while a
    /// patrol is open, never later than its post says.
    pub fn lock_minutes(&self) -> Result<u32, DeviceError> {
        self.with(|unlocked| {
            let post = unlocked.post()?;
            let is_out = unlocked.open_patrol()?.is_some();
            Ok(unlocked.lock_minutes(&post, is_out)?)
        })
    }

    /// Sets the minutes until the app locks itself, on this device; between 1 and 60. While a patrol is open
    /// those of the post hold if they are fewer.
    pub fn set_lock_minutes(&self, minutes: u32) -> Result<(), DeviceError> {
        if !(1..=60).contains(&minutes) {
            return Err(DeviceError::invalid("lock_minutes", "expected 1 to 60"));
        }
        let text = minutes.to_string();
        self.with(|unlocked| {
            unlocked
                .store
                .keep(|tx| Ok(meta::set(tx, meta::LOCK_MINUTES, text.as_bytes())?))
        })
    }
}

impl Unlocked {
    fn status(&mut self) -> Result<DeviceStatus, DeviceError> {
        let records = self
            .counted
            .states(self.store.read(), self.store.writes())?;
        let db = self.store.read();
        let post = self.post()?;

        let server = self.server_address()?;
        let open_patrol = self.open_patrol()?;
        Ok(DeviceStatus {
            device: self.device,
            me: self.me,
            my_name: person::name(db, self.me)?.unwrap_or_default(),
            role: self.role()?,
            enrolled: server.is_some(),
            server,
            comparison: comparison::read(db)?,
            is_copied: meta::get(db, meta::COPIED)?.is_some(),
            saves: self.store.last_save(),
            last_contact_at: self.last_contact_at()?,
            lock_minutes: self.lock_minutes(&post, open_patrol.is_some())?,
            open_patrol,
            clock: self.clock_status(&records)?,
            tail_missing: tail_gap::total(db)?,
            practice_done: meta::get(db, meta::PRACTICE_DONE)?.is_some(),
            post,
            records,
        })
    }

    fn lock_minutes(&self, post: &Post, is_out: bool) -> Result<u32, StoreError> {
        let own = meta::text(self.store.read(), meta::LOCK_MINUTES)?;
        let own = own.and_then(|minutes| minutes.parse().ok());
        Ok(match own {
            Some(own) if is_out => post.lock_minutes.min(own),
            Some(own) => own,
            None => post.lock_minutes,
        })
    }

    fn clock_status(&self, records: &StateCounts) -> Result<ClockStatus, StoreError> {
        let last = clock_reading::newest(self.store.read(), 1)?;
        let (repaired, is_repair_seen) = self.repair_standing()?;
        Ok(ClockStatus {
            doubtful: records.clock_doubt,
            offset_seconds: last.first().map(|reading| reading.offset_ms / 1000),
            repairable: u64::try_from(self.repairable()?.len()).unwrap_or(u64::MAX),
            repaired,
            is_repair_seen,
        })
    }

    /// Returns when the server was last reached, by this device's clock.
    fn last_contact_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let answered = satellite::answered_at(self.store.read())?;
        let finished = contact::last_good(self.store.read())?.map(|contact| contact.at);
        Ok(answered.max(finished))
    }
}
