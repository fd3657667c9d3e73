//! The fold: one row at a time, and nothing kept but sums.

use std::collections::BTreeMap;

use bitacora_core::capture::Code;
use bitacora_core::encounter::{Count, Status};
use bitacora_core::summary::{Figures, Held, Stands};

use super::cells::has_range;
use super::sums::Sums;
use super::{Attentions, Cells, DEFINITION, Facts, LeftOut, Query, Reason, Row, TOTAL_ONLY, Table};
use crate::figure::Figure;

/// A table in the making. Its size depends on the number of nationalities, never on the number of records.
#[derive(Debug, Clone)]
pub struct Tally {
    query: Query,
    encounters: u64,
    reviewed: u64,
    as_approved: u64,
    undecided: u64,
    undecided_day: u64,
    clock_doubt: u64,
    /// Of those counted, however they are counted: their time comes from such a clock as they are now.
    doubtful_now: u64,
    unreceived: u64,
    parts_over_total: u64,
    rows: Sums<Cells>,
    total_only: Figure,
    totals: Cells,
    attentions: Sums<Figure>,
    left_out: BTreeMap<Reason, Omitted>,
}

#[derive(Debug, Clone, Default)]
struct Omitted {
    records: u64,
    people: Figure,
    rules: BTreeMap<String, u64>,
}

impl Tally {
    /// Starts an empty table.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            encounters: 0,
            reviewed: 0,
            as_approved: 0,
            undecided: 0,
            undecided_day: 0,
            clock_doubt: 0,
            doubtful_now: 0,
            unreceived: 0,
            parts_over_total: 0,
            rows: Sums::default(),
            total_only: Figure::default(),
            totals: Cells::default(),
            attentions: Sums::default(),
            left_out: BTreeMap::new(),
        }
    }

    /// Adds a record, of which the post has so much; one of another day or post is passed over.
    pub fn add(&mut self, record: &impl Figures, held: Held) {
        let is_counted = match self.query.as_approved(record) {
            Some(then) => {
                let is_counted = self.fold(&then, held);
                self.as_approved += u64::from(is_counted);
                is_counted
            }
            None => {
                let is_counted = self.fold(record, held);
                self.reviewed += u64::from(is_counted && record.status() == Status::Reviewed);
                is_counted
            }
        };
        self.doubtful_now += u64::from(is_counted && record.has_clock_doubt());
    }

    /// Adds what the table counts of a record; says whether that is in the figures.
    fn fold(&mut self, record: &impl Figures, held: Held) -> bool {
        let Some(stands) = self.query.asks_for(record) else {
            return false;
        };
        if let Some(reason) = self.query.reason_to_leave_out(record, held) {
            self.leave_out(reason, record, stands);
            return false;
        }
        self.unreceived += u64::from(held == Held::Unreceived);
        self.count(record, stands);
        true
    }

    fn leave_out(&mut self, reason: Reason, record: &impl Figures, stands: Stands) {
        let omitted = self.left_out.entry(reason).or_default();
        omitted.records += 1;
        omitted.people += stands.count(record.people().total).into();
        if reason == Reason::Incomplete {
            // It breaks E04 or E05: there is none among those that count.
            self.parts_over_total += u64::from(record.has_part_over_total());
            let mut counted = "";
            for rule in record.missing_rules() {
                // A rule that is broken twice is broken by one record; they come in rule order.
                if rule != counted {
                    *omitted.rules.entry(rule.to_owned()).or_default() += 1;
                }
                counted = rule;
            }
        }
    }

    /// Adds the figures of a record in one pass over each of its lists.
    fn count(&mut self, record: &impl Figures, stands: Stands) {
        let people = record.people();
        let mut is_undecided = has_range(people) || record.has_two_times();
        let mut broken_down = Count::default();
        for (nationality, people) in record.nationalities() {
            self.rows.add(nationality, (&stands.people(people)).into());
            is_undecided |= !people.total.is_decided();
            broken_down = broken_down.plus(people.total);
        }
        for (category, people) in record.attentions() {
            self.attentions.add(category, stands.count(people).into());
            is_undecided |= !people.is_decided();
        }
        self.totals += (&stands.people(*people)).into();
        self.total_only += stands
            .count(not_broken_down(people.total, broken_down))
            .into();
        self.encounters += 1;
        self.undecided += u64::from(is_undecided);
        self.undecided_day += u64::from(stands == Stands::Perhaps);
        self.clock_doubt += u64::from(record.has_clock_doubt());
    }

    /// Ends the table with what the rows cannot know.
    pub fn finish(self, facts: Facts) -> Table {
        let attentions = self.attentions.by_code();
        let attentions_total = attentions
            .values()
            .fold(Figure::default(), |mut sum, people| {
                sum += *people;
                sum
            });
        Table {
            definition: DEFINITION.to_owned(),
            post_id: self.query.post_id,
            post_name: facts.post_name,
            period: self.query.period,
            tz: facts.tz.name().to_owned(),
            as_of: facts.as_of.with_timezone(&facts.tz).fixed_offset(),
            only_reviewed: self.query.only_reviewed,
            encounters: self.encounters,
            reviewed: self.reviewed,
            as_approved: self.as_approved,
            undecided: self.undecided,
            undecided_day: self.undecided_day,
            clock_doubt: self.clock_doubt,
            clock_doubt_elsewhere: facts.clock_doubt.saturating_sub(self.doubtful_now),
            unreceived: self.unreceived,
            parts_over_total: self.parts_over_total,
            rows: sorted(self.rows.by_code(), self.total_only),
            totals: self.totals,
            attentions: attentions
                .into_iter()
                .map(|(category, people)| Attentions { category, people })
                .collect(),
            attentions_total,
            left_out: self.left_out.into_iter().map(LeftOut::from).collect(),
            coverage: facts.coverage,
        }
    }
}

/// Most people first, so that the eye finds the large rows; ties by code, so that the order never jumps.
fn sorted(rows: BTreeMap<Code, Cells>, total_only: Figure) -> Vec<Row> {
    let row = |(nationality, people)| Row {
        nationality,
        people,
    };
    let mut rows: Vec<Row> = rows
        .into_iter()
        .filter(|(_, people)| !people.total.is_zero())
        .map(row)
        .collect();
    rows.sort_by(|a, b| {
        b.people
            .total
            .max
            .cmp(&a.people.total.max)
            .then_with(|| a.nationality.cmp(&b.nationality))
    });
    if !total_only.is_zero() {
        let people = Cells {
            total: total_only,
            ..Cells::default()
        };
        rows.push(Row {
            nationality: TOTAL_ONLY.to_owned(),
            people,
        });
    }
    rows
}

/// Returns the people of a group whose estimate is larger than what was counted by nationality.
///
/// While either side is undecided the difference is given as the widest range that any choice can lead to.
pub(super) fn not_broken_down(total: Count, counted: Count) -> Count {
    // While two values stand somewhere, the rows may add up to the total: then nobody is left over.
    if counted.min <= total.min && total.max <= counted.max {
        return Count::default();
    }
    total.beyond(counted)
}

impl From<(Reason, Omitted)> for LeftOut {
    fn from((reason, omitted): (Reason, Omitted)) -> Self {
        Self {
            reason,
            records: omitted.records,
            people: omitted.people,
            rules: omitted.rules.into_iter().collect(),
        }
    }
}
