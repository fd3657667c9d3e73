//! A summary is packed.

use chrono::{NaiveDate, Utc};

use super::bytes::Packer;
use super::{AS_APPROVED, CLOCK_DOUBT, FOLIO, OTHER_DAYS, VERSION};
use crate::encounter::Status;
use crate::summary::Summary;

impl Summary {
    /// Returns the summary as bytes for [`Packed::read`].
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Packer::new(VERSION);
        out.byte(status_number(self.status));
        out.byte(self.bits());
        out.signed(day_number(self.day));
        if !self.other_days.is_empty() {
            out.list(self.other_days.iter(), |out, day| {
                out.signed(day_number(*day))
            });
        }
        if let Some(then) = &self.as_approved {
            out.part(&then.pack());
        }
        out.people(&self.people);
        out.list(self.nationalities.iter(), |out, (code, people)| {
            out.text(code);
            out.people(people);
        });
        out.list(self.attentions.iter(), |out, (code, count)| {
            out.text(code);
            out.count(*count);
        });
        out.list(self.missing.iter(), |out, (rule, field)| {
            out.text(rule);
            out.text(field);
        });
        out.list(self.undecided.iter(), |out, field| out.text(field));
        out.list(self.parts_over_total.iter(), |out, (code, part, total)| {
            out.text(code);
            out.number(u64::from(*part));
            out.number(u64::from(*total));
        });
        out.text(self.post_id.as_str());
        self.pack_heading(&mut out);
        out.time(self.created_at);
        out.option(self.direction.as_ref(), |out, code| out.text(code));
        out.option(self.lat_lon.as_ref(), |out, (lat, lon)| {
            out.bytes(&lat.to_bits().to_be_bytes());
            out.bytes(&lon.to_bits().to_be_bytes());
        });
        out.list(self.distinct_from.iter(), |out, other| {
            out.bytes(other.as_bytes());
        });
        if let Some(folio) = &self.paper_ref {
            out.text(folio);
        }
        out.done()
    }

    /// Says what of that which few records have follows.
    fn bits(&self) -> u8 {
        let has = [
            (CLOCK_DOUBT, self.clock_doubt),
            (OTHER_DAYS, !self.other_days.is_empty()),
            (FOLIO, self.paper_ref.is_some()),
            (AS_APPROVED, self.as_approved.is_some()),
        ];
        has.into_iter()
            .filter(|(_, has)| *has)
            .fold(0, |bits, (bit, _)| bits | bit)
    }

    fn pack_heading(&self, out: &mut Packer) {
        out.bytes(self.encounter_id.as_bytes());
        out.text(&self.short_code);
        out.time(self.occurred_at.with_timezone(&Utc));
        out.signed(i64::from(self.occurred_at.offset().local_minus_utc()));
        out.bytes(self.author_id.as_bytes());
        out.bytes(self.device_id.as_bytes());
        out.option(self.patrol_id.as_ref(), |out, id| out.bytes(id.as_bytes()));
    }
}

fn day_number(day: NaiveDate) -> i64 {
    i64::from(chrono::Datelike::num_days_from_ce(&day))
}

pub(super) fn status_number(status: Status) -> u8 {
    match status {
        Status::Draft => 0,
        Status::Complete => 1,
        Status::Submitted => 2,
        Status::Reviewed => 3,
        Status::Returned => 4,
        Status::Flagged => 5,
        Status::ChangedAfterReview => 6,
        Status::Voided => 7,
        Status::Merged => 8,
        Status::Withdrawn => 9,
    }
}
