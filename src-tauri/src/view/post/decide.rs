//! *Por decidir*: what waits for a word of the commander.

use bitacora_core::encounter::Merge;
use bitacora_device::{self as device, Device};
use bitacora_report::repeats::{Pair, Ranked};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::shell::Answer;
use crate::view::convert::number;
use crate::view::record::{Missing, NotAccepted, Row, TwoValues, missing};
use crate::view::settings::Language;
use crate::words::Reader;

/// Two records that may be of one group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Repeat {
    /// The earlier.
    pub a: Row,
    /// The later.
    pub b: Row,
    /// Minutes between them.
    pub minutes_apart: u32,
    /// People that only one of them counted, cell by cell.
    pub people_apart: u32,
    /// Metres between them, if both had a fix.
    pub metres_apart: Option<u32>,
    /// How fast people would have walked along the trail, metres an hour, if both had a fix.
    pub metres_an_hour: Option<u32>,
    /// Whether one patrol wrote both, or without a patrol one device: then no direction was compared.
    pub same_patrol: bool,
    /// Other records that are at least as near to one of the two.
    pub rivals: u32,
}

/// Pairs of the last days that may be one group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Repeats {
    /// How many pairs meet the rule.
    pub meet_rule: u32,
    /// How many of these stand out; they come first.
    pub standing_out: u32,
    /// As many as were asked for, the strongest first.
    pub pairs: Vec<Repeat>,
}

/// A record with its undecided fields.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Undecided {
    /// The record.
    pub row: Row,
    /// Its fields with two values.
    pub fields: Vec<TwoValues>,
    /// What the person sees; a choice is authored on it.
    pub version: String,
}

/// A record in which something is missing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Incomplete {
    /// The record.
    pub row: Row,
    /// What.
    pub missing: Vec<Missing>,
}

/// A record that the server did not take.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Refused {
    /// The record.
    pub row: Row,
    /// Why.
    pub reason: NotAccepted,
}

/// *Por decidir*.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Decide {
    /// Records with two values.
    pub two_values: Vec<Undecided>,
    /// Records in which something is missing.
    pub incomplete: Vec<Incomplete>,
    /// Pairs that may be one group.
    pub possible_repeats: Repeats,
    /// Pairs of the last days that somebody has told apart.
    pub told_apart: Vec<Repeat>,
    /// Records that the server did not take.
    pub refused: Vec<Refused>,
}

impl Decide {
    /// Returns what waits for a decision, with at most so many pairs that may be one group.
    pub(crate) fn of(device: &Device, language: Language, pairs: u32) -> Answer<Self> {
        let reader = Reader::at(device, language)?;
        let undecided = device
            .conflicts()?
            .into_iter()
            .map(|conflict| undecided(device, &conflict, reader));
        let incomplete = every(device, device::RowState::Incomplete)?;
        let refused = every(device, device::RowState::Refused)?
            .into_iter()
            .map(|row| {
                let refused = device.show(row.summary.encounter_id)?.refused;
                Ok(refused.map(|refused| Refused {
                    row: (&row).into(),
                    reason: (&refused).into(),
                }))
            });
        let search = crate::today::search(device)?;
        Ok(Self {
            two_values: undecided.collect::<Answer<_>>()?,
            incomplete: incomplete
                .iter()
                .map(|row| Incomplete {
                    row: row.into(),
                    missing: missing(row),
                })
                .collect(),
            possible_repeats: Repeats::of(device, &search.ranked(), pairs)?,
            told_apart: repeats(device, &search.told_apart())?,
            refused: refused
                .filter_map(Answer::transpose)
                .collect::<Answer<_>>()?,
        })
    }
}

fn undecided(device: &Device, conflict: &device::Conflict, reader: Reader) -> Answer<Undecided> {
    let may_choose = device
        .show(conflict.row.summary.encounter_id)?
        .rights
        .may_choose;
    let fields = conflict
        .fields
        .iter()
        .filter(|field| field.merge == Merge::Both);
    Ok(Undecided {
        row: (&conflict.row).into(),
        fields: fields
            .map(|field| TwoValues::of(field, may_choose, reader))
            .collect(),
        version: conflict.version.to_string(),
    })
}

/// Returns all rows in a state.
fn every(device: &Device, state: device::RowState) -> Answer<Vec<device::Row>> {
    let filter = device::RowFilter {
        state,
        limit: device::PAGE_ROWS_MAX,
        ..device::RowFilter::default()
    };
    crate::today::every(device, filter)
}

impl Repeats {
    fn of(device: &Device, ranked: &Ranked, limit: u32) -> Answer<Self> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let shown = ranked.pairs.get(..limit).unwrap_or(&ranked.pairs);
        Ok(Self {
            meet_rule: number(ranked.pairs.len()),
            standing_out: number(ranked.standing_out),
            pairs: repeats(device, shown)?,
        })
    }
}

fn repeats(device: &Device, pairs: &[Pair]) -> Answer<Vec<Repeat>> {
    pairs.iter().map(|pair| repeat(device, pair)).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "metres on Earth fit"
)]
fn metres(metres: f64) -> u32 {
    metres.round() as u32
}

fn repeat(device: &Device, pair: &Pair) -> Answer<Repeat> {
    Ok(Repeat {
        a: (&device.row(pair.first)?).into(),
        b: (&device.row(pair.second)?).into(),
        minutes_apart: number(pair.why.minutes_apart.max(0)),
        people_apart: pair.why.people_apart,
        metres_apart: pair.why.metres_apart.map(metres),
        metres_an_hour: pair.why.metres_an_hour().map(metres),
        same_patrol: pair.why.same_patrol,
        rivals: number(pair.rivals),
    })
}
