//! The changes of one envelope, and whoever waited for them: each is known, taken or put aside, and every envelope
//! concerned is noted, to be settled once.

use super::judge::{is_for_the_envelope, judge_for_all, refused};
use super::{ServerExchange, refusal};
use crate::id::DeviceId;
use crate::receipt::RefusalCode;
use crate::sync::server_log::{ChangeState, NewChange, ServerLog, StoredChange};
use crate::wire::{Refusal, limit};

/// An envelope by its device and counter.
pub(super) type EnvelopeName = (DeviceId, u64);

impl ServerExchange {
    /// Takes the changes of one envelope, in order. What is already there is free.
    pub(super) fn take_changes<L: ServerLog>(
        &mut self,
        log: &mut L,
        changes: Vec<NewChange>,
        announced: bool,
        held: bool,
    ) -> Result<Result<(), Refusal>, L::Error> {
        for change in changes {
            self.take_change(log, change, announced, held)?;
        }
        if log.waiting_count(self.device)? > limit::WAITING_CHANGES_MAX {
            return Ok(Err(refusal(
                RefusalCode::TooManyWaiting,
                "too many changes of this device wait for others",
            )));
        }
        Ok(Ok(()))
    }

    fn take_change<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
        announced: bool,
        held: bool,
    ) -> Result<(), L::Error> {
        let may_write = self.may_write(&change);
        match log.change(change.leaf_hash())? {
            Some(StoredChange {
                new,
                state: ChangeState::Waiting { .. },
            }) => {
                if is_signed_anew(&new, &change) && announced && may_write {
                    log.also_brought(&change)?;
                }
                if held {
                    return Ok(());
                }
                self.follow(log, new, None)
            }
            Some(stored) if !is_judged_anew(&stored, &change) => Ok(()),
            _ if !may_write => {
                let state = refused(RefusalCode::Scope, "this device may not write there");
                self.follow(log, change, Some(state))
            }
            _ if !announced => {
                let text = "the person who signed was never announced on this device";
                self.follow(log, change, Some(refused(RefusalCode::Person, text)))
            }
            _ if held => log.save_change(
                &change,
                &ChangeState::Waiting {
                    missing: Vec::new(),
                },
            ),
            _ => self.follow(log, change, None),
        }
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

    /// Stores what was decided about a change, or judges it, then judges those that waited for it, and so on; of one
    /// that had been refused and is stored now, also those that were blocked by it.
    pub(super) fn follow<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
        decided: Option<ChangeState>,
    ) -> Result<(), L::Error> {
        let mut work = vec![(change, decided)];
        while let Some((change, decided)) = work.pop() {
            let former = log.change(change.leaf_hash())?.map(|stored| stored.state);
            if matches!(former, Some(ChangeState::Stored { .. })) {
                // Two of its ancestors came to the log, and each of them brought it here.
                continue;
            }
            self.concerned.insert(envelope_of(&change));
            let others = log.brought_also(change.leaf_hash())?;
            self.concerned.extend(others.iter().map(envelope_of));
            let (mut change, state) = match decided {
                Some(state) => (change, state),
                None => judge_for_all(log, change, others)?,
            };
            let is_aside = matches!(
                state,
                ChangeState::Refused { .. } | ChangeState::Blocked { .. }
            );
            if is_aside && !has_room_aside(log, &change)? {
                change.bytes.clear();
            }
            log.save_change(&change, &state)?;
            if !matches!(state, ChangeState::Waiting { .. }) {
                let waited = log
                    .waiting_on(change.kind, change.document, change.change)?
                    .into_iter();
                work.extend(waited.map(|change| (change, None)));
            }
            let is_lifted = matches!(former, Some(ChangeState::Refused { .. }))
                && matches!(state, ChangeState::Stored { .. });
            if is_lifted {
                let blocked = blocked_by(log, &change)?.into_iter();
                work.extend(blocked.map(|change| (change, None)));
            }
        }
        Ok(())
    }
}

/// Returns what was blocked by a change whose refusal is lifted, descendants first: the last is judged first. What is
/// kept by its name alone stays blocked; its device has written it again.
fn blocked_by<L: ServerLog>(log: &mut L, change: &NewChange) -> Result<Vec<NewChange>, L::Error> {
    let mut blocked = Vec::new();
    for aside in log.blocked_by(change.kind, change.document, change.change)? {
        if let Ok(meta) = log.inspect(&aside.bytes)? {
            blocked.push((std::cmp::Reverse(meta.start_op), aside));
        }
    }
    // Operation numbers grow along the history.
    blocked.sort_by_key(|(start_op, _)| *start_op);
    Ok(blocked.into_iter().map(|(_, aside)| aside).collect())
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

fn is_signed_anew(stored: &NewChange, again: &NewChange) -> bool {
    envelope_of(stored) != envelope_of(again)
}

/// Returns whether a change that is kept aside gets another judgement: it was refused for who signed or where
/// it was brought, or for an ancestor that was, and another envelope vouches for it now. Else whoever brings others'
/// changes in his own envelope could have them refused for ever.
fn is_judged_anew(stored: &StoredChange, again: &NewChange) -> bool {
    let for_another = matches!(stored.state, ChangeState::Blocked { .. });
    is_signed_anew(&stored.new, again) && (for_another || is_for_the_envelope(&stored.state))
}
