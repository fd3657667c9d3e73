//! A new record.

use bitacora_core::authoring::Author;
use bitacora_core::capture::Capture;
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Header};
use bitacora_core::id::{DocumentId, DraftId, EncounterId};
use bitacora_core::short_code;
use bitacora_core::summary::{Packed, Summary};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use chrono_tz::Tz;

use super::Saved;
use super::row::{Place, Row};
use super::undo::UNDO_SECONDS;
use crate::clock;
use crate::device::{Device, Unlocked};
use crate::environment::{Environment, Pace};
use crate::error::DeviceError;
use crate::patrol;
use crate::store::StoreError;
use crate::store::saving::{Appended, derive};
use crate::store::table::change::{self, Kind};
use crate::store::table::post::Post;
use crate::store::table::{clock_run, draft as draft_table, encounter_row};

/// Tries to find a short code that this device has not seen; there are 32,768 per post and day.
const SHORT_CODE_TRIES: u32 = 16;

impl Device {
    /// Saves a new record. When this returns, it survives a power cut.
    ///
    /// A draft that is named is gone with the same commit, or still there if the save failed.
    pub fn record(&self, capture: &Capture, draft: Option<DraftId>) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let given = capture.encounter_id.map(DocumentId::from);
            if let Some(id) = given
                && change::kind_and_scope(unlocked.store.read(), id)?.is_some()
            {
                return Err(DeviceError::invalid(
                    "encounter_id",
                    "a record of this id is on this device already",
                ));
            }
            New::author(unlocked, capture, environment)?.save(unlocked, draft, environment)
        })
    }

    /// Returns what a capture would say as a record, and keeps nothing.
    pub(crate) fn practise(&self, capture: &Capture) -> Result<Row, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let new = New::author(unlocked, capture, environment)?;
            let encounter = encounter::read(&new.document).map_err(StoreError::from)?;
            let packed = Summary::of(&encounter).pack();
            let unreadable = StoreError::Value { what: "summary" };
            unlocked.row(&encounter_row::StoredLine {
                order: 0,
                record: Packed::read(&packed).ok_or(unreadable)?,
                place: Place::OnPhone,
                unreceived: 0,
                refused: false,
                saved_at: new.author.at,
                received_at: None,
            })
        })
    }
}

/// A record that was authored, not saved yet.
struct New {
    id: DocumentId,
    scope: String,
    author: Author,
    written: bitacora_core::authoring::Written,
    document: Document,
    /// How the clock stands that nobody could check and that gave the time.
    doubtful_by: Option<Pace>,
}

impl New {
    fn author(
        unlocked: &Unlocked,
        capture: &Capture,
        environment: &Environment,
    ) -> Result<Self, DeviceError> {
        let post = unlocked.post()?;
        let mut capture = capture.clone();
        // What the device's own clock says is not judged by the same clock.
        let author = match capture.occurred_at {
            Some(_) => unlocked.timed_author(environment)?,
            None => unlocked.author(environment),
        };
        fill(unlocked, &mut capture, &post, environment)?;
        let encounter_id = match capture.encounter_id {
            Some(id) => id,
            None => EncounterId::new(environment.uuid()?),
        };
        let occurred_at = capture
            .occurred_at
            .unwrap_or_else(|| local_time(author.at, &post.tz));
        let header = Header {
            encounter_id,
            short_code: short_code_for(unlocked, &post, occurred_at, environment)?,
            post_id: post.post_id.clone(),
            author_id: author.person,
            device_id: author.device,
            created_at: author.at,
            tz: post.tz.clone(),
        };
        let written = encounter::record(&header, &capture, &author)?;
        let document =
            Document::from_changes([written.bytes.as_slice()]).map_err(StoreError::from)?;
        let is_doubtful = capture.clock_source.as_deref() == Some("device");
        Ok(Self {
            id: encounter_id.into(),
            scope: unlocked.scope()?,
            author,
            written,
            document,
            doubtful_by: environment.pace().filter(|_| is_doubtful),
        })
    }

    fn save(
        &self,
        unlocked: &mut Unlocked,
        draft: Option<DraftId>,
        environment: &Environment,
    ) -> Result<Saved, DeviceError> {
        let me = unlocked.me;
        unlocked.store.save(|saving| {
            let appended = Appended {
                id: self.id,
                kind: Kind::ENCOUNTER,
                scope: &self.scope,
                written: &self.written,
                author: &self.author,
            };
            if let Some(pace) = self.doubtful_by {
                clock_run::note(saving.tx(), pace)?;
            }
            saving.append(&appended, environment)?;
            derive(
                saving.tx(),
                self.id,
                Kind::ENCOUNTER,
                &self.scope,
                &self.document,
            )?;
            if let Some(draft) = draft {
                draft_table::delete(saving.tx(), draft, me)?;
            }
            Ok(())
        })?;
        unlocked.saved(self.id.into(), self.author.at, false)
    }
}

impl Unlocked {
    /// Returns a save as the person is told of it.
    pub(crate) fn saved(
        &self,
        id: EncounterId,
        at: DateTime<Utc>,
        unchanged: bool,
    ) -> Result<Saved, DeviceError> {
        let row = self.row_of(id)?;
        let undo_until = at
            .checked_add_signed(TimeDelta::seconds(UNDO_SECONDS))
            .unwrap_or(at);
        Ok(Saved {
            row,
            undo_until,
            unchanged,
        })
    }

    /// Returns the scope that new records of this device belong to.
    pub(crate) fn scope(&self) -> Result<String, StoreError> {
        use bitacora_core::id::{Compartment, ScopeId};
        Ok(ScopeId {
            post: self.post_id()?,
            compartment: Compartment::Operational,
        }
        .to_string())
    }
}

/// Fills what the person need not state: time, its source, mode, patrol and what the patrol brings along.
fn fill(
    unlocked: &Unlocked,
    capture: &mut Capture,
    post: &Post,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let now = environment.now();
    if capture.occurred_at.is_none() {
        capture.occurred_at = Some(local_time(now, &post.tz));
        if capture.clock_source.is_none() {
            capture.clock_source = Some(clock::source(unlocked, environment)?.to_owned());
        }
    }
    capture
        .clock_source
        .get_or_insert_with(|| "typed".to_owned());
    capture
        .capture_mode
        .get_or_insert_with(|| "quick".to_owned());
    if capture.capture_mode.as_deref() != Some("import") && capture.patrol_id.is_none() {
        patrol::fill(unlocked, capture)?;
    }
    Ok(())
}

/// Returns a moment in the post's own time; UTC if its zone is not known to this build.
pub(crate) fn local_time(at: DateTime<Utc>, tz: &str) -> DateTime<FixedOffset> {
    tz.parse::<Tz>().map_or_else(
        |_| at.fixed_offset(),
        |tz| at.with_timezone(&tz).fixed_offset(),
    )
}

fn short_code_for(
    unlocked: &Unlocked,
    post: &Post,
    at: DateTime<FixedOffset>,
    environment: &Environment,
) -> Result<String, DeviceError> {
    let day = local_time(at.with_timezone(&Utc), &post.tz).date_naive();
    let mut code = String::new();
    for _ in 0..SHORT_CODE_TRIES {
        code = short_code::make(&post.post_id, day, u16::from_be_bytes(environment.bytes()?));
        if !encounter_row::has_short_code(unlocked.store.read(), &code)? {
            break;
        }
    }
    // Two devices can make the same code anyway: finding by it answers with all that have it.
    Ok(code)
}
