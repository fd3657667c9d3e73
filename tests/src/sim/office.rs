//! What all of a simulated world share: the organisation, the scope, keys.

use bitacora_core::id::{OrganisationId, ScopeId};
use uuid::Uuid;

/// The one organisation.
pub(super) fn organisation() -> OrganisationId {
    OrganisationId::new(Uuid::from_u128(0x0b17_ac0a))
}

/// The one audience.
pub(super) fn scope() -> ScopeId {
    "PA-BCH/operational".parse().unwrap()
}
