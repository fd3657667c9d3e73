//! One exchange over the bytes of the real streams, with whatever the network and the power do to it.

use bitacora_core::id::DeviceId;
use bitacora_core::receipt::{Receipt, RefusalCode};
use bitacora_core::sync::{ChangeState, DeviceExchange, ExchangeError, Outcome, ServerExchange};
use bitacora_core::wire::{Decoder, Direction, Encoder, Message, WireError};

use super::phone::Phone;
use super::server::Server;
use super::world::Failure;

/// What happens to one exchange. Positions are parts of the whole, 0.0 to 1.0, so that they do not depend
/// on sizes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weather {
    /// The request is cut there.
    pub(super) cut_up: Option<f64>,
    /// The answer is cut there.
    pub(super) cut_down: Option<f64>,
    /// The server's power is cut after this part of the request's messages.
    pub(super) server_dies: Option<f64>,
    /// The phone's power is cut after this part of the answer's bytes.
    pub(super) phone_dies: Option<f64>,
    /// The request arrives twice, and only the second time is answered.
    pub(super) twice: bool,
    /// Another phone's exchange takes place in the middle of this one.
    pub(super) between: Option<f64>,
}

/// Another phone's exchange, to be run once in the middle of one.
type Between<'a> = &'a mut dyn FnMut(&mut Server) -> Result<(), Failure>;

/// How an exchange ended.
pub(super) enum Ending {
    /// It went through.
    Through(Outcome),
    /// The link or one of the ends broke.
    Broken,
    /// The phone's power was cut.
    PhoneDied,
    /// The server wants nothing of this device any more.
    CutOff,
}

/// How much of an answer was heard.
#[derive(PartialEq, Eq)]
enum Heard {
    All,
    Part,
    CutOff,
}

/// What an exchange cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) up_bytes: usize,
    pub(super) down_bytes: usize,
}

const LEVEL: i32 = 3;

/// Runs one exchange of a phone.
pub(super) fn exchange(
    phone: &mut Phone,
    server: &mut Server,
    weather: Weather,
    now_ms: u64,
    between: Between<'_>,
) -> Result<(Ending, Cost), Failure> {
    let identity = std::sync::Arc::clone(&phone.identity);
    let clock_s = i64::try_from(now_ms / 1000).unwrap();
    let mut exchange = DeviceExchange::begin(identity, &mut phone.store, phone.plan, clock_s)
        .map_err(|error| Failure::new(format!("{} cannot begin: {error}", phone.name)))?;
    let request = request(&mut exchange, phone);
    let device = phone.identity.device;
    phone.last_request = Some((device, request.clone()));
    let arrived = part(&request, weather.cut_up);
    if weather.twice {
        deliver(
            server,
            device,
            &request,
            Weather::default(),
            now_ms,
            &mut |_| Ok(()),
        )?;
    }
    let answer = deliver(server, device, arrived, weather, now_ms, between)?;
    let cost = Cost {
        up_bytes: arrived.len(),
        down_bytes: answer.as_ref().map_or(0, Vec::len),
    };
    let Some(answer) = answer.filter(|_| weather.cut_up.is_none()) else {
        phone.plan = exchange.plan_after_break();
        return Ok((Ending::Broken, cost));
    };
    if let Some(at) = weather.phone_dies {
        let _ = hear(&mut exchange, phone, part(&answer, Some(at)))?;
        return Ok((Ending::PhoneDied, cost));
    }
    match hear(&mut exchange, phone, part(&answer, weather.cut_down))? {
        Heard::All => {}
        Heard::CutOff => return Ok((Ending::CutOff, cost)),
        Heard::Part => {
            phone.plan = exchange.plan_after_break();
            return Ok((Ending::Broken, cost));
        }
    }
    match exchange.end(&mut phone.store) {
        Ok(outcome) => Ok((Ending::Through(outcome), cost)),
        Err(error) => Err(Failure::new(format!("{} cannot end: {error}", phone.name))),
    }
}

fn request(exchange: &mut DeviceExchange, phone: &mut Phone) -> Vec<u8> {
    let mut encoder = Encoder::new(Direction::Up, LEVEL).unwrap();
    let mut bytes = Vec::new();
    while let Some(message) = exchange.next_up(&mut phone.store).unwrap() {
        bytes.extend(encoder.push(&message).unwrap());
    }
    bytes.extend(encoder.finish().unwrap());
    bytes
}

