//! Rows of a scope on their way to one device.

use std::collections::BTreeMap;

use crate::envelope::change_hash;
use crate::id::{DeviceId, ScopeId};
use crate::sync::server_log::{LogRow, NewChange, ServerLog, StoredEnvelope};
use crate::wire::{EnvelopePart, Pull, PullLeaf, Row, RowKind, Wishes, limit};

/// Rows read from the store at a time.
const ROWS_AT_ONCE: usize = 128;
/// A leaf hash as CBOR.
const BARE_LEAF_BYTES: usize = 34;
/// What a row and its envelope take as CBOR besides leaves and change, rounded up.
const ROW_FRAME_BYTES: usize = 256;

/// How far one scope was read for a device.
pub(super) struct Reading {
    /// The scope, as a place in the hello.
    pub(super) place: u8,
    /// The scope.
    pub(super) scope: ScopeId,
    /// The position from which on the device reads.
    pub(super) mark: u64,
    /// The position read to.
    pub(super) at: u64,
    /// The end of the log when the answer began: an answer ends although others go on writing.
    pub(super) end: u64,
}

/// A pull message in the making.
struct Making {
    envelopes: Vec<EnvelopePart>,
    places: BTreeMap<(DeviceId, u64), usize>,
    rows: Vec<Row>,
    raw_bytes: usize,
    /// No less than the rows and their envelopes take in the message.
    bytes: usize,
    hashes: bool,
}

impl Reading {
    /// Returns the next rows as one message; `None` at the end.
    pub(super) fn next<L: ServerLog>(
        &mut self,
        log: &mut L,
        device: DeviceId,
        wishes: Wishes,
    ) -> Result<Option<Pull>, L::Error> {
        let from = self.at;
        let mut making = Making::new(wishes.has(Wishes::ROW_HASHES));
        let mut envelope = None;
        let rows = if from < self.end {
            log.rows(&self.scope, from, ROWS_AT_ONCE)?
        } else {
            Vec::new()
        };
        for row in rows.into_iter().take_while(|row| row.seq <= self.end) {
            let next_envelope = Some((row.new.device, row.new.counter));
            if making.is_full(envelope != next_envelope) {
                break;
            }
            let entrance = self.entrance(log, &row)?;
            if !making.has_room(&entrance, &row) {
                break;
            }
            envelope = next_envelope;
            for earlier in entrance {
                making.add(log, earlier, As::Entered)?;
            }
            let own = row.new.device == device && !wishes.has(Wishes::OWN_WHOLE);
            self.at = row.seq;
            making.add(log, row, if own { As::Reference } else { As::Row })?;
        }
        if making.rows.is_empty() {
            return Ok(None);
        }
        let epoch = log.epoch()?;
        let tail = match log.tail_at(&self.scope, self.at)? {
            Some(tail) => tail,
            None => log.tail(&self.scope)?,
        };
        let (envelopes, rows) = (making.envelopes, making.rows);
        Ok(Some(Pull {
            scope: self.place,
            from,
            envelopes,
            rows,
            cursor: tail.cursor(epoch),
        }))
    }

    /// Returns what goes before a document's first row above the mark: all that it has up to the mark.
    fn entrance<L: ServerLog>(&self, log: &mut L, row: &LogRow) -> Result<Vec<LogRow>, L::Error> {
        let (kind, document) = (row.new.kind, row.new.document);
        if self.mark == 0
            || log.first_row_after(&self.scope, kind, document, self.mark)? != Some(row.seq)
        {
            return Ok(Vec::new());
        }
        log.document_rows(&self.scope, kind, document, self.mark)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum As {
    Row,
    Reference,
    Entered,
}

impl Making {
    fn new(hashes: bool) -> Self {
        Self {
            envelopes: Vec::new(),
            places: BTreeMap::new(),
            rows: Vec::new(),
            raw_bytes: 0,
            bytes: 0,
            hashes,
        }
    }

    /// A message ends with an envelope if it can, so that few leaves travel as bare hashes.
    fn is_full(&self, envelope_begins: bool) -> bool {
        let most = if envelope_begins {
            limit::PULL_RAW_BYTES
        } else {
            2 * limit::PULL_RAW_BYTES
        };
        self.raw_bytes >= most || self.rows.len() >= limit::PULL_ROWS_MAX
    }

    /// Returns whether a row fits with the document that enters before it. Into an empty message every document fits:
    /// its changes are so many and so large at most.
    fn has_room(&self, entrance: &[LogRow], row: &LogRow) -> bool {
        let rows = entrance.iter().chain([row]);
        let bytes: usize = rows.map(|row| most_bytes(&row.new)).sum();
        self.rows.is_empty() || self.bytes.saturating_add(bytes) <= limit::DOWN_MESSAGE_BYTES_MAX
    }

    fn add<L: ServerLog>(&mut self, log: &mut L, row: LogRow, how: As) -> Result<(), L::Error> {
        let new = row.new;
        self.bytes = self.bytes.saturating_add(most_bytes(&new));
        let stated_hash = self.hashes.then_some(new.change);
        let place = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let kind = if how == As::Reference {
            RowKind::Own {
                counter: new.counter,
                leaf: new.leaf,
            }
        } else if change_hash(&new.bytes) != Ok(new.change) {
            RowKind::Withheld {
                document: new.document,
                change: new.change,
            }
        } else {
            let envelope = self.refer(log, new.device, new.counter, new.leaf, place)?;
            self.raw_bytes = self.raw_bytes.saturating_add(new.bytes.len());
            let (document, kind, bytes) = (new.document, new.kind, new.bytes);
            match how {
                As::Entered => RowKind::Entered {
                    document,
                    kind,
                    envelope,
                    bytes,
                },
                As::Row | As::Reference => RowKind::Change {
                    document,
                    kind,
                    envelope,
                    bytes,
                },
            }
        };
        // A damaged change from before the mark has no place in the chain; without it the device sees a gap.
        if how == As::Entered && matches!(kind, RowKind::Withheld { .. }) {
            return Ok(());
        }
        self.rows.push(Row { kind, stated_hash });
        Ok(())
    }

    /// Returns the envelope's place in this message and points its leaf to the row.
    fn refer<L: ServerLog>(
        &mut self,
        log: &mut L,
        device: DeviceId,
        counter: u64,
        leaf: u32,
        row: u32,
    ) -> Result<u32, L::Error> {
        let place = match self.places.get(&(device, counter)) {
            Some(place) => *place,
            None => {
                self.envelopes
                    .extend(log.envelope(device, counter)?.map(part));
                let place = self.envelopes.len().saturating_sub(1);
                self.places.insert((device, counter), place);
                place
            }
        };
        if let Some(leaf) = self
            .envelopes
            .get_mut(place)
            .and_then(|part| part.leaves.get_mut(leaf as usize))
        {
            *leaf = PullLeaf::Row(row);
        }
        Ok(u32::try_from(place).unwrap_or(u32::MAX))
    }
}

/// Returns the most that a row takes in a message, with an envelope of its own: its leaves as bare hashes, and names,
/// numbers and lengths as long as they can be.
const fn most_bytes(new: &NewChange) -> usize {
    new.bytes.len() + limit::ENVELOPE_LEAVES_MAX * BARE_LEAF_BYTES + ROW_FRAME_BYTES
}

fn part(envelope: StoredEnvelope) -> EnvelopePart {
    let leaves = envelope.leaves.iter();
    let leaves = leaves.map(|leaf| PullLeaf::Bare(leaf.hash)).collect();
    EnvelopePart::of(&envelope.seal, leaves)
}
