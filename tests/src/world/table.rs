//! The day's table, as the commander's screen and `bitacora report daily` fold it.

use anyhow::Result;
use bitacora_device::Period as Days;
use bitacora_report::coverage::{Coverage, PatrolOut, Team};
use bitacora_report::daily::{Facts, Query, Table, Tally};
use bitacora_report::period::Period;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::phone::Phone;

impl Phone {
    /// Makes the table of a day from what this device holds now, and from the teams if the server tells them.
    pub async fn table(&self, day: NaiveDate) -> Result<Table> {
        let post = self.device.status()?.post;
        let (period, tz, as_of): (_, Tz, _) =
            (Period::day(day), post.tz.parse()?, self.clock.now());
        let mut tally = Tally::new(Query {
            period,
            only_reviewed: false,
        });
        self.device
            .for_each_packed(Days::day(day), |record, _| tally.add(record))?;
        // A member's device may not ask; its table then says nothing about teams.
        let teams = self.device.teams().await;
        let teams = teams.map_or_else(|_| Vec::new(), |list| list.devices);
        let in_the_field = teams
            .into_iter()
            .filter(|team| !team.role.administers_devices() && team.revoked_at.is_none());
        let teams: Vec<Team> = in_the_field
            .map(|team| Team {
                device_id: team.id,
                name: team.name,
                enrolled_at: Some(team.enrolled_at),
                last_contact_at: team.last_contact_at,
            })
            .collect();
        let patrols = self.device.patrols()?.into_iter().map(|patrol| PatrolOut {
            patrol_id: patrol.patrol_id,
            code: patrol.code,
            device_id: None,
            departed_at: patrol.departed_at,
            returned_at: patrol.returned_at,
        });
        let patrols: Vec<PatrolOut> = patrols.collect();
        let coverage = Coverage::of(&teams, &patrols, period, tz, as_of);
        Ok(tally.finish(Facts {
            post_id: post.post_id,
            post_name: post.name,
            tz,
            as_of,
            coverage,
        }))
    }
}
