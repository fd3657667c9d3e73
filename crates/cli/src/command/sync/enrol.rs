//! Joining a post's server.

use bitacora_core::enrol::{Code, Invitation, ServerUrl};
use bitacora_core::id::ServerId;
use serde_json::json;

use super::wait_for;
use crate::args::Global;
use crate::failure::Failure;
use crate::output::Output;
use crate::session;

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
