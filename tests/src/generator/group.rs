//! Who travels together.

use std::collections::BTreeMap;

use bitacora_core::capture::Composition;

use super::dice::Dice;
use super::nationality::Nationalities;

/// Sizes of groups: from, to, and how common; ten people on average.
const SIZES: [(i64, i64, f64); 4] = [(1, 4, 0.32), (5, 9, 0.33), (10, 18, 0.24), (19, 40, 0.11)];
/// Published: 20 to 25 % are children, half of them under six.
const CHILDREN: f64 = 0.225;

/// People who travel together, as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    /// Real people by nationality, in ages as an officer would ask for them.
    people: BTreeMap<&'static str, BTreeMap<Kind, u32>>,
    /// The officer asked for ages.
    pub(super) with_ages: bool,
}

/// A person as a table sees one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Adult(char),
    UnderSix(char),
    SixToEleven(char),
    TwelveUp(char),
    Unknown,
}

/// Makes groups whose people keep to the published shares over a day.
pub(super) struct GroupMaker {
    nationalities: Nationalities,
    people: f64,
    children: f64,
}

impl GroupMaker {
    pub(super) fn new() -> Self {
        Self {
            nationalities: Nationalities::published(),
            people: 0.0,
            children: 0.0,
        }
    }

    pub(super) fn make(&mut self, dice: &mut Dice) -> Group {
        let weights = SIZES.map(|(_, _, weight)| weight);
        let (low, high, _) = SIZES
            .get(dice.weighted(&weights))
            .copied()
            .unwrap_or((1, 4, 1.0));
        let size = usize::try_from(dice.between(low, high)).unwrap_or(1);
        let mut group = Group {
            people: BTreeMap::new(),
            with_ages: dice.chance(0.15),
        };
        let main = self.nationalities.draw(dice);
        // Larger groups have formed on the way: one in four of them is of two nationalities.
        let second = (size >= 5 && dice.chance(0.25)).then(|| self.nationalities.draw(dice));
        let of_second = second.map_or(0, |_| 1 + dice.below(size / 2));
        let family = dice.chance(0.55);
        for person in 0..size {
            let nationality = if person < of_second {
                second.unwrap_or(main)
            } else {
                main
            };
            self.nationalities.came(nationality, 1);
            let kind = self.person(dice, family && size > 1 && person > 0);
            *group
                .people
                .entry(self.nationalities.code(nationality))
                .or_default()
                .entry(kind)
                .or_default() += 1;
        }
        group
    }

    fn person(&mut self, dice: &mut Dice, in_family: bool) -> Kind {
        let behind = CHILDREN - self.children / self.people.max(1.0);
        let share = if in_family { 0.42 } else { 0.04 } + behind * 3.0;
        self.people += 1.0;
        if dice.chance(share) {
            self.children += 1.0;
            let sex = if dice.chance(0.5) { 'M' } else { 'F' };
            return match dice.weighted(&[0.5, 0.3, 0.2]) {
                0 => Kind::UnderSix(sex),
                1 => Kind::SixToEleven(sex),
                _ => Kind::TwelveUp(sex),
            };
        }
        match dice.weighted(&[0.56, 0.42, 0.02]) {
            0 => Kind::Adult('M'),
            1 => Kind::Adult('F'),
            _ => Kind::Unknown,
        }
    }
}

impl Group {
    /// Returns how an officer writes the group down.
    pub(super) fn composition(&self) -> Composition {
        let mut composition = Composition::new();
        for (nationality, people) in &self.people {
            let cells = composition.entry((*nationality).to_owned()).or_default();
            for (kind, count) in people {
                *cells.entry(kind.cell(self.with_ages)).or_default() += count;
            }
        }
        composition
    }

    pub(super) fn size(&self) -> u32 {
        self.people.values().flat_map(BTreeMap::values).sum()
    }

    fn count(&self, of: impl Fn(Kind) -> bool) -> u32 {
        self.people
            .values()
            .flatten()
            .filter(|(kind, _)| of(**kind))
            .map(|(_, count)| count)
            .sum()
    }

    pub(super) fn children(&self) -> u32 {
        self.count(|kind| !matches!(kind, Kind::Adult(_) | Kind::Unknown))
    }

    pub(super) fn under_six(&self) -> u32 {
        self.count(|kind| matches!(kind, Kind::UnderSix(_)))
    }

    pub(super) fn women(&self) -> u32 {
        self.count(|kind| kind == Kind::Adult('F'))
    }

    pub(super) fn only_children(&self) -> bool {
        self.children() == self.size()
    }

    /// Returns the nationality and the cell with most people, and their number: what corrections are about.
    pub(super) fn largest_cell(&self) -> Option<(String, String, u32)> {
        let cells = self.composition();
        let all = cells.iter().flat_map(|(nationality, cells)| {
            cells
                .iter()
                .map(move |(cell, count)| (*count, nationality, cell))
        });
        all.max()
            .map(|(count, nationality, cell)| (nationality.clone(), cell.clone(), count))
    }

    /// Returns the group as a second patrol counts it: the same nationalities, now and then one person more or less.
    pub(super) fn counted_again(&self, dice: &mut Dice) -> Self {
        let mut again = self.clone();
        let largest = again
            .people
            .values_mut()
            .flat_map(BTreeMap::values_mut)
            .max();
        if let Some(count) = largest
            && *count >= 4
            && dice.chance(0.5)
        {
            *count = if dice.chance(0.5) {
                *count + 1
            } else {
                *count - 1
            };
        }
        again
    }
}

impl Kind {
    fn cell(self, with_ages: bool) -> String {
        let (band, sex) = match self {
            Self::Adult(sex) if with_ages => ("A18", sex),
            Self::Adult(sex) => ("AA", sex),
            Self::UnderSix(sex) if with_ages => ("A0", sex),
            Self::SixToEleven(sex) if with_ages => ("A6", sex),
            Self::TwelveUp(sex) if with_ages => ("A12", sex),
            Self::UnderSix(sex) | Self::SixToEleven(sex) | Self::TwelveUp(sex) => ("AC", sex),
            Self::Unknown => ("AU", 'U'),
        };
        format!("{band}+{sex}")
    }
}
