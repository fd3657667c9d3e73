//! Shares of nationalities as published for 2023.

use super::dice::Dice;

const PUBLISHED: &str = include_str!("../../data/darien_2023_nationalities.csv");
/// Named in the published remainder without their shares.
const OTHERS: [&str; 7] = ["COL", "IND", "AFG", "PER", "CMR", "SOM", "BRA"];

/// Nationalities with their shares, and how many people of each have come so far.
pub(super) struct Nationalities {
    shares: Vec<(&'static str, f64)>,
    people: Vec<f64>,
}

impl Nationalities {
    pub(super) fn published() -> Self {
        let counts: Vec<(&str, f64)> = PUBLISHED
            .lines()
            .skip(1)
            .filter_map(published_row)
            .collect();
        let all: f64 = counts.iter().map(|(_, people)| people).sum();
        let mut shares = Vec::new();
        for (code, people) in counts {
            if code == "other" {
                shares.extend(
                    OTHERS
                        .iter()
                        .map(|code| (*code, people / all / OTHERS.len() as f64)),
                );
            } else {
                shares.push((code, people / all));
            }
        }
        Self {
            people: vec![0.0; shares.len()],
            shares,
        }
    }

    /// Draws a nationality; those that are behind their share come a little more often, because a single day with
    /// few large groups would otherwise be far from the year.
    pub(super) fn draw(&mut self, dice: &mut Dice) -> usize {
        let all: f64 = self.people.iter().sum::<f64>().max(1.0);
        let behind = |(&(_, share), people): (&(&str, f64), &f64)| {
            share * (1.0 + 8.0 * (share - people / all) / share).clamp(0.1, 4.0)
        };
        let weights: Vec<f64> = self.shares.iter().zip(&self.people).map(behind).collect();
        dice.weighted(&weights)
    }

    pub(super) fn code(&self, index: usize) -> &'static str {
        self.shares.get(index).map_or("XXX", |(code, _)| code)
    }

    pub(super) fn came(&mut self, index: usize, people: usize) {
        if let Some(sum) = self.people.get_mut(index) {
            *sum += people as f64;
        }
    }

    #[cfg(test)]
    pub(super) fn shares(&self) -> &[(&'static str, f64)] {
        &self.shares
    }
}

fn published_row(line: &'static str) -> Option<(&'static str, f64)> {
    let mut fields = line.split(',').skip(2);
    Some((fields.next()?, fields.next()?.parse().ok()?))
}
