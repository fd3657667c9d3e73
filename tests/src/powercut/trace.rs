//! What a program asked of the disk, in order.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// One recorded request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Bytes written at an offset; an empty write is the creation of the file.
    Write {
        /// Relative to the recorded folder.
        path: PathBuf,
        /// Bytes from the start.
        offset: u64,
        /// What was written.
        data: Vec<u8>,
    },
    /// The file was cut or grown to a size.
    Truncate {
        /// Relative to the recorded folder.
        path: PathBuf,
        /// New size in bytes.
        size: u64,
    },
    /// The file was synced.
    Sync {
        /// Relative to the recorded folder.
        path: PathBuf,
    },
    /// The folder, that is the names in it, was synced.
    SyncFolder {
        /// Relative to the recorded folder; empty for the folder itself.
        path: PathBuf,
    },
    /// A folder was made.
    MakeFolder {
        /// Relative to the recorded folder.
        path: PathBuf,
    },
    /// The file was removed.
    Unlink {
        /// Relative to the recorded folder.
        path: PathBuf,
    },
    /// The file got another name.
    Rename {
        /// Old name.
        from: PathBuf,
        /// New name.
        to: PathBuf,
    },
    /// The program promised something to a person.
    Acknowledge(String),
}

/// A whole recording.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// In the order in which they were asked.
    pub operations: Vec<Operation>,
}

impl Trace {
    /// Reads the recorder's log. Paths become relative to `folder`.
    pub fn read(log: &Path, folder: &Path) -> Result<Self> {
        let bytes = std::fs::read(log)
            .with_context(|| format!("reading the recording {}", log.display()))?;
        let mut rest = bytes.as_slice();
        let mut operations = Vec::new();
        while !rest.is_empty() {
            operations.push(operation(&mut rest, folder)?);
        }
        Ok(Self { operations })
    }

    /// Returns the recording of a program that syncs nothing any more once it has promised so much, as SQLite with
    /// `synchronous=OFF`. What stood before is on the disk: an image of which nothing is left shows no lost save.
    pub fn without_syncs_after(&self, promises: usize) -> Self {
        let mut promised = 0;
        let kept = self.operations.iter().filter(|operation| match operation {
            Operation::Sync { .. } | Operation::SyncFolder { .. } => promised < promises,
            Operation::Acknowledge(_) => {
                promised += 1;
                true
            }
            _ => true,
        });
        Self {
            operations: kept.cloned().collect(),
        }
    }

    /// Returns what had been promised before the operation with this index.
    pub fn acknowledged_before(&self, cut: usize) -> Vec<&str> {
        let promises = self.operations.iter().take(cut);
        promises
            .filter_map(|operation| match operation {
                Operation::Acknowledge(what) => Some(what.as_str()),
                _ => None,
            })
            .collect()
    }
}

fn operation(rest: &mut &[u8], folder: &Path) -> Result<Operation> {
    let op = take(rest, 1)?.first().copied().unwrap_or_default();
    let path_length = u16::from_le_bytes(take(rest, 2)?.try_into()?);
    let raw = String::from_utf8(take(rest, usize::from(path_length))?.to_vec())?;
    let offset = u64::from_le_bytes(take(rest, 8)?.try_into()?);
    let length = u32::from_le_bytes(take(rest, 4)?.try_into()?);
    let data = take(rest, usize::try_from(length)?)?.to_vec();
    let path = relative(&raw, folder);
    Ok(match op {
        b'W' => Operation::Write { path, offset, data },
        b'T' => Operation::Truncate { path, size: offset },
        b'S' => Operation::Sync { path },
        b'D' => Operation::SyncFolder { path },
        b'M' => Operation::MakeFolder { path },
        b'U' => Operation::Unlink { path },
        b'R' => Operation::Rename {
            from: path,
            to: relative(&String::from_utf8(data)?, folder),
        },
        b'A' => Operation::Acknowledge(raw),
        other => bail!("the recording holds an unknown operation {other}"),
    })
}

fn relative(path: &str, folder: &Path) -> PathBuf {
    let path = Path::new(path);
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (head, tail) = rest
        .split_at_checked(length)
        .context("the recording is cut short")?;
    *rest = tail;
    Ok(head)
}
