//! How good the suggested repeats are, measured where the truth is known: the generator says who was met twice.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and tells its figures"
)]

use std::collections::BTreeSet;

use bitacora_core::authoring::Author;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::Document;
use bitacora_core::encounter::{Edit, Header, edit, read, record};
use bitacora_core::id::{ActorId, DeviceId, EncounterId, PatrolId, PersonId};
use bitacora_core::summary::{Held, Summary};
use bitacora_report::repeats::{Pair, Search};
use bitacora_tests::generator::{Action, BusyDay, Deed};

const DAYS: u64 = 10;

/// How many pairs of a day a commander looks at who has little time.
const FEW: usize = 5;

/// Some pairs, and how many of them are one group in truth.
#[derive(Default)]
struct Shown {
    pairs: usize,
    right: usize,
}

/// What was found on some days, against what was true.
#[derive(Default)]
struct Found {
    records: usize,
    true_repeats: usize,
    /// Every pair that meets the rule.
    meet_the_rule: Shown,
    /// Those that stand out.
    standing_out: Shown,
    /// The first few of each day.
    first: Shown,
}

impl Shown {
    fn add(&mut self, pairs: &[Pair], truth: &BTreeSet<(EncounterId, EncounterId)>) {
        let is_true = |a, b| truth.contains(&(a, b)) || truth.contains(&(b, a));
        let right = pairs.iter().filter(|pair| is_true(pair.first, pair.second));
        self.pairs += pairs.len();
        self.right += right.count();
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.pairs as f64
    }

    fn recall(&self, true_repeats: usize) -> f64 {
        self.right as f64 / true_repeats as f64
    }

    fn told(&self, true_repeats: usize) -> String {
        format!(
            "{} pairs, {} of them rightly: precision {:.0} %, recall {:.0} %",
            self.pairs,
            self.right,
            100.0 * self.precision(),
            100.0 * self.recall(true_repeats),
        )
    }
}

fn author(action: &Action, number: u128) -> Author {
    let device = u8::try_from(action.device).unwrap();
    let mut actor = [0; 16];
    actor.copy_from_slice(&number.to_be_bytes());
    Author {
        person: PersonId::from_bytes([device; 16]),
        device: DeviceId::new([device; 16]),
        actor: ActorId::new(actor),
        at: (action.at + action.clock_error).to_utc(),
        clock: TrustedClock::Unknown,
    }
}

/// Every record of a day with its corrections as rows, and the pairs that are one group in truth.
type Day = (Vec<Summary>, BTreeSet<(EncounterId, EncounterId)>);

/// Lives a day in memory.
fn day(seed: u64) -> Day {
    let midnight = "2023-08-14T00:00:00-05:00".parse().unwrap();
    let mut documents: Vec<(EncounterId, Document)> = Vec::new();
    let mut repeats = BTreeSet::new();
    let mut number = 0;
    for action in BusyDay::at_bajo_chiquito(seed, midnight).actions() {
        number += 1;
        let author = author(&action, number);
        match action.deed {
            Deed::Record {
                record: index,
                repeats: first,
                mut capture,
            } => {
                assert_eq!(index, documents.len(), "records are counted from 0");
                let id = EncounterId::from_bytes(number.to_be_bytes());
                capture.patrol_id = Some(PatrolId::from_bytes(*author.person.as_bytes()));
                let header = Header {
                    encounter_id: id,
                    short_code: String::new(),
                    post_id: "PA-BCH".parse().unwrap(),
                    author_id: author.person,
                    device_id: author.device,
                    created_at: author.at,
                    tz: "America/Panama".to_owned(),
                };
                let written = record(&header, &capture, &author).unwrap();
                let document = Document::from_changes([written.bytes.as_slice()]).unwrap();
                if let Some(first) = first {
                    repeats.insert((documents[first].0, id));
                }
                documents.push((id, document));
            }
            Deed::Edit { record, patch } => {
                let (_, document) = &mut documents[record];
                if let Some(written) = edit(document, &Edit::Patch(patch), &author).unwrap() {
                    *document = document.clone().with_change(&written.bytes).unwrap();
                }
            }
        }
    }
    let rows = documents
        .iter()
        .map(|(_, document)| Summary::of(&read(document).unwrap()));
    (rows.collect(), repeats)
}

fn measure(days: &[Day]) -> Found {
    let mut found = Found::default();
    for (rows, truth) in days {
        let mut search = Search::new();
        rows.iter()
            .cloned()
            .for_each(|row| search.add(row, Held::AtPost));
        let ranked = search.ranked();
        found.records += rows.len();
        found.true_repeats += truth.len();
        found.meet_the_rule.add(&ranked.pairs, truth);
        found.standing_out.add(ranked.standing_out(), truth);
        found
            .first
            .add(&ranked.pairs[..FEW.min(ranked.standing_out)], truth);
    }
    found
}

/// `DAYS=100` lives more days, `FIRST=1000` others.
fn days() -> Vec<Day> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first = number("FIRST").unwrap_or(0);
    (first..first + number("DAYS").unwrap_or(DAYS))
        .map(day)
        .collect()
}

#[test]
fn the_pairs_shown_first_are_few_and_hold_most_repeats_that_can_be_found() {
    let days = days();
    let found = measure(&days);
    let all = found.true_repeats;
    eprintln!(
        "{} busy days, {} records, {all} true repeats.\nMeet the rule: {}\nStand out: {}\nThe first {FEW} of a day: {}",
        days.len(),
        found.records,
        found.meet_the_rule.told(all),
        found.standing_out.told(all),
        found.first.told(all),
    );
    assert!(
        found.meet_the_rule.pairs > 50 * all,
        "the rule alone names hundreds of pairs, or this test measures nothing"
    );
    assert!(
        found.standing_out.pairs < 12 * days.len(),
        "a commander looks at some pairs a day, not at hundreds"
    );
    assert!(
        found.standing_out.precision() > 0.25 && found.standing_out.recall(all) > 0.4,
        "what stands out is far better than a guess among the pairs that meet the rule"
    );
    assert!(
        found.first.precision() > found.standing_out.precision(),
        "the strongest come first"
    );
}
