//! The one list of codes by which a window or a program acts on a failure.

/// Hands every code, with what it means and its word at the edges, to a macro. A crate that needs a
/// type of its own for them, as the contract of a window does, makes it from this list.
#[macro_export]
macro_rules! every_error_code {
    ($then:ident) => {
        $then! {
            /// Nobody is unlocked.
            Locked = "locked",
            /// The PIN does not open this person's slot.
            WrongPin = "wrong_pin",
            /// No attempt before the waiting time is over.
            TooManyTries = "too_many_tries",
            /// The PIN is too short or too simple.
            PinTooWeak = "pin_too_weak",
            /// Another window or program has the vault open.
            AlreadyOpen = "already_open",
            /// Written by a newer build.
            VaultNewer = "vault_newer",
            /// Written by a build that is too old for this one.
            VaultTooOld = "vault_too_old",
            /// A file of the vault cannot be read.
            VaultDamaged = "vault_damaged",
            /// Something else lies where the vault should be.
            NotAVault = "not_a_vault",
            /// No room left on the disk.
            DiskFull = "disk_full",
            /// The disk can only be read.
            ReadOnly = "read_only",
            /// The newest saves are missing from the database.
            TailMissing = "tail_missing",
            /// The commit failed; nothing was saved.
            NotSaved = "not_saved",
            /// No such record, draft or person.
            NotFound = "not_found",
            /// A value is not usable.
            Invalid = "invalid",
            /// This role or person may not do it.
            NotAllowed = "not_allowed",
            /// The record has moved on in a way that asks for another look.
            StaleVersion = "stale_version",
            /// The server cannot be reached.
            NoNetwork = "no_network",
            /// What answers is no sync server.
            ServerUnknown = "server_unknown",
            /// The server's key is not the one that this device trusts.
            ServerKeyChanged = "server_key_changed",
            /// The server answered with a refusal.
            ServerRefused = "server_refused",
            /// This device was revoked.
            Revoked = "revoked",
            /// The code is not right.
            CodeWrong = "code_wrong",
            /// The code was used before.
            CodeUsed = "code_used",
            /// The code is too old.
            CodeExpired = "code_expired",
            /// This device belongs to no server yet.
            NotEnrolled = "not_enrolled",
            /// The same thing is already going on.
            Busy = "busy",
            /// A fault of ours.
            Internal = "internal",
        }
    };
}

macro_rules! codes {
    ($($(#[$meaning:meta])* $code:ident = $word:literal,)*) => {
        /// What a window or a program may act on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[$meaning])* $code,)*
        }

        impl ErrorCode {
            /// Returns the word used at the edges.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $word,)*
                }
            }
        }
    };
}

every_error_code!(codes);
