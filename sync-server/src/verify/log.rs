//! Every row of every log: number, chain, sums, and the change it stands for.

use bitacora_core::envelope::{LeafHash, change_hash};
use bitacora_core::id::{OrganisationId, ScopeId};
use bitacora_core::sync::{ChangeState, Tail};
use rusqlite::Connection;

use super::VerifyReport;
use crate::store::StoreError;
use crate::store::table::log::{self, Link};
use crate::store::table::{change, envelope, scope};

pub(super) fn check(
    connection: &Connection,
    organisation: OrganisationId,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    for scope in scope::all(connection)? {
        let mut tail = Tail::empty(organisation, &scope);
        log::walk(connection, &scope, |link| {
            report.rows = report.rows.saturating_add(1);
            let expected = tail.after(link.document, link.change);
            if link.tail != expected {
                report.find(format!(
                    "log {scope}, row {}: number, chain or sums do not follow",
                    link.tail.seq
                ));
            }
            // From here on what is written: one bad row is one finding.
            tail = link.tail;
            check_change(connection, &scope, &link, report)
        })?;
    }
    Ok(())
}

fn check_change(
    connection: &Connection,
    scope: &ScopeId,
    link: &Link,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let at = format!("log {scope}, row {}, change {}", link.tail.seq, link.change);
    let Some(stored) = change::logged(connection, link.document, link.change)? else {
        report.find(format!("{at}: the change is not there"));
        return Ok(());
    };
    if stored.state != (ChangeState::Stored { seq: link.tail.seq }) {
        report.find(format!(
            "{at}: the change does not say that it is stored here"
        ));
    }
    if change_hash(&stored.new.bytes) != Ok(link.change) || stored.new.document != link.document {
        report.find(format!("{at}: its bytes are not those that were received"));
    }
    let leaf = LeafHash::of(stored.new.kind, stored.new.document, stored.new.change);
    let envelope = envelope::find(connection, stored.new.device, stored.new.counter)?;
    let sealed = envelope.is_some_and(|envelope| {
        envelope
            .leaves
            .get(stored.new.leaf as usize)
            .is_some_and(|sealed| sealed.hash == leaf)
    });
    if !sealed {
        report.find(format!("{at}: no envelope vouches for it"));
    }
    Ok(())
}
