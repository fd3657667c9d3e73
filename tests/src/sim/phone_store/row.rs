//! One row of the server's log, taken over.

use bitacora_core::sync::{CheckedChange, CheckedPull, CheckedRow};

use super::{Held, PhoneState, Received, Standing};

/// Takes one row over.
pub(super) fn take_row(state: &mut PhoneState, pull: &CheckedPull, row: &CheckedRow) {
    match row.seq {
        Some(seq) => drop(state.rows.insert(seq, row.change)),
        None => drop(state.entered.insert(row.change)),
    }
    if let CheckedChange::New {
        kind,
        envelope,
        leaf,
        bytes,
    } = &row.content
    {
        let statement = &pull.envelopes[*envelope].seal.statement;
        let sealed = (statement.hash(), *leaf);
        let held = Held {
            document: row.document,
            kind: *kind,
            bytes: bytes.as_slice().into(),
            person: statement.person,
            own: false,
            envelope: Some(sealed),
            refused: false,
            standing: Standing::Kept,
            number_used: false,
            received: Received::Yes,
            stored: None,
        };
        state.apply(row.change, held);
        // The log names another seal than the one that it came here with: that one is the server's.
        if let Some(held) = state.changes.get_mut(&row.change)
            && (!held.own || held.envelope.is_none())
        {
            held.envelope = Some(sealed);
            held.refused = false;
        }
    }
    if let Some(document) = state.come_back(row.change) {
        state.build_again(document);
    }
    match state.changes.get_mut(&row.change) {
        Some(held) => held.received = Received::Yes,
        None => drop(state.quarantine.insert(row.change)),
    }
}
