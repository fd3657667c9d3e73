//! One change: waiting, blocked, refused or stored, under the envelope that may say it.

use crate::envelope::LeafHash;
use crate::id::ChangeHash;
use crate::receipt::RefusalCode;
use crate::sync::server_log::{Admission, ChangeState, NewChange, ServerLog};
use crate::wire::limit;

/// Returns whether a change was refused for who signed it or for where it was brought.
pub(super) fn is_for_the_envelope(state: &ChangeState) -> bool {
    matches!(
        state,
        ChangeState::Refused {
            code: RefusalCode::Person
                | RefusalCode::Role
                | RefusalCode::Choice
                | RefusalCode::Scope,
            ..
        }
    )
}

/// Judges a change under the envelope that brought it first, then under each further one, until one may say it.
/// Returns it as that one brought it. While one of them is held, it waits under that one.
pub(super) fn judge_for_all<L: ServerLog>(
    log: &mut L,
    change: &NewChange,
    others: Vec<NewChange>,
) -> Result<(NewChange, ChangeState), L::Error> {
    let state = judge(log, change)?;
    if !is_for_the_envelope(&state) {
        return Ok((change.clone(), state));
    }
    let mut held = None;
    for mut other in others {
        other.bytes.clone_from(&change.bytes);
        let envelope = log.envelope(other.device, other.counter)?;
        if envelope.is_some_and(|envelope| envelope.held) {
            held.get_or_insert(other);
            continue;
        }
        let state = judge(log, &other)?;
        if !is_for_the_envelope(&state) {
            return Ok((other, state));
        }
    }
    Ok(match held {
        Some(other) => (
            other,
            ChangeState::Waiting {
                missing: Vec::new(),
            },
        ),
        None => (change.clone(), state),
    })
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

pub(super) fn refused(code: RefusalCode, text: &str) -> ChangeState {
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
