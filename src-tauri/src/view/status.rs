//! Where the app stands, put together from the vault, the device and the exchange.

use bitacora_device::{
    Comparison, Device, DeviceStatus, TailMissing, Vault, VaultError, VaultState,
};

use super::access::{AppStatus, ClockState, Me, PersonTile, Phase};
use super::convert::{moment, number, person};
use super::error::{BackendError, ErrorCode};
use crate::shell::{Answer, Shell};

/// Minutes until an app locks that has not learnt its post's.
pub(crate) const LOCK_MINUTES: u32 = 10;

impl AppStatus {
    /// Returns where the app stands. Never fails because nobody is in: that is one of the answers.
    pub(crate) fn of(shell: &Shell) -> Answer<Self> {
        let locked = match shell.alone() {
            Ok(()) => Self::locked(shell),
            Err(problem) => Self::closed(shell, Phase::Broken, Some(problem)),
        };
        match shell.open_device() {
            Some(device) => locked.opened(&device),
            None => Ok(locked),
        }
    }

    /// What can be told without a key.
    fn locked(shell: &Shell) -> Self {
        let state = Vault::state(&shell.vault(), &shell.environment());
        let (phase, problem, people, saved_total) = match state {
            VaultState::Absent => (Phase::FirstStart, None, Vec::new(), 0),
            VaultState::Locked {
                people,
                saved_total,
            } => (Phase::Locked, None, people, saved_total),
            VaultState::Newer(error)
            | VaultState::Damaged(error)
            | VaultState::NotAVault(error) => (Phase::Broken, Some(problem(error)), Vec::new(), 0),
        };
        Self {
            people: people.iter().map(PersonTile::from).collect(),
            saved_total: number(saved_total),
            ..Self::closed(shell, phase, problem)
        }
    }

    /// What holds while nobody is in.
    fn closed(shell: &Shell, phase: Phase, problem: Option<BackendError>) -> Self {
        Self {
            phase,
            problem,
            people: Vec::new(),
            saved_total: 0,
            me: None,
            post: None,
            enrolled: false,
            server: None,
            digits: None,
            is_copied: false,
            invitation: shell.invitation(),
            unreceived: 0,
            others_unreceived: 0,
            former_unreceived: 0,
            refused: 0,
            last_contact_at: None,
            sync: shell.sync_state(),
            patrol: None,
            lock_minutes: LOCK_MINUTES,
            clock: ClockState::default(),
            practice_done: false,
        }
    }

    /// What an unlocked person may know besides.
    fn opened(self, device: &Device) -> Answer<Self> {
        let status: DeviceStatus = device.status()?;
        let seconds = |offset: i64| {
            i32::try_from(offset).unwrap_or(if offset < 0 { i32::MIN } else { i32::MAX })
        };
        let people = named(device, self.people)?;
        Ok(Self {
            people,
            phase: Phase::Open,
            problem: status.tail_missing.as_ref().map(tail_missing),
            saved_total: number(status.saves),
            me: Some(Me {
                person_id: status.me.to_string(),
                name: status.my_name,
                role: status.role.into(),
            }),
            post: Some(status.post.into()),
            enrolled: status.enrolled,
            server: status.server,
            digits: to_compare(status.comparison),
            is_copied: status.is_copied,
            unreceived: number(status.records.unreceived),
            others_unreceived: number(status.records.waiting() - status.records.unreceived),
            former_unreceived: number(status.records.waiting() - status.records.due()),
            refused: number(status.records.refused),
            last_contact_at: status.last_contact_at.map(moment),
            patrol: status.open_patrol.as_ref().map(Into::into),
            lock_minutes: status.lock_minutes,
            clock: ClockState {
                doubtful: number(status.clock.doubtful),
                offset_seconds: status.clock.offset_seconds.map(seconds),
                repairable: number(status.clock.repairable),
                repaired: number(status.clock.repaired),
                is_repair_seen: status.clock.is_repair_seen,
            },
            practice_done: status.practice_done,
            ..self
        })
    }
}

/// Returns the digits that a person has still to compare.
fn to_compare(comparison: Option<Comparison>) -> Option<String> {
    match comparison? {
        Comparison::Open(digits) => Some(digits),
        Comparison::Differ => None,
    }
}

/// Puts the names on the tiles: whoever is in may read them.
fn named(device: &Device, tiles: Vec<PersonTile>) -> Answer<Vec<PersonTile>> {
    let name = |mut tile: PersonTile| {
        let name = device.name_of(person(&tile.person_id)?)?;
        if !name.is_empty() {
            tile.name = name;
        }
        Ok(tile)
    };
    tiles.into_iter().map(name).collect()
}

fn problem(error: VaultError) -> BackendError {
    bitacora_device::DeviceError::from(error).into()
}

fn tail_missing(tail: &TailMissing) -> BackendError {
    let how_many = tail
        .saves
        .map_or_else(|| "some".to_owned(), |saves| saves.to_string());
    let message = format!("{how_many} confirmed saves are missing from the database");
    BackendError::new(ErrorCode::TailMissing, message)
}
