//! `quarantine`, `verify` and `health`.

use bitacora_core::id::DeviceId;

use super::output::Output;
use crate::server::Server;

pub(super) fn quarantine(server: &Server, output: &Output) -> anyhow::Result<bool> {
    let aside = server.quarantine()?;
    output.answer(&aside, || {
        if aside.is_empty() {
            return "Nothing was put aside.".to_owned();
        }
        let line = |aside: &crate::health::AsideView| {
            format!(
                "{}  change {}  of document {}  from device {}  {} bytes\n    {}",
                aside.at.format("%Y-%m-%d %H:%M:%S UTC"),
                aside.change,
                aside.document,
                aside.device,
                aside.size_bytes,
                aside.reason
            )
        };
        aside.iter().map(line).collect::<Vec<_>>().join("\n")
    })?;
    Ok(true)
}

pub(super) fn verify(server: &Server, output: &Output) -> anyhow::Result<bool> {
    let report = server.verify()?;
    output.answer(&report, || {
        let mut lines = report.findings.clone();
        lines.push(format!(
            "{} rows, {} envelopes, {} documents: {}",
            report.rows,
            report.envelopes,
            report.documents,
            match report.findings_total {
                0 => "all fits".to_owned(),
                findings => format!("{findings} findings"),
            }
        ));
        lines.join("\n")
    })?;
    Ok(report.is_sound())
}

fn full(devices: &[DeviceId]) -> String {
    let line = |device: &DeviceId| {
        format!(
            "\nQUARANTINE FULL for device {device}: of what is refused from it only the name is kept. See `devices` and `quarantine`; revoke it if it is not yours"
        )
    };
    devices.iter().map(line).collect()
}

fn spent(codes: u64) -> String {
    match codes {
        0 => String::new(),
        1 => "\nOne enrolment code was spent by a wrong proof in the last 24 hours".to_owned(),
        codes => format!(
            "\n{codes} enrolment codes were spent by wrong proofs in the last 24 hours: if nobody mistyped them, somebody guesses"
        ),
    }
}

pub(super) fn health(server: &Server, output: &Output) -> anyhow::Result<bool> {
    let health = server.health()?;
    output.answer(&health, || {
        format!(
            "Server {}\n{}\n{} devices ({} revoked), {} documents, {} rows, {} waiting, {} put aside{}{}",
            health.server,
            if health.serving { "A process is serving this data folder." } else { "Nobody is serving this data folder." },
            health.devices,
            health.revoked,
            health.documents,
            health.rows,
            health.waiting,
            health.aside,
            full(&health.quarantine_full),
            spent(health.codes_spent)
        )
    })?;
    Ok(health.is_well())
}
