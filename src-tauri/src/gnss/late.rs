//! A fix that comes after *Guardar*: saving never waits for it, so it is added as a change of its own.

use std::time::Duration;

use bitacora_core::capture::{Position, StatedPosition};
use bitacora_core::encounter::{Edit, Status};
use bitacora_core::id::EncounterId;
use bitacora_device::{Device, DeviceError};

use super::FRESH;
use crate::shell::Shell;
use crate::since::Since;

/// How often a fix is looked for meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Waits for a fix and adds it to a record that has none. Gives up after [`FRESH`], and when the phone is locked: who
/// wrote the record is the one who adds to it. The history says that it came later, and by how much.
pub(crate) fn add_later(shell: Shell, device: Device, record: EncounterId) {
    let environment = shell.environment();
    let saved_at = Since::now(&environment);
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            // Asked after the wait: the device may have slept in it, and where it woke the encounter was not.
            if saved_at.elapsed(&environment) > FRESH || device.is_locked() {
                return;
            }
            let Some(fix) = shell.gnss().fix() else {
                continue;
            };
            let to = device.clone();
            let added = tauri::async_runtime::spawn_blocking(move || add(&to, record, fix)).await;
            match added {
                Ok(Ok(true)) => {
                    shell.tell_records();
                    shell.tell_status();
                    shell.sync_soon();
                }
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "A late fix was not added."),
                Err(error) => tracing::warn!(%error, "A late fix was not added."),
            }
            return;
        }
    });
}

/// Adds a fix to a record as it is now. Returns false where somebody has said already where it was, it stands no more,
/// or its author is not the one who is in.
fn add(device: &Device, record: EncounterId, fix: Position) -> Result<bool, DeviceError> {
    let encounter = device.show(record)?.encounter;
    let ended = matches!(
        encounter.status(),
        Status::Voided | Status::Withdrawn | Status::Merged
    );
    let has_fix = matches!(encounter.capture().position, Some(StatedPosition::Fix(_)));
    // Somebody else may have taken the phone over meanwhile: nothing is written in his name.
    let is_the_authors = encounter.header.author_id == device.status()?.me;
    if ended || has_fix || !is_the_authors {
        return Ok(false);
    }
    let position = serde_json::to_value(fix).unwrap_or_default();
    let patch = Edit::Patch(serde_json::json!({ "position": position }));
    device.edit(record, &patch, &encounter.version, None)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use bitacora_core::capture::{Position, StatedPosition};
    use std::time::Duration;

    use bitacora_device::{Device, Environment, KdfCost, NewPerson, Vault};
    use serde_json::json;
    use tempfile::TempDir;

    use super::{LOOK_EVERY, add, add_later};
    use crate::gnss::seen::FIX;
    use crate::shell::Shell;
    use crate::since::asleep::Minutes;

    fn phone(state: &TempDir) -> Device {
        let new = NewPerson {
            name: "Cabo 17".into(),
            pin: "482913".into(),
            post: None,
            tz: None,
        };
        let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
        Vault::create(&state.path().join("vault"), &new, environment)
            .unwrap()
            .0
    }

    fn fix(lat: f64) -> Position {
        Position {
            lat,
            lon: -77.643,
            accuracy_m: Some(38.0),
            altitude_m: None,
            altitude_accuracy_m: None,
            source: "gnss".to_owned(),
            fix_age_s: Some(3),
            hdop: None,
        }
    }

    #[test]
    fn a_late_fix_is_added_once_with_its_history_and_never_over_another() {
        let state = TempDir::new().unwrap();
        let phone = phone(&state);
        let capture = json!({ "composition": { "VEN": { "AA+M": 2 } }, "assistance": { "water": "all" }, "needs": {} });
        let saved = phone
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
        let record = saved.row.summary.encounter_id;
        assert!(
            add(&phone, record, fix(8.451)).unwrap(),
            "nothing was there"
        );
        assert!(
            !add(&phone, record, fix(9.0)).unwrap(),
            "the first one stands: nobody's position is replaced"
        );
        let shown = phone.show(record).unwrap();
        let Some(StatedPosition::Fix(position)) = shown.encounter.capture().position else {
            panic!("the record has a fix")
        };
        assert!((position.lat - 8.451).abs() < 1e-9, "where it was");
        let line = shown.history.last().unwrap();
        assert_eq!(
            line.field.as_deref(),
            Some("position"),
            "history marks it as added later"
        );
    }

    #[test]
    fn nothing_is_added_in_the_name_of_who_took_the_phone_over() {
        let state = TempDir::new().unwrap();
        let phone = phone(&state);
        let capture = json!({ "composition": { "VEN": { "AA+M": 2 } } });
        let saved = phone
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
        let (other, _) = phone.add_person("Sgto. 04", "482915").unwrap();
        phone.switch_person(other, "482915").unwrap();
        assert!(
            !add(&phone, saved.row.summary.encounter_id, fix(8.451)).unwrap(),
            "the change would be another person's"
        );
    }

    #[test]
    fn what_was_undone_meanwhile_stays_undone() {
        let state = TempDir::new().unwrap();
        let phone = phone(&state);
        let capture = json!({ "composition": { "VEN": { "AA+M": 2 } } });
        let saved = phone
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
        let record = saved.row.summary.encounter_id;
        phone.undo(record).unwrap();
        assert!(
            !add(&phone, record, fix(8.451)).unwrap(),
            "it counts no more, and gets nothing more"
        );
    }

    #[test]
    fn undoing_a_save_takes_the_record_back_though_a_fix_came_since() {
        let state = TempDir::new().unwrap();
        let phone = phone(&state);
        let capture = json!({ "composition": { "VEN": { "AA+M": 2 } }, "assistance": { "water": "all" }, "needs": {},
            "position": "no_fix" });
        let saved = phone
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
        let record = saved.row.summary.encounter_id;
        assert!(add(&phone, record, fix(8.451)).unwrap(), "it came in time");
        phone.undo(record).unwrap();
        let status = phone.row(record).unwrap().summary.status;
        assert_eq!(status, bitacora_core::encounter::Status::Withdrawn);
        assert!(!add(&phone, record, fix(9.0)).unwrap(), "and stays so");
    }

    /// Saves a record without a position, lets the device sleep, and then gives the receiver a fix. Returns whether the
    /// record has it.
    async fn is_added_after_a_sleep(minutes: u64) -> bool {
        let (state, clock) = (TempDir::new().unwrap(), Minutes::default());
        let shell = Shell::new(state.path().to_owned(), clock.environment());
        let phone = phone(&state);
        let capture = json!({ "composition": { "VEN": { "AA+M": 2 } } });
        let saved = phone
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
        let record = saved.row.summary.encounter_id;
        add_later(shell.clone(), phone.clone(), record);
        tokio::time::sleep(LOOK_EVERY / 4).await;
        clock.sleep(minutes);
        shell.gnss().see(FIX);
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let position = phone.show(record).unwrap().encounter.capture().position;
            if position.is_some() {
                return true;
            }
        }
        false
    }

    #[tokio::test]
    async fn a_fix_of_where_the_device_woke_is_not_where_the_group_was() {
        assert!(is_added_after_a_sleep(1).await, "it came in time");
        assert!(!is_added_after_a_sleep(8 * 60).await, "hours later");
    }
}
