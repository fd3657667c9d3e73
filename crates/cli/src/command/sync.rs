//! Everything that needs the post's server.

mod enrol;
mod told;

use std::future::Future;

use bitacora_device::{Courier, Device, DeviceError, ErrorCode, SyncOutcome};

pub(crate) use self::enrol::enrol;
use crate::args::Global;
use crate::failure::Failure;
use crate::output::{Output, Progress, say};
use crate::session;

/// Exchanges at most in which what is handed in for others goes, with what is written again for it.
const FOR_ABSENT_EXCHANGES: u32 = 3;

/// Runs what waits for the network.
pub(crate) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::refused(format!("the network cannot be used: {error}")))?;
    Ok(runtime.block_on(work))
}

/// `sync`
pub(crate) fn sync(
    global: &Global,
    out: Output,
    tries: u32,
    for_absent: bool,
) -> Result<(), Failure> {
    let device = session::open(global)?;
    let before = Left::of(&device)?;
    let mut outcome = wait_for(exchanged(&device, before, tries))??;
    if for_absent {
        let absent = device.hand_in_for_absent()?;
        say(format_args!(
            "{} records and patrols of devices that are not here any more are handed in for them.",
            absent.records + absent.others
        ));
        // What stands on something that the post does not accept is written again, and goes with the next exchange.
        let left = Left::of(&device)?;
        let tries = tries.max(FOR_ABSENT_EXCHANGES);
        outcome = added(outcome, wait_for(exchanged(&device, left, tries))??);
    }
    let left = Left::of(&device)?;
    let counts = device.counts()?;
    told::warn(&outcome);
    let refused_now = left.refused.saturating_sub(before.refused);
    let answer = told::answer(&outcome, &counts, refused_now);
    out.answer(&answer, || told::sentence(&outcome, &counts))?;
    if counts.waiting() > counts.due() {
        say(format_args!(
            "{} of a former post stay here: no other is told of them. Join there again, or hand in there the file that \
             was taken out",
            counts.waiting() - counts.due()
        ));
    }
    told::ended(&counts, refused_now)
}

/// What a device still has to hand in, and how much of it was not accepted in all.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Left {
    due: u64,
    refused: u64,
}

impl Left {
    fn of(device: &Device) -> Result<Self, DeviceError> {
        Ok(Self {
            due: device.counts()?.due(),
            refused: device.refused_changes()?,
        })
    }
}

/// Syncs, again after a link that broke, and again while something is due and the last time altered what is: what is
/// written anew because something under it was not accepted goes with the next exchange.
async fn exchanged(
    device: &Device,
    mut left: Left,
    mut tries: u32,
) -> Result<SyncOutcome, DeviceError> {
    let courier = Courier::new(device.clone());
    let mut progress = Progress::of("syncing");
    let mut sum = SyncOutcome::default();
    loop {
        tries -= 1;
        let tried = courier
            .sync(|at| {
                progress.at(format_args!(
                    "{} of {} handed in, {} received",
                    at.sent, at.to_send, at.received
                ))
            })
            .await;
        match tried {
            Err(error) if tries > 0 && is_worth_another_try(&error) => continue,
            Err(error) => return Err(error),
            Ok(outcome) => sum = added(sum, outcome),
        }
        let now = Left::of(device)?;
        if tries == 0 || now.due == 0 || now == left {
            return Ok(sum);
        }
        left = now;
    }
}

/// Adds what came of one more sync.
fn added(before: SyncOutcome, last: SyncOutcome) -> SyncOutcome {
    let mut progress = last.progress;
    progress.sent += before.progress.sent;
    progress.to_send = progress.to_send.max(before.progress.to_send);
    progress.received += before.progress.received;
    SyncOutcome {
        progress,
        exchanges: before.exchanges + last.exchanges,
        breaks: before.breaks + last.breaks,
        quarantined: before.quarantined + last.quarantined,
        scopes_in_doubt: last.scopes_in_doubt,
        is_copied: before.is_copied || last.is_copied,
    }
}

/// The device itself waits between tries and gives up only when nothing moves; here a person said to go on.
fn is_worth_another_try(error: &DeviceError) -> bool {
    error.code() == ErrorCode::NoNetwork
}

/// Asks the server which teams there are, if this person may ask; the device keeps the answer.
pub(crate) fn ask_for_teams(device: &Device) -> Result<(), Failure> {
    let status = device.status()?;
    if !status.enrolled || !status.role.administers_devices() {
        return Ok(());
    }
    if let Err(error) = wait_for(device.teams())? {
        say(format_args!(
            "The server could not be asked which teams are missing; what it said last is used: {error}"
        ));
    }
    Ok(())
}