fn part(bytes: &[u8], cut: Option<f64>) -> &[u8] {
    let length = cut.map_or(bytes.len(), |cut| (bytes.len() as f64 * cut) as usize);
    &bytes[..length.min(bytes.len())]
}

/// Delivers a request; returns the answer unless the server died.
pub(super) fn deliver(
    server: &mut Server,
    device: DeviceId,
    request: &[u8],
    weather: Weather,
    now_ms: u64,
    between: Between<'_>,
) -> Result<Option<Vec<u8>>, Failure> {
    let identity = std::sync::Arc::clone(&server.identity);
    let mut exchange = ServerExchange::new(identity, device, now_ms);
    let mut decoder = Decoder::new(Direction::Up).unwrap();
    let place = |part_of: f64| (request.len() as f64 * part_of) as usize;
    let mut between = weather.between.map(|part_of| (place(part_of), between));
    let mut read = 0;
    for piece in request.chunks(97) {
        if let Some((_, exchange)) = between.take_if(|(at, _)| read >= *at) {
            exchange(server)?;
        }
        if weather.server_dies.is_some_and(|at| read >= place(at)) {
            server.store.crash();
            return Ok(None);
        }
        read += piece.len();
        decoder.feed(piece).unwrap();
        while let Some(message) = decoder.next().map_err(bad_bytes)? {
            exchange.receive(&mut server.store, message).unwrap();
        }
    }
    if decoder.finish() == Err(WireError::Truncated) {
        exchange.refuse(RefusalCode::Malformed, "the request ended early");
    }
    let mut encoder = Encoder::new(Direction::Down, LEVEL).unwrap();
    let mut bytes = Vec::new();
    while let Some(message) = exchange.next_down(&mut server.store).unwrap() {
        if let Message::Receipt(receipt) = &message {
            is_durable(server, receipt)?;
        }
        bytes.extend(encoder.push(&message).unwrap());
        if let Some((_, exchange)) = between.take() {
            exchange(server)?;
        }
    }
    bytes.extend(encoder.finish().unwrap());
    Ok(Some(bytes))
}

/// A receipt that says *received* is sent only for what a power cut would leave.
fn is_durable(server: &Server, receipt: &Receipt) -> Result<(), Failure> {
    let durable = server.store.disk.synced();
    let finding = &receipt.finding;
    let Some(envelope) = durable.envelopes.get(&(finding.device, finding.counter)) else {
        let claims = finding.verdicts.iter().any(|verdict| verdict.is_received());
        return if claims {
            Err(Failure::new(
                "a receipt was sent for an envelope that is not durable",
            ))
        } else {
            Ok(())
        };
    };
    for (verdict, leaf) in finding.verdicts.iter().zip(&envelope.leaves) {
        let stored = leaf
            .change
            .and_then(|change| durable.changes.get(&change))
            .is_some_and(|stored| matches!(stored.state, ChangeState::Stored { .. }));
        if verdict.is_received() && !stored {
            return Err(Failure::new(
                "a receipt was sent for a change that is not durable",
            ));
        }
    }
    Ok(())
}

/// Lets a phone hear a part of an answer.
fn hear(exchange: &mut DeviceExchange, phone: &mut Phone, answer: &[u8]) -> Result<Heard, Failure> {
    let mut decoder = Decoder::new(Direction::Down).unwrap();
    for piece in answer.chunks(113) {
        decoder.feed(piece).unwrap();
        while let Some(message) = decoder.next().map_err(bad_bytes)? {
            match exchange.receive(&mut phone.store, message) {
                Ok(()) => phone.check_rows()?,
                Err(ExchangeError::Refused(refusal)) if refusal.code == RefusalCode::Revoked => {
                    return Ok(Heard::CutOff);
                }
                Err(ExchangeError::Refused(refusal)) => {
                    return Err(Failure::new(format!(
                        "{} was refused: {}",
                        phone.name, refusal.text
                    )));
                }
                Err(error) => return Err(Failure::new(format!("{}: {error}", phone.name))),
            }
        }
    }
    Ok(match decoder.finish() {
        Ok(()) => Heard::All,
        Err(_) => Heard::Part,
    })
}

fn bad_bytes(error: WireError) -> Failure {
    Failure::new(format!("bytes arrived that are no messages: {error}"))
}
