//! Files for people, in the app's own folder unless a path is named.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use bitacora_report::period::Period;
use chrono::Utc;

use crate::shell::{Answer, Shell};
use crate::today;
use crate::view::convert::number;
use crate::view::error::{BackendError, ErrorCode};
use crate::view::sync::{Exported, Written};

/// Writes what the post has not received into an encrypted file that its server accepts.
pub(crate) fn records(shell: &Shell, path: Option<String>) -> Answer<Exported> {
    let path = path.map_or_else(|| folder(shell), |path| Ok(path.into()))?;
    let report = shell.device()?.export_records(&path)?;
    Ok(Exported {
        path: report.path.display().to_string(),
        records: number(report.records),
        former: number(report.left_out.former),
        unsealed: number(report.left_out.unsealed),
        full: number(report.left_out.full),
    })
}

/// Writes the table of some days beside the vault. Post and days are its name: no person is.
pub(crate) fn table(shell: &Shell, period: Period, only_reviewed: bool) -> Answer<Written> {
    let device = shell.device()?;
    let text = today::csv(&device, period, only_reviewed)?;
    let post = device.status()?.post.post_id;
    let which = if only_reviewed { "-reviewed" } else { "" };
    // A table stands as it was read: a later one has a name of its own.
    let as_of = Utc::now().format("%Y%m%dT%H%M%SZ");
    let path = folder(shell)?.join(format!("{post}-{period}{which}-{as_of}.csv"));
    let written = whole(&path, text.as_bytes());
    written.map_err(|error| not_written(&error))?;
    Ok(Written {
        path: path.display().to_string(),
    })
}

/// Writes a new file that its owner only can read; half of one is not left behind.
fn whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        fs::remove_file(path).ok();
    }
    written
}

/// Returns the folder, made if it is not there.
pub(crate) fn folder(shell: &Shell) -> Answer<PathBuf> {
    let folder = shell.files().join("files");
    fs::create_dir_all(&folder).map_err(|error| not_written(&error))?;
    Ok(folder)
}

fn not_written(error: &std::io::Error) -> BackendError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        _ => ErrorCode::NotSaved,
    };
    BackendError::new(code, format!("the file was not written: {error}"))
}
