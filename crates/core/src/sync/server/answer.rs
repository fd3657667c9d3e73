//! The answer, one message at a time: welcome, receipts, rows of each scope, digests.

use super::ServerExchange;
use super::pull::Reading;
use crate::receipt::{Receipt, RefusalCode};
use crate::sync::Tail;
use crate::sync::server_log::{ScopeRight, ServerLog};
use crate::wire::{
    Digest, Done, Known, Message, ScopeAnswer, ScopeRequest, Welcome, Wishes, limit,
};

/// Receipts read from the store at a time.
const RECEIPTS_AT_ONCE: usize = 64;

/// How far the answer is.
pub(super) enum Answer {
    /// Nothing was said yet.
    Welcome,
    /// Receipts above this counter are next; those to renew come first.
    Receipts {
        renewed: usize,
        after: u64,
        readings: Vec<Reading>,
    },
    /// Rows of the first scope that is not read to its end.
    Rows { readings: Vec<Reading> },
    /// All was said.
    Ended,
}

impl ServerExchange {
    pub(super) fn next_answer<L: ServerLog>(
        &mut self,
        log: &mut L,
    ) -> Result<Option<Message>, L::Error> {
        if let Err(refused) = self.standing(log)? {
            self.answer = Answer::Ended;
            return Ok(Some(Message::Refusal(refused)));
        }
        match std::mem::replace(&mut self.answer, Answer::Ended) {
            Answer::Welcome => self.welcome(log).map(Some),
            Answer::Receipts {
                renewed,
                after,
                readings,
            } => self.next_receipt(log, renewed, after, readings),
            Answer::Rows { readings } => self.next_rows(log, readings),
            Answer::Ended => Ok(None),
        }
    }

    fn welcome<L: ServerLog>(&mut self, log: &mut L) -> Result<Message, L::Error> {
        let (mut answers, mut readings) = (Vec::new(), Vec::new());
        let Some(guest) = &self.guest else {
            return Ok(Message::Done(Done {
                digests: Vec::new(),
            }));
        };
        for (place, request) in (0u8..).zip(&guest.hello.scopes) {
            let right = guest
                .standing
                .scopes
                .iter()
                .find(|right| right.scope == request.scope);
            let (answer, from) = scope_answer(log, request, right)?;
            answers.push(answer);
            if let Some((mark, at)) = from.filter(|_| guest.hello.wishes.has(Wishes::PULL)) {
                readings.push(Reading {
                    place,
                    scope: request.scope.clone(),
                    mark,
                    at,
                    end: log.tail(&request.scope)?.seq,
                });
            }
        }
        let welcome = Welcome {
            version: guest.hello.version_max.min(limit::VERSION),
            server: self.identity.server,
            organisation: self.identity.organisation,
            time_ms: self.now_ms,
            epoch: log.epoch()?,
            known: log
                .known_through(self.device)?
                .map(|(counter, hash)| Known::of(counter, &hash)),
            directory: log.directory(self.device, guest.hello.directory_rev)?,
            scopes: answers,
        };
        let after = guest.hello.receipts_through;
        self.answer = Answer::Receipts {
            renewed: 0,
            after,
            readings,
        };
        Ok(Message::Welcome(Box::new(welcome)))
    }

    fn next_receipt<L: ServerLog>(
        &mut self,
        log: &mut L,
        renewed: usize,
        after: u64,
        readings: Vec<Reading>,
    ) -> Result<Option<Message>, L::Error> {
        if let Some(receipt) = self.receipts.pop_front() {
            self.answer = Answer::Receipts {
                renewed,
                after,
                readings,
            };
            return Ok(Some(Message::Receipt(receipt)));
        }
        let asked = self
            .guest
            .as_ref()
            .and_then(|guest| guest.hello.waiting.get(renewed).copied());
        if let Some((counter, version)) = asked {
            let newest = log.receipt(self.device, counter)?;
            self.receipts
                .extend(newest.filter(|receipt| receipt.finding.version > version));
            return self.next_receipt(log, renewed.saturating_add(1), after, readings);
        }
        let stored: Vec<Receipt> = log.receipts_after(self.device, after, RECEIPTS_AT_ONCE)?;
        match stored.last() {
            Some(last) => {
                let after = last.finding.counter;
                self.receipts.extend(stored);
                self.next_receipt(log, renewed, after, readings)
            }
            None => self.next_rows(log, readings),
        }
    }

