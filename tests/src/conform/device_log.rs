//! What a device's store must do.

mod lost;
mod reading;
mod sealing;

use std::ops::DerefMut;

use bitacora_core::id::{OrganisationId, ScopeId};
use bitacora_core::sync::{DeviceIdentity, DeviceLog, ServerIdentity};
use ed25519_dalek::SigningKey;

use super::written::Writer;

/// A device's store under test: enrolled, and without records.
pub trait Phone {
    /// Returns the store, as an exchange sees it.
    fn log(&mut self) -> impl DerefMut<Target: DeviceLog>;
    /// Saves a new record.
    fn save(&mut self);
    /// Ends the process and opens the store again.
    fn crash(&mut self);
    /// Returns who the device is, and the server whose receipts it takes.
    fn identities(&self) -> (DeviceIdentity, ServerIdentity);
    /// Returns the audience.
    fn scope(&self) -> ScopeId;
}

/// The suite on its way.
struct Suite<'p, P> {
    phone: &'p mut P,
    organisation: OrganisationId,
    scope: ScopeId,
    server: ServerIdentity,
}

const EPOCH: u64 = 7;

/// Runs the whole suite over a new store.
pub fn device_log<P: Phone>(phone: &mut P) {
    let (identity, server) = phone.identities();
    let (organisation, scope) = (identity.organisation, phone.scope());
    let mut suite = Suite {
        phone,
        organisation,
        scope,
        server,
    };
    let mut other = Writer::new(SigningKey::from_bytes(&[77; 32]), organisation);
    suite.knows(&other);
    suite.seals_in_the_order_of_saving(&identity);
    suite.receipts_count_once_and_older_ones_nothing(&identity);
    let pulled = suite.rows_arrive_once_and_bad_ones_stop_nothing(&mut other);
    suite.what_a_fork_took_is_offered_until_a_receipt(&identity, &pulled);
    suite.what_is_displaced_is_sealed_again(&identity, &pulled);
    suite.a_copied_identity_seals_nothing();
}
