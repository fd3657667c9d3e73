//! Files of sealed records, handed in for the device that wrote them.

use std::sync::Arc;

use bitacora_core::enrol::team::HandedIn;
use bitacora_core::receipt::Verdict;
use bitacora_core::sealed_file::{self, SealedFileError};
use bitacora_core::sync::ServerExchange;
use bitacora_core::wire::Message;
use thiserror::Error;

use crate::exchange::{ExchangeLog, take_whole};
use crate::server::Server;
use crate::store::StoreError;

/// Why a file was not read.
#[derive(Debug, Error)]
pub enum HandInError {
    /// It does not open with this server's key.
    #[error(transparent)]
    File(#[from] SealedFileError),
    /// The store failed. What was taken before stays.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Opens a file and admits what is in it, as if the author's device had sent it.
    ///
    /// Handing the same file in twice changes nothing. Of the answer only receipts are made: rows are for
    /// the author's device alone.
    pub fn take_file(&self, file: &[u8]) -> Result<HandedIn, HandInError> {
        let opened = sealed_file::open(file, self.key())?;
        let mut handed_in = HandedIn {
            device: opened.device,
            received: 0,
            waiting: 0,
            refused: 0,
            stopped: None,
        };
        for section in &opened.sections {
            self.take_section(section, &mut handed_in)?;
        }
        tracing::info!(
            device.id = %opened.device,
            received = handed_in.received,
            refused = handed_in.refused,
            "A file was handed in"
        );
        Ok(handed_in)
    }

    fn take_section(&self, section: &[u8], handed_in: &mut HandedIn) -> Result<(), StoreError> {
        let now = self.now();
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let mut exchange =
            ServerExchange::carried(Arc::new(self.identity()), handed_in.device, now_ms);
        let mut log = ExchangeLog::carried(self, now);
        take_whole(&mut exchange, &mut log, section)?;
        while let Some(message) = exchange.next_down(&mut log)? {
            match message {
                Message::Receipt(receipt) => receipt
                    .finding
                    .verdicts
                    .iter()
                    .for_each(|verdict| handed_in.count(verdict)),
                Message::Refusal(refusal) => handed_in.stopped = Some(refusal.text),
                Message::Pull(_) => break,
                _ => {}
            }
        }
        Ok(())
    }
}

trait Count {
    fn count(&mut self, verdict: &Verdict);
}

impl Count for HandedIn {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Stored { .. } | Verdict::Known { .. } => {
                self.received = self.received.saturating_add(1)
            }
            Verdict::Waiting { .. } => self.waiting = self.waiting.saturating_add(1),
            Verdict::BlockedBy { .. } | Verdict::Refused { .. } => {
                self.refused = self.refused.saturating_add(1)
            }
            Verdict::Withheld => {}
        }
    }
}
