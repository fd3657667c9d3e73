//! A device whose clock is wrong.
//!
//! The app asks the system for the time and cannot be told another: a door for tests in it would be a door for others.
//! So the system answers wrongly, as it does on a phone whose battery was out: Debian's libfaketime stands between the
//! app (and WebKit's processes, which inherit it) and the C library.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// Returns the surroundings of a process whose wall clock begins at a local time; its steady clock stays the system's.
pub(super) fn wrong(time: &str) -> Result<[(&'static str, String); 3]> {
    let library = library().context(
        "libfaketime is not installed (cargo xtask test installs it as a system package)",
    )?;
    Ok([
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME", format!("@{time}")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ])
}

/// Returns the library for programs with threads, wherever this machine's architecture keeps it.
fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    folders
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.is_file())
}
