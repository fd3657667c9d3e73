//! One day: a post, its phones, and what happens to them.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use anyhow::{Context, Result, bail, ensure};
use bitacora_core::enrol::Role;
use bitacora_core::id::{ChangeHash, EncounterId};
use bitacora_device::{Choice, DeviceError, ErrorCode, Place};
use bitacora_tests::proxy::Way;
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tempfile::TempDir;

use crate::act::Act;

/// Phones at most: more make no other situations.
const PHONES_MAX: usize = 6;
const SETTINGS: [&str; 3] = ["jungle", "river", "trail"];
/// Rounds after which all agree, or never do.
const QUIET_ROUNDS: usize = 8;

/// How often what makes a day hard has happened.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Happened {
    saved: u64,
    cut: u64,
    put_back: u64,
    copied: u64,
    lost: u64,
    chosen: u64,
    looked_at: u64,
}

impl Happened {
    /// Returns whether each happened at all, and saving and looking often.
    pub(crate) fn each_did(self) -> bool {
        let rare = [self.cut, self.put_back, self.copied, self.lost, self.chosen];
        rare.iter().all(|times| *times > 0) && self.saved > 100 && self.looked_at > 50
    }
}

impl AddAssign for Happened {
    fn add_assign(&mut self, other: Self) {
        self.saved += other.saved;
        self.cut += other.cut;
        self.put_back += other.put_back;
        self.copied += other.copied;
        self.lost += other.lost;
        self.chosen += other.chosen;
        self.looked_at += other.looked_at;
    }
}

/// A post on one day.
pub(crate) struct Day {
    world: World,
    phones: Vec<Phone>,
    /// Phones that were lost: a copy of one goes on by its link until it joins again.
    gone: Vec<Phone>,
    /// Devices that were made so far, for their names.
    made: u32,
    backup: Option<TempDir>,
    random: ChaCha8Rng,
    told: Vec<String>,
    pub(crate) happened: Happened,
}

impl Day {
    pub(crate) async fn begin(seed: u64) -> Result<Self> {
        let mut day = Self {
            world: World::start().await?,
            phones: Vec::new(),
            gone: Vec::new(),
            made: 0,
            backup: None,
            random: ChaCha8Rng::seed_from_u64(seed),
            told: Vec::new(),
            happened: Happened::default(),
        };
        for role in [Role::PostCommander, Role::PatrolLeader, Role::PatrolMember] {
            day.join(role).await?;
        }
        Ok(day)
    }

    /// Returns what has happened, a line each.
    pub(crate) fn told(&self) -> String {
        self.told.join("\n")
    }

    async fn join(&mut self, role: Role) -> Result<()> {
        self.made += 1;
        let name = format!("Equipo {}", self.made);
        let phone = self.world.phone(&name, role).await?;
        self.phones.push(phone);
        Ok(())
    }

    /// Lets one thing happen.
    pub(crate) async fn go_on(&mut self) -> Result<()> {
        let act = Act::drawn(&mut self.random);
        let who = self.random.random_range(0..self.phones.len());
        self.told.push(format!("{} {act:?}", self.phones[who].name));
        match act {
            Act::Meet => {
                let men = self.random.random_range(1..20);
                self.phones[who].meets(men, "VEN")?;
                self.happened.saved += 1;
            }
            Act::Correct | Act::Undo | Act::Void => self.write(act, who)?,
            Act::Differ => self.differ(who)?,
            Act::Choose => self.choose()?,
            Act::Sync => self.sync(who).await?,
            Act::SyncCut => {
                let way = [Way::Up, Way::Down][self.random.random_range(0..2)];
                let after = self.random.random_range(0..3_000);
                self.phones[who].link.break_once(way, after);
                self.sync(who).await?;
                self.happened.cut += u64::from(!self.phones[who].link.spare());
            }
            Act::Reopen => self.phones[who].reopen()?,
            Act::Pass => {
                let minutes = self.random.random_range(1..90);
                self.world.pass(TimeDelta::minutes(minutes));
            }
            Act::Restart => self.world.restart_server().await?,
            Act::BackUp => {
                let copy = TempDir::new()?;
                self.world.back_up(copy.path()).await?;
                self.backup = Some(copy);
            }
            Act::PutBack => self.put_back().await?,
            Act::Copy | Act::Lose | Act::Join => self.phone_comes_or_goes(act, who).await?,
        }
        Ok(())
    }

