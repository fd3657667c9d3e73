//! Runs one exchange on a blocking thread, between two queues of bytes.

use bitacora_core::receipt::RefusalCode;
use bitacora_core::sync::{ServerExchange, ServerLog};
use bitacora_core::wire::{Decoder, Direction, Encoder, WireError, limit};
use bytes::Bytes;
use thiserror::Error;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::store::StoreError;

/// What comes from a request.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Bytes of the body, in order.
    Bytes(Bytes),
    /// The body ended as it should. Without this the request was cut.
    End,
}

/// Why an exchange ended without a whole answer.
#[derive(Debug, Error)]
pub(crate) enum ExchangeError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer could not be made.
    #[error("the answer could not be made")]
    Wire(#[from] WireError),
}

/// Takes a request piece by piece and gives the answer piece by piece.
///
/// Every push is committed when it has arrived. If the request is cut there is no answer; if the answer
/// is not taken the rest of it is not made.
pub(crate) fn run<L: ServerLog<Error = StoreError>>(
    exchange: &mut ServerExchange,
    log: &mut L,
    request: &mut Receiver<Piece>,
    answer: &Sender<Bytes>,
) -> Result<(), ExchangeError> {
    if !take_request(exchange, log, request)? {
        return Ok(());
    }
    let mut encoder = Encoder::new(Direction::Down, limit::COMPRESSION_LEVEL)?;
    while let Some(message) = exchange.next_down(log)? {
        if answer
            .blocking_send(encoder.push(&message)?.into())
            .is_err()
        {
            return Ok(());
        }
    }
    // An error says that nobody takes the answer any more.
    let _ = answer.blocking_send(encoder.finish()?.into());
    Ok(())
}

/// Reads the request; false if it was cut.
fn take_request<L: ServerLog<Error = StoreError>>(
    exchange: &mut ServerExchange,
    log: &mut L,
    request: &mut Receiver<Piece>,
) -> Result<bool, StoreError> {
    let mut decoder = match Decoder::new(Direction::Up) {
        Ok(decoder) => Some(decoder),
        Err(error) => refused(exchange, &error),
    };
    loop {
        match request.blocking_recv() {
            None => return Ok(false),
            Some(Piece::End) => break,
            Some(Piece::Bytes(bytes)) => {
                for part in bytes.chunks(limit::FEED_BYTES_MAX / 2) {
                    let Some(reading) = &mut decoder else { break };
                    if let Err(error) = feed(exchange, log, reading, part)? {
                        decoder = refused(exchange, &error);
                    }
                }
            }
        }
    }
    if let Some(Err(error)) = decoder.map(Decoder::finish) {
        refused(exchange, &error);
    }
    Ok(true)
}

/// Takes a request that is whole; what is wrong with it becomes the exchange's refusal.
pub(crate) fn take_whole<L: ServerLog<Error = StoreError>>(
    exchange: &mut ServerExchange,
    log: &mut L,
    request: &[u8],
) -> Result<(), StoreError> {
    let mut decoder = match Decoder::new(Direction::Up) {
        Ok(decoder) => Some(decoder),
        Err(error) => refused(exchange, &error),
    };
    for part in request.chunks(limit::FEED_BYTES_MAX / 2) {
        let Some(reading) = &mut decoder else { break };
        if let Err(error) = feed(exchange, log, reading, part)? {
            decoder = refused(exchange, &error);
        }
    }
    if let Some(Err(error)) = decoder.map(Decoder::finish) {
        refused(exchange, &error);
    }
    Ok(())
}

fn feed<L: ServerLog<Error = StoreError>>(
    exchange: &mut ServerExchange,
    log: &mut L,
    decoder: &mut Decoder,
    part: &[u8],
) -> Result<Result<(), WireError>, StoreError> {
    if exchange.is_refused() {
        return Ok(Ok(()));
    }
    if let Err(error) = decoder.feed(part) {
        return Ok(Err(error));
    }
    loop {
        match decoder.next() {
            Err(error) => return Ok(Err(error)),
            Ok(None) => return Ok(Ok(())),
            Ok(Some(message)) => exchange.receive(log, message)?,
        }
    }
}

/// Ends the exchange with the reader's reason; nothing is read after that.
fn refused(exchange: &mut ServerExchange, error: &WireError) -> Option<Decoder> {
    let code = match error {
        WireError::MessageTooLarge { .. }
        | WireError::TotalTooLarge { .. }
        | WireError::TooManyMessages { .. }
        | WireError::FedTooMuch { .. } => RefusalCode::TooLarge,
        _ => RefusalCode::Malformed,
    };
    exchange.refuse(code, &error.to_string());
    None
}
