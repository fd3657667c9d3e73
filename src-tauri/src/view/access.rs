//! Where the app stands, and who may come in.

use bitacora_core::enrol;
use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::convert::number;
use super::error::BackendError;
use super::lists::CodeItem;
use super::settings::Vocabulary;
use super::sync::SyncState;

/// What a person may do, as the server's tables say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Records and corrects.
    PatrolMember,
    /// Also decides between two values of the patrol.
    PatrolLeader,
    /// Also sees the medical compartment.
    Medic,
    /// Also sees the protected compartment.
    ProtectionFocal,
    /// Reviews, reports, enrols and revokes.
    PostCommander,
}

/// One person of this device, before anybody is unlocked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PersonTile {
    /// Who.
    pub person_id: String,
    /// Initials or number while nobody is in; the name or rank once somebody is.
    pub name: String,
    /// PIN attempts that are left.
    pub attempts_left: u32,
    /// Seconds until the next attempt is taken; 0 for now.
    pub wait_seconds: u32,
}

/// The person who is unlocked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Me {
    /// Who.
    pub person_id: String,
    /// The name or rank.
    pub name: String,
    /// The role.
    pub role: Role,
}

/// Which of the four situations the app is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no vault yet.
    FirstStart,
    /// There is one, and nobody is in it.
    Locked,
    /// A person is unlocked.
    Open,
    /// The vault cannot be opened; `problem` says why.
    Broken,
}

/// The patrol that is out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OpenPatrol {
    /// Which.
    pub patrol_id: String,
    /// Its short code.
    pub code: String,
    /// Trail of the post.
    pub trail: Option<String>,
    /// Code list `setting`.
    pub setting: Option<String>,
    /// Code list `direction`.
    pub direction: Option<String>,
    /// When it left.
    pub departed_at: String,
    /// Who is on it.
    pub people: Vec<String>,
    /// Encounters recorded so far.
    pub encounters: u32,
}

/// The post that this device records for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Post {
    /// Its code, such as `BCH`.
    pub post_id: String,
    /// Its name.
    pub name: String,
    /// IANA time zone.
    pub tz: String,
    /// Which country's words it uses; nothing before the first contact.
    pub vocabulary: Option<Vocabulary>,
    /// The trails that it offers; nothing before the first contact.
    pub trails: Vec<CodeItem>,
}

/// Whether the clock can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct ClockState {
    /// Records whose time came from a clock that nobody could check.
    pub doubtful: u32,
    /// Seconds by which the device was off at the last contact.
    pub offset_seconds: Option<i32>,
    /// Records whose time one act would repair.
    pub repairable: u32,
    /// Records that the last repair which stands has repaired; it can be undone as a whole.
    pub repaired: u32,
    /// Whether that repair was read and is to stand.
    pub is_repair_seen: bool,
}

/// Where the app stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AppStatus {
    /// Which situation.
    pub phase: Phase,
    /// Why the phase is `broken`, or a warning such as `tail_missing`.
    pub problem: Option<BackendError>,
    /// For the unlock screen.
    pub people: Vec<PersonTile>,
    /// Times that something was saved on this device, corrections and choices too; also told while it is locked.
    pub saved_total: u32,
    /// Who is unlocked.
    pub me: Option<Me>,
    /// The post.
    pub post: Option<Post>,
    /// Whether a server knows this device.
    pub enrolled: bool,
    /// Address of that server.
    pub server: Option<String>,
    /// Six digits that nobody has compared yet: nothing goes to the server before.
    pub digits: Option<String>,
    /// Another device has this one's identity: nothing more is handed over until this one joins again.
    pub is_copied: bool,
    /// The text of a QR that the app was opened with.
    pub invitation: Option<String>,
    /// Records with something that the post has not received yet.
    pub unreceived: u32,
    /// Undone saves and patrols of which the post does not know all yet.
    pub others_unreceived: u32,
    /// Of both, what a post lacks which this device has left: no other is told of it.
    pub former_unreceived: u32,
    /// Records that the server did not accept.
    pub refused: u32,
    /// Last contact with the server.
    pub last_contact_at: Option<String>,
    /// How the exchange stands.
    pub sync: SyncState,
    /// The patrol that is out.
    pub patrol: Option<OpenPatrol>,
    /// Minutes without a touch until the device locks itself.
    pub lock_minutes: u32,
    /// Whether the clock can be believed.
    pub clock: ClockState,
    /// Whether the practice record was made.
    pub practice_done: bool,
}

/// First start: the first person of this device.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct StartRequest {
    /// The name or rank.
    pub name: String,
    /// The PIN or passphrase.
    pub pin: String,
    /// The post to record for until enrolment says another.
    pub post_id: Option<String>,
}

/// A person and a PIN to open the vault with.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct UnlockRequest {
    /// Who.
    pub person_id: String,
    /// The PIN or passphrase.
    pub pin: String,
}

/// A further person of this device.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct PersonRequest {
    /// The name or rank.
    pub name: String,
    /// The PIN or passphrase.
    pub pin: String,
}

/// The code that sets a new PIN when the old one is forgotten. Shown once.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct RecoveryCode {
    /// To be written down.
    pub recovery_code: String,
}

/// A new PIN by recovery code.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ResetByCodeRequest {
    /// Whose.
    pub person_id: String,
    /// The code that was written down.
    pub recovery_code: String,
    /// The PIN from now on.
    pub new_pin: String,
}

/// A new PIN by another person of the device, who is unlocked.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ResetByPersonRequest {
    /// Whose.
    pub person_id: String,
    /// The PIN from now on.
    pub new_pin: String,
}

/// A new PIN by the person.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ChangePinRequest {
    /// The PIN until now.
    pub pin: String,
    /// The PIN from now on.
    pub new_pin: String,
}

/// Enrolment: a typed code with the server's address, or what a QR says.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct EnrolRequest {
    /// Address, if typed.
    pub server: Option<String>,
    /// Eight characters, if typed.
    pub code: Option<String>,
    /// The text of the QR, if scanned.
    pub qr: Option<String>,
}

/// What both screens show after an enrolment.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct Enrolled {
    /// Six digits to compare.
    pub digits: String,
    /// Name of the post.
    pub post: String,
    /// Name of the server.
    pub server_name: String,
}

impl From<enrol::Role> for Role {
    fn from(role: enrol::Role) -> Self {
        match role {
            enrol::Role::PatrolLeader => Self::PatrolLeader,
            enrol::Role::Medic => Self::Medic,
            enrol::Role::ProtectionFocal => Self::ProtectionFocal,
            enrol::Role::PostCommander => Self::PostCommander,
            // The least of them, and what a role of a newer build is shown as.
            _ => Self::PatrolMember,
        }
    }
}

impl From<Role> for enrol::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::PatrolMember => Self::PatrolMember,
            Role::PatrolLeader => Self::PatrolLeader,
            Role::Medic => Self::Medic,
            Role::ProtectionFocal => Self::ProtectionFocal,
            Role::PostCommander => Self::PostCommander,
        }
    }
}

impl From<&device::PersonTile> for PersonTile {
    fn from(tile: &device::PersonTile) -> Self {
        Self {
            person_id: tile.person_id.to_string(),
            name: tile.sign.clone(),
            attempts_left: tile.attempts_left,
            wait_seconds: number(tile.wait_seconds),
        }
    }
}
