//! A post's daily table, from the flat rows of its merged documents.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::document::Document;
use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::{PatrolId, PostId, ScopeId};
use bitacora_core::panics::caught;
use bitacora_core::patrol::{self, Span};
use bitacora_core::summary::{Figures as _, People, Stands, Summary, local_day};
use chrono::NaiveDate;
use serde::Serialize;

use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::{document, post};

/// People by nationality on one day at one post.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DailyTable {
    /// Encounters that are counted.
    pub encounters: u64,
    /// How many of them are reviewed.
    pub reviewed: u64,
    /// Encounters in the figures of which one of two times lies on another day: their people count as nobody or as all
    /// of them.
    pub undecided_day: u64,
    /// Encounters of the day that are not counted: incomplete, void or merged.
    pub left_out: u64,
    /// People by nationality code.
    pub nationalities: BTreeMap<String, People>,
    /// All of them.
    pub people: People,
}

impl Server {
    /// Returns the table of a day.
    pub fn table(&self, post: &PostId, day: NaiveDate) -> Result<DailyTable, StoreError> {
        let mut table = DailyTable::default();
        let spans = self.spans(post)?;
        self.each_summary(post, |summary| {
            if let Some(stands) = Stands::among(&summary, |other| other == day) {
                let patrol = summary.patrol_id.and_then(|patrol| spans.get(&patrol));
                let summary = match patrol {
                    Some(span) => summary.during(span),
                    None => summary,
                };
                table.add(&summary, stands);
            }
        })?;
        Ok(table)
    }

    /// Returns when each patrol of a post was out: a record is judged by its patrol (E09), which may come later.
    fn spans(&self, post: &PostId) -> Result<BTreeMap<PatrolId, Span>, StoreError> {
        let mut spans = BTreeMap::new();
        self.store().read(|connection| {
            document::patrols(connection, &operational(post), |snapshot| {
                let read = caught(|| Document::load(snapshot).and_then(|read| patrol::read(&read)));
                // What cannot be read judges nothing; `verify` names it.
                if let Some(Ok(patrol)) = read {
                    spans.insert(patrol.header.patrol_id, patrol.span());
                }
            })
        })?;
        Ok(spans)
    }

    /// Returns the days on which a post has records, or may have some.
    pub fn days(&self, post: &PostId) -> Result<BTreeSet<NaiveDate>, StoreError> {
        let mut days = BTreeSet::new();
        self.each_summary(post, |summary| {
            days.insert(summary.day);
            days.extend(summary.other_days());
        })?;
        Ok(days)
    }

    /// Returns the last day that has begun and has records; a day of the future, which a mistyped time names, only if
    /// there is no other.
    pub fn last_day(&self, post: &PostId) -> Result<Option<NaiveDate>, StoreError> {
        let days = self.days(post)?;
        let settings = self
            .store()
            .read(|connection| post::find(connection, post))?;
        let now = self.now().fixed_offset();
        let today = settings.map_or(now.date_naive(), |post| local_day(now, &post.tz));
        let begun = days.range(..=today).next_back();
        Ok(begun.or_else(|| days.first()).copied())
    }

    /// Calls `each` for every record; one that was undone within ten seconds of its saving never was one.
    fn each_summary(&self, post: &PostId, mut each: impl FnMut(Summary)) -> Result<(), StoreError> {
        let each = |summary: Summary| {
            if summary.status != Status::Withdrawn {
                each(summary);
            }
        };
        self.store()
            .read(|connection| document::row::summaries(connection, &operational(post), each))
    }
}

fn operational(post: &PostId) -> ScopeId {
    ScopeId::operational(post.clone())
}

impl DailyTable {
    fn add(&mut self, summary: &Summary, stands: Stands) {
        if !summary.counts() {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        self.encounters = self.encounters.saturating_add(1);
        if summary.status == Status::Reviewed {
            self.reviewed = self.reviewed.saturating_add(1);
        }
        self.undecided_day = self
            .undecided_day
            .saturating_add(u64::from(stands == Stands::Perhaps));
        for (nationality, people) in &summary.nationalities {
            add_people(
                self.nationalities.entry(nationality.clone()).or_default(),
                &stands.people(*people),
            );
        }
        add_people(&mut self.people, &stands.people(summary.people));
    }
}

fn add_people(to: &mut People, people: &People) {
    for (to, count) in [
        (&mut to.men, people.men),
        (&mut to.women, people.women),
        (&mut to.boys, people.boys),
        (&mut to.girls, people.girls),
        (&mut to.unknown, people.unknown),
        (&mut to.total, people.total),
    ] {
        *to = Count {
            min: to.min.saturating_add(count.min),
            max: to.max.saturating_add(count.max),
        };
    }
}
