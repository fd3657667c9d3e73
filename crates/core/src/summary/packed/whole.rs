//! A packed summary is unpacked whole.

use super::bytes::{List, Reader};
use super::{Packed, attention, day, heading, nationality, pair, part};
use crate::id::EncounterId;
use crate::summary::Summary;

impl Packed<'_> {
    /// Returns the whole summary; `None` if it is damaged.
    pub fn summary(&self) -> Option<Summary> {
        let lists_are_whole = self.is_whole()
            && self.undecided.is_whole(Reader::text)
            && self.parts_over_total.is_whole(part);
        if !lists_are_whole {
            return None;
        }
        let mut from = Reader::of(self.heading);
        let heading = heading::read(&mut from)?;
        let summary = Summary {
            encounter_id: heading.encounter_id,
            short_code: heading.short_code.to_owned(),
            post_id: self.post_id.parse().ok()?,
            patrol_id: heading.patrol_id,
            author_id: heading.author_id,
            device_id: heading.device_id,
            created_at: from.time()?,
            occurred_at: heading.occurred_at,
            day: self.day,
            other_days: self.other_days.items(day).collect(),
            direction: from.option(Reader::text)?.map(str::to_owned),
            lat_lon: from.option(|from| Some((from.decimal()?, from.decimal()?)))?,
            nationalities: self
                .nationalities
                .items(nationality)
                .map(|(code, people)| (code.to_owned(), people))
                .collect(),
            people: self.people,
            attentions: self
                .attentions
                .items(attention)
                .map(|(code, count)| (code.to_owned(), count))
                .collect(),
            status: self.status,
            missing: self
                .missing
                .items(pair)
                .map(|(rule, field)| (rule.to_owned(), field.to_owned()))
                .collect(),
            undecided: self
                .undecided
                .items(Reader::text)
                .map(str::to_owned)
                .collect(),
            parts_over_total: self
                .parts_over_total
                .items(part)
                .map(|(code, part, total)| (code.to_owned(), part, total))
                .collect(),
            clock_doubt: self.clock_doubt,
            distinct_from: distinct_from(from.list()?)?,
            paper_ref: match self.has_folio {
                true => Some(from.text()?.to_owned()),
                false => None,
            },
            as_approved: match self.as_approved {
                [] => None,
                _ => Some(Box::new(self.then()?.summary()?)),
            },
        };
        from.rest().is_empty().then_some(summary)
    }
}

fn distinct_from(list: List<'_>) -> Option<Vec<EncounterId>> {
    let others = list.items(Reader::array::<16>).map(EncounterId::from_bytes);
    list.is_whole(Reader::array::<16>).then(|| others.collect())
}
