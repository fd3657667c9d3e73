//! Forms: begun, kept on every tap, recorded, undone.

use bitacora_core::capture::{Capture, StatedPosition};
use bitacora_device::{self as device, Device, DraftBody, DraftKind};
use chrono::{DateTime, TimeDelta, Utc};
use tauri::State;

use crate::gnss;
use crate::shell::{Answer, Shell};
use crate::view::capture as view;
use crate::view::convert::{draft, encounter, moment};
use crate::view::draft::{
    Discarded, Draft, DraftSave, DraftStart, DraftStartKind, PositionState, Receiver,
};
use crate::view::record::Saved;

/// How long a form takes at most at one place.
const FORM_MINUTES: i64 = 10;

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_start(shell: State<'_, Shell>, request: DraftStart) -> Answer<Draft> {
    let start = move |device: &Device, _| {
        let encounter_id = request.encounter_id.as_deref().map(encounter).transpose()?;
        let kind = match request.kind {
            DraftStartKind::New => DraftKind::New,
            DraftStartKind::SameAsLast => DraftKind::SameAsLast,
            DraftStartKind::Edit => DraftKind::Edit,
            DraftStartKind::Practice => DraftKind::Practice,
        };
        Draft::of(&device.start_draft(kind, encounter_id)?)
    };
    shell.ask(start).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_save(shell: State<'_, Shell>, request: DraftSave) -> Answer<()> {
    let save = move |device: &Device, _| {
        let body = DraftBody {
            capture: request.capture.into_core()?,
            confirmed: request.confirmed,
            page: request.page,
            unread: request.unread,
        };
        device.save_draft(draft(&request.draft_id)?, &body)?;
        Ok(())
    };
    shell.ask(save).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn same_as_last(shell: State<'_, Shell>) -> Answer<Option<view::Capture>> {
    let last = |device: &Device, _| {
        let last = device.repeatable()?;
        last.as_ref().map(view::Capture::from_core).transpose()
    };
    shell.ask(last).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn drafts(shell: State<'_, Shell>) -> Answer<Vec<Draft>> {
    shell
        .ask(|device, _| device.drafts()?.iter().map(Draft::of).collect())
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_discard(shell: State<'_, Shell>, draft_id: String) -> Answer<Discarded> {
    let discard = move |device: &Device, _| {
        let undo_until = moment(device.discard_draft(draft(&draft_id)?)?);
        Ok(Discarded { undo_until })
    };
    shell.ask(discard).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_take_back(shell: State<'_, Shell>, draft_id: String) -> Answer<()> {
    shell
        .ask(move |device, _| Ok(device.take_back_discard(draft(&draft_id)?).map(|_| ())?))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_record(shell: State<'_, Shell>, draft_id: String) -> Answer<Saved> {
    let here = Shell::clone(&shell);
    shell
        .act(move |device, _| record(&here, device, &draft_id))
        .await
}

/// Commits a form. A practice record is shown as it would be, and nothing of it stays.
fn record(shell: &Shell, device: &Device, draft_id: &str) -> Answer<Saved> {
    let draft_id = draft(draft_id)?;
    let device::Draft {
        kind,
        body,
        first_tap_at,
        ..
    } = device.draft(draft_id)?;
    if kind == DraftKind::Practice {
        let row = device.finish_practice(draft_id)?;
        let undo_until = moment(row.saved_at);
        return Ok(Saved {
            row: (&row).into(),
            undo_until,
            unchanged: false,
            missing: Vec::new(),
        });
    }
    shell.take_time();
    let is_unplaced = kind != DraftKind::Edit && body.capture.position.is_none();
    // What is typed from paper happened somewhere else than where this laptop stands.
    let is_paper = body.capture.is_paper();
    let happens_here = !is_paper && first_tap_at.is_none_or(|tapped| is_here(tapped, Utc::now()));
    let fix = shell.gnss().fix().filter(|_| happens_here);
    let wants_fix = is_unplaced && happens_here && fix.is_none();
    if is_unplaced {
        // That there was no fix is stated too: with a trail or a setting the record is complete (E08).
        let position = fix.map_or(StatedPosition::NoFix, StatedPosition::Fix);
        let capture = Capture {
            position: Some(position),
            ..body.capture
        };
        device.save_draft(draft_id, &DraftBody { capture, ..body })?;
    }
    let saved = device.record_draft(draft_id)?;
    if wants_fix && shell.gnss().is_there() {
        gnss::add_later(
            shell.clone(),
            device.clone(),
            saved.row.summary.encounter_id,
        );
    }
    Ok((&saved).into())
}

/// Returns whether a form that was begun then is of the place where this device is now: one that was left and taken up
/// again tells of a group that was met somewhere else.
fn is_here(tapped: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..=TimeDelta::minutes(FORM_MINUTES)).contains(&(now - tapped))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn undo(shell: State<'_, Shell>, encounter_id: String) -> Answer<()> {
    shell
        .act(move |device, _| Ok(device.undo(encounter(&encounter_id)?).map(|_| ())?))
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn position(shell: State<'_, Shell>) -> Answer<PositionState> {
    let fix = shell.gnss().fix();
    let state = match (&fix, shell.gnss().is_there()) {
        (Some(_), _) => Receiver::Fix,
        (None, true) if shell.gnss().finds_nothing() => Receiver::None,
        (None, true) => Receiver::Searching,
        (None, false) => Receiver::Unavailable,
    };
    Ok(PositionState {
        state,
        position: fix.as_ref().map(Into::into),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::is_here;

    #[test]
    fn a_form_that_was_left_is_not_of_the_place_where_it_is_saved() {
        let now = Utc::now();
        assert!(
            is_here(now - TimeDelta::seconds(40), now),
            "a form takes a minute"
        );
        assert!(
            !is_here(now - TimeDelta::hours(8), now),
            "it was met on the trail, this is the post"
        );
        assert!(
            !is_here(now + TimeDelta::hours(1), now),
            "the clock was set meanwhile"
        );
    }
}
