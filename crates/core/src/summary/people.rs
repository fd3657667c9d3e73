//! People by sex and adult/minor, as Panama's daily table wants them.

use std::collections::BTreeMap;

use super::{People, UNSPECIFIED};
use crate::capture::Code;
use crate::code::{AgeGroup, age_group};
use crate::encounter::{Cell, Count, Encounter};

/// Returns people per nationality; those who are only estimated stand under `XXX` as unknown.
pub(super) fn by_nationality(encounter: &Encounter) -> BTreeMap<Code, People> {
    let mut nations: BTreeMap<Code, People> = BTreeMap::new();
    for cell in encounter.cells() {
        nations
            .entry(cell.nation.to_owned())
            .or_default()
            .add(&cell);
    }
    let uncounted = encounter.uncounted();
    if uncounted.max > 0 {
        nations
            .entry(UNSPECIFIED.to_owned())
            .or_default()
            .add_unknown(uncounted);
    }
    nations
}

/// Returns the people of the encounter in all.
pub(super) fn of_all(encounter: &Encounter) -> People {
    let mut people = People::default();
    encounter.cells().for_each(|cell| people.add(&cell));
    people.add_unknown(encounter.uncounted());
    // With two values the sum of ranges is wider than the total can be.
    people.total = encounter.total_people();
    people
}

impl People {
    fn add(&mut self, cell: &Cell<'_>) {
        let column = match (age_group(cell.band), cell.sex) {
            (AgeGroup::Adult, "M") => &mut self.men,
            (AgeGroup::Adult, "F") => &mut self.women,
            (AgeGroup::Minor, "M") => &mut self.boys,
            (AgeGroup::Minor, "F") => &mut self.girls,
            _ => &mut self.unknown,
        };
        *column = column.plus(cell.people);
        self.total = self.total.plus(cell.people);
    }

    fn add_unknown(&mut self, people: Count) {
        self.unknown = self.unknown.plus(people);
        self.total = self.total.plus(people);
    }
}
