//! What is allowed, as data. A longer list here is a decision: say why in the commit.

/// A room, the rooms that it may name, and why it is one.
pub struct Room {
    pub package: &'static str,
    pub may_name: &'static [&'static str],
}

/// The arrows between the rooms. Build and test dependencies count like any other.
pub const ROOMS: [Room; 8] = [
    Room {
        package: "bitacora-core",
        may_name: &[],
    },
    Room {
        package: "bitacora-device",
        may_name: &["bitacora-core"],
    },
    Room {
        package: "bitacora-report",
        may_name: &["bitacora-core"],
    },
    Room {
        package: "bitacora-cli",
        may_name: &["bitacora-core", "bitacora-device", "bitacora-report"],
    },
    Room {
        package: "bitacora-app",
        may_name: &["bitacora-core", "bitacora-device", "bitacora-report"],
    },
    Room {
        package: "bitacora-server",
        may_name: &["bitacora-core"],
    },
    Room {
        package: "bitacora-tests",
        may_name: &[
            "bitacora-core",
            "bitacora-device",
            "bitacora-report",
            "bitacora-server",
        ],
    },
    Room {
        package: "xtask",
        may_name: &[],
    },
];

/// A room that must not contain something, not even through another package.
pub struct Wall {
    pub package: &'static str,
    pub never: &'static [&'static str],
    pub why: &'static str,
}

pub const WALLS: [Wall; 5] = [
    Wall {
        package: "bitacora-core",
        never: &[
            "rusqlite",
            "libsqlite3-sys",
            "tokio",
            "axum",
            "hyper",
            "reqwest",
            "rustls",
            "tauri",
        ],
        why: "core is pure: no database, network or window",
    },
    Wall {
        package: "bitacora-report",
        never: &[
            "rusqlite",
            "libsqlite3-sys",
            "tokio",
            "axum",
            "hyper",
            "reqwest",
            "rustls",
            "tauri",
        ],
        why: "tables are made from encounters that somebody else read",
    },
    Wall {
        package: "bitacora-device",
        never: &["tauri", "axum", "clap"],
        why: "a device works without a window, and serves nobody",
    },
    Wall {
        package: "bitacora-cli",
        never: &["tauri", "axum"],
        why: "a command line has no window",
    },
    Wall {
        package: "bitacora-server",
        never: &["tauri"],
        why: "a server has no window",
    },
];

/// What `core` must not name by itself: time, chance and places are passed in. (Automerge brings
/// its own source of randomness, which is never asked: actors are always given.)
pub const CORE_NEVER_NAMES: [&str; 4] = ["rand", "getrandom", "tempfile", "tracing"];

/// The only packages that may know Automerge.
pub const NAME_AUTOMERGE: [&str; 1] = ["bitacora-core"];

/// Licences under which a dependency may come. An expression needs one of its alternatives whole.
pub const LICENCES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Licences allowed for one package, with the reason.
pub const LICENCE_EXCEPTIONS: [(&str, &str, &str); 1] = [(
    "webpki-root-certs",
    "CDLA-Permissive-2.0",
    "a list of certificates, permissive; compiled by a dependency for platforms we do not build for",
)];

/// Where SQL may stand: what the files below these are for is the store.
pub const SQL_PLACES: [&str; 4] = ["/store", "/vault", "/migrations", "/table"];

/// Beginnings of SQL statements, as they stand in our sources.
pub const SQL_WORDS: [&str; 8] = [
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "DELETE FROM ",
    "UPDATE ",
    "CREATE TABLE ",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
];

/// Where the crate `automerge` may be named.
pub const AUTOMERGE_PLACES: [&str; 4] = [
    "crates/core/src/content",
    "crates/core/src/document",
    "crates/core/src/encounter",
    "crates/core/src/patrol",
];
