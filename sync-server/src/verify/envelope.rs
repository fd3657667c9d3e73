//! Every envelope: signature, leaves, predecessor, and its receipt.

use std::collections::BTreeMap;

use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{DeviceId, EnvelopeHash};
use rusqlite::Connection;

use super::VerifyReport;
use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::{envelope, receipt};

pub(super) fn check(
    connection: &Connection,
    server: &Server,
    keys: &BTreeMap<DeviceId, PublicKey>,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let server_key = PublicKey::new(server.public_key());
    let mut before: Option<(DeviceId, u64, EnvelopeHash)> = None;
    envelope::walk(connection, |envelope| {
        report.envelopes = report.envelopes.saturating_add(1);
        let statement = &envelope.seal.statement;
        let (device, counter, hash) = (statement.device, statement.counter, statement.hash());
        let at = format!("envelope {counter} of device {device}");
        let leaves: Vec<_> = envelope.leaves.iter().map(|leaf| leaf.hash).collect();
        match keys.get(&device) {
            None => report.find(format!("{at}: its device is not known")),
            Some(key) if envelope.seal.verify(&leaves, key).is_err() => {
                report.find(format!("{at}: its signature does not fit its content"));
            }
            Some(_) => {}
        }
        let follows = |(other, number, hash): &(DeviceId, u64, EnvelopeHash)| {
            *other != device
                || number.saturating_add(1) != counter
                || statement.previous == Some(*hash)
        };
        if !before.as_ref().is_none_or(follows) {
            report.find(format!("{at}: it does not follow the one before"));
        }
        before = Some((device, counter, hash));
        let receipt = receipt::newest(connection, device, counter)?;
        let receipted = receipt.is_some_and(|receipt| {
            receipt.verify(server.id(), &server_key).is_ok() && receipt.finding.envelope == hash
        });
        if !receipted {
            report.find(format!("{at}: it has no good receipt"));
        }
        Ok(())
    })
}
