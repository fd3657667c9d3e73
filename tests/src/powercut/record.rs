//! Runs a real program with the recorder in front of libc.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::trace::Trace;

const SHIM_SOURCE: &str = include_str!("shim.c");

/// Compiles the recorder into `folder` with the system's C compiler, which SQLCipher needs anyway.
pub fn compile_shim(folder: &Path) -> Result<PathBuf> {
    let source = folder.join("shim.c");
    let library = folder.join("shim.so");
    std::fs::write(&source, SHIM_SOURCE)?;
    let output = Command::new("cc")
        .args(["-O1", "-Wall", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(&source)
        .args(["-ldl", "-lpthread"])
        .output()
        .context("running the C compiler `cc`")?;
    ensure!(
        output.status.success(),
        "the recorder does not compile:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(library)
}

/// Runs the program to its end and returns what it asked of the disk below `folder`.
pub fn record(shim: &Path, program: &mut Command, folder: &Path) -> Result<Trace> {
    let folder = folder.canonicalize()?;
    let log = shim.with_file_name("recording.log");
    drop(std::fs::remove_file(&log));
    let output = program
        .env("LD_PRELOAD", shim)
        .env("POWERCUT_DIR", &folder)
        .env("POWERCUT_LOG", &log)
        .output()
        .context("running the recorded program")?;
    ensure!(
        output.status.success(),
        "the recorded program failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Trace::read(&log, &folder)
}
