//! Sync with the server of the post: exchanges over the channel until nothing is due.
//!
//! A [`Courier`] keeps the connection between syncs. It pushes before it pulls, commits message by
//! message, tries again after a cut as long as something moves, and never holds the store while it
//! waits for the network: recording goes on.

mod exchange;
mod failure;

use std::sync::Arc;
use std::time::Duration;

use bitacora_core::id::{DeviceId, ServerId};
use bitacora_core::sync::{CopyEvidence, DeviceIdentity, DeviceLog as _, Outcome, Plan, Progress};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::channel::Channel;
use crate::contact::Contact;
use crate::device::Device;
use crate::error::{DeviceError, ErrorCode};
use exchange::{Ended, Failure, exchange};

/// Broken links in a row, without anything having moved, until a sync gives up.
const BREAKS_MAX: u32 = 4;
/// The first pause after a break; it doubles with each break that moved nothing.
const PAUSE: Duration = Duration::from_millis(250);
/// Exchanges of one sync. A limit for a server that always asks for one more.
const EXCHANGES_MAX: u32 = 1_000;

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncProgress {
    /// Records that had something unreceived when the sync began.
    pub to_send: u64,
    /// Of these, how many the server has receipted.
    pub sent: u64,
    /// Changes of others that were read and stored.
    pub received: u64,
}

/// What came of a sync that went through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncOutcome {
    /// How far it got.
    pub progress: SyncProgress,
    /// Requests that it took.
    pub exchanges: u32,
    /// Times that the link broke on the way.
    pub breaks: u32,
    /// Changes that were kept aside because something was wrong with them.
    pub quarantined: u64,
    /// Scopes that the server did not give, or whose rows make no consistent log.
    pub scopes_in_doubt: Vec<String>,
    /// Another phone has this device's identity.
    pub is_copied: bool,
}

/// Between whom a connection was opened: a device that enrols anew has another identity, or another server.
type Ends = (DeviceId, ServerId);

/// A device's way to its server, with the connection kept between syncs.
pub struct Courier {
    device: Device,
    pause: Duration,
    channel: Mutex<Option<(Ends, Channel)>>,
}

impl Device {
    /// Syncs once over a new connection. A program that syncs often keeps a [`Courier`].
    pub async fn sync(
        &self,
        watch: impl FnMut(SyncProgress) + Send,
    ) -> Result<SyncOutcome, DeviceError> {
        Courier::new(self.clone()).sync(watch).await
    }
}

impl Courier {
    /// Makes a way to the server; nothing is sent yet.
    pub fn new(device: Device) -> Self {
        Self {
            device,
            pause: PAUSE,
            channel: Mutex::new(None),
        }
    }

    /// Returns the same with another first pause after a break; none for a program that drives the link itself.
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Syncs until nothing is due, and notes the contact. One sync at a time: a second call waits.
    pub async fn sync(
        &self,
        mut watch: impl FnMut(SyncProgress) + Send,
    ) -> Result<SyncOutcome, DeviceError> {
        let mut channel = self.channel.lock().await;
        let mut run = Run {
            device: &self.device,
            pause: self.pause,
            to_send: self.device.counts()?.records_due(),
            moved: 0,
            outcome: SyncOutcome::default(),
        };
        let result = run.until_done(&mut channel, &mut watch).await;
        run.note(result.as_ref().err())?;
        result.map(|()| run.outcome)
    }
}

/// One sync on its way.
struct Run<'a> {
    device: &'a Device,
    pause: Duration,
    to_send: u64,
    /// Receipts and rows so far: a link that breaks but moves something is tried again.
    moved: u64,
    outcome: SyncOutcome,
}

