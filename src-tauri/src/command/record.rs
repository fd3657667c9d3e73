//! Records: listed, shown, voided, reviewed, decided.

use bitacora_device::{self as device, Device, ReviewEvent as Event};
use tauri::State;

use crate::shell::{Answer, Shell};
use crate::today;
use crate::view::convert::{encounter, id, number, word_of};
use crate::view::error::BackendError;
use crate::view::record::{
    Choice, Detail, Repaired, Restored, ReviewRequest, Row, RowFilter, RowPage, StateFilter,
    VoidRequest,
};
use crate::words::Reader;

#[tauri::command]
#[specta::specta]
pub(crate) async fn rows(shell: State<'_, Shell>, filter: RowFilter) -> Answer<RowPage> {
    let list = move |device: &Device, _| match filter.counted {
        Some(counted) => today::behind(device, &filter, counted),
        None if filter.state == StateFilter::OtherDay || filter.days > 1 => Err(
            BackendError::invalid("counted", "several days are those of a table"),
        ),
        None if filter.is_of_a_table() => Err(BackendError::invalid(
            "counted",
            "categories, what is left out and what was approved are those of a table",
        )),
        None => {
            let page = device.page(&filter.try_into()?, |line| Ok(Row::from(line)))?;
            Ok(page.into())
        }
    };
    shell.ask(list).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn detail(shell: State<'_, Shell>, encounter_id: String) -> Answer<Detail> {
    let show = move |device: &Device, language| {
        let shown = device.show(encounter(&encounter_id)?)?;
        Detail::of(&shown, Reader::at(device, language)?)
    };
    shell.ask(show).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn void_record(shell: State<'_, Shell>, request: VoidRequest) -> Answer<()> {
    let void = move |device: &Device, _| {
        let (record, seen) = (
            encounter(&request.encounter_id)?,
            id("version", &request.version)?,
        );
        Ok(device.void(record, &request.reason, &seen).map(|_| ())?)
    };
    shell.act(void).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn review(shell: State<'_, Shell>, request: ReviewRequest) -> Answer<()> {
    let review = move |device: &Device, _| {
        let (record, seen) = (
            encounter(&request.encounter_id)?,
            id("version", &request.version)?,
        );
        let event = Event::read(&word_of(request.event))
            .ok_or_else(|| BackendError::invalid("event", "not an event of a review"))?;
        Ok(device
            .review(record, event, request.reason.as_deref(), &seen)
            .map(|_| ())?)
    };
    shell.act(review).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn choose(shell: State<'_, Shell>, request: Choice) -> Answer<Detail> {
    let choose = move |device: &Device, language| {
        let (record, seen) = (
            encounter(&request.encounter_id)?,
            id("version", &request.version)?,
        );
        device.resolve(record, &request.field, &chosen(&request)?, &seen)?;
        Detail::of(&device.show(record)?, Reader::at(device, language)?)
    };
    shell.act(choose).await
}

/// Returns which value stays: one of those stated, or another.
fn chosen(request: &Choice) -> Answer<device::Choice> {
    match (&request.choice, &request.other) {
        (Some(choice), None) => Ok(device::Choice::Stated(id("choice", choice)?)),
        (None, Some(other)) => Ok(device::Choice::Other(other.clone())),
        _ => Err(BackendError::invalid(
            "choice",
            "expected one of the values, or another one",
        )),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn clock_repair(shell: State<'_, Shell>) -> Answer<Repaired> {
    shell
        .act(|device, _| {
            Ok(Repaired {
                repaired: number(device.clock_repair()?),
            })
        })
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn clock_repair_seen(shell: State<'_, Shell>) -> Answer<()> {
    shell.act(|device, _| Ok(device.clock_repair_seen()?)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn clock_repair_undo(shell: State<'_, Shell>) -> Answer<Restored> {
    shell
        .act(|device, _| {
            Ok(Restored {
                restored: number(device.clock_repair_undo()?),
            })
        })
        .await
}