    async fn phone_comes_or_goes(&mut self, act: Act, who: usize) -> Result<()> {
        let room = self.phones.len() < PHONES_MAX;
        match act {
            Act::Copy if room => {
                self.made += 1;
                let name = format!("Equipo {}", self.made);
                let copy = self.world.copy_of(&mut self.phones[who], &name)?;
                self.phones.push(copy);
                self.happened.copied += 1;
            }
            // The commander's laptop stays at the post, and what nobody else has would be lost with a phone.
            Act::Lose if who > 0 && self.phones.len() > 2 => {
                self.sync(who).await?;
                if self.phones[who].unreceived()? == 0 {
                    self.sync(0).await?;
                    self.gone.push(self.phones.remove(who));
                    self.happened.lost += 1;
                }
            }
            Act::Join if room => self.join(Role::PatrolMember).await?,
            _ => {}
        }
        Ok(())
    }

    async fn put_back(&mut self) -> Result<()> {
        let Some(copy) = &self.backup else {
            return Ok(());
        };
        self.world.put_back(copy.path()).await?;
        self.happened.put_back += 1;
        Ok(())
    }

    fn write(&mut self, act: Act, who: usize) -> Result<()> {
        let records = self.phones[who].records()?;
        if records.is_empty() {
            return Ok(());
        }
        // The oldest ones, which everybody has: several people write in one.
        let oldest = records.len().saturating_sub(2);
        let id = records[self.random.random_range(oldest..records.len())];
        let (which, number) = (
            self.random.random_range(0..9),
            self.random.random_range(1..20_usize),
        );
        let phone = &self.phones[who];
        let seen = phone.device.encounter(id)?.version;
        let done = match act {
            Act::Correct => {
                let patch = match which {
                    0 => json!({ "note": format!("río {number}") }),
                    1 => json!({ "setting": SETTINGS[number % SETTINGS.len()] }),
                    2 => json!({ "composition": { "HTI": { "AC+F": number } } }),
                    _ => json!({ "composition": { "VEN": { "AA+M": number } } }),
                };
                let edit = bitacora_core::encounter::Edit::Patch(patch);
                phone.device.edit(id, &edit, &seen, None)
            }
            Act::Undo => phone.device.undo(id),
            Act::Void => phone.device.void(id, "dos veces", &seen),
            _ => return Ok(()),
        };
        match done {
            Ok(_) => self.happened.saved += 1,
            Err(error) => expected(&error)?,
        }
        Ok(())
    }

    /// Two correct the men of the oldest record that both have.
    fn differ(&mut self, who: usize) -> Result<()> {
        let other = (who + 1) % self.phones.len();
        let theirs = everything(&self.phones[other])?;
        let records = self.phones[who].records()?;
        let Some(id) = records.into_iter().rfind(|id| theirs.contains(id)) else {
            return Ok(());
        };
        for (phone, men) in [(who, 21), (other, 22)] {
            let device = &self.phones[phone].device;
            let men = men + self.random.random_range(0..20) * 2;
            let edit = json!({ "composition": { "VEN": { "AA+M": men } } });
            let edit = bitacora_core::encounter::Edit::Patch(edit);
            match device.edit(id, &edit, &device.encounter(id)?.version, None) {
                Ok(_) => self.happened.saved += 1,
                Err(error) => expected(&error)?,
            }
        }
        Ok(())
    }

    /// The commander chooses where somebody must.
    fn choose(&mut self) -> Result<()> {
        let device = &self.phones[0].device;
        for conflict in device.conflicts()? {
            for field in conflict.fields {
                let choice = Choice::Stated(field.values[0].stated.change);
                let id = conflict.row.summary.encounter_id;
                match device.resolve(id, &field.field, &choice, &conflict.version) {
                    Ok(_) => self.happened.chosen += 1,
                    Err(error) => expected(&error)?,
                }
            }
        }
        Ok(())
    }

