//! What had left a document and is at the post after all: it stands again, if the document can be read with it.

use bitacora_core::id::DocumentId;

use crate::store::StoreError;
use crate::store::table::change::ChangeKey;
use crate::store::table::snapshot;
use crate::store::table::way::verdict;
use crate::store::tx::Tx;

/// A change that stands again, and what it was before.
pub(super) struct Back {
    pub(super) key: ChangeKey,
    pub(super) was: String,
}

/// Lets them stand, and forgets what is cached of the document without them; true if it is to be derived anew.
///
/// A document that cannot be read with them (another change took their number meanwhile) stays as it is: what
/// they state was written again, and one record must not end every exchange.
pub(super) fn stand_again(tx: &Tx<'_>, id: DocumentId, back: &[Back]) -> Result<bool, StoreError> {
    if back.is_empty() {
        return Ok(false);
    }
    match snapshot::from_log(tx, id) {
        Ok(_) => {
            snapshot::remove(tx, id)?;
            Ok(true)
        }
        Err(StoreError::Document(error)) => {
            tracing::warn!(document.id = %id, %error, "a change at the post cannot stand in its record here");
            back.iter()
                .try_for_each(|back| verdict::set_state(tx, back.key, &back.was))?;
            Ok(false)
        }
        Err(other) => Err(other),
    }
}
