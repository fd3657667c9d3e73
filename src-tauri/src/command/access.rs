//! Who may come in.

use bitacora_device::{NewPerson, Vault};
use tauri::State;

use crate::auto_lock;
use crate::shell::{Answer, Shell};
use crate::view::access::{
    AppStatus, ChangePinRequest, PersonRequest, RecoveryCode, ResetByCodeRequest,
    ResetByPersonRequest, StartRequest, UnlockRequest,
};
use crate::view::convert::{id, person};

#[tauri::command]
#[specta::specta]
pub(crate) async fn status(shell: State<'_, Shell>) -> Answer<AppStatus> {
    shell.work(AppStatus::of).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn start(shell: State<'_, Shell>, request: StartRequest) -> Answer<RecoveryCode> {
    shell
        .work(move |shell| {
            let post = request
                .post_id
                .as_deref()
                .map(|text| id("post_id", text))
                .transpose()?;
            let new = NewPerson {
                name: request.name,
                pin: request.pin,
                post,
                tz: None,
            };
            let (device, code) = Vault::create(&shell.vault(), &new, shell.environment())?;
            shell.opened(device);
            Ok(RecoveryCode {
                recovery_code: code.shown().to_string(),
            })
        })
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(shell: State<'_, Shell>, request: UnlockRequest) -> Answer<AppStatus> {
    shell
        .work(move |shell| {
            let who = person(&request.person_id)?;
            match shell.open_device() {
                // Changing over keeps the store open: drafts and unsent records stay where they are.
                Some(device) => device.switch_person(who, &request.pin)?,
                None => {
                    let vault = shell.vault();
                    shell.opened(Vault::unlock(
                        &vault,
                        who,
                        &request.pin,
                        shell.environment(),
                    )?);
                }
            }
            AppStatus::of(shell)
        })
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn lock(shell: State<'_, Shell>) -> Answer<()> {
    let lock = |shell: &Shell| {
        shell.lock();
        Ok(())
    };
    shell.work(lock).await
}

/// A person touched the window; nothing else puts off the lock, and this only before its time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn touched(shell: State<'_, Shell>) -> Answer<()> {
    let touched = |shell: &Shell| {
        auto_lock::touched(shell);
        Ok(())
    };
    shell.work(touched).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn person_add(
    shell: State<'_, Shell>,
    request: PersonRequest,
) -> Answer<RecoveryCode> {
    let add = move |device: &bitacora_device::Device, _| {
        let (_, code) = device.add_person(&request.name, &request.pin)?;
        Ok(RecoveryCode {
            recovery_code: code.shown().to_string(),
        })
    };
    shell.act(add).await
}

/// Makes a new recovery code for who is in; the one before opens nothing any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_code_new(shell: State<'_, Shell>) -> Answer<RecoveryCode> {
    let renew = |device: &bitacora_device::Device, _| {
        Ok(RecoveryCode {
            recovery_code: device.new_recovery_code()?.shown().to_string(),
        })
    };
    shell.act(renew).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_reset_by_code(
    shell: State<'_, Shell>,
    request: ResetByCodeRequest,
) -> Answer<()> {
    shell
        .work(move |shell| {
            let (who, environment) = (person(&request.person_id)?, shell.environment());
            let ResetByCodeRequest {
                recovery_code,
                new_pin,
                ..
            } = &request;
            let vault = shell.vault();
            Ok(Vault::reset_pin_by_code(
                &vault,
                who,
                recovery_code,
                new_pin,
                &environment,
            )?)
        })
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_reset_by_person(
    shell: State<'_, Shell>,
    request: ResetByPersonRequest,
) -> Answer<()> {
    let reset = move |device: &bitacora_device::Device, _| {
        Ok(device.reset_pin_of(person(&request.person_id)?, &request.new_pin)?)
    };
    shell.act(reset).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pin_change(shell: State<'_, Shell>, request: ChangePinRequest) -> Answer<()> {
    shell
        .act(move |device, _| Ok(device.change_pin(&request.pin, &request.new_pin)?))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn lock_minutes_write(shell: State<'_, Shell>, minutes: u32) -> Answer<()> {
    shell
        .act(move |device, _| Ok(device.set_lock_minutes(minutes)?))
        .await
}
