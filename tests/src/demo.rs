//! A post's busy day on six devices, put where the app finds it.
//!
//! Everything happens as it would: six vaults record and correct offline under their own clocks, enrol by code, and
//! four of them come back and sync over mutual TLS with a real server. Two have not come back: their records are only
//! on them. What is left is a folder with the server's data and the commander's vault.

mod team;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use bitacora_core::enrol::team::CodeRequest;
use bitacora_core::enrol::{Code, Role};
use bitacora_core::id::PostId;
use bitacora_device::{Device, Environment, Period as Days};
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{Facts, Labels, Query, Tally, print};
use bitacora_report::period::Period;
use bitacora_report::repeats::{Ranked, Search};
use bitacora_server::store::{DataFolder, Setup};
use bitacora_server::{Config, Server};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::America::Panama;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::generator::{BusyDay, Deed};
use team::Team;

/// The PIN of everybody in the demo.
pub const PIN: &str = "482915";
/// Where the demo's server listens, and where the app will look for it.
pub const LISTEN: &str = "127.0.0.1:47114";
/// The teams, and who of them leads.
const TEAMS: [(&str, Role); 6] = [
    ("Sgto. 04", Role::PatrolLeader),
    ("Cabo 17", Role::PatrolMember),
    ("Cabo 22", Role::PatrolMember),
    ("Sgto. 12", Role::PatrolLeader),
    ("Agente 09", Role::PatrolMember),
    ("Cabo 31", Role::PatrolMember),
];
/// So many of them come back.
const BACK: usize = 4;
const SEED: u64 = 20_230_814;

/// Fills an empty folder, tells how far it is, and prints the commander's table.
pub async fn fill(state: &Path, listen: SocketAddr) -> Result<()> {
    let day = busy_day(Utc::now())?;
    let (server, address, stop, serving) = serve(&state.join("server"), listen).await?;
    say(&format!("The post's server listens on {address}."));
    let commander = Team::make(
        &state.join("commander/vault"),
        "Comandante",
        Environment::system(),
    )?;
    commander
        .enrol(
            &code(&server, Role::PostCommander, "Puesto de mando")?,
            address,
        )
        .await?;
    let mut teams = Vec::new();
    for (number, (name, role)) in TEAMS.into_iter().enumerate() {
        let team = Team::out(
            &state.join(format!("teams/{}", number + 1)),
            name,
            day.midnight.to_utc(),
        )?;
        team.enrol(&code(&server, role, name)?, address).await?;
        teams.push(team);
    }
    say(&format!(
        "{} teams are enrolled and go out; from now on they have no signal.",
        teams.len()
    ));
    work(&day, &teams)?;
    come_back(&teams).await?;
    differ(&teams).await?;
    commander.sync().await?;
    say("The commander's laptop has synced.\n");
    let period = Period::day(day.midnight.date_naive());
    println!("{}", table(&commander.device, period).await?);
    let repeats = repeats(&commander.device, period)?;
    say(&format!(
        "{} pairs of records may tell of the same people, {} of them stand out; nothing was merged.",
        repeats.pairs.len(),
        repeats.standing_out
    ));
    stop.send(()).ok();
    serving.await?.context("the server stopped")?;
    say(&format!(
        "\nOpen it as the commander: BITACORA_STATE={} bitacora-app, PIN {PIN}",
        state.join("commander").display()
    ));
    say(&format!(
        "On the command line: BITACORA_PIN={PIN} bitacora --vault {} list",
        state.join("commander/vault").display()
    ));
    say(&format!(
        "Its server: bitacora-server serve --listen {address} --data {}",
        state.join("server").display()
    ));
    Ok(())
}

fn say(line: &str) {
    eprintln!("{line}");
}

/// The day is today as far as it has gone, so that the first screen shows it; before dawn it is yesterday.
fn busy_day(now: DateTime<Utc>) -> Result<BusyDay> {
    let local = now.with_timezone(&Panama);
    let hour = f64::from(local.num_seconds_from_midnight()) / 3600.0;
    let is_young = hour < 3.0;
    let date = if is_young {
        local.date_naive() - TimeDelta::days(1)
    } else {
        local.date_naive()
    };
    let midnight = date
        .and_hms_opt(0, 0, 0)
        .and_then(|midnight| midnight.and_local_timezone(Panama).earliest());
    let midnight = midnight
        .context("Panama has a midnight every day")?
        .fixed_offset();
    let usual = BusyDay::at_bajo_chiquito(SEED, midnight);
    if is_young {
        return Ok(usual);
    }
    Ok(BusyDay {
        first_hour: usual.first_hour.min(hour / 3.0),
        last_hour: usual.last_hour.min(hour - 0.5),
        ..usual
    })
}

type Serving = (
    Server,
    SocketAddr,
    oneshot::Sender<()>,
    tokio::task::JoinHandle<Result<(), bitacora_server::LaunchError>>,
);

