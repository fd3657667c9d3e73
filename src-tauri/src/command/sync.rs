//! Enrolment and the exchange with the server.

use bitacora_core::enrol::Invitation;
use bitacora_device::Device;
use tauri::State;

use crate::shell::{Answer, Shell};
use crate::view::access::{EnrolRequest, Enrolled};
use crate::view::error::{BackendError, ErrorCode};
use crate::view::sync::{Absent, Exported, SyncContact};

#[tauri::command]
#[specta::specta]
pub(crate) async fn enrol(shell: State<'_, Shell>, request: EnrolRequest) -> Answer<Enrolled> {
    let enrolled = enrol_with(&shell.device()?, &request).await?;
    shell.tell_status();
    Ok(enrolled)
}

/// Nothing goes to the server before a person has compared the digits of both screens.
#[tauri::command]
#[specta::specta]
pub(crate) async fn digits_compared(shell: State<'_, Shell>, same: bool) -> Answer<()> {
    shell.act(move |device, _| Ok(device.compared(same)?)).await
}

/// Enrols by what was scanned, or else by what was typed.
async fn enrol_with(device: &Device, request: &EnrolRequest) -> Answer<Enrolled> {
    let enrolled = if let Some(qr) = &request.qr {
        let invitation: Invitation = qr
            .parse()
            .map_err(|error| wrong("qr", ErrorCode::Invalid, &error))?;
        device
            .enrol_to_compare(&invitation.url, &invitation.code, Some(invitation.server))
            .await?
    } else {
        let server = request.server.as_deref().unwrap_or_default();
        let url = address(server)
            .parse()
            .map_err(|error| wrong("server", ErrorCode::Invalid, &error))?;
        let code = request.code.as_deref().unwrap_or_default();
        let code = code
            .parse()
            .map_err(|error| wrong("code", ErrorCode::CodeWrong, &error))?;
        device.enrol_to_compare(&url, &code, None).await?
    };
    Ok(Enrolled {
        digits: enrolled.digits.to_string(),
        post: enrolled.enrolment.post_name.clone(),
        server_name: enrolled.enrolment.organisation_name.clone(),
    })
}

/// Nobody types `https://` on a phone.
fn address(typed: &str) -> String {
    let typed = typed.trim();
    if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    }
}

fn wrong(field: &str, code: ErrorCode, error: &impl std::fmt::Display) -> BackendError {
    BackendError {
        code,
        message: error.to_string(),
        field: Some(field.to_owned()),
        about: None,
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_now(shell: State<'_, Shell>) -> Answer<()> {
    shell.device()?;
    shell.sync_soon();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_contacts(shell: State<'_, Shell>) -> Answer<Vec<SyncContact>> {
    let contacts = |shell: &Shell| {
        Ok(shell
            .device()?
            .contacts()?
            .iter()
            .map(SyncContact::of)
            .collect())
    };
    shell.work(contacts).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn records_export(
    shell: State<'_, Shell>,
    path: Option<String>,
) -> Answer<Exported> {
    shell
        .work(move |shell| crate::export::records(shell, path))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn absent(shell: State<'_, Shell>) -> Answer<Absent> {
    shell.ask(|device, _| Ok(device.absent()?.into())).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn hand_in_for_absent(shell: State<'_, Shell>) -> Answer<Absent> {
    shell
        .act(|device, _| Ok(device.hand_in_for_absent()?.into()))
        .await
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_needs_no_scheme() {
        assert_eq!(
            address(" 192.168.1.20:47114 "),
            "https://192.168.1.20:47114",
            "as typed"
        );
        assert_eq!(
            address("http://a"),
            "http://a",
            "a wrong scheme is left for the check to name"
        );
    }
}
