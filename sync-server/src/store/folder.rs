//! The data folder: where the database, its key and the configuration lie.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// The server's data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

/// Held while a server serves a folder; a second one must not.
#[derive(Debug)]
pub struct ServeLock {
    file: File,
}

/// Given up by name, not by closing the file: a child process that was being started holds the same lock for a while.
impl Drop for ServeLock {
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock of the data folder is given up with its file only");
        }
    }
}

/// Why the key file could not be used.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the key file database.key cannot be used")]
    Io(#[from] io::Error),
    /// It is not there, although the database is.
    #[error(
        "the key file database.key is missing; without it the database cannot be read. Put the saved copy back"
    )]
    Missing,
    /// It holds something else than 64 hexadecimal digits.
    #[error(
        "the key file database.key is damaged: expected 64 hexadecimal digits. Put the saved copy back"
    )]
    Damaged,
    /// The system gave no randomness.
    #[error("no randomness for a new key")]
    Random,
}

impl DataFolder {
    /// Names a folder; nothing is touched.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns where the database lies.
    pub fn database(&self) -> PathBuf {
        self.0.join("server.db")
    }

    /// Returns where the configuration lies if no other is named.
    pub fn config(&self) -> PathBuf {
        self.0.join("bitacora-server.toml")
    }

    /// Returns where a serving process writes the address that it is reached at.
    pub fn address(&self) -> PathBuf {
        self.0.join("address")
    }

    fn key(&self) -> PathBuf {
        self.0.join("database.key")
    }

    /// Makes the folder, readable by its owner only, and those above it that are not there.
    pub(super) fn create(&self) -> io::Result<()> {
        let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made: Vec<&Path> = self.0.ancestors().take_while(is_new).collect();
        fs::create_dir_all(&self.0)?;
        restrict(&self.0, 0o700)?;
        // A folder is on the disk when the one above it is: what is receipted in it must not go with its name.
        for above in made.into_iter().filter_map(Path::parent) {
            let above = if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            };
            File::open(above)?.sync_all()?;
        }
        Ok(())
    }

    /// Takes from others on the machine what they could read of the folder and its files, and says so in the log.
    pub(super) fn keep_to_owner(&self) {
        keep_to_owner(&self.0, 0o700);
        let database = self.database();
        for file in [
            self.key(),
            database.with_extension("db-wal"),
            database.with_extension("db-shm"),
            database,
        ] {
            keep_to_owner(&file, 0o600);
        }
    }

    /// Takes the lock of the one serving process.
    pub fn lock_for_serving(&self) -> io::Result<Option<ServeLock>> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ServeLock { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Returns whether a process serves the folder at this moment. Many may ask at once.
    pub fn is_served(&self) -> io::Result<bool> {
        match self.lock_file()?.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock_file(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.0.join("serve.lock"))
    }

    /// Makes a new key file; fails if there is one.
    pub(super) fn new_key(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| KeyFileError::Random)?;
        let text = Zeroizing::new(
            key.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>(),
        );
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.key())?;
        file.write_all(text.as_bytes())?;
        // The database must never be durable before its key is.
        file.sync_all()?;
        File::open(&self.0)?.sync_all()?;
        Ok(text)
    }

    /// Reads the key file.
    pub(super) fn read_key(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let mut file = match File::open(self.key()) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyFileError::Missing);
            }
            Err(error) => return Err(error.into()),
        };
        let mut text = Zeroizing::new(String::new());
        (&mut file)
            .take(1024)
            .read_to_string(&mut text)
            .map_err(|_| KeyFileError::Damaged)?;
        let digits = Zeroizing::new(text.trim().to_owned());
        if digits.len() == 2 * KEY_BYTES && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(digits)
        } else {
            Err(KeyFileError::Damaged)
        }
    }

    /// Returns whether a key file is there.
    pub(super) fn has_key(&self) -> bool {
        self.key().exists()
    }
}

#[cfg(unix)]
fn keep_to_owner(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let is_open = fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
    if !is_open {
        return;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match restrict(path, mode) {
        Ok(()) => tracing::warn!(
            file = %name,
            "Others on this machine could read this; it is for its owner only now"
        ),
        Err(error) => tracing::error!(
            file = %name, %error,
            "Others on this machine can read this: make it readable for its owner only"
        ),
    }
}

#[cfg(not(unix))]
fn keep_to_owner(_path: &Path, _mode: u32) {}

#[cfg(unix)]
pub(super) fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn restrict(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
