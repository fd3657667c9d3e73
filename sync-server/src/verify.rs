//! `verify`: reads everything again and says what does not fit. Alters nothing.

mod document;
mod envelope;
mod log;

use std::collections::BTreeMap;

use bitacora_core::envelope::PublicKey;
use bitacora_core::id::DeviceId;
use serde::Serialize;

use crate::server::Server;
use crate::store::table::device;
use crate::store::{StoreError, session};

/// Findings beyond this number are counted only: a destroyed file must not fill the memory.
const FINDINGS_MAX: usize = 1000;

/// What a verification saw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct VerifyReport {
    /// Rows of all logs.
    pub rows: u64,
    /// Envelopes.
    pub envelopes: u64,
    /// Documents.
    pub documents: u64,
    /// How many things do not fit.
    pub findings_total: u64,
    /// What does not fit, by id; without content.
    pub findings: Vec<String>,
}

impl VerifyReport {
    /// Returns whether all fits.
    pub fn is_sound(&self) -> bool {
        self.findings_total == 0
    }

    fn find(&mut self, finding: String) {
        self.findings_total = self.findings_total.saturating_add(1);
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }
}

impl Server {
    /// Checks chains, hashes, envelopes, receipts, snapshots and rows.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut report = VerifyReport::default();
        self.store().read(|connection| {
            let check = session::integrity(connection)?;
            if check != "ok" {
                report.find(format!("database: {check}"));
            }
            let keys: BTreeMap<DeviceId, PublicKey> = device::all(connection)?
                .into_iter()
                .map(|device| (device.id, PublicKey::new(device.public_key)))
                .collect();
            log::check(connection, self.meta().organisation, &mut report)?;
            envelope::check(connection, self, &keys, &mut report)?;
            document::check(connection, &mut report)
        })?;
        Ok(report)
    }
}
