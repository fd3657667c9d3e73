//! A field device without a window: vault, store, use cases, sync over HTTP.
//!
//! [`Vault`] is the folder as it lies there, locked. [`Vault::create`] and [`Vault::unlock`] give a
//! [`Device`], which does everything else: drafts on every tap, records, corrections at the version
//! seen, lists, reviews, clock repair, export, verify and rebuild. Time and randomness come
//! from an [`Environment`]. Everything is synchronous but the network.
//!
//! It must not know a window, print, or hold a document longer than one action.
//!
//! ```no_run
//! # use bitacora_device::{Environment, NewPerson, Vault};
//! # fn main() -> Result<(), bitacora_device::DeviceError> {
//! let new = NewPerson { name: "Cabo 17".into(), pin: "482913".into(), post: None, tz: None };
//! let (device, recovery_code) = Vault::create("vault".as_ref(), &new, Environment::system())?;
//! let saved = device.record(&serde_json::from_str(r#"{"composition":{"VEN":{"AA+M":3}}}"#).unwrap(), None)?;
//! println!("{}", saved.row.summary.short_code);
//! # Ok(())
//! # }
//! ```

pub mod channel;
pub mod enrol;
pub mod record;

mod absent;
mod clock;
mod contact;
mod device;
mod draft;
mod enrolled;
mod environment;
mod error;
mod log;
mod patrol;
mod post;
mod rebuild;
mod same;
mod store;
mod sync;
mod team;
mod transfer;
mod vault;
mod verify;

pub use absent::Absent;
pub use contact::Contact;
pub use device::{ClockStatus, Device, DeviceStatus, PROVISIONAL_POST};
pub use draft::{Draft, DraftBody, DraftKind};
pub use enrolled::Server;
pub use enrolled::comparison::Comparison;
pub use environment::{
    Clock, Deriving, Environment, KdfCost, NoRandomness, Random, Steady, SystemClock, SystemRandom,
};
pub use error::{CHOICE, DeviceError, ErrorCode};
pub use log::SyncLog;
pub use patrol::{Leaving, OpenPatrol, PatrolDefaults, PatrolLine, PatrolOut};
pub use rebuild::RebuildReport;
pub use record::filter::{Cell, PAGE_ROWS_MAX, RowFilter, RowState};
pub use record::row::{Line, Mark, Page, Place, Row, RowPage};
pub use record::{
    Choice, Conflict, Detail, FieldConflict, Flags, HeldAt, HistoryEvent, HistoryLine, Period,
    ReviewEvent, Rights, Saved, StatedBy,
};
pub use store::StoreError;
pub use store::table::change::{Authorship, Kind, NotAccepted};
pub use store::table::encounter_row::StateCounts;
pub use store::table::post::{Post, PostDetails, Trail};
pub use store::table::tail_gap::TailMissing;
pub use store::table::taken_out::LeftOut;
pub use sync::{Courier, SyncOutcome, SyncProgress};
pub use transfer::export::ExportReport;
pub use vault::{
    ATTEMPTS_MAX, NewPerson, PASSPHRASE_CHARACTERS_MIN, PIN_BYTES_MAX, PIN_DIGITS_MIN, PersonTile,
    Pin, PinProblem, RecoveryCode, VAULT_FORMAT, Vault, VaultError, VaultState,
};
pub use verify::VerifyReport;
