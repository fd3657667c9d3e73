//! Which records stand behind a figure: every figure opens exactly the records that it counts.

use bitacora_core::capture::Code;
use bitacora_core::encounter::Count;
use bitacora_core::summary::{Figures, Held, People};

use super::tally::not_broken_down;
use super::{Query, TOTAL_ONLY};

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

impl Query {
    /// Returns whether this query's table counts a record, of which the post has so much, in a place.
    /// A count that may be zero counts: its range is part of the figure.
    pub fn counts_in(&self, place: &Place, record: &impl Figures, held: Held) -> bool {
        let is_counted =
            self.asks_for(record).is_some() && self.reason_to_leave_out(record, held).is_none();
        is_counted && place.figure(record).max > 0
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
