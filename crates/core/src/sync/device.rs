//! The device's end of one exchange.
//!
//! What the server says is suspected as the server suspects a device: receipts by its pinned key, rows by
//! the chain that the device computes itself, changes by the envelope of the device that wrote them. A bad
//! row is kept aside and named; the rest goes on.

mod check;
mod compare;
mod parts;
mod pull;
mod push;
mod seal;
mod welcome;

use std::collections::{BTreeSet, VecDeque};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use thiserror::Error as ThisError;

use self::push::Up;
use crate::envelope::PublicKey;
use crate::id::{DeviceId, EnvelopeHash, OrganisationId, ScopeId, ServerId};
use crate::receipt::{Receipt, RefusalCode};
use crate::sync::device_log::{CopyEvidence, DeviceLog, StoredCheckpoint, Subscription};
use crate::sync::plan::Plan;
use crate::wire::{Hello, Message, PersonName, Push, Refusal, Wishes, limit};

/// Who the device is, and whom it trusts.
pub struct DeviceIdentity {
    /// The organisation that it was enrolled for.
    pub organisation: OrganisationId,
    /// Named by its key.
    pub device: DeviceId,
    /// Signs envelopes.
    pub key: SigningKey,
    /// The server that it was enrolled at.
    pub server: ServerId,
    /// The key that the server's receipts are signed with.
    pub server_key: PublicKey,
    /// The device's build, for the operator's eyes only.
    pub build: String,
}

impl fmt::Debug for DeviceIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceIdentity")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// Why an exchange did not go through. What was committed before stays.
#[derive(Debug, ThisError)]
pub enum ExchangeError<E: Error + 'static> {
    /// The device's own store failed.
    #[error("the store failed")]
    Log(#[source] E),
    /// The server ended the exchange.
    #[error("the server refused: {} ({})", .0.text, .0.code)]
    Refused(Refusal),
    /// Another server than the one enrolled at, or another organisation.
    #[error("another server answered than the one this device is enrolled at")]
    WrongServer,
    /// A message that makes no sense where it came.
    #[error("the server's answer makes no sense: {0}")]
    Unexpected(&'static str),
    /// The answer ended before it was complete.
    #[error("the answer ended early")]
    Truncated,
}

/// How far an exchange is, in changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Handed out to be sent.
    pub pushed: usize,
    /// Receipted as received.
    pub receipted: usize,
    /// Rows of others that were read and stored.
    pub pulled: usize,
    /// Rows that say that the log has own changes.
    pub confirmed: usize,
    /// Kept aside because something was wrong with them.
    pub quarantined: usize,
}

/// What came of an exchange that went through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Another exchange is due at once.
    pub again: Option<Plan>,
    /// How far it got.
    pub progress: Progress,
    /// Scopes that were not given, with the reason.
    pub refused_scopes: Vec<(ScopeId, RefusalCode)>,
    /// Scopes whose rows make no consistent log, even with every hash stated: the server's fault.
    pub inconsistent_scopes: Vec<ScopeId>,
    /// The identity is shared with another phone.
    pub copied: Option<CopyEvidence>,
}

/// One scope during an exchange.
struct Scope {
    subscription: Subscription,
    /// How far was read; none until the answer says where to begin, or when nothing more is to be read.
    read: Option<StoredCheckpoint>,
}

/// What the answer has shown to be necessary.
#[derive(Default)]
struct Needs {
    again: bool,
    push_above: Option<u64>,
    checkpoints: bool,
    from_start: bool,
    wishes: Wishes,
    repairing: bool,
}

#[derive(PartialEq)]
enum Down {
    Welcome,
    Body,
    Ended,
}

/// One exchange with the server.
///
/// ```text
/// let mut exchange = DeviceExchange::begin(identity, &mut log, plan, clock_s)?;
/// while let Some(message) = exchange.next_up(&mut log)? { send(message) }
/// for message in answer { exchange.receive(&mut log, message)? }
/// let outcome = exchange.end(&mut log)?;
/// ```
pub struct DeviceExchange {
    identity: Arc<DeviceIdentity>,
    plan: Plan,
    hello: Hello,
    persons: Vec<PersonName>,
    scopes: Vec<Scope>,
    up: Up,
    /// What is left of the envelope that is on its way.
    parts: VecDeque<Push>,
    down: Down,
    offered: BTreeSet<EnvelopeHash>,
    pushed_raw_bytes: usize,
    needs: Needs,
    copied: Option<CopyEvidence>,
    refused_scopes: Vec<(ScopeId, RefusalCode)>,
    inconsistent: BTreeSet<ScopeId>,
    progress: Progress,
}

