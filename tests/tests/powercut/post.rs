//! A device and its server, cut off at the same moment: joining, pushing, taking what colleagues wrote.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bitacora_core::enrol::Role;
use bitacora_tests::world::{Phone, World};

use crate::device::promised_are_there;
use crate::images::{Finding, IMAGES, SAVED, count, must_be_lost, trace};

/// Where the server is and that the vault was made, beside what [`SAVED`] says.
const PROMISES: usize = 1 + SAVED;

#[test]
fn after_a_power_cut_a_device_is_who_it_was_and_comes_together_with_its_server() {
    let trace = trace("post", "6");
    let promised = trace.acknowledged_before(trace.operations.len());
    assert!(
        promised.contains(&"joined") && promised.len() > 20,
        "the recording must hold what it promises, it holds {}",
        promised.len()
    );
    let findings = count(&trace, PROMISES, finding);
    assert_eq!(findings, [IMAGES, 0, 0], "whole, lost, corrupt images");
    must_be_lost(&trace, PROMISES, finding);
}

fn finding(image: &Path, acknowledged: &[&str]) -> Finding {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(come_together(image, acknowledged)) {
        Ok(true) => Finding::Whole,
        Ok(false) => Finding::Lost,
        Err(error) => {
            eprintln!("{error:#}");
            Finding::Corrupt
        }
    }
}

/// Starts both as people would after a power cut, and lets them sync. Returns whether every promise is kept.
async fn come_together(image: &Path, acknowledged: &[&str]) -> Result<bool> {
    let port: u16 = promise(acknowledged, "at.").context("where the server is")?;
    let address = ([127, 0, 0, 1], port).into();
    let mut world = World::start_at(image.join("server"), address).await?;
    let kept = sync_again(&world, image, acknowledged).await;
    world.stop_server().await?;
    kept
}

async fn sync_again(world: &World, image: &Path, acknowledged: &[&str]) -> Result<bool> {
    let phone = world.taken_up(&image.join("vault"), "Cabo 17")?;
    if !promised_are_there(&phone.device, acknowledged)? {
        return Ok(false);
    }
    join(world, &phone, acknowledged).await?;
    let outcome = phone.sync().await?;
    ensure!(!outcome.is_copied, "it is taken for a copy of itself");
    ensure!(outcome.quarantined == 0, "something of it was put aside");
    ensure!(
        outcome.scopes_in_doubt.is_empty(),
        "the server's log does not fit what it has"
    );
    ensure!(phone.unreceived()? == 0, "something does not arrive");
    ensure!(world.server.verify()?.is_sound(), "the server is not sound");
    let received = promise(acknowledged, "received.").unwrap_or(0);
    Ok(world.changes()? >= received && promised_are_there(&phone.device, acknowledged)?)
}

/// A device that had joined has; one that had not does so now, with another code.
async fn join(world: &World, phone: &Phone, acknowledged: &[&str]) -> Result<()> {
    if phone.device.status()?.enrolled {
        return Ok(());
    }
    ensure!(!acknowledged.contains(&"joined"), "it had joined");
    let server = format!("https://{}", world.address()).parse()?;
    let code = world.code(Role::PatrolMember, "Cabo 17")?;
    phone.device.enrol(&server, &code, None).await?;
    Ok(())
}

/// Returns the number of the newest promise that begins so.
fn promise<T: std::str::FromStr>(acknowledged: &[&str], begins: &str) -> Option<T> {
    let mut newest = acknowledged.iter().rev();
    newest.find_map(|promise| promise.strip_prefix(begins)?.parse().ok())
}
