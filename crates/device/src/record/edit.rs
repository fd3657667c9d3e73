//! Correcting a record and choosing between two values, both at the version that the person saw.

use std::borrow::Cow;

use bitacora_core::capture::Capture;
use bitacora_core::clock::{TYPED, TrustedClock};
use bitacora_core::document::Version;
use bitacora_core::encounter::{Edit, Status};
use bitacora_core::id::{ChangeHash, DraftId, EncounterId};
use bitacora_core::review;

use super::Saved;
use super::author::{Authored, author_edit};
use super::new::Origin;
use crate::device::{Device, Unlocked};
use crate::draft::DraftKind;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::saving::{Appended, derive};
use crate::store::table::change::{self, ChangeKey, Kind};
use crate::store::table::{clock_run, draft as draft_table};

/// Which value stays.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// One of the concurrent values, by the change that stated it.
    Stated(ChangeHash),
    /// Another value, as in a capture.
    Other(serde_json::Value),
}

impl Device {
    /// Corrects a record at the version seen. Fields that others changed meanwhile stay as they are;
    /// of the same field both values stay.
    ///
    /// Errors with `not_allowed` and the word `choice` where a member's correction alters fields that have two values,
    /// and names them; without these the rest can be saved.
    pub fn edit(
        &self,
        id: EncounterId,
        edit: &Edit,
        seen: &Version,
        draft: Option<DraftId>,
    ) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let status = unlocked.row_of(id)?.summary.status;
            if matches!(status, Status::Voided | Status::Merged | Status::Withdrawn) {
                return Err(DeviceError::NotAllowed {
                    word: "ended",
                    reason: "the record is void; it can no longer be corrected",
                });
            }
            unlocked.save_edit(id, &by_hand(edit), seen, draft, environment)
        })
    }

    /// Saves a draft: a new record, or a correction of exactly the fields that its form altered.
    pub fn record_draft(&self, draft_id: DraftId) -> Result<Saved, DeviceError> {
        let draft = self.draft(draft_id)?;
        match (draft.kind, draft.encounter_id, &draft.version) {
            (DraftKind::Edit, Some(id), Some(seen)) => {
                let (shown, seen) = self.with(|unlocked| unlocked.shown(id, seen))?;
                let patch = altered(shown, &draft.body.capture)?;
                self.edit(id, &Edit::Patch(patch), &seen, Some(draft_id))
            }
            (DraftKind::Edit, _, _) => Err(DeviceError::invalid(
                "draft_id",
                "a correction without its record",
            )),
            (DraftKind::Practice, _, _) => Err(DeviceError::invalid(
                "draft_id",
                "the practice record is never saved",
            )),
            (DraftKind::New | DraftKind::SameAsLast, _, _) => {
                let (capture, began) = self.dated(draft)?;
                self.record_of(&capture, Origin::Form(began), Some(draft_id))
            }
        }
    }

    /// Chooses which of two values stays. A leader or the commander may, at the version seen.
    pub fn resolve(
        &self,
        id: EncounterId,
        field: &str,
        choice: &Choice,
        seen: &Version,
    ) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        let edit = match choice {
            Choice::Stated(change) => Edit::Choose {
                field: field.to_owned(),
                change: *change,
            },
            Choice::Other(value) => Edit::ChooseOther {
                field: field.to_owned(),
                value: value.clone(),
            },
        };
        self.with(|unlocked| {
            if !unlocked.role()?.decides() {
                return Err(DeviceError::NotAllowed {
                    word: "role",
                    reason: "the patrol's leader or the commander chooses between two values",
                });
            }
            unlocked.save_edit(id, &edit, seen, None, environment)
        })
    }
}

/// Returns the merge patch from what the form showed first to what it shows now.
fn altered(shown: Capture, now: &Capture) -> Result<serde_json::Value, DeviceError> {
    // The id is no field of a form: whether it travels with the capture says nothing.
    let without_id = |capture: Capture| Capture {
        encounter_id: None,
        ..capture
    };
    let json = |capture| {
        serde_json::to_value(without_id(capture))
            .map_err(|_| DeviceError::invalid("capture", "not writable as JSON"))
    };
    Ok(merge_patch(&json(shown)?, &json(now.clone())?))
}