    async fn sync(&mut self, who: usize) -> Result<()> {
        let phone = &self.phones[who];
        let outcome = match phone.sync().await {
            Ok(outcome) => outcome,
            Err(error) => match error.downcast_ref::<DeviceError>() {
                // A server that was put back has forgotten who joined since.
                Some(DeviceError::Refused { word, .. }) if word == "unknown_device" => {
                    return self.join_again(who).await;
                }
                // The link broke, and trying again was of no use.
                Some(DeviceError::Server { code, .. }) if *code == ErrorCode::NoNetwork => {
                    self.told.push("no network".to_owned());
                    return Ok(());
                }
                _ => return Err(error),
            },
        };
        ensure!(
            outcome.quarantined == 0,
            "something was put aside: {outcome:?}"
        );
        ensure!(
            outcome.scopes_in_doubt.is_empty(),
            "a log makes no sense: {outcome:?}"
        );
        if outcome.is_copied {
            return self.join_again(who).await;
        }
        if self.random.random_ratio(1, 3) {
            self.look(who).await?;
        }
        Ok(())
    }

    async fn join_again(&mut self, who: usize) -> Result<()> {
        let phone = &self.phones[who];
        self.told.push(format!("{} joins again", phone.name));
        phone.link.spare();
        let role = match who {
            0 => Role::PostCommander,
            _ => Role::PatrolMember,
        };
        self.world.enrol_again(phone, role).await?;
        phone.sync().await?;
        Ok(())
    }

    /// Nothing that a device calls received is missing at the post: somebody who joins now reads it there.
    async fn look(&mut self, who: usize) -> Result<()> {
        self.made += 1;
        let auditor = format!("Auditor {}", self.made);
        let auditor = self.world.phone(&auditor, Role::PostCommander).await?;
        auditor.sync().await?;
        self.happened.looked_at += 1;
        let phone = &self.phones[who];
        for id in phone.records()? {
            if phone.device.row(id)?.place == Place::OnPhone {
                continue;
            }
            let there = changes(&auditor, id)
                .with_context(|| format!("{}: {id} is not at the post", phone.name))?;
            let here = changes(phone, id)?;
            ensure!(
                here.is_subset(&there),
                "{}: {id} is called received, and the post lacks {:?}",
                phone.name,
                here.difference(&there).collect::<Vec<_>>()
            );
        }
        Ok(())
    }

    /// All sync until nothing moves, the commander chooses in between; then all have the same.
    pub(crate) async fn end(&mut self) -> Result<()> {
        self.told.push("quiet".to_owned());
        for round in 0..QUIET_ROUNDS {
            for who in 0..self.phones.len() {
                self.sync(who).await?;
            }
            if round == QUIET_ROUNDS / 2 {
                self.choose()?;
            }
        }
        for who in 0..self.phones.len() {
            self.look(who).await?;
        }
        let first = &self.phones[0];
        for phone in &self.phones {
            ensure!(
                phone.unreceived()? == 0,
                "{}: something is not received",
                phone.name
            );
            let problems = phone.device.verify()?.problems;
            ensure!(problems.is_empty(), "{}: {problems:?}", phone.name);
            let (here, there) = (everything(phone)?, everything(first)?);
            ensure!(
                here == there,
                "{} and {} have {} and {} records",
                phone.name,
                first.name,
                here.len(),
                there.len()
            );
            for id in here {
                let (here, there) = (phone.says(id)?, first.says(id)?);
                ensure!(
                    here == there,
                    "{}: {here}\n{}: {there}",
                    phone.name,
                    first.name
                );
            }
        }
        let report = self.world.server.verify()?;
        ensure!(report.is_sound(), "the server: {:?}", report.findings);
        Ok(())
    }
}

fn everything(phone: &Phone) -> Result<BTreeSet<EncounterId>> {
    Ok(phone.records()?.into_iter().collect())
}

fn changes(phone: &Phone, id: EncounterId) -> Result<BTreeSet<ChangeHash>> {
    let detail = phone.device.show(id)?;
    Ok(detail.history.iter().map(|line| line.change).collect())
}

/// What a person is told no for.
fn expected(error: &DeviceError) -> Result<()> {
    match error.code() {
        ErrorCode::NotAllowed | ErrorCode::NotFound => Ok(()),
        _ if matches!(error, DeviceError::TooLateToUndo) => Ok(()),
        code => bail!("{}: {error}", code.as_str()),
    }
}