impl DeviceExchange {
    /// Takes a message of the answer and commits what it carries.
    pub fn receive<L: DeviceLog>(
        &mut self,
        log: &mut L,
        message: Message,
    ) -> Result<(), ExchangeError<L::Error>> {
        match (&self.down, message) {
            (_, Message::Refusal(refusal)) => Err(ExchangeError::Refused(refusal)),
            (_, Message::Unknown(_)) => Ok(()),
            (Down::Welcome, Message::Welcome(welcome)) => {
                self.down = Down::Body;
                self.welcomed(log, *welcome)
            }
            (Down::Welcome, _) => Err(ExchangeError::Unexpected(
                "it does not begin with a welcome",
            )),
            (Down::Body, Message::Receipt(receipt)) => {
                self.receipted(log, &receipt).map_err(ExchangeError::Log)
            }
            (Down::Body, Message::Pull(pull)) => self.pulled(log, pull),
            (Down::Body, Message::Done(done)) => {
                self.down = Down::Ended;
                self.compare(log, &done)
            }
            (Down::Body, _) => Err(ExchangeError::Unexpected(
                "a message of the other direction",
            )),
            (Down::Ended, _) => Err(ExchangeError::Unexpected("a message after its end")),
        }
    }

    /// Returns how far the exchange is, for people to watch.
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// Returns what to do after a connection that broke: ask how far the server got, or simply again if
    /// that costs no more.
    pub const fn plan_after_break(&self) -> Plan {
        if self.pushed_raw_bytes > limit::RESUME_RAW_BYTES {
            Plan::header_only()
        } else {
            self.plan
        }
    }

    /// Says that the answer has ended, and returns what came of it.
    pub fn end<L: DeviceLog>(self, log: &mut L) -> Result<Outcome, ExchangeError<L::Error>> {
        if self.down != Down::Ended {
            return Err(ExchangeError::Truncated);
        }
        let again = self.again(log).map_err(ExchangeError::Log)?;
        Ok(Outcome {
            again,
            progress: self.progress,
            refused_scopes: self.refused_scopes,
            inconsistent_scopes: self.inconsistent.into_iter().collect(),
            copied: self.copied,
        })
    }

    fn again<L: DeviceLog>(&self, log: &mut L) -> Result<Option<Plan>, L::Error> {
        let unsent = !self.plan.push && {
            let last = log.last_envelope()?.map_or(0, |(counter, _)| counter);
            log.receipts_through()? < last || !log.unsealed(1)?.is_empty()
        };
        let unread = !self.plan.wishes.has(Wishes::PULL);
        if !(self.needs.again || unsent || unread) {
            return Ok(None);
        }
        Ok(Some(Plan {
            push: true,
            push_above: self.needs.push_above,
            offer: !self.needs.repairing,
            checkpoints: self.needs.checkpoints,
            from_start: self.needs.from_start,
            wishes: Wishes::PULL.and(self.needs.wishes),
        }))
    }

    fn receipted<L: DeviceLog>(&mut self, log: &mut L, receipt: &Receipt) -> Result<(), L::Error> {
        let finding = &receipt.finding;
        if receipt
            .verify(self.identity.server, &self.identity.server_key)
            .is_err()
        {
            return Ok(());
        }
        let refused_as = |code: &RefusalCode| {
            let mut verdicts = finding.verdicts.iter();
            verdicts.any(|verdict| verdict.is_refused_as(code))
        };
        let displaced = refused_as(&RefusalCode::Clone);
        if finding.device != self.identity.device {
            if !self.offered.contains(&finding.envelope) {
                return Ok(());
            }
            // A server that was put back may never have heard of the device that sealed it.
            if !(displaced || refused_as(&RefusalCode::UnknownDevice)) {
                return log.save_receipt(receipt);
            }
            // What it holds is sealed and pushed in the next exchange.
            self.needs.again = true;
            return log.displaced(finding.envelope);
        }
        let counter = finding.counter;
        match log.own_envelope_hash(counter)? {
            // Not kept as a receipt: it says nothing about the changes, and counts nothing as settled.
            Some((hash, _)) if hash == finding.envelope && displaced => {
                log.displaced(hash)?;
                self.copy_found(log, CopyEvidence::AnotherEnvelope { counter })
            }
            Some((hash, leaves)) if hash == finding.envelope => {
                if finding.verdicts.len() == leaves as usize {
                    self.count_received(receipt);
                    log.save_receipt(receipt)?;
                }
                Ok(())
            }
            Some(_) => self.copy_found(log, CopyEvidence::AnotherEnvelope { counter }),
            None => self.copy_found(log, CopyEvidence::ServerKnowsMore { counter }),
        }
    }

    fn count_received(&mut self, receipt: &Receipt) {
        let received = receipt
            .finding
            .verdicts
            .iter()
            .filter(|verdict| verdict.is_received())
            .count();
        self.progress.receipted = self.progress.receipted.saturating_add(received);
    }

    fn copy_found<L: DeviceLog>(
        &mut self,
        log: &mut L,
        evidence: CopyEvidence,
    ) -> Result<(), L::Error> {
        if self.copied.is_none() {
            self.copied = Some(evidence);
            log.identity_is_copied(evidence)?;
        }
        Ok(())
    }
}
