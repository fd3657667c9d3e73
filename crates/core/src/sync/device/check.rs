//! The checks on rows: the chain over all of them, the hash of each, the signature of each envelope.

use std::collections::BTreeMap;

use super::DeviceIdentity;
use crate::envelope::{DocumentKind, LeafHash, PublicKey, change_hash};
use crate::id::{ChangeHash, DocumentId};
use crate::sync::Tail;
use crate::sync::device_log::{BadRow, CheckedChange, CheckedEnvelope, CheckedRow, DeviceLog};
use crate::wire::{Pull, PullLeaf, Row, RowKind, limit};

/// Why a message cannot be stored as it is.
pub(super) enum Doubt {
    /// It refers to an own change that is not here: this device was restored from a copy.
    OwnMissing,
    /// Its rows do not give its cursor.
    Chain,
}

type Checked = (Vec<CheckedEnvelope>, Vec<CheckedRow>, Tail);

/// A row with the name by which it counts in the chain.
struct Named<'a> {
    row: &'a Row,
    document: DocumentId,
    change: ChangeHash,
}

/// Checks a pull message against the position before it.
pub(super) fn check<L: DeviceLog>(
    log: &mut L,
    identity: &DeviceIdentity,
    pull: &Pull,
    from: Tail,
) -> Result<Result<Checked, Doubt>, L::Error> {
    let mut named = Vec::new();
    for row in &pull.rows {
        match name(log, row)? {
            Ok((document, change)) => named.push(Named {
                row,
                document,
                change,
            }),
            Err(doubt) => return Ok(Err(doubt)),
        }
    }
    let positioned = named.iter().filter(|named| named.row.kind.has_position());
    let tail = positioned.fold(from, |tail, named| tail.after(named.document, named.change));
    if (tail.seq, tail.chain) != (pull.cursor.seq, pull.cursor.chain) {
        return Ok(Err(Doubt::Chain));
    }
    let (envelopes, sound) = check_envelopes(log, identity, pull, &named)?;
    let mut seq = from.seq;
    let mut rows = Vec::new();
    for (place, named) in (0u32..).zip(&named) {
        let position = named.row.kind.has_position().then(|| {
            seq = seq.saturating_add(1);
            seq
        });
        let content = content(named, sound.get(&place));
        rows.push(CheckedRow {
            seq: position,
            document: named.document,
            change: named.change,
            content,
        });
    }
    Ok(Ok((envelopes, rows, tail)))
}

/// Returns document and change of a row: stated, looked up, or computed from the bytes.
fn name<L: DeviceLog>(
    log: &mut L,
    row: &Row,
) -> Result<Result<(DocumentId, ChangeHash), Doubt>, L::Error> {
    Ok(match &row.kind {
        RowKind::Own { counter, leaf } => log.own_leaf(*counter, *leaf)?.ok_or(Doubt::OwnMissing),
        RowKind::Withheld { document, change } => Ok((*document, *change)),
        RowKind::Change {
            document, bytes, ..
        }
        | RowKind::Entered {
            document, bytes, ..
        } => {
            let hash = row.stated_hash.or_else(|| change_hash(bytes).ok());
            hash.map(|hash| (*document, hash)).ok_or(Doubt::Chain)
        }
    })
}

/// Where a row's change is in a sound envelope, or why it is not.
type Place = Result<(usize, u32), BadRow>;

/// The sound envelopes, and where each row stands in them.
type Verified = (Vec<CheckedEnvelope>, BTreeMap<u32, Place>);

/// Verifies each envelope over its leaves; returns the sound ones, and for each row where it stands.
fn check_envelopes<L: DeviceLog>(
    log: &mut L,
    identity: &DeviceIdentity,
    pull: &Pull,
    named: &[Named<'_>],
) -> Result<Verified, L::Error> {
    let (mut envelopes, mut places) = (Vec::new(), BTreeMap::new());
    for (own_place, part) in (0u32..).zip(&pull.envelopes) {
        let leaves = part.leaves.iter().take(limit::ENVELOPE_LEAVES_MAX + 1);
        let hashes: Vec<LeafHash> = leaves
            .map(|leaf| leaf_hash(leaf, named, own_place))
            .collect();
        let key = if part.device == identity.device {
            Some(PublicKey::of(&identity.key))
        } else {
            log.device_key(part.device)?
        };
        let seal = part.seal(&hashes);
        let verdict = match key {
            None => Err(BadRow::UnknownDevice),
            Some(_) if part.organisation != identity.organisation => Err(BadRow::Envelope),
            Some(key) => seal.verify(&hashes, &key).map_err(|_| BadRow::Envelope),
        };
        for (leaf, row) in (0u32..).zip(&part.leaves) {
            if let PullLeaf::Row(row) = row {
                places.insert(*row, verdict.map(|()| (envelopes.len(), leaf)));
            }
        }
        if verdict.is_ok() {
            envelopes.push(CheckedEnvelope {
                seal,
                leaves: hashes,
            });
        }
    }
    Ok((envelopes, places))
}

/// Returns a leaf's hash; one that refers to a row of another envelope gives a hash that fits nothing.
fn leaf_hash(leaf: &PullLeaf, named: &[Named<'_>], own_place: u32) -> LeafHash {
    let nothing = LeafHash::new([0; 32]);
    match leaf {
        PullLeaf::Bare(hash) => *hash,
        PullLeaf::Row(row) => {
            named
                .get(*row as usize)
                .map_or(nothing, |named| match change_of(named.row) {
                    Some((kind, envelope, _)) if envelope == own_place => {
                        LeafHash::of(kind, named.document, named.change)
                    }
                    _ => nothing,
                })
        }
    }
}

fn change_of(row: &Row) -> Option<(DocumentKind, u32, &[u8])> {
    match &row.kind {
        RowKind::Change {
            kind,
            envelope,
            bytes,
            ..
        }
        | RowKind::Entered {
            kind,
            envelope,
            bytes,
            ..
        } => Some((*kind, *envelope, bytes)),
        RowKind::Own { .. } | RowKind::Withheld { .. } => None,
    }
}

fn content(named: &Named<'_>, place: Option<&Place>) -> CheckedChange {
    let Some((kind, _, bytes)) = change_of(named.row) else {
        return match named.row.kind {
            RowKind::Own { .. } => CheckedChange::Own,
            _ => CheckedChange::Bad(BadRow::Withheld),
        };
    };
    match place {
        Some(Ok(_)) if change_hash(bytes) != Ok(named.change) => CheckedChange::Bad(BadRow::Bytes),
        Some(Ok((envelope, leaf))) => CheckedChange::New {
            kind,
            envelope: *envelope,
            leaf: *leaf,
            bytes: bytes.to_vec(),
        },
        Some(Err(why)) => CheckedChange::Bad(*why),
        None => CheckedChange::Bad(BadRow::Envelope),
    }
}
