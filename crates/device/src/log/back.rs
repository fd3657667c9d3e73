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
/// they state was written again, and one record must not end every exchange.
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
                recover::text_as_before(saving, standing, &back, author, environment)?;
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
