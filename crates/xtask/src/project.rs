//! Where things are in this checkout.

use std::path::{Path, PathBuf};

/// Returns the root of the checkout: this crate sits two folders below it.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

/// Returns the folder of the interface.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Returns cargo's target folder, which the environment may have moved.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Returns the path of a program that the debug build makes.
pub(crate) fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// Returns the folder of what `run` keeps between two runs: the server's data, the devices' vaults.
pub(crate) fn state() -> PathBuf {
    root().join("state")
}
