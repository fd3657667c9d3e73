//! What the commander asks for: the day, decisions, teams.

use bitacora_core::id::EncounterId;
use bitacora_device::Device;
use tauri::State;

use crate::export;
use crate::shell::{Answer, Shell};
use crate::today;
use crate::view::convert::{self, id};
use crate::view::post::{Decide, EnrolCode, EnrolCodeRequest, Teams, Today};
use crate::view::record::PairRequest;
use crate::view::sync::Written;

#[tauri::command]
#[specta::specta]
pub(crate) async fn today(
    shell: State<'_, Shell>,
    day: Option<String>,
    days: u32,
    only_reviewed: bool,
) -> Answer<Today> {
    shell
        .ask(move |device, _| today::today(device, day.as_deref(), days, only_reviewed))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn today_csv_save(
    shell: State<'_, Shell>,
    day: String,
    days: u32,
    only_reviewed: bool,
) -> Answer<Written> {
    let save = move |shell: &Shell| {
        let period = today::period(convert::day(&day)?, days)?;
        export::table(shell, period, only_reviewed)
    };
    shell.work(save).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn decide(shell: State<'_, Shell>, pairs: u32) -> Answer<Decide> {
    shell
        .ask(move |device, language| Decide::of(device, language, pairs))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn tell_apart(shell: State<'_, Shell>, request: PairRequest) -> Answer<()> {
    let tell = move |device: &Device, _| {
        let (first, second) = pair(&request)?;
        Ok(device.tell_apart(second, first).map(|_| ())?)
    };
    shell.act(tell).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn take_back_apart(shell: State<'_, Shell>, request: PairRequest) -> Answer<()> {
    let take_back = move |device: &Device, _| {
        let (first, second) = pair(&request)?;
        Ok(device.take_back_apart(second, first).map(|_| ())?)
    };
    shell.act(take_back).await
}

fn pair(request: &PairRequest) -> Answer<(EncounterId, EncounterId)> {
    Ok((id("first", &request.first)?, id("second", &request.second)?))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn teams(shell: State<'_, Shell>) -> Answer<Teams> {
    let device = shell.device()?;
    // Without a link the list is what the server said last, with its hour.
    if let Err(error) = device.teams().await {
        let kept = Teams::of(&device)?;
        return match kept.as_of {
            Some(_) => Ok(kept),
            None => Err(error.into()),
        };
    }
    Teams::of(&device)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn enrol_code(
    shell: State<'_, Shell>,
    request: EnrolCodeRequest,
) -> Answer<EnrolCode> {
    let device = shell.device()?;
    let issued = device
        .enrol_code(request.role.into(), &request.name)
        .await?;
    EnrolCode::of(&device, &issued, request)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn team_revoke(shell: State<'_, Shell>, device_id: String) -> Answer<()> {
    shell.device()?.revoke(id("device_id", &device_id)?).await?;
    Ok(())
}
