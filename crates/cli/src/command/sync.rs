//! Everything that needs the post's server.

use std::future::Future;

use bitacora_core::enrol::{Code, Invitation, ServerUrl};
use bitacora_core::id::ServerId;
use bitacora_device::{Courier, Device, DeviceError, ErrorCode, StateCounts, SyncOutcome};
use serde_json::{Value, json};

use crate::args::Global;
use crate::failure::Failure;
use crate::output::{Output, Progress, say};
use crate::session;

/// Runs what waits for the network.
pub(crate) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::refused(format!("the network cannot be used: {error}")))?;
    Ok(runtime.block_on(work))
}

/// `enrol`
pub(crate) fn enrol(
    global: &Global,
    out: Output,
    server: Option<&str>,
    code: &str,
) -> Result<(), Failure> {
    let (url, code, expected) = invitation(server, code)?;
    let device = session::open(global)?;
    let enrolled = wait_for(device.enrol(&url, &code, expected))??;
    let digits = enrolled.digits.to_string();
    let enrolment = &enrolled.enrolment;
    let answer = json!({
        "digits": digits,
        "post_id": enrolment.post,
        "post_name": enrolment.post_name,
        "device_name": enrolment.device_name,
        "role": enrolment.role.as_str(),
    });
    out.answer(&answer, || {
        format!(
            "Enrolled as {} ({}) at {}.\nCompare these digits with the commander's screen: {digits}\nIf they differ, have \
             the device revoked.",
            enrolment.device_name,
            enrolment.role.as_str(),
            enrolment.post_name
        )
    })
}

/// Reads what was typed: an address and a code, or the text of a QR code, which says both and the server's key.
fn invitation(
    server: Option<&str>,
    code: &str,
) -> Result<(ServerUrl, Code, Option<ServerId>), Failure> {
    if code.trim_start().starts_with("bitacora:") {
        let invitation: Invitation = code
            .trim()
            .parse()
            .map_err(|error| Failure::refused(format!("--code: {error}")))?;
        return Ok((invitation.url, invitation.code, Some(invitation.server)));
    }
    let Some(server) = server else {
        return Err(Failure::usage("--server: the address is missing").next(
            "A typed code needs --server https://HOST:PORT; the text of a QR code says it itself.",
        ));
    };
    let url = server
        .parse()
        .map_err(|error| Failure::usage(format!("--server: {error}")))?;
    let code = code
        .parse()
        .map_err(|error| Failure::refused(format!("--code: {error}")))?;
    Ok((url, code, None))
}

/// `sync`
pub(crate) fn sync(
    global: &Global,
    out: Output,
    until_done: bool,
    tries: u32,
) -> Result<(), Failure> {
    let device = session::open(global)?;
    let courier = Courier::new(device.clone());
    let mut progress = Progress::of("syncing");
    let mut tries_left = if until_done { tries.max(1) } else { 1 };
    let outcome = wait_for(async {
        loop {
            tries_left -= 1;
            let tried = courier
                .sync(|at| {
                    progress.at(format_args!(
                        "{} of {} handed in, {} received",
                        at.sent, at.to_send, at.received
                    ))
                })
                .await;
            match tried {
                Err(error) if tries_left > 0 && is_worth_another_try(&error) => {}
                ended => return ended,
            }
        }
    })??;
    drop(progress);
    let counts = device.counts()?;
    warn(&outcome);
    out.answer(&answer(&outcome, &counts), || {
        let done = if counts.waiting() + counts.refused == 0 {
            "Everything of this device is at the post."
        } else {
            "Not everything was taken."
        };
        let SyncOutcome {
            progress,
            exchanges,
            breaks,
            ..
        } = &outcome;
        format!(
            "{done} {} handed in, {} received, in {exchanges} requests; the link broke {breaks} times.",
            progress.sent, progress.received
        )
    })?;
    if counts.waiting() > 0 {
        return Err(Failure::refused(format!(
            "{} records, {} undone saves and {} patrols are not received by the post",
            counts.unreceived, counts.undone_unreceived, counts.patrols_unreceived
        ))
        .next("`bitacora list --state unreceived` and `--state refused` show which."));
    }
    Ok(())
}

/// The device itself waits between tries and gives up only when nothing moves; here a person said to go on.
fn is_worth_another_try(error: &DeviceError) -> bool {
    error.code() == ErrorCode::NoNetwork
}

fn answer(outcome: &SyncOutcome, counts: &StateCounts) -> Value {
    json!({
        "sent": outcome.progress.sent,
        "received": outcome.progress.received,
        "unreceived": counts.unreceived,
        "undone_unreceived": counts.undone_unreceived,
        "patrols_unreceived": counts.patrols_unreceived,
        "refused": counts.refused,
        "exchanges": outcome.exchanges,
        "breaks": outcome.breaks,
        "quarantined": outcome.quarantined,
        "scopes_in_doubt": outcome.scopes_in_doubt,
        "is_copied": outcome.is_copied,
    })
}

fn warn(outcome: &SyncOutcome) {
    if outcome.quarantined > 0 {
        say(format_args!(
            "{} changes from the server were kept aside because something is wrong with them.",
            outcome.quarantined
        ));
    }
    for scope in &outcome.scopes_in_doubt {
        say(format_args!(
            "The server's log of {scope} does not agree with what this device has; tell the operator."
        ));
    }
    if outcome.is_copied {
        say(
            "Another device has this one's identity. Its records are safe; enrol this one again with a new code.",
        );
    }
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
