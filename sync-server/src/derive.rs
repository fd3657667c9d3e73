//! Rows of the table that an earlier build derived are derived again and written back: once, in steps between which
//! exchanges go on.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::document::row;

/// Documents that are looked at while nobody else uses the store.
const DOCUMENTS_AT_ONCE: usize = 64;

/// How far the documents were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derived {
    /// Up to this one; more follow.
    Through(i64),
    /// All of them.
    All,
}

impl Derived {
    /// None of them.
    pub(crate) const NONE: Self = Self::Through(0);
}

impl Server {
    /// Looks at some more documents. A row whose document cannot be read stays as it is.
    pub(crate) fn derive_some(&self, so_far: Derived) -> Result<Derived, StoreError> {
        let Derived::Through(after) = so_far else {
            return Ok(Derived::All);
        };
        let look = |connection: &_| row::earlier(connection, after, DOCUMENTS_AT_ONCE);
        let (earlier, next) = self.store().read(look)?;
        let again = earlier
            .iter()
            .filter_map(|earlier| Some((earlier, earlier.derived()?)));
        let again: Vec<_> = again.collect();
        if !again.is_empty() {
            self.store().write::<_, StoreError>(|tx| {
                again
                    .iter()
                    .try_for_each(|(earlier, row)| earlier.replace(tx, row))
            })?;
        }
        Ok(next.map_or(Derived::All, Derived::Through))
    }

    /// Looks at the rest, until it is told to stop. What is left then is for the next start; until then rows of an
    /// earlier form are derived whenever they are read.
    pub(crate) fn derive_rest(&self, mut so_far: Derived, stop: &AtomicBool) {
        while so_far != Derived::All && !stop.load(Ordering::Relaxed) {
            match self.derive_some(so_far) {
                Ok(further) => so_far = further,
                Err(error) => {
                    tracing::warn!(%error, "Rows of an earlier build could not be derived again");
                    return;
                }
            }
        }
    }
}
