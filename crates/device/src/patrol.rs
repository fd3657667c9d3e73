//! Patrols: leaving, returning, and what a record takes from the patrol that is out.

mod close;
mod out;
mod row;
mod then;
mod write;

use bitacora_core::capture::Capture;
use bitacora_core::id::{PatrolId, PersonId, PostId, ScopeId};
use bitacora_core::patrol::Outing;
use bitacora_core::rule;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::record::Names;
use crate::store::StoreError;
use crate::store::table::draft;
use crate::store::table::patrol_row::{self, PatrolRow};
use crate::store::value;

/// Patrols that lists show.
const LISTED: u32 = 50;

/// What is stated when a patrol leaves; the person who is unlocked leads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// What its records begin with.
    pub defaults: PatrolDefaults,
    /// Who else is out.
    pub people: Vec<PersonId>,
}

/// A patrol as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatrolLine {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// Its code, such as `BCH-0314-2`.
    pub code: String,
    /// When it left, by its device's clock.
    pub departed_at: DateTime<Utc>,
    /// When it came back; `None` while it is out.
    pub returned_at: Option<DateTime<Utc>>,
    /// What its records begin with, and who is out.
    pub defaults: PatrolDefaults,
    /// Names of those who are out, as far as they are known here.
    pub people: Vec<String>,
    /// Records so far.
    pub encounters: u64,
}

/// The patrol that is out with this device.
pub type OpenPatrol = PatrolLine;

/// What the records of a patrol begin with, and who is out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatrolDefaults {
    /// The trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_id: Option<String>,
    /// Code list `setting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Code list `direction`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Who is out, the leader included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonId>,
}

impl Device {
    /// Leaves with a patrol. One at a time per device.
    pub fn patrol_leave(&self, leaving: &Leaving) -> Result<OpenPatrol, DeviceError> {
        let environment = self.environment();
        let patrol_id = PatrolId::new(environment.uuid()?);
        self.with(|unlocked| {
            if unlocked.open_patrol()?.is_some() {
                return Err(DeviceError::NotAllowed {
                    word: "patrol_out",
                    reason: "a patrol is out with this device; return first",
                });
            }
            unlocked.leave(patrol_id, leaving, environment)?;
            unlocked
                .open_patrol()?
                .ok_or(DeviceError::NotFound { what: "the patrol" })
        })
    }

    /// Returns with the patrol that is out. One without records is confirmed as such.
    ///
    /// Errors with `not_allowed` and the word `unfinished` where it is said to have met nobody and a form that was begun
    /// since it left waits.
    pub fn patrol_return(&self, zero_encounters: bool) -> Result<PatrolLine, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let open = unlocked.open_patrol()?.ok_or(DeviceError::NotFound {
                what: "a patrol that is out",
            })?;
            if zero_encounters && open.encounters > 0 {
                return Err(DeviceError::invalid(
                    "zero_encounters",
                    "this patrol has records",
                ));
            }
            let left = open.departed_at;
            if zero_encounters && draft::begun_since(unlocked.store.read(), left)? {
                return Err(DeviceError::NotAllowed {
                    word: "unfinished",
                    reason: "a form of this patrol is not finished; save it or throw it away first",
                });
            }
            let clock = clock::source(unlocked, environment)?;
            unlocked.come_back(open.patrol_id, (zero_encounters, clock), environment)?;
            let row = patrol_row::get(unlocked.store.read(), open.patrol_id)?;
            let row = row.ok_or(DeviceError::NotFound { what: "the patrol" })?;
            Ok(unlocked.patrol_line(row, open.encounters)?)
        })
    }

    /// Returns the newest patrols known here, also those of other devices.
    pub fn patrols(&self) -> Result<Vec<PatrolLine>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let encounters = patrol_row::encounters_of_all(db)?;
            let line = |row: PatrolRow| {
                let count = encounters.get(&row.patrol_id).copied();
                unlocked.patrol_line(row, count.unwrap_or(0))
            };
            let rows = patrol_row::newest(db, LISTED)?;
            Ok(rows.into_iter().map(line).collect::<Result<_, _>>()?)
        })
    }
}

impl Device {
    /// Returns every patrol of a post known here that was out between two moments, the end not included: also one that
    /// left before, and one that is not back.
    pub fn outings(
        &self,
        post: &PostId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Outing>, DeviceError> {
        let scope = ScopeId::operational(post.clone());
        self.with(|unlocked| {
            let rows = patrol_row::out_between(unlocked.store.read(), &scope, from, until)?;
            let outing = |row: PatrolRow| Outing {
                patrol_id: row.patrol_id,
                code: row.code,
                device_id: row.device,
                departed_at: row.departed_at,
                returned_at: row.returned_at,
            };
            Ok(rows.into_iter().map(outing).collect())
        })
    }
}

pub use out::PatrolOut;
pub(crate) use row::row_of;

impl Unlocked {
    /// Returns the patrol that is out with this device.
    pub(crate) fn open_patrol(&self) -> Result<Option<OpenPatrol>, StoreError> {
        let db = self.store.read();
        let Some(row) = patrol_row::open(db)? else {
            return Ok(None);
        };
        let encounters = patrol_row::encounters(db, row.patrol_id)?;
        self.patrol_line(row, encounters).map(Some)
    }

    fn patrol_line(&self, row: PatrolRow, encounters: u64) -> Result<PatrolLine, StoreError> {
        let db = self.store.read();
        let defaults: PatrolDefaults = value::from_json(&row.summary, "patrol")?;
        let mut names = Names::default();
        let people = defaults
            .people
            .iter()
            .map(|person| names.person(db, *person))
            .filter(|name| !matches!(name, Ok(name) if name.is_empty()));
        Ok(PatrolLine {
            people: people.collect::<Result<_, _>>()?,
            encounters,
            patrol_id: row.patrol_id,
            code: row.code,
            departed_at: row.departed_at,
            returned_at: row.returned_at,
            defaults,
        })
    }
}

/// Fills what a record takes from its patrol; what the person stated stays.
pub(crate) fn fill(
    unlocked: &Unlocked,
    capture: &mut Capture,
    began: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let Some(patrol) = patrol_of(unlocked, capture, began)? else {
        return Ok(());
    };
    capture.patrol_id = Some(patrol.patrol_id);
    let PatrolDefaults {
        trail_id,
        setting,
        direction,
        people: _,
    } = value::from_json(&patrol.summary, "patrol")?;
    capture.trail_id = capture.trail_id.take().or(trail_id);
    capture.setting = capture.setting.take().or(setting);
    capture.direction = capture.direction.take().or(direction);
    Ok(())
}

/// Returns the patrol that a record belongs to: the one that was out with this device when its form was begun, else
/// the one that is out now. Neither a form that was begun nor a strip of paper that tells of a time before that one
/// left belongs to it.
fn patrol_of(
    unlocked: &Unlocked,
    capture: &Capture,
    began: Option<DateTime<Utc>>,
) -> Result<Option<PatrolRow>, StoreError> {
    let db = unlocked.store.read();
    let is_paper = capture.is_paper();
    let began = began.filter(|_| !is_paper);
    if let Some(began) = began
        && let Some(then) = unlocked.out_at(began)?
    {
        return Ok(Some(then));
    }
    let stated = capture.occurred_at.filter(|_| is_paper);
    let happened = began.or(stated.map(|at| at.to_utc()));
    let open = patrol_row::open(db)?;
    Ok(open.filter(|open| happened.is_none_or(|at| !rule::is_outside(at, &open.span))))
}
