//! The request: a header, the own envelopes without receipt, what others wrote and a fork took.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::parts::parts;
use super::{DeviceExchange, DeviceIdentity, Down, ExchangeError, Needs, Progress, Scope, seal};
use crate::envelope::{LeafHash, change_hash};
use crate::id::{DeviceId, PersonId};
use crate::name;
use crate::sync::device_log::{DeviceLog, HeldEnvelope, HeldLeaf, Subscription};
use crate::sync::plan::Plan;
use crate::wire::{Checkpoint, Hello, Message, PushLeaf, ScopeRequest, limit};

/// Envelopes of others read from the store at a time.
const OFFERS_AT_ONCE: usize = 8;

/// How far the request is.
pub(super) enum Up {
    /// Nothing was said yet.
    Hello,
    /// Own envelopes: the next, and the last.
    Own { next: u64, last: u64 },
    /// Envelopes of others, after the last one said.
    Offers {
        after: Option<(DeviceId, u64)>,
        ready: VecDeque<HeldEnvelope>,
    },
    /// All was said.
    Ended,
}

impl DeviceExchange {
    /// Seals what is unsent and prepares the request. `clock_s` is the device's clock, seconds since 1970.
    pub fn begin<L: DeviceLog>(
        identity: Arc<DeviceIdentity>,
        log: &mut L,
        plan: Plan,
        clock_s: i64,
    ) -> Result<Self, ExchangeError<L::Error>> {
        Self::prepare(identity, log, plan, clock_s).map_err(ExchangeError::Log)
    }

    fn prepare<L: DeviceLog>(
        identity: Arc<DeviceIdentity>,
        log: &mut L,
        plan: Plan,
        clock_s: i64,
    ) -> Result<Self, L::Error> {
        if plan.push {
            seal::seal_all(&identity, log)?;
        }
        let subscriptions: Vec<Subscription> = log
            .subscriptions()?
            .into_iter()
            .take(limit::SCOPES_MAX)
            .collect();
        let mut requests = Vec::new();
        for subscription in &subscriptions {
            requests.push(request(log, subscription, plan)?);
        }
        let receipts_through = log.receipts_through()?;
        let pushed_above = if plan.push {
            plan.push_above.unwrap_or(u64::MAX).min(receipts_through)
        } else {
            u64::MAX
        };
        let mut persons = log.persons_to_introduce(pushed_above, limit::PERSONS_MAX)?;
        for person in &mut persons {
            person.name = name::for_the_wire(&person.name).to_owned();
        }
        let hello = Hello {
            version_min: limit::VERSION_MIN,
            version_max: limit::VERSION,
            build: identity.build.clone(),
            device: identity.device,
            dictionary: 0,
            clock_s,
            directory_rev: log.directory_rev()?,
            receipts_through,
            waiting: log.open_receipts(limit::WAITING_RECEIPTS_MAX)?,
            scopes: requests,
            persons: persons.clone(),
            wishes: plan.wishes,
        };
        let scopes = subscriptions
            .into_iter()
            .map(|subscription| Scope {
                subscription,
                read: None,
            })
            .collect();
        Ok(Self {
            identity,
            plan,
            hello,
            persons,
            scopes,
            up: Up::Hello,
            parts: VecDeque::new(),
            down: Down::Welcome,
            offered: BTreeSet::new(),
            pushed_raw_bytes: 0,
            needs: Needs::default(),
            copied: None,
            refused_scopes: Vec::new(),
            inconsistent: BTreeSet::new(),
            progress: Progress::default(),
        })
    }

    /// Returns the next message of the request; `None` when it is complete.
    pub fn next_up<L: DeviceLog>(
        &mut self,
        log: &mut L,
    ) -> Result<Option<Message>, ExchangeError<L::Error>> {
        self.next_message(log).map_err(ExchangeError::Log)
    }

    fn next_message<L: DeviceLog>(&mut self, log: &mut L) -> Result<Option<Message>, L::Error> {
        if let Some(part) = self.parts.pop_front() {
            return Ok(Some(Message::Push(part)));
        }
        loop {
            match std::mem::replace(&mut self.up, Up::Ended) {
                Up::Hello => {
                    self.up = if self.plan.push {
                        self.own_range(log)?
                    } else {
                        Up::Ended
                    };
                    return Ok(Some(Message::Hello(self.hello.clone())));
                }
                Up::Own { next, last } if next <= last && !self.is_full() => {
                    self.up = Up::Own {
                        next: next.saturating_add(1),
                        last,
                    };
                    if let Some(envelope) = log.own_envelope(next)? {
                        if self.is_introduced(envelope.seal.statement.person) {
                            return Ok(Some(self.push(envelope)));
                        }
                        // Its signer and all after are named by the next hello.
                        self.needs.again = true;
                        self.up = Up::Ended;
                    }
                }
                Up::Own { .. } => {
                    self.up = Up::Offers {
                        after: None,
                        ready: VecDeque::new(),
                    }
                }
                Up::Offers { after, ready } => return self.next_offer(log, after, ready),
                Up::Ended => return Ok(None),
            }
        }
    }

