//! What turning pages would ask again and again, kept until something is written: how many rows a list
//! has, and where its last page ended.

use rusqlite::Connection;

use super::filter::RowFilter;
use crate::store::StoreError;
use crate::store::table::encounter_row::{self, StateCounts};
use crate::store::table::page::{self, Start};

/// What was found last, each with the number of transactions that there were then.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    total: Option<(u64, RowFilter, u64)>,
    states: Option<(u64, StateCounts)>,
    turned: Option<Turned>,
}

/// Where the page before ended.
#[derive(Debug)]
struct Turned {
    at: u64,
    whole: RowFilter,
    offset: u64,
    below: i64,
}

impl Counted {
    /// Returns how many rows a filter has on all pages.
    pub(crate) fn total(
        &mut self,
        db: &Connection,
        writes: u64,
        filter: &RowFilter,
    ) -> Result<u64, StoreError> {
        match &self.total {
            Some((at, known, total)) if *at == writes && is_same_list(known, filter) => Ok(*total),
            _ => {
                let total = page::total(db, filter)?;
                self.total = Some((writes, filter.clone(), total));
                Ok(total)
            }
        }
    }

    /// Returns where a page begins: after the row at which the page before it ended, if that was asked
    /// for last; otherwise so many rows are passed over.
    pub(crate) fn start(&self, writes: u64, filter: &RowFilter) -> Start {
        match &self.turned {
            Some(turned)
                if turned.at == writes
                    && turned.offset == filter.offset
                    && is_same_list(&turned.whole, filter) =>
            {
                Start::Below(turned.below)
            }
            _ => Start::After(filter.offset),
        }
    }

    /// Keeps where a page of so many rows ended.
    pub(crate) fn turned(&mut self, writes: u64, filter: &RowFilter, rows: u64, last: Option<i64>) {
        self.turned = last.map(|below| Turned {
            at: writes,
            whole: filter.clone(),
            offset: filter.offset.saturating_add(rows),
            below,
        });
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

/// Returns whether two filters ask for pages of the same list.
fn is_same_list(one: &RowFilter, other: &RowFilter) -> bool {
    let RowFilter {
        patrol_id,
        day,
        state,
        nationality,
        cell,
        text,
        offset: _,
        limit: _,
    } = one;
    *patrol_id == other.patrol_id
        && *day == other.day
        && *state == other.state
        && *nationality == other.nationality
        && *cell == other.cell
        && *text == other.text
}
