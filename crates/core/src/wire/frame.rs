//! Messages to bytes and back, a piece at a time.
//!
//! One zstd stream per direction, flushed after each message. Inside it each message stands behind its
//! length: four bytes, big-endian. Limits are checked before anything is allocated for what they limit.

use minicbor::Decode;
use thiserror::Error;
use zstd::stream::raw::{CParameter, DParameter, InBuffer, Operation, OutBuffer};

use super::cbor::to_vec;
use super::limit;
use super::message::{Direction, Message};

/// How much is decompressed at a time.
const STEP_BYTES: usize = 16 * 1024;
/// The compressor's tables, as powers of two of four bytes each: half a mebibyte and two. The level alone
/// would ask for 80 MB, sized for a window that is never used here. The far end does not see them.
const HASH_LOG: u32 = 17;
const CHAIN_LOG: u32 = 19;

/// Why bytes are not the messages they should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// Not a zstd stream, or a damaged one, or one that needs a larger window than allowed.
    #[error("the compressed stream is damaged: {0}")]
    Damaged(String),
    /// The stream ended within a message or before its end.
    #[error("the stream ended early")]
    Truncated,
    /// Bytes after the end of the stream.
    #[error("bytes follow after the end of the stream")]
    Trailing,
    /// One message is larger than allowed.
    #[error("message of {bytes} bytes is larger than the {max} allowed")]
    MessageTooLarge {
        /// Its stated length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// All messages together are larger than allowed.
    #[error("the messages are larger than the {max} bytes allowed in all")]
    TotalTooLarge {
        /// The limit.
        max: u64,
    },
    /// More messages than allowed.
    #[error("more than {max} messages")]
    TooManyMessages {
        /// The limit.
        max: u32,
    },
    /// More fed at once than a decoder holds.
    #[error("more than {max} bytes were fed without reading messages")]
    FedTooMuch {
        /// The limit.
        max: usize,
    },
    /// A message is not what its number says.
    #[error("message {number} is malformed: {reason}")]
    Malformed {
        /// Which message, counted from 1.
        number: u32,
        /// What is wrong, from the CBOR reader.
        reason: String,
    },
}

/// Turns messages into the bytes of one direction.
pub struct Encoder {
    zstd: zstd::stream::raw::Encoder<'static>,
    direction: Direction,
}

impl Encoder {
    /// Starts a stream; see [`limit::COMPRESSION_LEVEL`].
    pub fn new(direction: Direction, level: i32) -> Result<Self, WireError> {
        let mut zstd = zstd::stream::raw::Encoder::new(level).map_err(damaged)?;
        let parameters = [
            CParameter::WindowLog(limit::WINDOW_LOG),
            CParameter::HashLog(HASH_LOG),
            CParameter::ChainLog(CHAIN_LOG),
        ];
        for parameter in parameters {
            zstd.set_parameter(parameter).map_err(damaged)?;
        }
        Ok(Self { zstd, direction })
    }

    /// Returns the bytes that carry this message; nothing stays behind in the compressor.
    pub fn push(&mut self, message: &Message) -> Result<Vec<u8>, WireError> {
        let body = to_vec(message);
        let max = self.direction.message_bytes_max();
        if body.len() > max {
            return Err(WireError::MessageTooLarge {
                bytes: body.len(),
                max,
            });
        }
        let length = u32::try_from(body.len()).map_err(|_| WireError::MessageTooLarge {
            bytes: body.len(),
            max,
        })?;
        let mut out = Vec::new();
        self.compress(&length.to_be_bytes(), &mut out)?;
        self.compress(&body, &mut out)?;
        self.drain(&mut out, |zstd, buffer| zstd.flush(buffer))?;
        Ok(out)
    }

    /// Ends the stream and returns its last bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, WireError> {
        let mut out = Vec::new();
        self.drain(&mut out, |zstd, buffer| zstd.finish(buffer, true))?;
        Ok(out)
    }

    fn compress(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), WireError> {
        let mut input = InBuffer::around(plain);
        while input.pos() < plain.len() {
            let mut step = vec![0; STEP_BYTES];
            let mut output = OutBuffer::around(step.as_mut_slice());
            self.zstd.run(&mut input, &mut output).map_err(damaged)?;
            out.extend_from_slice(output.as_slice());
        }
        Ok(())
    }

    fn drain(
        &mut self,
        out: &mut Vec<u8>,
        step: impl Fn(
            &mut zstd::stream::raw::Encoder<'static>,
            &mut OutBuffer<'_, [u8]>,
        ) -> std::io::Result<usize>,
    ) -> Result<(), WireError> {
        loop {
            let mut piece = vec![0; STEP_BYTES];
            let mut output = OutBuffer::around(piece.as_mut_slice());
            let left = step(&mut self.zstd, &mut output).map_err(damaged)?;
            out.extend_from_slice(output.as_slice());
            if left == 0 {
                return Ok(());
            }
        }
    }
}

