//! A new record.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::capture::Capture;
use bitacora_core::clock::TYPED;
use bitacora_core::encounter::{self, Header};
use bitacora_core::id::{DocumentId, DraftId, EncounterId, PostId, ScopeId};
use bitacora_core::short_code;
use bitacora_core::summary::{Packed, Summary};
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;

use super::Saved;
use super::row::Row;
use crate::clock::{self, UNCHECKED};
use crate::device::{Device, Unlocked};
use crate::environment::{Environment, Pace};
use crate::error::DeviceError;
use crate::patrol;
use crate::store::saving::{Appended, summary_of};
use crate::store::table::change::{self, Kind, Whereabouts};
use crate::store::table::encounter_row::StoredLine;
use crate::store::table::post::Post;
use crate::store::table::{clock_run, draft as draft_table, encounter_row};
use crate::store::{StoreError, value};

/// Tries to find a short code that this device has not seen; there are 32,768 per post and day.
const SHORT_CODE_TRIES: u32 = 16;

impl Device {
    /// Saves a new record. When this returns, it survives a power cut.
    ///
    /// A draft that is named is gone with the same commit, or still there if the save failed.
    pub fn record(&self, capture: &Capture, draft: Option<DraftId>) -> Result<Saved, DeviceError> {
        self.record_of(capture, Origin::Form(None), draft)
    }

    /// Saves a line of a file, which was written down before and perhaps elsewhere: it takes neither a time nor a
    /// patrol from this device, whatever it says of how it was captured. One that says nothing of it is an `import`.
    pub fn import(&self, line: &Capture) -> Result<Saved, DeviceError> {
        self.record_of(line, Origin::File, None)
    }

    /// Saves a new record that came from somewhere.
    pub(crate) fn record_of(
        &self,
        capture: &Capture,
        origin: Origin,
        draft: Option<DraftId>,
    ) -> Result<Saved, DeviceError> {
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
            New::author(unlocked, capture, origin, environment)?.save(unlocked, draft, environment)
        })
    }

    /// Returns what a capture would say as a record, and keeps nothing.
    pub(crate) fn practise(&self, capture: &Capture) -> Result<Row, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let new = New::author(unlocked, capture, Origin::Form(None), environment)?;
            let nowhere = Whereabouts {
                unreceived: 0,
                ..Whereabouts::new_own(0, new.author.at)
            };
            new.row(unlocked, &nowhere)
        })
    }
}

/// Where a new record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A form, and when it was begun if that was not now.
    Form(Option<DateTime<Utc>>),
    /// A line of a file.
    File,
}

impl Origin {
    /// Returns how it was captured, where nobody says.
    const fn mode(self) -> &'static str {
        match self {
            Self::Form(_) => "quick",
            Self::File => "import",
        }
    }
}

/// A record that was authored, not saved yet.
struct New {
    id: EncounterId,
    scope: String,
    author: Author,
    written: Written,
    summary: Summary,
    /// The summary as it is kept.
    packed: Vec<u8>,
    /// This device's clock gave the time, and nobody vouches for it.
    is_of_a_clock: bool,
    /// How the clock stands that nobody could check and that gave the time, or that a typed time lies ahead of.
    doubtful_by: Option<Pace>,
}

impl New {
    fn author(
        unlocked: &Unlocked,
        capture: &Capture,
        origin: Origin,
        environment: &Environment,
    ) -> Result<Self, DeviceError> {
        let post = unlocked.post()?;
        let mut capture = capture.clone();
        // What the device's own clock says is not judged by the same clock.
        let author = match capture.occurred_at {
            Some(_) => unlocked.timed_author(environment)?,
            None => unlocked.author(environment),
        };
        fill(unlocked, &mut capture, (&post, origin), environment)?;
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
        let (written, begun) = encounter::begin(&header, &capture, &author)?;
        let scope = scope_of(post.post_id);
        let summary = summary_of(unlocked.store.read(), &scope, &begun)?;
        Ok(Self {
            id: encounter_id,
            scope,
            author,
            written,
            packed: summary.pack(),
            is_of_a_clock: clock::gave_the_time(&begun),
            doubtful_by: environment.pace().filter(|_| summary.clock_doubt),
            summary,
        })
    }

    /// A document of one change has no snapshot, and nothing of this one is anywhere yet: its row is put
    /// without asking.
    fn save(
        &self,
        unlocked: &mut Unlocked,
        draft: Option<DraftId>,
        environment: &Environment,
    ) -> Result<Saved, DeviceError> {
        let me = unlocked.me;
        let at = unlocked.store.save(|saving| {
            let appended = Appended {
                id: self.id.into(),
                kind: Kind::ENCOUNTER,
                scope: &self.scope,
                written: &self.written,
                author: &self.author,
            };
            if let Some(pace) = self.doubtful_by {
                clock_run::note(saving.tx(), pace)?;
            }
            let at = saving.append(&appended, environment)?;
            let row = (&self.summary, &self.packed[..]);
            encounter_row::put(saving.tx(), row, self.is_of_a_clock, &at)?;
            if let Some(draft) = draft {
                draft_table::take(saving.tx(), draft, me)?;
            }
            Ok(at)
        })?;
        Ok(Saved::of(self.row(unlocked, &at)?, self.author.at, false))
    }

    /// Returns its row: what was saved is known and is not read back.
    fn row(&self, unlocked: &Unlocked, at: &Whereabouts) -> Result<Row, DeviceError> {
        let unreadable = StoreError::Value { what: "summary" };
        unlocked.row(&StoredLine {
            order: at.saved_order,
            record: Packed::read(&self.packed).ok_or(unreadable)?,
            place: at.place(),
            unreceived: u32::try_from(at.unreceived).unwrap_or(u32::MAX),
            refused: at.refused > 0,
            saved_at: value::moment(at.first_saved_at, "saved_at")?,
            received_at: None,
        })
    }
}

impl Unlocked {
    /// Returns the scope that new records of this device belong to.
    pub(crate) fn scope(&self) -> Result<String, StoreError> {
        Ok(scope_of(self.post_id()?))
    }
}

fn scope_of(post: PostId) -> String {
    ScopeId::operational(post).to_string()
}

/// Fills what the person need not state: time, its source, mode, patrol and what the patrol brings along. Of what was
/// written down before, on paper or in a file, the moment of saving is not the time: without one it says that it is
/// missing (E09). A time of a file that a device's clock gave, which nobody had checked, is of no clock that this
/// device knows anything of: it stays in doubt, without a source.
fn fill(
    unlocked: &Unlocked,
    capture: &mut Capture,
    (post, origin): (&Post, Origin),
    environment: &Environment,
) -> Result<(), DeviceError> {
    let now = environment.now();
    let is_of_before = origin == Origin::File || capture.is_paper();
    if capture.occurred_at.is_none() && !is_of_before {
        capture.occurred_at = Some(local_time(now, &post.tz));
        // Whatever was said of a time that is not there.
        capture.clock_source = Some(clock::source(unlocked, environment)?.to_owned());
    }
    let is_of_another =
        origin == Origin::File && capture.clock_source.as_deref() == Some(UNCHECKED);
    if capture.occurred_at.is_none() || is_of_another {
        capture.clock_source = None;
    } else {
        capture.clock_source.get_or_insert_with(|| TYPED.to_owned());
    }
    capture
        .capture_mode
        .get_or_insert_with(|| origin.mode().to_owned());
    if let Origin::Form(began) = origin
        && capture.patrol_id.is_none()
    {
        patrol::fill(unlocked, capture, began)?;
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
