//! Which records stand behind a figure: every figure opens exactly the records that it counts.

use bitacora_core::capture::Code;
use bitacora_core::encounter::Count;
use bitacora_core::summary::{Figures, Held, People, Stands};

use super::tally::not_broken_down;
use super::{Query, Reason, TOTAL_ONLY};

/// A column of a table beside its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Adult men.
    Men,
    /// Adult women.
    Women,
    /// Boys.
    Boys,
    /// Girls.
    Girls,
    /// Age group or sex not known.
    Unknown,
}

/// A place in a table: a row, or all of them; a column, or their total.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The row's code, [`TOTAL_ONLY`] included; `None` for the row of totals.
    pub nationality: Option<Code>,
    /// The column; `None` for the total.
    pub column: Option<Column>,
}

/// A figure of a table, to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// People.
    People(Place),
    /// People reached in a category, by its code.
    Attentions(Code),
    /// Records that are left out for a reason.
    LeftOut(Reason),
}

impl Query {
    /// Returns whether a record, of which the post has so much, stands behind a figure of this query's table.
    /// A count that may be zero counts: its range is part of the figure.
    pub fn stands_behind(&self, spot: &Spot, record: &impl Figures, held: Held) -> bool {
        match self.as_approved(record) {
            Some(then) => self.holds(spot, &then, held),
            None => self.holds(spot, record, held),
        }
    }

    /// Returns whether the figures count a record as it was approved: a change of it waits for approval.
    pub fn counts_as_approved(&self, record: &impl Figures, held: Held) -> bool {
        let is_counted = |then| {
            self.asks_for(&then).is_some() && self.reason_to_leave_out(&then, held).is_none()
        };
        self.as_approved(record).is_some_and(is_counted)
    }

    fn holds(&self, spot: &Spot, record: &impl Figures, held: Held) -> bool {
        if self.asks_for(record).is_none() {
            return false;
        }
        match (spot, self.reason_to_leave_out(record, held)) {
            (Spot::LeftOut(asked), why) => why == Some(*asked),
            (_, Some(_)) => false,
            (Spot::People(place), None) => place.figure(record).max > 0,
            (Spot::Attentions(category), None) => record
                .attentions()
                .any(|(code, people)| code == category && people.max > 0),
        }
    }

    /// Returns whether a record of these days may be of another one: one of its two times lies outside.
    pub fn may_be_elsewhere(&self, record: &impl Figures) -> bool {
        let stands = match self.as_approved(record) {
            Some(then) => self.asks_for(&then),
            None => self.asks_for(record),
        };
        stands == Some(Stands::Perhaps)
    }
}

impl Place {
    fn figure(&self, record: &impl Figures) -> Count {
        let Some(nationality) = self.nationality.as_deref() else {
            return self.cell(record.people());
        };
        if nationality == TOTAL_ONLY {
            let broken_down = record
                .nationalities()
                .fold(Count::default(), |sum, (_, people)| sum.plus(people.total));
            return match self.column {
                None => not_broken_down(record.people().total, broken_down),
                Some(_) => Count::default(),
            };
        }
        let own = record
            .nationalities()
            .find(|(code, _)| *code == nationality);
        own.map(|(_, people)| self.cell(&people))
            .unwrap_or_default()
    }

    fn cell(&self, people: &People) -> Count {
        match self.column {
            Some(Column::Men) => people.men,
            Some(Column::Women) => people.women,
            Some(Column::Boys) => people.boys,
            Some(Column::Girls) => people.girls,
            Some(Column::Unknown) => people.unknown,
            None => people.total,
        }
    }
}
