//! Counts of whole lists, kept until something is written: turning pages counts once.

use rusqlite::Connection;

use super::filter::RowFilter;
use crate::store::StoreError;
use crate::store::table::encounter_row::{self, StateCounts};
use crate::store::table::page;

/// The counts made last, each with the number of transactions that there were then.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    total: Option<(u64, RowFilter, u64)>,
    states: Option<(u64, StateCounts)>,
}

impl Counted {
    /// Returns how many rows a filter has on all pages.
    pub(crate) fn total(
        &mut self,
        db: &Connection,
        writes: u64,
        filter: &RowFilter,
    ) -> Result<u64, StoreError> {
        let whole = RowFilter {
            offset: 0,
            limit: 0,
            ..filter.clone()
        };
        match &self.total {
            Some((at, known, total)) if *at == writes && *known == whole => Ok(*total),
            _ => {
                let total = page::total(db, filter)?;
                self.total = Some((writes, whole, total));
                Ok(total)
            }
        }
    }

    /// Returns how many records are in each state.
    pub(crate) fn states(
        &mut self,
        db: &Connection,
        writes: u64,
    ) -> Result<StateCounts, StoreError> {
        match self.states {
            Some((at, states)) if at == writes => Ok(states),
            _ => {
                let states = encounter_row::counts(db)?;
                self.states = Some((writes, states));
                Ok(states)
            }
        }
    }
}
