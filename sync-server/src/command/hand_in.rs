//! `hand-in`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use bitacora_core::enrol::team::FILE_BYTES_MAX;

use super::output::Output;
use crate::server::Server;

/// Arguments of `hand-in`.
#[derive(Debug, clap::Args)]
pub(super) struct HandIn {
    /// The file, as the device wrote it
    file: PathBuf,
}

impl HandIn {
    pub(super) fn run(&self, server: &Server, output: &Output) -> anyhow::Result<bool> {
        let named = || format!("file {}", self.file.display());
        let size_bytes = fs::metadata(&self.file).with_context(named)?.len();
        if size_bytes > FILE_BYTES_MAX as u64 {
            bail!(
                "{} is larger than {FILE_BYTES_MAX} bytes",
                self.file.display()
            );
        }
        let handed_in = server
            .take_file(&fs::read(&self.file).with_context(named)?)
            .with_context(named)?;
        output.answer(&handed_in, || {
            let stopped = handed_in
                .stopped
                .as_deref()
                .map(|why| format!("\nThe rest was not read: {why}"));
            format!(
                "From device {}: {} received, {} waiting, {} refused{}",
                handed_in.device,
                handed_in.received,
                handed_in.waiting,
                handed_in.refused,
                stopped.unwrap_or_default()
            )
        })?;
        Ok(handed_in.stopped.is_none() && handed_in.refused == 0)
    }
}
