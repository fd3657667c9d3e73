//! How wide the columns of the printed table are.

use super::words::Words;
use crate::daily::Table;

/// The widths as long as every figure fits: with the names they make a line of 80 characters.
const USUAL: [usize; 6] = [9, 9, 9, 9, 9, 11];

/// The widths of the five columns and the total, in characters, at least one blank before each figure with them.
pub(super) struct Widths([usize; 6]);

impl Widths {
    /// Makes room for everything that stands in a table. Columns give up blanks before the line grows.
    pub(super) fn of(table: &Table, words: &Words) -> Self {
        let mut longest = words.columns.map(characters);
        for people in table
            .rows
            .iter()
            .map(|row| &row.people)
            .chain([&table.totals])
        {
            for (longest, (_, figure)) in longest.iter_mut().zip(people.columns()) {
                *longest = characters(&figure.to_string()).max(*longest);
            }
        }
        let [.., total] = &mut longest;
        let attentions = table.attentions.iter().map(|row| row.people);
        for figure in attentions.chain([table.attentions_total]) {
            *total = characters(&figure.to_string()).max(*total);
        }
        let narrow = longest.map(|characters| characters + 1);
        let mut widths = narrow;
        for (width, usual) in widths.iter_mut().zip(USUAL) {
            *width = usual.max(*width);
        }
        if sum(widths) > sum(USUAL) {
            widths = narrow;
            let [first, ..] = &mut widths;
            *first += sum(USUAL).saturating_sub(sum(narrow));
        }
        Self(widths)
    }

    /// Returns the widths from left to right.
    pub(super) fn each(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter()
    }

    /// Returns that of the total.
    pub(super) const fn total(&self) -> usize {
        let [.., total] = self.0;
        total
    }

    /// Returns that of all of them.
    pub(super) fn all(&self) -> usize {
        sum(self.0)
    }
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

fn sum(widths: [usize; 6]) -> usize {
    widths.into_iter().sum()
}