    fn own_range<L: DeviceLog>(&self, log: &mut L) -> Result<Up, L::Error> {
        let settled = self.hello.receipts_through;
        let above = self
            .plan
            .push_above
            .map_or(settled, |above| above.min(settled));
        let last = log.last_envelope()?.map_or(0, |(counter, _)| counter);
        Ok(Up::Own {
            next: above.saturating_add(1),
            last,
        })
    }

    /// Returns whether the hello names a signer, or had room to: a full one may have left some out.
    fn is_introduced(&self, person: PersonId) -> bool {
        self.persons.len() < limit::PERSONS_MAX
            || self.persons.iter().any(|named| named.person == person)
    }

    /// Returns whether the request is large enough; what is left follows in the next exchange.
    fn is_full(&mut self) -> bool {
        let full = self.pushed_raw_bytes >= limit::EXCHANGE_RAW_BYTES;
        self.needs.again |= full;
        full
    }

    fn next_offer<L: DeviceLog>(
        &mut self,
        log: &mut L,
        after: Option<(DeviceId, u64)>,
        mut ready: VecDeque<HeldEnvelope>,
    ) -> Result<Option<Message>, L::Error> {
        if !self.plan.offer || self.is_full() {
            return Ok(None);
        }
        if ready.is_empty() {
            ready.extend(log.to_offer(after, OFFERS_AT_ONCE)?);
        }
        let Some(envelope) = ready.pop_front() else {
            return Ok(None);
        };
        let statement = &envelope.seal.statement;
        let named = (statement.device, statement.counter);
        self.offered.insert(statement.hash());
        self.up = Up::Offers {
            after: Some(named),
            ready,
        };
        Ok(Some(self.push(envelope)))
    }

    /// Returns the envelope, or the first of its parts, if one push cannot carry all of it; the others are next.
    fn push(&mut self, envelope: HeldEnvelope) -> Message {
        let leaves = envelope
            .leaves
            .into_iter()
            .map(|leaf| (leaf.hash, self.push_leaf(leaf)))
            .collect();
        let (first, others) = parts(&envelope.seal, leaves);
        self.parts.extend(others);
        Message::Push(first)
    }

    /// Sends a change whole if it is here, undamaged, and belongs to a scope of the header.
    fn push_leaf(&mut self, leaf: HeldLeaf) -> PushLeaf {
        let Some(change) = leaf.change else {
            return PushLeaf::Bare(leaf.hash);
        };
        let place = self
            .hello
            .scopes
            .iter()
            .position(|request| request.scope == change.scope);
        let sound = change_hash(&change.bytes)
            .is_ok_and(|hash| LeafHash::of(change.kind, change.document, hash) == leaf.hash);
        match place
            .and_then(|place| u8::try_from(place).ok())
            .filter(|_| sound)
        {
            Some(scope) => {
                self.progress.pushed = self.progress.pushed.saturating_add(1);
                self.pushed_raw_bytes = self.pushed_raw_bytes.saturating_add(change.bytes.len());
                PushLeaf::Change {
                    document: change.document,
                    kind: change.kind,
                    scope,
                    bytes: change.bytes,
                }
            }
            None => PushLeaf::Bare(leaf.hash),
        }
    }
}

fn request<L: DeviceLog>(
    log: &mut L,
    subscription: &Subscription,
    plan: Plan,
) -> Result<ScopeRequest, L::Error> {
    let scope = subscription.scope.clone();
    let (Some(mark), Some(read), false) = (&subscription.mark, &subscription.read, plan.from_start)
    else {
        return Ok(ScopeRequest {
            scope,
            mark: None,
            cursor: None,
            checkpoints: Vec::new(),
        });
    };
    let mut checkpoints = Vec::new();
    if plan.checkpoints {
        let held = log.checkpoints(&scope)?;
        let earlier = held.iter().map(|held| Checkpoint {
            seq: held.tail.seq,
            chain: held.tail.chain,
        });
        checkpoints.extend(earlier.take(limit::CHECKPOINTS_MAX - 1));
        checkpoints.push(Checkpoint {
            seq: mark.seq,
            chain: mark.chain,
        });
    }
    let cursor = Some(read.tail.cursor(read.epoch));
    Ok(ScopeRequest {
        scope,
        mark: Some(mark.seq),
        cursor,
        checkpoints,
    })
}