impl Run<'_> {
    async fn until_done(
        &mut self,
        kept: &mut Option<(Ends, Channel)>,
        watch: &mut (impl FnMut(SyncProgress) + Send),
    ) -> Result<(), DeviceError> {
        let identity = self.device.identity()?;
        let ends = (identity.device, identity.server);
        let mut plan = self.first_plan(&identity)?;
        let mut breaks_in_a_row = 0;
        for _ in 0..EXCHANGES_MAX {
            let channel = match kept {
                Some((held, channel)) if *held == ends => channel.clone(),
                _ => {
                    let opened = (ends, self.device.channel()?);
                    kept.insert(opened).1.clone()
                }
            };
            let before = self.moved;
            let ended = self.one(&channel, &identity, plan, watch).await?;
            self.add(ended.progress)?;
            watch(self.outcome.progress);
            match ended.outcome {
                Ok(outcome) => match self.finished(outcome) {
                    Some(again) => plan = again,
                    // The contact may end doubts about times; whoever was told of them is told of that too.
                    None if self.ended_doubts().await? => plan = Plan::default(),
                    None => return Ok(()),
                },
                Err(failure) if failure::is_break(&failure) => {
                    self.outcome.breaks += 1;
                    // A new connection rather than TCP's long waits on one that stood still.
                    *kept = None;
                    plan = ended.plan_after_break;
                    breaks_in_a_row = if self.moved == before {
                        breaks_in_a_row + 1
                    } else {
                        0
                    };
                    if breaks_in_a_row >= BREAKS_MAX {
                        return Err(failure::into_device(failure));
                    }
                    tokio::time::sleep(self.pause * 2_u32.saturating_pow(breaks_in_a_row)).await;
                }
                Err(failure) => return Err(failure::into_device(failure)),
            }
        }
        Err(DeviceError::Server {
            code: ErrorCode::ServerRefused,
            message: "the server asks for ever more exchanges".to_owned(),
        })
    }

    /// Writes into records that the contact proved their times right; returns whether there were any.
    async fn ended_doubts(&self) -> Result<bool, DeviceError> {
        let device = self.device.clone();
        let ended = spawn_blocking(move || device.clock_vouch()).await;
        let ended = ended.map_err(|error| failure::into_device(Failure::Worker(error)))??;
        Ok(ended > 0)
    }

    /// After a sync that ended without its receipts, a header alone asks how far the server got.
    fn first_plan(&self, identity: &DeviceIdentity) -> Result<Plan, DeviceError> {
        let mut log = self.device.sync_log_as(identity);
        let last = log.last_envelope()?.map_or(0, |(counter, _)| counter);
        Ok(if last > log.receipts_through()? {
            Plan::header_only()
        } else {
            Plan::default()
        })
    }

    async fn one(
        &mut self,
        channel: &Channel,
        identity: &Arc<DeviceIdentity>,
        plan: Plan,
        watch: &mut (impl FnMut(SyncProgress) + Send),
    ) -> Result<Ended<crate::log::SyncLog>, DeviceError> {
        self.outcome.exchanges += 1;
        let (device, to_send, received) =
            (self.device, self.to_send, self.outcome.progress.received);
        let mut tell = |progress: Progress| {
            let sent = device
                .counts()
                .map_or(0, |counts| to_send.saturating_sub(counts.records_due()));
            watch(SyncProgress {
                to_send,
                sent,
                received: received + progress.pulled as u64,
            });
        };
        let clock_s = device.environment().now().timestamp();
        let log = device.sync_log_as(identity);
        Ok(exchange(channel, Arc::clone(identity), log, plan, clock_s, &mut tell).await)
    }

    fn add(&mut self, progress: Progress) -> Result<(), DeviceError> {
        self.outcome.progress.to_send = self.to_send;
        self.outcome.progress.sent = self
            .to_send
            .saturating_sub(self.device.counts()?.records_due());
        self.outcome.progress.received += progress.pulled as u64;
        let moved = progress.receipted + progress.pulled + progress.confirmed;
        self.moved += moved as u64;
        self.outcome.quarantined += progress.quarantined as u64;
        Ok(())
    }

    fn finished(&mut self, outcome: Outcome) -> Option<Plan> {
        let refused = outcome
            .refused_scopes
            .iter()
            .map(|(scope, _)| scope.to_string());
        let inconsistent = outcome.inconsistent_scopes.iter().map(ToString::to_string);
        self.outcome.scopes_in_doubt = refused.chain(inconsistent).collect();
        self.outcome.is_copied |= matches!(
            outcome.copied,
            Some(CopyEvidence::ServerKnowsMore { .. } | CopyEvidence::AnotherEnvelope { .. })
        );
        outcome.again
    }

    fn note(&self, error: Option<&DeviceError>) -> Result<(), DeviceError> {
        self.device.note_contact(&Contact {
            at: self.device.environment().now(),
            ok: error.is_none(),
            sent: u32::try_from(self.outcome.progress.sent).unwrap_or(u32::MAX),
            received: u32::try_from(self.outcome.progress.received).unwrap_or(u32::MAX),
            code: error.map(|error| error.code().as_str().to_owned()),
        })
    }
}
