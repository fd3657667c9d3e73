//! The server's end of one exchange.
//!
//! Requests come in as messages, each push is admitted and committed by itself, what it freed a few at a time, and the
//! answer is made piece by piece when the request has ended. A refusal ends the exchange; what was committed stays.

mod admit;
mod answer;
mod hello;
mod judge;
mod pull;
mod ready;
mod receipts;
mod take;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use ed25519_dalek::SigningKey;

use self::answer::Answer;
use self::take::EnvelopeName;
use crate::id::{DeviceId, OrganisationId, ServerId};
use crate::receipt::{Receipt, RefusalCode};
use crate::sync::server_log::{ServerLog, Standing};
use crate::wire::{Hello, Message, Refusal};

/// Who the server is.
pub struct ServerIdentity {
    /// Named by its key.
    pub server: ServerId,
    /// Whose devices it serves.
    pub organisation: OrganisationId,
    /// Signs receipts.
    pub key: SigningKey,
}

impl fmt::Debug for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerIdentity")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// A device that was let in, with what it asked for.
pub(super) struct Guest {
    hello: Hello,
    standing: Standing,
}

/// One exchange with one device.
///
/// ```text
/// for message in request { exchange.receive(&mut log, message)? }
/// while let Some(message) = exchange.next_down(&mut log)? { send(message) }
/// ```
pub struct ServerExchange {
    identity: Arc<ServerIdentity>,
    device: DeviceId,
    now_ms: u64,
    /// The request came in a file that anybody may have written: of its persons only who signed in it are announced.
    is_carried: bool,
    guest: Option<Guest>,
    refusal: Option<Refusal>,
    /// Ends the answer instead of its digests: nothing more of this device's own is taken in this exchange, but it
    /// learns what was received and what is new.
    late_refusal: Option<Refusal>,
    /// Receipts that the store does not give by itself: of offered envelopes, of refused ones, of counters
    /// that the device believed settled.
    receipts: VecDeque<Receipt>,
    /// Envelopes of which the open transaction altered a verdict: each gets one receipt, at its end.
    concerned: BTreeSet<EnvelopeName>,
    /// Envelopes that were refused whole, those that were passed over among them.
    refused_whole: usize,
    /// An envelope of this device was refused as a clone's.
    clone_seen: bool,
    answer: Answer,
}

impl ServerExchange {
    /// Begins an exchange with the device whose key opened the channel.
    pub fn new(identity: Arc<ServerIdentity>, device: DeviceId, now_ms: u64) -> Self {
        Self {
            identity,
            device,
            now_ms,
            is_carried: false,
            guest: None,
            refusal: None,
            late_refusal: None,
            receipts: VecDeque::new(),
            concerned: BTreeSet::new(),
            refused_whole: 0,
            clone_seen: false,
            answer: Answer::Welcome,
        }
    }

    /// Begins an exchange whose request was brought in a file: no channel proves whose word it is, so that only its
    /// seals count. A good one of `device` stands for who signed it, whom the file may give a name.
    pub fn carried(identity: Arc<ServerIdentity>, device: DeviceId, now_ms: u64) -> Self {
        Self {
            is_carried: true,
            ..Self::new(identity, device, now_ms)
        }
    }

    /// Takes one message of the request and commits what it carries, then judges what that freed. After a refusal the rest
    /// is passed over.
    ///
    /// An error is the store's; what was committed before it stays, and what was freed is judged by who comes next.
    pub fn receive<L: ServerLog>(&mut self, log: &mut L, message: Message) -> Result<(), L::Error> {
        if self.refusal.is_some() {
            return Ok(());
        }
        let outcome = match (message, self.guest.is_some()) {
            (Message::Hello(hello), false) => self.admit_guest(log, hello)?,
            (Message::Push(push), true) => self.admit_push(log, &push)?,
            (Message::Unknown(_), _) => Ok(()),
            (_, false) => Err(refusal(
                RefusalCode::Malformed,
                "the first message is not a hello",
            )),
            (_, true) => Err(refusal(
                RefusalCode::Malformed,
                "only pushes may follow the hello",
            )),
        };
        self.refusal = outcome.err();
        if self.guest.is_some() {
            self.judge_ready(log)?;
        }
        Ok(())
    }

    /// Ends the exchange because the request could not be read, with the reader's reason.
    pub fn refuse(&mut self, code: RefusalCode, text: &str) {
        self.refusal.get_or_insert_with(|| refusal(code, text));
    }

    /// Returns whether the exchange was refused; reading on is of no use then.
    pub const fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// Returns the next message of the answer; `None` when it is complete. Call it when the request has
    /// ended.
    pub fn next_down<L: ServerLog>(&mut self, log: &mut L) -> Result<Option<Message>, L::Error> {
        if matches!(self.answer, Answer::Ended) {
            return Ok(None);
        }
        if self.guest.is_none() {
            self.refuse(RefusalCode::Malformed, "the request has no hello");
        }
        if let Some(refusal) = self.refusal.clone() {
            self.answer = Answer::Ended;
            return Ok(Some(Message::Refusal(refusal)));
        }
        self.next_answer(log)
    }
}

/// Makes a refusal; the text names no content.
fn refusal(code: RefusalCode, text: &str) -> Refusal {
    Refusal {
        code,
        text: text.to_owned(),
    }
}
