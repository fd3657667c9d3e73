//! Who is at the door: what a device may do, and whom it brings.

use bitacora_core::enrol::{PHONE_SUFFIX_SECONDS, Role};
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::DeviceId;
use bitacora_core::sync::{ScopeRight, Standing};
use bitacora_core::wire::PersonName;
use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, Transaction};

use crate::store::StoreError;
use crate::store::table::{device, log, meta, person, scope};

/// Reads what a device may do. Fixes at its first contact from where it may read.
pub(super) fn standing(
    connection: &Connection,
    id: DeviceId,
    now_ms: u64,
) -> Result<Option<Standing>, StoreError> {
    let Some(device) = device::find(connection, id)? else {
        return Ok(None);
    };
    let mut scopes = Vec::new();
    for granted in scope::of_device(connection, id)? {
        let mark = match granted.mark {
            _ if device.role.reads_from_the_beginning() => 0,
            Some(mark) => mark,
            None => {
                let mark =
                    log::last_received_by(connection, &granted.scope, suffix_begins(now_ms))?;
                scope::fix_mark(connection, id, &granted.scope, mark)?;
                mark
            }
        };
        scopes.push(ScopeRight {
            scope: granted.scope,
            mark,
        });
    }
    Ok(Some(Standing {
        key: PublicKey::new(device.public_key),
        revoked: device.revoked_at.is_some(),
        scopes,
    }))
}

fn suffix_begins(now_ms: u64) -> DateTime<Utc> {
    let now = i64::try_from(now_ms)
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .unwrap_or_default();
    now - Duration::seconds(PHONE_SUFFIX_SECONDS)
}

/// Learns persons of a device; who holds it has its code's role, everybody else is a member.
pub(super) fn introduce(
    tx: &Transaction<'_>,
    device: DeviceId,
    persons: &[PersonName],
    may_rename: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(known) = device::find(tx, device)? else {
        return Ok(());
    };
    let mut altered = false;
    for announced in persons {
        let role = if known.holder == announced.person {
            known.role
        } else {
            Role::PatrolMember
        };
        let person = person::Person {
            id: announced.person,
            name: announced.name.clone(),
            role,
        };
        altered |= person::announce(tx, device, &person, may_rename, now)?;
    }
    if altered {
        meta::directory_altered(tx)
    } else {
        Ok(())
    }
}
