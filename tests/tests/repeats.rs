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
use bitacora_core::summary::Summary;
use bitacora_report::repeats::Search;
use bitacora_tests::generator::{Action, BusyDay, Deed};

const DAYS: u64 = 10;

/// What was suggested on some days, against what was true.
#[derive(Default)]
struct Found {
    records: usize,
    candidates: usize,
    suggested: usize,
    right: usize,
    true_repeats: usize,
}

impl Found {
    fn precision(&self) -> f64 {
        self.right as f64 / self.suggested as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.true_repeats as f64
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
        rows.iter().cloned().for_each(|row| search.add(row));
        let pairs = search.pairs();
        found.records += rows.len();
        found.candidates += search.candidates().len();
        found.suggested += pairs.len();
        found.true_repeats += truth.len();
        let is_true = |a, b| truth.contains(&(a, b)) || truth.contains(&(b, a));
        found.right += pairs
            .iter()
            .filter(|pair| is_true(pair.first, pair.second))
            .count();
    }
    found
}

#[test]
fn most_repeats_of_a_busy_day_are_among_the_few_pairs_that_are_suggested() {
    let days: Vec<_> = (0..DAYS).map(day).collect();
    let found = measure(&days);
    eprintln!(
        "{DAYS} busy days, {} records, {} true repeats: {} pairs meet the rule, {} are suggested, {} of them rightly: \
         precision {:.0} %, recall {:.0} %",
        found.records,
        found.true_repeats,
        found.candidates,
        found.suggested,
        found.right,
        100.0 * found.precision(),
        100.0 * found.recall(),
    );
    assert!(
        found.candidates > 50 * found.true_repeats,
        "the rule alone names hundreds of pairs, or this test measures nothing"
    );
    assert!(
        found.suggested < 20 * days.len(),
        "a commander looks at some pairs a day, not at hundreds"
    );
    assert!(
        found.recall() > 0.3 && found.precision() > 0.1,
        "what is suggested is far better than a guess among the pairs that meet the rule"
    );
}