/// Turns the bytes of one direction back into messages, as they arrive.
///
/// Feed it what arrived, then ask for messages until there is none: at most one message and one window
/// are held in memory.
pub struct Decoder {
    zstd: zstd::stream::raw::Decoder<'static>,
    direction: Direction,
    compressed: Vec<u8>,
    plain: Vec<u8>,
    total_bytes: u64,
    messages: u32,
    ended: bool,
}

impl Decoder {
    /// Starts reading a stream.
    pub fn new(direction: Direction) -> Result<Self, WireError> {
        let mut zstd = zstd::stream::raw::Decoder::new().map_err(damaged)?;
        zstd.set_parameter(DParameter::WindowLogMax(limit::WINDOW_LOG_MAX))
            .map_err(damaged)?;
        Ok(Self {
            zstd,
            direction,
            compressed: Vec::new(),
            plain: Vec::new(),
            total_bytes: 0,
            messages: 0,
            ended: false,
        })
    }

    /// Takes what arrived. Read all messages before feeding more.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        if self.compressed.len().saturating_add(bytes.len()) > limit::FEED_BYTES_MAX {
            return Err(WireError::FedTooMuch {
                max: limit::FEED_BYTES_MAX,
            });
        }
        self.compressed.extend_from_slice(bytes);
        Ok(())
    }

    /// Returns the next whole message; `None` when more bytes are needed.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would end at None; this one goes on after a feed"
    )]
    pub fn next(&mut self) -> Result<Option<Message>, WireError> {
        loop {
            if let Some(message) = self.take_message()? {
                return Ok(Some(message));
            }
            if !self.decompress()? {
                return Ok(None);
            }
        }
    }

    /// Says that nothing more will arrive; an error if the stream is not at its end.
    pub fn finish(mut self) -> Result<(), WireError> {
        while self.next()?.is_some() {}
        if self.ended && self.plain.is_empty() {
            Ok(())
        } else {
            Err(WireError::Truncated)
        }
    }

    fn take_message(&mut self) -> Result<Option<Message>, WireError> {
        let Some((length, rest)) = self.plain.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let bytes = u32::from_be_bytes(*length) as usize;
        let max = self.direction.message_bytes_max();
        if bytes > max {
            return Err(WireError::MessageTooLarge { bytes, max });
        }
        if self.messages >= limit::MESSAGES_MAX {
            return Err(WireError::TooManyMessages {
                max: limit::MESSAGES_MAX,
            });
        }
        let Some(body) = rest.get(..bytes) else {
            return Ok(None);
        };
        self.messages += 1;
        let message = read(body, self.messages)?;
        self.plain.drain(..bytes + 4);
        Ok(Some(message))
    }

    /// Decompresses a step; `false` when there is nothing left to decompress.
    fn decompress(&mut self) -> Result<bool, WireError> {
        if self.ended {
            return if self.compressed.is_empty() {
                Ok(false)
            } else {
                Err(WireError::Trailing)
            };
        }
        let mut step = vec![0; STEP_BYTES];
        let mut output = OutBuffer::around(step.as_mut_slice());
        let mut input = InBuffer::around(self.compressed.as_slice());
        let hint = self.zstd.run(&mut input, &mut output).map_err(damaged)?;
        let (read, written) = (input.pos(), output.pos());
        self.plain.extend_from_slice(output.as_slice());
        self.compressed.drain(..read);
        self.total_bytes = self.total_bytes.saturating_add(written as u64);
        if self.total_bytes > self.direction.total_bytes_max() {
            return Err(WireError::TotalTooLarge {
                max: self.direction.total_bytes_max(),
            });
        }
        self.ended = hint == 0 && (read > 0 || written > 0);
        Ok(read > 0 || written > 0)
    }
}

fn read(body: &[u8], number: u32) -> Result<Message, WireError> {
    let malformed = |reason: String| WireError::Malformed { number, reason };
    let mut reader = minicbor::Decoder::new(body);
    let message =
        Message::decode(&mut reader, &mut ()).map_err(|error| malformed(error.to_string()))?;
    if reader.position() == body.len() {
        Ok(message)
    } else {
        Err(malformed("bytes follow after the message".to_owned()))
    }
}

fn damaged(error: std::io::Error) -> WireError {
    WireError::Damaged(error.to_string())
}
