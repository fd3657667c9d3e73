//! What people do with records at review, and in one act with many.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A record is voided.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct VoidRequest {
    /// Which.
    pub encounter_id: String,
    /// The version that the person saw.
    pub version: String,
    /// Code list `void_reason`.
    pub reason: String,
}

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewEvent {
    /// Handed in.
    Submitted,
    /// Approved as it is.
    Approved,
    /// Given back with a reason.
    Returned,
    /// Marked for a look, with a reason.
    Flagged,
    /// Taken up again.
    Reopened,
}

/// A record is reviewed.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ReviewRequest {
    /// Which.
    pub encounter_id: String,
    /// The version that the person saw.
    pub version: String,
    /// What is said.
    pub event: ReviewEvent,
    /// Why.
    pub reason: Option<String>,
}

/// Two records that look like one group.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct PairRequest {
    /// The earlier.
    pub first: String,
    /// The later.
    pub second: String,
}

/// Records whose time was corrected in one act.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Repaired {
    /// How many.
    pub repaired: u32,
}

/// Records whose corrected time was taken back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Restored {
    /// How many.
    pub restored: u32,
}
