//! The files of a vault: where they are, and how one is replaced so that a power cut leaves the old or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use bitacora_core::id::PersonId;

use super::error::VaultError;
use crate::store::reserve;

/// The most that is read of any small file of the vault, bytes.
const SMALL_FILE_BYTES_MAX: u64 = 16 * 1024;

/// The folder of one vault. Names of files hold pseudonyms only.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    File,
    Folder,
    Link,
    Other,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The vault's own description; written last, so that a half-made vault has none.
    pub(crate) fn description(&self) -> PathBuf {
        self.root.join("vault.json")
    }

    /// Present while a vault is being made.
    pub(crate) fn creating(&self) -> PathBuf {
        self.root.join("creating")
    }

    pub(crate) fn instance_lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("bitacora.db")
    }

    /// The high-water mark of saves.
    pub(crate) fn mark(&self) -> PathBuf {
        self.root.join("mark")
    }

    /// Space that is given back when the disk is full.
    pub(crate) fn reserve(&self) -> PathBuf {
        self.root.join("reserve")
    }

    /// Replaces a file of the vault durably. On a full disk the reserve is given back and it is tried once more:
    /// whoever knows the PIN must get in, and whoever forgot it must get a new one.
    pub(crate) fn replace(
        &self,
        path: &Path,
        bytes: &[u8],
        keep_as: Option<&Path>,
        what: &'static str,
    ) -> Result<(), VaultError> {
        let is_full = |error: &std::io::Error| {
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            )
        };
        match write_keeping(path, bytes, keep_as) {
            Err(error) if is_full(&error) && reserve::release(&self.reserve()) => {
                write_keeping(path, bytes, keep_as).map_err(VaultError::io(what))
            }
            written => written.map_err(VaultError::io(what)),
        }
    }

    pub(crate) fn slots(&self) -> PathBuf {
        self.root.join("slots")
    }

    pub(crate) fn slot(&self, person: PersonId) -> PathBuf {
        self.slots().join(format!("{person}.slot"))
    }

    /// The slot before the last change of PIN; kept until the new one has unlocked once.
    pub(crate) fn previous_slot(&self, person: PersonId) -> PathBuf {
        self.slots().join(format!("{person}.previous"))
    }

    pub(crate) fn recovery_slot(&self, person: PersonId) -> PathBuf {
        self.slots().join(format!("{person}.recovery"))
    }

    pub(crate) fn attempts(&self, person: PersonId) -> PathBuf {
        self.root.join("attempts").join(person.to_string())
    }

    /// Makes the folders, readable by their owner only.
    pub(crate) fn make(&self) -> Result<(), VaultError> {
        for path in [self.root.clone(), self.slots(), self.root.join("attempts")] {
            make_private_folder(&path)
                .and_then(|()| close_to_others(&path))
                .map_err(VaultError::io("the vault folder"))?;
        }
        // The name of the folder itself is in the one above it: without this a power cut may take it all.
        let above = self
            .root
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        sync_folder(above.unwrap_or(Path::new(".")))
            .map_err(VaultError::io("the folder above the vault"))?;
        sync_folder(&self.root).map_err(VaultError::io("the vault folder"))
    }
}

/// Returns what is at a path, without following links.
pub(crate) fn found_at(path: &Path) -> Result<Found, VaultError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.file_type().is_symlink() => Ok(Found::Link),
        Ok(metadata) if metadata.is_dir() => Ok(Found::Folder),
        Ok(metadata) if metadata.is_file() => Ok(Found::File),
        Ok(_) => Ok(Found::Other),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(Found::Nothing),
        Err(source) => Err(VaultError::Io {
            what: "a file of the vault",
            source,
        }),
    }
}

/// Refuses anything that is not an ordinary file.
pub(crate) fn expect_file(path: &Path, what: &'static str) -> Result<(), VaultError> {
    let found = match found_at(path)? {
        Found::File => return Ok(()),
        Found::Nothing => return Err(VaultError::Missing { what }),
        Found::Folder => "a folder",
        Found::Link => "a link",
        Found::Other => "something that is not a file",
    };
    Err(VaultError::Replaced { what, found })
}

/// Reads a small file of the vault.
pub(crate) fn read_small(path: &Path, what: &'static str) -> Result<Vec<u8>, VaultError> {
    expect_file(path, what)?;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(VaultError::io(what))?;
    file.take(SMALL_FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(VaultError::io(what))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= SMALL_FILE_BYTES_MAX) {
        Ok(bytes)
    } else {
        Err(VaultError::Damaged {
            what,
            problem: "is far too large",
        })
    }
}

/// Writes a file so that after a power cut either the old or the new content is there.
pub(crate) fn replace(path: &Path, bytes: &[u8], what: &'static str) -> Result<(), VaultError> {
    write_keeping(path, bytes, None).map_err(VaultError::io(what))
}

/// Keeps the old file under another name, if one is given. A reader that finds only the old one has
/// met the moment between the two renames.
fn write_keeping(path: &Path, bytes: &[u8], keep_as: Option<&Path>) -> std::io::Result<()> {
    // A copy of a vault may lack a folder that was empty.
    path.parent().map_or(Ok(()), make_private_folder)?;
    let fresh = path.with_extension("new");
    let mut file = private_file()
        .truncate(true)
        .create(true)
        .write(true)
        .open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if let Some(keep_as) = keep_as
        && path.exists()
    {
        fs::rename(path, keep_as)?;
    }
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Deletes a file if it is there, durably.
pub(crate) fn remove(path: &Path, what: &'static str) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Ok(()) => path
            .parent()
            .map_or(Ok(()), sync_folder)
            .map_err(VaultError::io(what)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(VaultError::Io { what, source }),
    }
}

/// Returns options that make files readable by their owner only.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// A folder that was there already may be open to others.
#[cfg(unix)]
fn close_to_others(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Makes renames and deletions in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Windows cannot open a folder for syncing and journals its renames by itself.
    if cfg!(windows) {
        Ok(())
    } else {
        File::open(path)?.sync_all()
    }
}
