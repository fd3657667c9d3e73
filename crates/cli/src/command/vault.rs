//! The vault itself: making it, asking how it stands, checking it.

use bitacora_core::capture;
use bitacora_device::Environment;
use bitacora_device::{NewPerson, Vault};
use serde_json::json;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::{pin, session};

/// `init`
pub(crate) fn init(
    global: &Global,
    out: Output,
    name: String,
    post: Option<&str>,
) -> Result<(), Failure> {
    let dir = session::folder(global)?;
    let post = post
        .map(|code| {
            code.parse()
                .map_err(|error| Failure::usage(format!("--post: {error}")))
        })
        .transpose()?;
    let new = NewPerson {
        name,
        pin: pin::read_first(global.pin_file.as_deref())?,
        post,
        tz: None,
    };
    let (device, code) = Vault::create(&dir, &new, Environment::system())?;
    let answer = json!({ "person_id": device.me()?, "device_id": device.id()?, "recovery_code": code.shown().as_str() });
    out.answer(&answer, || {
        format!(
            "The vault is ready in {}.\nRecovery code: {}\nWrite it on paper and keep it apart: it sets a new PIN and is \
             not shown again.",
            dir.display(),
            code.shown().as_str()
        )
    })
}

/// `status`
pub(crate) fn status(global: &Global, out: Output) -> Result<(), Failure> {
    let device = session::open(global)?;
    let status = device.status()?;
    let records = &status.records;
    let answer = json!({
        "device_id": status.device,
        "person_id": status.me,
        "name": status.my_name,
        "role": status.role.as_str(),
        "post_id": status.post.post_id,
        "post_name": status.post.name,
        "tz": status.post.tz,
        "enrolled": status.enrolled,
        "server": status.server,
        "unreceived": records.unreceived,
        "undone_unreceived": records.undone_unreceived,
        "patrols_unreceived": records.patrols_unreceived,
        "incomplete": records.incomplete,
        "two_values": records.two_values,
        "refused": records.refused,
        "clock_doubt": records.clock_doubt,
        "clock_offset_seconds": status.clock.offset_seconds,
        "clock_repairable": status.clock.repairable,
        "last_contact_at": status.last_contact_at,
        "open_patrol": status.open_patrol.as_ref().map(|patrol| patrol.code.clone()),
        "tail_missing": status.tail_missing.is_some(),
    });
    out.answer(&answer, || {
        let contact = status.last_contact_at.map_or("never".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
        let server = status.server.as_deref().unwrap_or("none; join one with `bitacora enrol`");
        let mut text = format!(
            "{} ({}) · {}\nserver: {server}\n{} not yet received · last contact {contact}",
            status.my_name,
            status.role.as_str(),
            status.post.post_id,
            records.unreceived
        );
        for (what, count) in [
            ("undone, which the post does not know yet", records.undone_unreceived),
            ("patrols, of which the post does not know all", records.patrols_unreceived),
            ("to complete", records.incomplete),
            ("with two values", records.two_values),
            ("not accepted", records.refused),
            ("with an unchecked time", records.clock_doubt),
        ] {
            if count > 0 {
                text.push_str(&format!("\n{count} {what}"));
            }
        }
        if status.clock.repairable > 0 {
            text.push_str(&format!("\n{} times can be corrected: `bitacora clock repair`", status.clock.repairable));
        }
        if status.tail_missing.is_some() {
            text.push_str("\nSaves that were confirmed are missing from the database: keep this folder and tell the operator.");
        }
        text
    })
}

/// `schema`
pub(crate) fn schema() -> Result<(), Failure> {
    let schema = capture::schema();
    // A schema is JSON for everybody.
    Output { json: true }.answer(schema.as_value(), String::new)
}

/// `verify`
pub(crate) fn verify(global: &Global, out: Output) -> Result<(), Failure> {
    let report = session::open(global)?.verify()?;
    let answer = json!({
        "documents": report.documents,
        "changes": report.changes,
        "envelopes": report.envelopes,
        "quarantined": report.quarantined,
        "problems": report.problems,
    });
    out.answer(&answer, || {
        let sound = if report.problems.is_empty() {
            "Everything agrees"
        } else {
            "Not everything agrees"
        };
        let counts = format!(
            "{} documents, {} changes, {} envelopes",
            report.documents, report.changes, report.envelopes
        );
        std::iter::once(format!("{sound}: {counts}."))
            .chain(report.problems.iter().cloned())
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    if report.problems.is_empty() {
        return Ok(());
    }
    Err(
        Failure::refused(format!("{} problems were found", report.problems.len())).next(
            "`bitacora rebuild` heals rows and snapshots; a damaged change log needs the operator.",
        ),
    )
}

/// `rebuild`
pub(crate) fn rebuild(global: &Global, out: Output) -> Result<(), Failure> {
    let report = session::open(global)?.rebuild()?;
    let answer = json!({
        "documents": report.documents,
        "different": report.different,
        "refused": report.refused,
        "orphans": report.orphans,
    });
    out.answer(&answer, || {
        format!(
            "{} documents were derived again from the change log; {} were different before.",
            report.documents, report.different
        )
    })
}