impl Unlocked {
    /// Refuses a member's correction that takes the place of two values, and names their fields: the server would refuse
    /// it too, whole.
    fn expect_no_choice(&self, id: EncounterId, authored: &Authored) -> Result<(), DeviceError> {
        if review::may_choose(self.role()?).is_ok() {
            return Ok(());
        }
        let db = self.store.read();
        let change = authored.written.meta.hash;
        let stated_by = |stated| {
            let key = ChangeKey {
                document: id.into(),
                change: stated,
            };
            let authorship = change::authorship(db, key).ok().flatten();
            authorship.map(|authorship| authorship.person)
        };
        let chosen = review::chosen(&authored.document, change, self.me, stated_by);
        let fields = chosen.map_err(StoreError::from)?;
        match fields.is_empty() {
            true => Ok(()),
            false => Err(DeviceError::Choice { fields }),
        }
    }

    /// Authors an edit and saves it; tells so if it changed nothing.
    pub(crate) fn save_edit(
        &mut self,
        id: EncounterId,
        edit: &Edit,
        seen: &Version,
        draft: Option<DraftId>,
        environment: &Environment,
    ) -> Result<Saved, DeviceError> {
        let now = environment.now();
        let authored = author_edit(self, id.into(), edit, seen, environment)?;
        if let Some(authored) = &authored {
            self.expect_no_choice(id, authored)?;
        }
        let me = self.me;
        match &authored {
            Some(authored) => self.store.save(|saving| {
                if authored.author.clock == TrustedClock::Unknown {
                    // A time that is stated here may be judged once a contact tells of this clock.
                    environment
                        .pace()
                        .map_or(Ok(()), |pace| clock_run::note(saving.tx(), pace))?;
                }
                save_authored(saving, authored, environment)?;
                draft.map_or(Ok(()), |draft| draft_table::take(saving.tx(), draft, me))
            })?,
            None => self
                .store
                .keep(|tx| draft.map_or(Ok(()), |draft| draft_table::take(tx, draft, me)))?,
        }
        Ok(Saved::of(self.row_of(id)?, now, authored.is_none()))
    }
}

/// A time that a person states is a typed one, whatever clock gave the one before.
fn by_hand(edit: &Edit) -> Cow<'_, Edit> {
    match edit {
        Edit::Patch(serde_json::Value::Object(fields))
            if fields
                .get("occurred_at")
                .is_some_and(|time| !time.is_null())
                && !fields.contains_key("clock_source") =>
        {
            let mut fields = fields.clone();
            fields.insert("clock_source".to_owned(), TYPED.into());
            Cow::Owned(Edit::Patch(fields.into()))
        }
        _ => Cow::Borrowed(edit),
    }
}

/// Appends an authored change with its snapshot and row.
pub(crate) fn save_authored(
    saving: &mut crate::store::saving::Saving<'_>,
    authored: &Authored,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let Authored {
        id,
        scope,
        author,
        written,
        document,
    } = authored;
    saving.append(
        &Appended {
            id: *id,
            kind: Kind::ENCOUNTER,
            scope,
            written,
            author,
        },
        environment,
    )?;
    derive(saving.tx(), *id, Kind::ENCOUNTER, scope, document)?;
    Ok(())
}

/// Returns the RFC 7396 patch that turns one value into the other. Equal parts are left out.
pub(crate) fn merge_patch(
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> serde_json::Value {
    use serde_json::Value;
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return after.clone();
    };
    let mut patch = serde_json::Map::new();
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in new {
        match old.get(key) {
            Some(was) if was == value => {}
            // A position is one unit: half of one fix is never combined with half of another.
            Some(was) if key != "position" && was.is_object() && value.is_object() => {
                patch.insert(key.clone(), merge_patch(was, value));
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(patch)
}
