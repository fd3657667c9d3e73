//! *Sacar mis registros*: what the post has not received, as a file that only its server can open.
//!
//! The file holds the very request that would go over the link; the server admits it by the same code.
//! Its receipts come back with the next contact; handing the same file in twice changes nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bitacora_core::sealed_file;
use bitacora_core::sync::{DeviceExchange, Plan};
use bitacora_core::wire::{Direction, Encoder, Message, Wishes, limit};

use crate::device::Device;
use crate::error::{DeviceError, ErrorCode};
use crate::vault::private_file;

/// What went into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Where it is.
    pub path: PathBuf,
    /// Records with something that the post has not received.
    pub records: u64,
    /// Sealed envelopes in the file.
    pub envelopes: u64,
    /// Envelopes that did not fit any more; they go with the next file or contact.
    pub left: u64,
}

impl Device {
    /// Writes what is not received into a file for the post's server; into a new one, if `path` is a folder.
    ///
    /// Refused before enrolment: nobody's key is known that the file could be sealed for.
    pub fn export_records(&self, path: &Path) -> Result<ExportReport, DeviceError> {
        let server_key = self.channel_key()?;
        let (request, envelopes, left) = self.request()?;
        let file = sealed_file::seal(
            &[request],
            &server_key,
            self.id()?,
            self.environment().bytes()?,
        )
        .map_err(|error| DeviceError::Server {
            code: ErrorCode::Internal,
            message: error.to_string(),
        })?;
        let path = if path.is_dir() {
            path.join(self.file_name()?)
        } else {
            path.to_path_buf()
        };
        write_whole(&path, &file).map_err(|source| DeviceError::File {
            what: "the file for the post",
            source,
        })?;
        Ok(ExportReport {
            path,
            records: self.counts()?.unreceived,
            envelopes,
            left,
        })
    }

    fn channel_key(&self) -> Result<[u8; 32], DeviceError> {
        Ok(*self.identity()?.server_key.as_bytes())
    }

    /// Returns the request of an exchange that pushes and reads nothing.
    fn request(&self) -> Result<(Vec<u8>, u64, u64), DeviceError> {
        let mut log = self.sync_log();
        let plan = Plan {
            push: true,
            offer: false,
            wishes: Wishes::NONE,
            ..Plan::header_only()
        };
        let clock_s = self.environment().now().timestamp();
        let failed = |error: &dyn std::error::Error| DeviceError::Server {
            code: ErrorCode::Internal,
            message: error.to_string(),
        };
        let mut exchange = DeviceExchange::begin(self.identity()?, &mut log, plan, clock_s)
            .map_err(|error| failed(&error))?;
        let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL)
            .map_err(|error| failed(&error))?;
        let (mut request, mut envelopes, mut pushed_through) = (Vec::new(), 0, 0);
        while let Some(message) = exchange.next_up(&mut log).map_err(|error| failed(&error))? {
            if let Message::Push(push) = &message {
                envelopes += 1;
                pushed_through = push.counter;
            }
            request.extend(encoder.push(&message).map_err(|error| failed(&error))?);
        }
        request.extend(encoder.finish().map_err(|error| failed(&error))?);
        let last = bitacora_core::sync::DeviceLog::last_envelope(&mut log)?
            .map_or(0, |(counter, _)| counter);
        let left = if envelopes == 0 {
            0
        } else {
            last.saturating_sub(pushed_through)
        };
        Ok((request, envelopes, left))
    }

    /// Named by post and moment; a file name tells nothing about people.
    fn file_name(&self) -> Result<String, DeviceError> {
        let post = self.with(|unlocked| Ok(unlocked.post_id()?))?;
        let moment = self.environment().now().format("%Y%m%d-%H%M%S");
        Ok(format!("registros-{post}-{moment}.bitacora"))
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
