//! One change: known, waiting, blocked, refused or stored; and whoever waited for it.

use super::{ServerExchange, refusal};
use crate::envelope::LeafHash;
use crate::id::ChangeHash;
use crate::receipt::RefusalCode;
use crate::sync::server_log::{Admission, ChangeState, NewChange, ServerLog, StoredChange};
use crate::wire::{Refusal, limit};

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
            match log.change(change.leaf_hash())? {
                Some(StoredChange {
                    new,
                    state: ChangeState::Waiting { .. },
                }) if !held => {
                    self.judge_and_follow(log, new)?;
                }
                Some(stored) if !is_judged_anew(&stored, &change) => {}
                _ if !self.may_write(&change) => {
                    let state = refused(RefusalCode::Scope, "this device may not write there");
                    self.follow(log, change, state)?;
                }
                _ if !announced => {
                    let text = "the person who signed was never announced on this device";
                    self.follow(log, change, refused(RefusalCode::Person, text))?;
                }
                _ if held => log.save_change(
                    &change,
                    &ChangeState::Waiting {
                        missing: Vec::new(),
                    },
                )?,
                _ => self.judge_and_follow(log, change)?,
            }
        }
        if log.waiting_count(self.device)? > limit::WAITING_CHANGES_MAX {
            return Ok(Err(refusal(
                RefusalCode::TooManyWaiting,
                "too many changes of this device wait for others",
            )));
        }
        Ok(Ok(()))
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

    /// Judges a change, then those that waited for it, and so on. Settles every other envelope concerned.
    pub(super) fn judge_and_follow<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
    ) -> Result<(), L::Error> {
        let state = judge(log, &change)?;
        self.follow(log, change, state)
    }

    /// Stores what was decided about a change, then judges those that waited for it, and so on.
    fn follow<L: ServerLog>(
        &mut self,
        log: &mut L,
        change: NewChange,
        state: ChangeState,
    ) -> Result<(), L::Error> {
        let first = (change.device, change.counter);
        let mut work = vec![(change, Some(state))];
        while let Some((change, decided)) = work.pop() {
            let state = match decided {
                Some(state) => state,
                None => judge(log, &change)?,
            };
            log.save_change(&change, &state)?;
            if !matches!(state, ChangeState::Waiting { .. }) {
                let waited = log
                    .waiting_on(change.kind, change.document, change.change)?
                    .into_iter();
                work.extend(waited.map(|change| (change, None)));
            }
            let envelope = (change.device, change.counter);
            if envelope != first {
                self.settle(log, envelope.0, envelope.1)?;
            }
        }
        Ok(())
    }
}

/// Returns whether a change that is kept aside gets another judgement: it was refused for who signed or where
/// it was brought, and another envelope vouches for it now. Else whoever brings others' changes in his own
/// envelope could have them refused for ever.
fn is_judged_anew(stored: &StoredChange, again: &NewChange) -> bool {
    let signed_anew = (stored.new.device, stored.new.counter) != (again.device, again.counter);
    let for_the_envelope = matches!(
        &stored.state,
        ChangeState::Refused {
            code: RefusalCode::Person
                | RefusalCode::Role
                | RefusalCode::Choice
                | RefusalCode::Scope,
            ..
        }
    );
    signed_anew && for_the_envelope
}

/// Decides about one change and, if it is sound, puts it into its log.
fn judge<L: ServerLog>(log: &mut L, change: &NewChange) -> Result<ChangeState, L::Error> {
    let meta = match log.inspect(&change.bytes)? {
        Ok(meta) => meta,
        Err(error) => return Ok(refused(RefusalCode::Change, &error.to_string())),
    };
    if meta.hash != change.change || meta.deps.len() > limit::DEPS_MAX {
        return Ok(refused(
            RefusalCode::Change,
            "the change does not say what its bytes say, or builds on too many",
        ));
    }
    let mut missing = Vec::new();
    for dep in &meta.deps {
        match ancestor(log, change, *dep)? {
            Ancestor::There => {}
            Ancestor::Missing => missing.push(*dep),
            Ancestor::Elsewhere => {
                return Ok(refused(
                    RefusalCode::Change,
                    "it builds on a change of another audience",
                ));
            }
            Ancestor::Refused(by) => return Ok(ChangeState::Blocked { by }),
        }
    }
    if !missing.is_empty() {
        return Ok(ChangeState::Waiting { missing });
    }
    if log
        .by_actor_seq(change.kind, change.document, meta.actor, meta.seq)?
        .is_some_and(|other| other != change.change)
    {
        return Ok(refused(
            RefusalCode::DuplicateSeq,
            "its actor already wrote another change with this number",
        ));
    }
    let (changes, bytes) = log.document_size(&change.scope, change.kind, change.document)?;
    let bytes = bytes.saturating_add(change.bytes.len() as u64);
    if changes >= limit::DOCUMENT_CHANGES_MAX || bytes > limit::DOCUMENT_RAW_BYTES_MAX {
        return Ok(refused(
            RefusalCode::TooLarge,
            "its document is as large as one may be",
        ));
    }
    match log.admit(change, &meta)? {
        Admission::Refused { code, text } => Ok(ChangeState::Refused {
            code,
            text: shortened(text),
        }),
        Admission::Accepted => {
            let tail = log
                .tail(&change.scope)?
                .after(change.document, change.change);
            log.append(change, &tail)?;
            Ok(ChangeState::Stored { seq: tail.seq })
        }
    }
}

enum Ancestor {
    There,
    Missing,
    Elsewhere,
    Refused(ChangeHash),
}

fn ancestor<L: ServerLog>(
    log: &mut L,
    change: &NewChange,
    dep: ChangeHash,
) -> Result<Ancestor, L::Error> {
    // The same bytes under another document are no ancestor: anybody may bring them there.
    let leaf = LeafHash::of(change.kind, change.document, dep);
    let Some(stored) = log.change(leaf)? else {
        return Ok(Ancestor::Missing);
    };
    if stored.new.scope != change.scope {
        return Ok(Ancestor::Elsewhere);
    }
    Ok(match stored.state {
        ChangeState::Stored { .. } => Ancestor::There,
        ChangeState::Waiting { .. } => Ancestor::Missing,
        ChangeState::Blocked { by } => Ancestor::Refused(by),
        ChangeState::Refused { .. } => Ancestor::Refused(dep),
    })
}

fn refused(code: RefusalCode, text: &str) -> ChangeState {
    ChangeState::Refused {
        code,
        text: shortened(text.to_owned()),
    }
}

/// Cuts a reason to what a receipt may carry.
fn shortened(mut text: String) -> String {
    let mut end = limit::REASON_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
