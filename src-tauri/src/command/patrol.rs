//! A patrol leaves and comes back.

use bitacora_device::{Device, Leaving, PatrolDefaults};
use tauri::State;

use crate::shell::{Answer, Shell};
use crate::view::access::OpenPatrol;
use crate::view::convert::{id, person};
use crate::view::patrol::{LeaveRequest, PatrolOut, ReturnRequest};

#[tauri::command]
#[specta::specta]
pub(crate) async fn patrol_leave(
    shell: State<'_, Shell>,
    request: LeaveRequest,
) -> Answer<OpenPatrol> {
    let leave = move |device: &Device, _| {
        let LeaveRequest {
            trail_id,
            setting,
            direction,
            people,
        } = request;
        let people = people
            .iter()
            .map(|text| person(text))
            .collect::<Result<_, _>>()?;
        let defaults = PatrolDefaults {
            trail_id,
            setting,
            direction,
            ..PatrolDefaults::default()
        };
        Ok((&device.patrol_leave(&Leaving { defaults, people })?).into())
    };
    shell.act(leave).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn patrol_return(shell: State<'_, Shell>, request: ReturnRequest) -> Answer<()> {
    shell
        .act(move |device, _| Ok(device.patrol_return(request.zero_encounters).map(|_| ())?))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn patrols_out(shell: State<'_, Shell>) -> Answer<Vec<PatrolOut>> {
    shell
        .ask(|device, _| Ok(device.patrols_out()?.iter().map(Into::into).collect()))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn patrol_close(shell: State<'_, Shell>, patrol_id: String) -> Answer<()> {
    let close = move |device: &Device, _| {
        let patrol = id("patrol_id", &patrol_id)?;
        Ok(device.patrol_close(patrol).map(|_| ())?)
    };
    shell.act(close).await
}