async fn serve(data: &Path, listen: SocketAddr) -> Result<Serving> {
    let mut config = Config::new(DataFolder::new(data));
    config.setup = Some(Setup {
        organisation_name: "Unidad humanitaria".to_owned(),
        post: "PA-BCH".parse()?,
        post_name: "Bajo Chiquito".to_owned(),
        tz: Panama.name().to_owned(),
        vocabulary: "pa".to_owned(),
        lock_minutes: 10,
    });
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("{listen} is in use; stop the other server or name another address with --listen")
    })?;
    let address = listener.local_addr()?;
    config.public_url = Some(format!("https://{address}").parse()?);
    let server = Server::open(config)?;
    let (stop, stopped) = oneshot::channel();
    let running = server.clone();
    let serving =
        tokio::spawn(async move { running.serve(listener, async { drop(stopped.await) }).await });
    Ok((server, address, stop, serving))
}

fn code(server: &Server, role: Role, device_name: &str) -> Result<Code> {
    let request = CodeRequest {
        role,
        device_name: device_name.to_owned(),
    };
    server
        .issue_code(&"PA-BCH".parse()?, &request)?
        .code
        .parse()
        .context("the issued code")
}

/// The day's work: every team records and corrects, each action at its own time and under its device's clock.
fn work(day: &BusyDay, teams: &[Team]) -> Result<()> {
    let now = Utc::now();
    let mut records = vec![None; 2 * day.groups];
    let (mut recorded, mut corrected) = (0usize, 0usize);
    for action in day.actions().filter(|action| action.at < now) {
        let team = teams
            .get(action.device)
            .context("every action is of a team")?;
        team.clock.show(action.at.to_utc() + action.clock_error);
        match action.deed {
            Deed::Record {
                record, capture, ..
            } => {
                let id = team.device.record(&capture, None)?.row.summary.encounter_id;
                *records.get_mut(record).context("a record has a number")? = Some(id);
                recorded += 1;
                if recorded % 25 == 0 {
                    say(&format!(
                        "  {:>3} of about {} groups recorded",
                        recorded, day.groups
                    ));
                }
            }
            Deed::Edit { record, patch } => {
                let id = records
                    .get(record)
                    .copied()
                    .flatten()
                    .context("only what was recorded is corrected")?;
                team.corrects(id, patch)?;
                corrected += 1;
            }
        }
    }
    say(&format!(
        "{recorded} groups were recorded and {corrected} corrections made without signal."
    ));
    Ok(())
}

async fn come_back(teams: &[Team]) -> Result<()> {
    for team in teams.iter().take(BACK) {
        team.clock.show(Utc::now());
        team.device.patrol_return(false)?;
        let outcome = team.sync().await?;
        say(&format!(
            "  {} is back: {} records received by the post.",
            team.name, outcome.progress.sent
        ));
    }
    let out: Vec<_> = teams
        .iter()
        .skip(BACK)
        .map(|team| team.name.as_str())
        .collect();
    say(&format!(
        "{} have not come back; their records are on their phones only.",
        out.join(" and ")
    ));
    Ok(())
}

/// Two teams that have the same records correct the same counts before either has heard of the other.
async fn differ(teams: &[Team]) -> Result<()> {
    let (Some(one), Some(other)) = (teams.first(), teams.get(1)) else {
        return Ok(());
    };
    one.sync().await?;
    other.sync().await?;
    for id in other.own_records(3)? {
        one.counts_again(id, 1)?;
        other.counts_again(id, 2)?;
    }
    one.sync().await?;
    other.sync().await?;
    say(&format!(
        "{} and {} counted three groups differently; both counts are kept.",
        one.name, other.name
    ));
    Ok(())
}

struct Names;

impl Labels for Names {
    fn nationality(&self, code: &str) -> Option<String> {
        bitacora_core::nation::find(code).map(|country| country.es.clone())
    }

    fn category(&self, code: &str) -> Option<String> {
        bitacora_core::code::find("beta_category", code).map(|item| item.es.clone())
    }
}

/// The commander's table, from the same fold as the screen and the command line.
async fn table(commander: &Device, period: Period) -> Result<String> {
    let post_id: PostId = "PA-BCH".parse()?;
    let mut tally = Tally::new(Query {
        post_id: post_id.clone(),
        period,
        only_reviewed: false,
    });
    commander.for_each_summary(days(period), |record, flags| tally.add(&record, flags.held))?;
    let as_of = Utc::now();
    let list = commander.teams().await?;
    let teams = Teams::of(
        &list,
        &commander.other_recorders(&list)?,
        commander.received_until()?,
    );
    let (from, until) = period.instants(Panama);
    let patrols = commander.outings(&post_id, from, until)?;
    let facts = Facts {
        post_name: "Bajo Chiquito".to_owned(),
        tz: Panama,
        as_of,
        clock_doubt: commander.clock_doubt_of(&post_id)?,
        coverage: Coverage::of(Some(&teams), &patrols, period, Panama, as_of),
    };
    Ok(print(&tally.finish(facts), &Names))
}

fn repeats(commander: &Device, period: Period) -> Result<Ranked> {
    let mut search = Search::new();
    commander.for_each_summary(days(period), |record, flags| search.add(record, flags.held))?;
    Ok(search.ranked())
}

fn days(period: Period) -> Days {
    Days {
        first: Some(period.from()),
        last: Some(period.to()),
    }
}
