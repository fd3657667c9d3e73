//! *Sacar mis registros*: what the post has not received, as a file that only its server can open.
//!
//! The file holds the very request that would go over the link; the server admits it by the same code.
//! Its receipts come back with the next contact; handing the same file in twice changes nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bitacora_core::id::DeviceId;
use bitacora_core::sealed_file;
use bitacora_core::sync::{DeviceExchange, DeviceLog as _, Plan};
use bitacora_core::wire::{Direction, Encoder, Message, Wishes, limit};

use crate::device::Device;
use crate::error::{DeviceError, ErrorCode};
use crate::store::table::envelope;
use crate::store::table::taken_out::{LeftOut, TakenOut};
use crate::vault::private_file;

/// What went into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Where it is.
    pub path: PathBuf,
    /// Records of which all that the post has not received is in it.
    pub records: u64,
    /// Records with something that the post has not received and that is not in it.
    pub left_out: LeftOut,
    /// Sealed envelopes in the file.
    pub envelopes: u64,
    /// Envelopes that did not fit any more; they go with the next file or contact.
    pub left: u64,
}

/// A request as it would go over the link.
struct Request {
    bytes: Vec<u8>,
    /// Envelopes in it.
    envelopes: u64,
    /// Up to where every envelope that was not received is in it.
    taken_out: TakenOut,
    /// Envelopes that did not fit.
    left: u64,
}

impl Device {
    /// Writes what is not received into a file for the post's server; into a new one, if `path` is a folder.
    ///
    /// Refused before enrolment: nobody's key is known that the file could be sealed for.
    pub fn export_records(&self, path: &Path) -> Result<ExportReport, DeviceError> {
        let server_key = self.channel_key()?;
        let Request {
            bytes,
            envelopes,
            taken_out,
            left,
        } = self.request()?;
        let file = sealed_file::seal(
            &[bytes],
            &server_key,
            self.id()?,
            self.environment().bytes()?,
        )
        .map_err(|error| failed(&error))?;
        let path = if path.is_dir() {
            path.join(self.file_name()?)
        } else {
            path.to_path_buf()
        };
        write_whole(&path, &file).map_err(|source| DeviceError::File {
            what: "the file for the post",
            source,
        })?;
        let (records, left_out) = self.note_taken_out(&taken_out)?;
        Ok(ExportReport {
            path,
            records,
            left_out,
            envelopes,
            left,
        })
    }

    fn channel_key(&self) -> Result<[u8; 32], DeviceError> {
        Ok(*self.identity()?.server_key.as_bytes())
    }

    /// Notes what is in a file; returns how many unreceived records are in it and how many not.
    fn note_taken_out(&self, taken_out: &TakenOut) -> Result<(u64, LeftOut), DeviceError> {
        let unreceived = self.counts()?.unreceived;
        self.with(|unlocked| {
            unlocked.store.keep(|tx| {
                taken_out.keep(tx)?;
                let left_out = taken_out.left_out(tx)?;
                Ok((unreceived.saturating_sub(left_out.total()), left_out))
            })
        })
    }

    /// Returns the request of an exchange that pushes and reads nothing. What a former identity of this device sealed is
    /// offered in it, as an exchange does.
    fn request(&self) -> Result<Request, DeviceError> {
        let mut log = self.sync_log();
        let plan = Plan {
            wishes: Wishes::NONE,
            ..Plan::default()
        };
        let clock_s = self.environment().now().timestamp();
        let identity = self.identity()?;
        let own = identity.device;
        let mut exchange = DeviceExchange::begin(identity, &mut log, plan, clock_s)
            .map_err(|error| failed(&error))?;
        let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL)
            .map_err(|error| failed(&error))?;
        let (mut bytes, mut envelopes) = (Vec::new(), 0);
        let (mut taken_out, mut last) = (TakenOut::default(), None);
        while let Some(message) = exchange.next_up(&mut log).map_err(|error| failed(&error))? {
            if let Message::Push(push) = &message {
                let named = Some((push.device, push.counter));
                // One that is too large for a push comes in several.
                envelopes += u64::from(last != named);
                last = named;
                taken_out.note(push.device, push.counter);
            }
            bytes.extend(encoder.push(&message).map_err(|error| failed(&error))?);
        }
        bytes.extend(encoder.finish().map_err(|error| failed(&error))?);
        let last_own = log.last_envelope()?.map_or(0, |(counter, _)| counter);
        // None was pushed: all of them were received.
        let own_through = taken_out.through(own).unwrap_or(last_own);
        taken_out.note(own, own_through);
        let not_offered = self.not_offered(own, last.filter(|(device, _)| *device != own))?;
        Ok(Request {
            bytes,
            envelopes,
            taken_out,
            left: last_own.saturating_sub(own_through) + not_offered,
        })
    }

    /// Returns how many envelopes of others are to be offered after the last one that was.
    fn not_offered(
        &self,
        own: DeviceId,
        after: Option<(DeviceId, u64)>,
    ) -> Result<u64, DeviceError> {
        self.with(|unlocked| {
            let left = envelope::to_offer(unlocked.store.read(), own, after, usize::MAX)?;
            Ok(left.len() as u64)
        })
    }

    /// Named by post and moment; a file name tells nothing about people.
    fn file_name(&self) -> Result<String, DeviceError> {
        let post = self.with(|unlocked| Ok(unlocked.post_id()?))?;
        let moment = self.environment().now().format("%Y%m%d-%H%M%S");
        Ok(format!("registros-{post}-{moment}.bitacora"))
    }
}

fn failed(error: &dyn std::error::Error) -> DeviceError {
    DeviceError::Server {
        code: ErrorCode::Internal,
        message: error.to_string(),
    }
}

/// Writes the file beside its place and moves it there, so that nobody carries half a file away.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let written = write_synced(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = private_file()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
