//! What the commander asks for: the day, decisions, teams.

use tauri::State;

use crate::export;
use crate::shell::{Answer, Shell};
use crate::today;
use crate::view::convert::id;
use crate::view::post::{Decide, EnrolCode, EnrolCodeRequest, Team, Today};
use crate::view::sync::Written;

#[tauri::command]
#[specta::specta]
pub(crate) async fn today(shell: State<'_, Shell>, day: Option<String>) -> Answer<Today> {
    let teams = shell.teams();
    shell
        .ask(move |device, _| today::today(device, day.as_deref(), teams.as_ref()))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn today_csv(shell: State<'_, Shell>, day: String) -> Answer<String> {
    let teams = shell.teams();
    shell
        .ask(move |device, _| today::csv(device, &day, teams.as_ref()))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn today_csv_save(shell: State<'_, Shell>, day: String) -> Answer<Written> {
    shell.touch();
    shell.work(move |shell| export::day(shell, &day)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn decide(shell: State<'_, Shell>) -> Answer<Decide> {
    shell.ask(Decide::of).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn teams(shell: State<'_, Shell>) -> Answer<Vec<Team>> {
    shell.touch();
    let device = shell.device()?;
    let list = device.teams().await?;
    shell.know_teams(list.clone());
    let this = device.id()?;
    Ok(list.devices.iter().map(|one| Team::of(one, this)).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn enrol_code(
    shell: State<'_, Shell>,
    request: EnrolCodeRequest,
) -> Answer<EnrolCode> {
    shell.touch();
    let device = shell.device()?;
    let issued = device
        .enrol_code(request.role.into(), &request.name)
        .await?;
    EnrolCode::of(&device, &issued, request)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn team_revoke(shell: State<'_, Shell>, device_id: String) -> Answer<()> {
    shell.touch();
    let list = shell.device()?.revoke(id("device_id", &device_id)?).await?;
    shell.know_teams(list);
    Ok(())
}
