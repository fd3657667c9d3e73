//! The changes of one envelope: each is known, taken or put aside. Whoever waited for it is noted ([`super::ready`]), and
//! every envelope concerned, to be settled once.

use super::ServerExchange;
use super::judge::{is_for_the_envelope, judge_for_all, refused};
use crate::id::DeviceId;
use crate::receipt::RefusalCode;
use crate::sync::server_log::{ChangeState, NewChange, ServerLog, StoredChange};
use crate::wire::limit;

/// An envelope by its device and counter.
pub(super) type EnvelopeName = (DeviceId, u64);

impl ServerExchange {
    /// Takes the changes of one envelope, in order. What is already there is free.
    pub(super) fn take_changes<L: ServerLog>(
        &mut self,
        log: &mut L,
        changes: Vec<NewChange>,
        is_announced: bool,
        held: bool,
    ) -> Result<(), L::Error> {
        for change in changes {
            self.take_change(log, change, is_announced, held)?;
        }
        Ok(())
    }

    fn take_change<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
        is_announced: bool,
        held: bool,
    ) -> Result<(), L::Error> {
        let may_write = self.may_write(&change);
        match log.change(change.leaf_hash())? {
            Some(stored) if may_write && is_announced => self.take_again(log, stored, change, held),
            // Who may not say it alters nothing of what was decided about it.
            Some(_) => Ok(()),
            None if !may_write => {
                let state = refused(RefusalCode::Scope, "this device may not write there");
                self.follow(log, change, Some(state))
            }
            None if !is_announced => {
                let text = "the person who signed was never announced on this device";
                self.follow(log, change, Some(refused(RefusalCode::Person, text)))
            }
            None if held => log.save_change(&change, &nothing_missing()),
            None => self.follow(log, change, None),
        }
    }

    /// Takes a change that is here already. What was refused for who signed it or where it was brought is judged as this
    /// envelope brings it. What waits or is blocked stays as it came first, and every further envelope is noted: each may
    /// be the one that says it. Else whoever brings others' changes in his own envelope could have them refused for ever.
    fn take_again<L: ServerLog>(
        &mut self,
        log: &mut L,
        stored: StoredChange,
        again: NewChange,
        held: bool,
    ) -> Result<(), L::Error> {
        let StoredChange { new, state } = stored;
        let is_signed_anew = envelope_of(&new) != envelope_of(&again);
        let waits = matches!(state, ChangeState::Waiting { .. });
        if !is_open(&state) || !(is_signed_anew || waits) {
            return Ok(());
        }
        if is_refused(&state) {
            if held {
                log.save_change(&again, &nothing_missing())?;
                return free(log, &again, Some(&state), &nothing_missing());
            }
            return self.follow(log, again, None);
        }
        if is_signed_anew {
            log.also_brought(&again)?;
        }
        let was_named_only = new.bytes.is_empty();
        let new = NewChange {
            bytes: again.bytes,
            ..new
        };
        if !held {
            return self.follow(log, new, None);
        }
        if was_named_only && has_room_aside(log, &new)? {
            log.save_change(&new, &state)?;
        }
        Ok(())
    }

    fn may_write(&self, change: &NewChange) -> bool {
        let Some(guest) = &self.guest else {
            return false;
        };
        guest
            .standing
            .scopes
            .iter()
            .any(|right| right.scope == change.scope)
    }

    /// Stores what was decided about a change, or judges it. What that frees is noted in the same transaction, to be
    /// judged in the next ones.
    pub(super) fn follow<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
        decided: Option<ChangeState>,
    ) -> Result<(), L::Error> {
        let former = log.change(change.leaf_hash())?;
        self.concerned.insert(envelope_of(&change));
        let others = log.brought_also(change.leaf_hash())?;
        self.concerned.extend(others.iter().map(envelope_of));
        let (mut said, state) = match decided {
            Some(state) => (change.clone(), state),
            None => judge_for_all(log, &change, others)?,
        };
        let is_aside = matches!(
            state,
            ChangeState::Refused { .. } | ChangeState::Blocked { .. }
        );
        let is_kept = former.as_ref().is_some_and(is_aside_whole);
        if is_aside && !is_kept && !has_room_aside(log, &said)? {
            said.bytes.clear();
        }
        log.save_change(&said, &state)?;
        let is_stored = matches!(state, ChangeState::Stored { .. });
        if envelope_of(&said) != envelope_of(&change) && !is_stored {
            log.also_brought(&change)?;
        }
        free(
            log,
            &said,
            former.map(|former| former.state).as_ref(),
            &state,
        )
    }
}

