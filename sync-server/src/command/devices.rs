//! `devices` and `revoke`.

use anyhow::bail;
use bitacora_core::enrol::team::{TeamDevice, TeamList};
use bitacora_core::id::DeviceId;

use super::output::Output;
use crate::server::Server;

/// Arguments of `revoke`.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The device's id, the beginning of it, or its name
    device: String,
}

pub(super) fn list(server: &Server, output: &Output) -> anyhow::Result<bool> {
    let team = server.team(None)?;
    let full = server.quarantine_full()?;
    output.answer(&team, || text(&team, &full))?;
    Ok(true)
}

impl Revoke {
    pub(super) fn run(&self, server: &Server, output: &Output) -> anyhow::Result<bool> {
        let team = server.team(None)?;
        let wanted = |device: &&TeamDevice| {
            device.name == self.device
                || (self.device.len() >= 4 && device.id.to_string().starts_with(&self.device))
        };
        let matching: Vec<_> = team.devices.iter().filter(wanted).collect();
        let [device] = matching.as_slice() else {
            bail!(
                "{} devices match; see `bitacora-server devices` and name one by its id",
                matching.len()
            );
        };
        let revoked = server.revoke(device.id, None)?;
        let answer = serde_json::json!({ "device": device.id, "revoked": revoked });
        output.answer(&answer, || match revoked {
            true => format!("{} ({}) is cut off", device.name, device.id),
            false => format!("{} ({}) was cut off before", device.name, device.id),
        })?;
        Ok(revoked)
    }
}

fn text(team: &TeamList, full: &[DeviceId]) -> String {
    if team.devices.is_empty() {
        return "No device is enrolled yet. Issue a code: bitacora-server enrol-code --role post_commander --name NAME".to_owned();
    }
    team.devices
        .iter()
        .map(|device| line(team, device, full.contains(&device.id)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn line(team: &TeamList, device: &TeamDevice, is_full: bool) -> String {
    let contact = device.last_contact_at.map_or_else(
        || "no contact yet".to_owned(),
        |at| {
            format!(
                "last contact {} min ago",
                team.now.signed_duration_since(at).num_minutes()
            )
        },
    );
    let clock = match device.clock_ahead_seconds {
        Some(seconds) if seconds.abs() > 120 => format!(", CLOCK {seconds:+} s"),
        _ => String::new(),
    };
    let state = match (&device.revoked_at, device.cloned) {
        (Some(_), _) => ", REVOKED",
        (None, true) => ", TWO PHONES WITH ONE IDENTITY",
        (None, false) => "",
    };
    let full = if is_full { ", QUARANTINE FULL" } else { "" };
    format!(
        "{}  {}  {}\n    {}; {contact}; received {}, refused {}; digits {}{clock}{full}{state}",
        device.id,
        device.name,
        device.role,
        if device.people.is_empty() {
            "nobody yet".to_owned()
        } else {
            device.people.join(", ")
        },
        device.received,
        device.refused,
        device.digits
    )
}
