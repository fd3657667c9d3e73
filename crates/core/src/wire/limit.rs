//! Every limit of the protocol, in one place. Both ends check them before they allocate.

/// The protocol version this build speaks.
pub const VERSION: u8 = 1;
/// The oldest protocol version this build still speaks.
pub const VERSION_MIN: u8 = 1;

/// Bytes of one Automerge change, uncompressed.
pub const CHANGE_BYTES_MAX: usize = 256 * 1024;
/// Changes that one change may build on.
pub const DEPS_MAX: usize = 64;
/// Changes of one document, and their bytes in all. A whole document with its envelopes must fit into one message
/// down; and every further change of it is tried on a copy.
pub const DOCUMENT_CHANGES_MAX: u64 = 1_500;
/// See [`DOCUMENT_CHANGES_MAX`].
pub const DOCUMENT_RAW_BYTES_MAX: u64 = 512 * 1024;
/// Leaves of one envelope.
pub const ENVELOPE_LEAVES_MAX: usize = 64;
/// Raw bytes of change that the sealing planner puts into one envelope; a single larger change goes alone.
pub const ENVELOPE_RAW_BYTES: usize = 24 * 1024;
/// Raw bytes of change that a server takes of one envelope in all, and that go in one push: as much as one change may
/// have. Whoever reads it holds it whole, and hands it in again after a restore.
pub const ENVELOPE_BYTES_MAX: usize = CHANGE_BYTES_MAX;
/// Raw bytes of change in one pull message, unless a single document's entrance is larger.
pub const PULL_RAW_BYTES: usize = 24 * 1024;
/// Rows of one pull message.
pub const PULL_ROWS_MAX: usize = 512;
/// Scopes in one exchange.
pub const SCOPES_MAX: usize = 16;
/// Checkpoints that a device keeps per scope and offers after a fork.
pub const CHECKPOINTS_MAX: usize = 64;
/// Receipts that a device asks to be renewed in one exchange.
pub const WAITING_RECEIPTS_MAX: usize = 256;
/// Persons that a device introduces in one exchange.
pub const PERSONS_MAX: usize = 32;
/// Envelopes that an exchange refuses whole, for organisation, device, signature or as a clone's, with a receipt each.
/// Further ones are passed over until the next exchange: each receipt is signed, and held until the answer.
pub const REFUSED_ENVELOPES_MAX: usize = 64;
/// Bytes of a person's or a device's name, in UTF-8.
pub const NAME_BYTES_MAX: usize = 120;
/// Bytes of the text that goes with a refusal.
pub const REASON_BYTES_MAX: usize = 400;
/// Missing changes that a *waiting* verdict names.
pub const MISSING_MAX: usize = 8;
/// Changes of one device that the server keeps waiting for their ancestors.
pub const WAITING_CHANGES_MAX: usize = 1_000;
/// Changes of one device that the server keeps aside with their bytes. Of further ones that it refuses it keeps the
/// name and the reason: their device has them.
pub const QUARANTINE_CHANGES_MAX: u64 = 1_000;
/// Bytes in all of what the server keeps aside of one device; see [`QUARANTINE_CHANGES_MAX`].
pub const QUARANTINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Largest message upward: one change alone in its envelope, and room for the header.
pub const UP_MESSAGE_BYTES_MAX: usize = CHANGE_BYTES_MAX + 64 * 1024;
/// Largest message downward: a whole document that enters.
pub const DOWN_MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of all messages upward in one exchange, decompressed.
pub const UP_TOTAL_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Bytes of all messages downward in one exchange, decompressed.
pub const DOWN_TOTAL_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Messages in one direction of one exchange.
pub const MESSAGES_MAX: u32 = 65_536;
/// Compressed bytes that a decoder holds unread: drain it after each feed.
pub const FEED_BYTES_MAX: usize = 1024 * 1024;

/// The compression window, as a power of two: half a mebibyte at both ends.
pub const WINDOW_LOG: u32 = 19;
/// The largest window that a decoder accepts, as a power of two.
pub const WINDOW_LOG_MAX: u32 = 20;
/// The usual compression level: batches are small, links are slow.
pub const COMPRESSION_LEVEL: i32 = 19;

/// Pushed raw bytes above which a broken exchange is followed by a header-only request first.
pub const RESUME_RAW_BYTES: usize = 4 * 1024;
/// Raw bytes of change that a device pushes in one exchange; more follows in the next.
pub const EXCHANGE_RAW_BYTES: usize = 8 * 1024 * 1024;
/// Exchanges that follow each other at once before a device gives up until later.
pub const ROUNDS_MAX: usize = 8;