    fn next_rows<L: ServerLog>(
        &mut self,
        log: &mut L,
        mut readings: Vec<Reading>,
    ) -> Result<Option<Message>, L::Error> {
        let wishes = self
            .guest
            .as_ref()
            .map(|guest| guest.hello.wishes)
            .unwrap_or_default();
        for reading in &mut readings {
            if let Some(pull) = reading.next(log, self.device, wishes)? {
                self.answer = Answer::Rows { readings };
                return Ok(Some(Message::Pull(pull)));
            }
        }
        let mut digests = Vec::new();
        for reading in readings {
            digests.push(digest(log, &reading)?);
        }
        let clock_s = self.guest.as_ref().map_or(0, |guest| guest.hello.clock_s);
        log.contacted(self.device, self.now_ms, clock_s)?;
        Ok(Some(match self.late_refusal.take() {
            Some(refusal) => Message::Refusal(refusal),
            None => Message::Done(Done { digests }),
        }))
    }
}

fn digest<L: ServerLog>(log: &mut L, reading: &Reading) -> Result<Digest, L::Error> {
    let empty = Tail {
        seq: 0,
        chain: [0; 16],
        count: 0,
        sum: 0,
    };
    let mark = log.tail_at(&reading.scope, reading.mark)?.unwrap_or(empty);
    let tail = log
        .tail_at(&reading.scope, reading.at)?
        .unwrap_or(empty)
        .since(&mark);
    Ok(Digest {
        scope: reading.place,
        seq: reading.at,
        count: tail.count,
        sum: tail.sum.to_be_bytes(),
    })
}

/// The answer for a scope and, if rows follow, (mark, position before the first).
type Answered = (ScopeAnswer, Option<(u64, u64)>);

/// Returns the answer for a scope.
fn scope_answer<L: ServerLog>(
    log: &mut L,
    request: &ScopeRequest,
    right: Option<&ScopeRight>,
) -> Result<Answered, L::Error> {
    let Some(right) = right else {
        return Ok((ScopeAnswer::Refused(RefusalCode::Scope), None));
    };
    let (Some(mark), Some(cursor)) = (request.mark, request.cursor) else {
        return start(log, right);
    };
    // A device that is told the truth never stands before its own mark.
    if mark < right.mark || cursor.seq < mark {
        return Ok((ScopeAnswer::Refused(RefusalCode::MarkTooEarly), None));
    }
    let epoch = log.epoch()?;
    if log
        .tail_at(&request.scope, cursor.seq)?
        .is_some_and(|tail| tail.chain == cursor.chain)
    {
        return Ok((ScopeAnswer::Resume, Some((mark, cursor.seq))));
    }
    if request.checkpoints.is_empty() {
        return Ok((ScopeAnswer::Fork, None));
    }
    for checkpoint in &request.checkpoints {
        match log.tail_at(&request.scope, checkpoint.seq)? {
            Some(tail) if tail.chain == checkpoint.chain && checkpoint.seq >= mark => {
                return Ok((
                    ScopeAnswer::Rewind(tail.cursor(epoch)),
                    Some((mark, checkpoint.seq)),
                ));
            }
            _ => {}
        }
    }
    start(log, right)
}

fn start<L: ServerLog>(log: &mut L, right: &ScopeRight) -> Result<Answered, L::Error> {
    let epoch = log.epoch()?;
    let tail = match log.tail_at(&right.scope, right.mark)? {
        Some(tail) => tail,
        None => log.tail(&right.scope)?,
    };
    Ok((
        ScopeAnswer::Start(tail.cursor(epoch)),
        Some((tail.seq, tail.seq)),
    ))
}
