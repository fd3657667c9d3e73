//! Patrols: leaving, returning, and what a record takes from the patrol that is out.

use bitacora_core::capture::Capture;
use bitacora_core::content::Edit;
use bitacora_core::document::Document;
use bitacora_core::id::{PatrolId, PersonId};
use bitacora_core::patrol::{self as documents, Departure, Header, Outing};
use bitacora_core::rule;
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock;
use crate::device::{Device, Unlocked};
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::record::{Names, load, local_time};
use crate::store::StoreError;
use crate::store::saving::{Appended, derive};
use crate::store::table::change::Kind;
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
            unlocked.come_back(open.patrol_id, zero_encounters, environment)?;
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
    /// Returns every patrol known here that was out between two moments, the end not included: also one that left
    /// before, and one that is not back.
    pub fn outings(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Outing>, DeviceError> {
        self.with(|unlocked| {
            let rows = patrol_row::out_between(unlocked.store.read(), from, until)?;
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

impl Unlocked {
    /// Returns the patrol that is out with this device.
    pub(crate) fn open_patrol(&self) -> Result<Option<OpenPatrol>, StoreError> {
        let db = self.store.read();
        let Some(row) = patrol_row::open_of(db, self.device)? else {
            return Ok(None);
        };
        let encounters = patrol_row::encounters(db, row.patrol_id)?;
        self.patrol_line(row, encounters).map(Some)
    }

    fn leave(
        &mut self,
        patrol_id: PatrolId,
        leaving: &Leaving,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let post = self.post()?;
        let author = self.author(environment);
        let departed_at = local_time(author.at, &post.tz);
        let prefix = format!(
            "{}-{:02}{:02}-",
            post.post_id.short(),
            departed_at.month(),
            departed_at.day()
        );
        let number = patrol_row::with_prefix(self.store.read(), &prefix)?.saturating_add(1);
        let header = Header {
            patrol_id,
            code: format!("{prefix}{number}"),
            post_id: post.post_id.clone(),
            author_id: author.person,
            device_id: author.device,
            created_at: author.at,
            tz: post.tz,
        };
        let departure = Departure {
            departed_at,
            clock_source: clock::source(self, environment)?.to_owned(),
            leader_id: Some(author.person),
            members: leaving
                .people
                .iter()
                .copied()
                .chain([author.person])
                .collect(),
            trail_id: leaving.defaults.trail_id.clone(),
            setting: leaving.defaults.setting.clone(),
            direction: leaving.defaults.direction.clone(),
        };
        let written = documents::depart(&header, &departure, &author)?;
        let document =
            Document::from_changes([written.bytes.as_slice()]).map_err(StoreError::from)?;
        let scope = self.scope()?;
        self.store.save(|saving| {
            let appended = Appended {
                id: patrol_id.into(),
                kind: Kind::PATROL,
                scope: &scope,
                written: &written,
                author: &author,
            };
            saving.append(&appended, environment)?;
            derive(
                saving.tx(),
                patrol_id.into(),
                Kind::PATROL,
                &scope,
                &document,
            )
        })
    }

    fn come_back(
        &mut self,
        patrol_id: PatrolId,
        zero: bool,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let (document, scope) = load(self, patrol_id.into(), Kind::PATROL)?;
        let mut author = self.author(environment);
        if !document.may_author(author.actor, &document.version()) {
            author.actor = environment.actor()?;
        }
        let returned_at = local_time(author.at, &self.post()?.tz).to_rfc3339();
        let returned_clock = clock::source(self, environment)?;
        let mut patch = json!({ "returned_at": returned_at, "returned_clock": returned_clock });
        if zero && let Some(fields) = patch.as_object_mut() {
            fields.insert("zero_encounters".to_owned(), json!(true));
        }
        let written = documents::edit(&document, &Edit::Patch(patch), &author)?;
        let written = written.ok_or(DeviceError::NotFound {
            what: "a patrol that is out",
        })?;
        let document = document
            .with_change(&written.bytes)
            .map_err(StoreError::from)?;
        self.store.save(|saving| {
            let appended = Appended {
                id: patrol_id.into(),
                kind: Kind::PATROL,
                scope: &scope,
                written: &written,
                author: &author,
            };
            saving.append(&appended, environment)?;
            derive(
                saving.tx(),
                patrol_id.into(),
                Kind::PATROL,
                &scope,
                &document,
            )
        })
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

/// Returns the row of a patrol document.
pub(crate) fn row_of(document: &Document) -> Result<PatrolRow, StoreError> {
    let patrol = documents::read(document)?;
    let departed_at = patrol
        .departed_at()
        .map_or(patrol.header.created_at, |at| at.with_timezone(&Utc));
    let defaults = PatrolDefaults {
        trail_id: patrol.trail_id().map(str::to_owned),
        setting: patrol.setting().map(str::to_owned),
        direction: patrol.direction().map(str::to_owned),
        people: patrol.members().into_iter().collect(),
    };
    Ok(PatrolRow {
        patrol_id: patrol.header.patrol_id,
        code: patrol.header.code.clone(),
        departed_at,
        returned_at: patrol.returned_at().map(|at| at.with_timezone(&Utc)),
        device: patrol.header.device_id,
        span: patrol.span(),
        summary: value::to_json(&defaults, "patrol")?,
    })
}

/// Fills what a record takes from the open patrol; what the person stated stays. A strip of paper that tells of a time
/// before the patrol left is typed now and belongs to another one.
pub(crate) fn fill(unlocked: &Unlocked, capture: &mut Capture) -> Result<(), StoreError> {
    let Some(patrol) = patrol_row::open_of(unlocked.store.read(), unlocked.device)? else {
        return Ok(());
    };
    let happened = capture.occurred_at.map(|at| at.to_utc());
    let is_paper = capture.capture_mode.as_deref() == Some("paper");
    if is_paper && happened.is_some_and(|at| rule::is_outside(at, &patrol.span)) {
        return Ok(());
    }
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
