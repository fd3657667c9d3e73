//! One exchange over the channel: core's machine decides, this acts.
//!
//! Every commit happens on a blocking thread that owns the machine and the store. If the future is
//! dropped, a commit that has begun still ends, and what it committed is whole.

use std::sync::Arc;

use bitacora_core::sync::{
    DeviceExchange, DeviceIdentity, DeviceLog, ExchangeError, Outcome, Plan, Progress,
};
use bitacora_core::wire::{Decoder, Direction, Encoder, WireError, limit};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::task::{JoinError, spawn_blocking};

use crate::channel::{Answer, Channel, ChannelError, Upload};

/// Messages made ahead of the link. More would only wait in memory.
const PIECES_AHEAD: usize = 2;

/// Why an exchange did not go through.
#[derive(Debug, Error)]
pub(crate) enum Failure<E: std::error::Error + 'static> {
    /// The link, or a refusal of the whole request.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// What was said makes no sense, or the store failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeError<E>),
    /// The bytes are no messages.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A worker thread was lost.
    #[error("a worker stopped")]
    Worker(#[from] JoinError),
}

/// How an exchange ended.
pub(crate) struct Ended<L: DeviceLog> {
    /// What came of it.
    pub(crate) outcome: Result<Outcome, Failure<L::Error>>,
    /// How to go on if the link broke.
    pub(crate) plan_after_break: Plan,
    /// How far it got.
    pub(crate) progress: Progress,
}

/// The machine with its store; one thread at a time owns it.
struct Work<L: DeviceLog> {
    exchange: DeviceExchange,
    log: L,
    decoder: Decoder,
}

/// The first bytes of the request, and the encoder if more follow.
struct Opening {
    first: Vec<u8>,
    rest: Option<Encoder>,
}

/// Runs one exchange. `watch` is told after every message that was committed.
pub(crate) async fn exchange<L>(
    channel: &Channel,
    identity: Arc<DeviceIdentity>,
    log: L,
    plan: Plan,
    clock_s: i64,
    watch: &mut (impl FnMut(Progress) + Send),
) -> Ended<L>
where
    L: DeviceLog + Send + 'static,
{
    let mut ended = Ended {
        outcome: Ok(Outcome::default()),
        plan_after_break: plan,
        progress: Progress::default(),
    };
    let begun = spawn_blocking(move || Work::begin(identity, log, plan, clock_s)).await;
    let (work, opening) = match begun.map_err(Failure::from).and_then(|begun| begun) {
        Ok(begun) => begun,
        Err(failure) => {
            return Ended {
                outcome: Err(failure),
                ..ended
            };
        }
    };
    let (work, answer) = match ask(channel, work, opening).await {
        Ok(asked) => asked,
        Err(failure) => {
            return Ended {
                outcome: Err(failure),
                ..ended
            };
        }
    };
    ended.plan_after_break = work.exchange.plan_after_break();
    ended.outcome = match answer {
        Ok(answer) => listen(work, answer, &mut ended.progress, watch).await,
        Err(error) => Err(error.into()),
    };
    ended
}

/// Sends the request and waits for the head of its answer.
async fn ask<L>(
    channel: &Channel,
    work: Work<L>,
    opening: Opening,
) -> Result<(Work<L>, Result<Answer, ChannelError>), Failure<L::Error>>
where
    L: DeviceLog + Send + 'static,
{
    let Some(encoder) = opening.rest else {
        return Ok((
            work,
            channel.exchange(Upload::Whole(opening.first.into())).await,
        ));
    };
    let (sender, receiver) = mpsc::channel::<Bytes>(PIECES_AHEAD);
    let writer = spawn_blocking(move || work.write(encoder, &sender));
    let first = stream::iter([Bytes::from(opening.first)]);
    let rest = stream::unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    });
    let answer = channel
        .exchange(Upload::Pieces(first.chain(rest).boxed()))
        .await;
    let (work, written) = writer.await?;
    written?;
    Ok((work, answer))
}

/// Reads the answer to its end, committing message by message.
async fn listen<L>(
    mut work: Work<L>,
    mut answer: Answer,
    progress: &mut Progress,
    watch: &mut (impl FnMut(Progress) + Send),
) -> Result<Outcome, Failure<L::Error>>
where
    L: DeviceLog + Send + 'static,
{
    while let Some(piece) = answer.next().await? {
        let taken;
        (work, taken) = spawn_blocking(move || work.take(&piece)).await?;
        *progress = work.exchange.progress();
        watch(*progress);
        taken?;
    }
    spawn_blocking(move || work.end()).await?
}

impl<L: DeviceLog> Work<L> {
    /// Seals what is unsent and makes the first bytes; all of them if there is nothing to push.
    fn begin(
        identity: Arc<DeviceIdentity>,
        mut log: L,
        plan: Plan,
        clock_s: i64,
    ) -> Result<(Self, Opening), Failure<L::Error>> {
        let mut exchange = DeviceExchange::begin(identity, &mut log, plan, clock_s)?;
        let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL)?;
        let mut first = Vec::new();
        for _ in 0..2 {
            match exchange.next_up(&mut log)? {
                Some(message) => first.extend(encoder.push(&message)?),
                None => {
                    first.extend(encoder.finish()?);
                    let work = Self {
                        exchange,
                        log,
                        decoder: Decoder::new(Direction::Down)?,
                    };
                    return Ok((work, Opening { first, rest: None }));
                }
            }
        }
        let work = Self {
            exchange,
            log,
            decoder: Decoder::new(Direction::Down)?,
        };
        Ok((
            work,
            Opening {
                first,
                rest: Some(encoder),
            },
        ))
    }

    /// Makes the rest of the request as fast as the link takes it.
    fn write(
        mut self,
        mut encoder: Encoder,
        pieces: &mpsc::Sender<Bytes>,
    ) -> (Self, Result<(), Failure<L::Error>>) {
        let written = loop {
            let piece = match self.exchange.next_up(&mut self.log) {
                Ok(Some(message)) => encoder.push(&message),
                Ok(None) => {
                    break encoder
                        .finish()
                        .map(|end| drop(pieces.blocking_send(end.into())))
                        .map_err(Failure::from);
                }
                Err(error) => break Err(error.into()),
            };
            let piece = match piece {
                Ok(piece) => Bytes::from(piece),
                Err(error) => break Err(error.into()),
            };
            // Nobody takes pieces any more: the link broke, or the server answered early. Its answer says.
            if pieces.blocking_send(piece).is_err() {
                break Ok(());
            }
        };
        (self, written)
    }

    /// Commits every message that is complete with this piece.
    fn take(mut self, piece: &[u8]) -> (Self, Result<(), Failure<L::Error>>) {
        let taken = self.take_parts(piece);
        (self, taken)
    }

    fn take_parts(&mut self, piece: &[u8]) -> Result<(), Failure<L::Error>> {
        for part in piece.chunks(limit::FEED_BYTES_MAX / 2) {
            self.decoder.feed(part)?;
            while let Some(message) = self.decoder.next()? {
                self.exchange.receive(&mut self.log, message)?;
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<Outcome, Failure<L::Error>> {
        let outcome = self.exchange.end(&mut self.log)?;
        self.decoder.finish()?;
        Ok(outcome)
    }
}