/// Notes what a change frees by its new state: whoever waited for it, and if it is refused no longer, whoever was blocked
/// by it. These wait from now on, so that what is built on them meanwhile waits too.
fn free<L: ServerLog>(
    log: &mut L,
    change: &NewChange,
    former: Option<&ChangeState>,
    state: &ChangeState,
) -> Result<(), L::Error> {
    if !matches!(state, ChangeState::Waiting { .. }) {
        for waited in log.waiting_on(change.kind, change.document, change.change)? {
            log.note_ready(waited.leaf_hash())?;
        }
    }
    if former.is_some_and(is_refused) && !is_refused(state) {
        for blocked in log.blocked_by(change.kind, change.document, change.change)? {
            // What is kept by its name alone stays blocked; its device has written it again.
            if !blocked.bytes.is_empty() {
                log.save_change(&blocked, &nothing_missing())?;
                log.note_ready(blocked.leaf_hash())?;
            }
        }
    }
    Ok(())
}

/// Waiting for its turn, or for the envelope before its own.
const fn nothing_missing() -> ChangeState {
    ChangeState::Waiting {
        missing: Vec::new(),
    }
}

/// What waits of the devices that an envelope concerns, its own and the one that offers it, before it is taken.
pub(super) struct Waits(Vec<(DeviceId, usize)>);

impl Waits {
    pub(super) fn of<L: ServerLog>(log: &mut L, devices: [DeviceId; 2]) -> Result<Self, L::Error> {
        let mut counted = Vec::with_capacity(devices.len());
        for device in devices {
            counted.push((device, log.waiting_count(device)?));
        }
        Ok(Self(counted))
    }

    /// Returns a device of which more waits now than before, and more than may. Twice as many may while something is
    /// ready: what an envelope frees still counts here, and the one that frees a thousand must not be turned away.
    pub(super) fn too_many_now<L: ServerLog>(
        &self,
        log: &mut L,
    ) -> Result<Option<DeviceId>, L::Error> {
        let frees = !log.ready(1)?.is_empty();
        let most = limit::WAITING_CHANGES_MAX * if frees { 2 } else { 1 };
        for (device, before) in &self.0 {
            let now = log.waiting_count(*device)?;
            if now > most && now > *before {
                return Ok(Some(*device));
            }
        }
        Ok(None)
    }
}

const fn is_refused(state: &ChangeState) -> bool {
    matches!(state, ChangeState::Refused { .. })
}

const fn envelope_of(change: &NewChange) -> EnvelopeName {
    (change.device, change.counter)
}

/// Returns whether a change that is to be put aside is kept with its bytes. What is not is judged and receipted in the
/// same way; its device has it, and brings it again if another envelope may say it.
fn has_room_aside<L: ServerLog>(log: &mut L, change: &NewChange) -> Result<bool, L::Error> {
    let (changes, bytes) = log.aside(change.device)?;
    let bytes = bytes.saturating_add(change.bytes.len() as u64);
    Ok(changes < limit::QUARANTINE_CHANGES_MAX && bytes <= limit::QUARANTINE_BYTES_MAX)
}

const fn is_aside_whole(former: &StoredChange) -> bool {
    let is_aside = matches!(
        former.state,
        ChangeState::Refused { .. } | ChangeState::Blocked { .. }
    );
    is_aside && !former.new.bytes.is_empty()
}

/// Returns whether a change is judged when its turn has come. What was refused is not: who signed and where it was brought
/// were judged when it came.
pub(super) const fn has_a_turn(state: &ChangeState) -> bool {
    matches!(
        state,
        ChangeState::Waiting { .. } | ChangeState::Blocked { .. }
    )
}

/// Returns whether another envelope may still say a change: it waits, it is aside for an ancestor that was refused, or for
/// who signed it or where it was brought.
fn is_open(state: &ChangeState) -> bool {
    match state {
        ChangeState::Waiting { .. } | ChangeState::Blocked { .. } => true,
        ChangeState::Refused { .. } => is_for_the_envelope(state),
        ChangeState::Stored { .. } => false,
    }
}
