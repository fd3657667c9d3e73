//! The day's table, as the commander's screen and `bitacora report daily` fold it.

use anyhow::Result;
use bitacora_device::Period as Days;
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{Facts, Query, Table, Tally};
use bitacora_report::period::Period;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::phone::Phone;

impl Phone {
    /// Makes the table of a day from what this device holds now, and from the teams if the server tells them.
    pub async fn table(&self, day: NaiveDate) -> Result<Table> {
        self.table_of(day, false).await
    }

    /// Makes the table of what was approved of a day.
    pub async fn reviewed_table(&self, day: NaiveDate) -> Result<Table> {
        self.table_of(day, true).await
    }

    async fn table_of(&self, day: NaiveDate, only_reviewed: bool) -> Result<Table> {
        let post = self.device.status()?.post;
        let (period, tz, as_of): (_, Tz, _) =
            (Period::day(day), post.tz.parse()?, self.clock.now());
        let mut tally = Tally::new(Query {
            post_id: post.post_id.clone(),
            period,
            only_reviewed,
        });
        self.device
            .for_each_packed(Days::day(day), |record, flags| {
                tally.add(record, flags.held)
            })?;
        // A member's device may not ask; its table then says that nobody knows about teams.
        self.device.teams().await.ok();
        let received_until = self.device.received_until()?;
        let teams = match self.device.known_teams()? {
            Some(list) => {
                let recorders = self.device.other_recorders(&list)?;
                Some(Teams::of(&list, &recorders, received_until))
            }
            None => None,
        };
        let (from, until) = period.instants(tz);
        let patrols = self.device.outings(&post.post_id, from, until)?;
        let coverage = Coverage::of(teams.as_ref(), &patrols, period, tz, as_of);
        let received_from = self.device.received_from(&post.post_id)?;
        Ok(tally.finish(Facts {
            post_name: post.name,
            tz,
            as_of,
            clock_doubt: self.device.clock_doubt_of(&post.post_id)?,
            coverage: coverage.on_a_device_since(received_from, period, tz),
        }))
    }
}
