//! What had left a document and is at the post after all: it stands again, if the document can be read with it.

use bitacora_core::authoring::Author;
use bitacora_core::id::DocumentId;

use crate::environment::Environment;
use crate::error::DeviceError;
use crate::record::recover;
use crate::store::StoreError;
use crate::store::saving::Saving;
use crate::store::table::change::ChangeKey;
use crate::store::table::snapshot;
use crate::store::table::way::verdict;

/// A change that stands again, and what it was before.
pub(super) struct Back {
    pub(super) key: ChangeKey,
    pub(super) was: String,
}

/// Lets them stand, and forgets what is cached of the document without them; true if it is to be derived anew. A note
/// that was written again meanwhile is not there twice.
///
/// A document that cannot be read with them (another change took their number meanwhile) stays as it is: what
/// they state was written again, and one record must not end every exchange. Nor does one in which something else
/// cannot be read: it stands as everybody else reads it.
pub(super) fn stand_again(
    saving: &mut Saving<'_>,
    id: DocumentId,
    back: &[Back],
    author: &Author,
    environment: &Environment,
) -> Result<bool, DeviceError> {
    if back.is_empty() {
        return Ok(false);
    }
    match snapshot::from_log(saving.tx(), id) {
        Ok(document) => {
            snapshot::remove(saving.tx(), id)?;
            if let Some(document) = document {
                let back = back.iter().map(|back| back.key.change).collect();
                let standing = (id, &document);
                match recover::text_as_before(saving, standing, &back, author, environment) {
                    Err(DeviceError::Store(StoreError::Document(error))) => {
                        tracing::warn!(document.id = %id, %error, "a note that came back may stand twice");
                    }
                    said => said?,
                }
            }
            Ok(true)
        }
        Err(StoreError::Document(error)) => {
            tracing::warn!(document.id = %id, %error, "a change at the post cannot stand in its record here");
            back.iter()
                .try_for_each(|back| verdict::set_state(saving.tx(), back.key, &back.was))?;
            Ok(false)
        }
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use bitacora_core::encounter::Edit;

    use super::*;
    use crate::store::table::change;
    use crate::store::tests::{run, with_record};

    /// The record of a leaf that nothing can read any more, refused, beside a correction that comes back.
    #[test]
    fn what_comes_back_stands_although_another_change_of_its_record_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let (device, _) = with_record(&folder);
        let (id, _, _) = device
            .with(|unlocked| Ok(change::documents(unlocked.store.read())?.remove(0)))
            .unwrap();
        let seen = device.encounter(id.into()).unwrap().version;
        let note = Edit::Patch(serde_json::json!({"note": "río alto"}));
        device.edit(id.into(), &note, &seen, None).unwrap();
        run(
            &device,
            "UPDATE change SET state = 'refused', bytes = X'00' WHERE position = (SELECT max(position) FROM change);
             DELETE FROM snapshot",
        );
        let environment = device.environment();
        let is_anew = device.with(|unlocked| {
            let author = unlocked.author(environment);
            let change = change::authorships(unlocked.store.read(), id)?.remove(1).0;
            let back = Back {
                key: ChangeKey {
                    document: id,
                    change,
                },
                was: "blocked".to_owned(),
            };
            unlocked
                .store
                .save(|saving| stand_again(saving, id, &[back], &author, environment))
        });
        assert!(is_anew.unwrap(), "it stands, and the exchange goes on");
        device.undo(id.into()).unwrap();
        assert_eq!(
            device.encounter(id.into()).unwrap().capture().direction,
            None
        );
    }
}
