//! The images that a disk may hold after a power cut.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::trace::{Operation, Trace};

const SECTOR_BYTES: usize = 512;

/// What the disk did with writes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// None of them arrived.
    Dropped,
    /// Some arrived, in any order.
    Subset,
    /// Some sectors of some arrived.
    Torn,
    /// The first few arrived.
    Prefix,
}

impl Damage {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Dropped, Self::Subset, Self::Torn, Self::Prefix];
}

/// The files after a cut.
#[derive(Debug, Clone, Default)]
pub struct CrashImage {
    files: BTreeMap<PathBuf, Vec<u8>>,
    folders: Vec<PathBuf>,
}

#[derive(Clone, Default)]
struct File {
    /// What surely is on the disk; `None` while not even the name is.
    durable: Option<Vec<u8>>,
    pending: Vec<Operation>,
}

/// A rename that may not be on the disk yet.
struct Rename {
    from: PathBuf,
    to: PathBuf,
    /// What had the name before.
    replaced: Option<File>,
}

/// Builds the image after a cut just before the operation with index `cut`.
///
/// The model: a synced file is on the disk with its name; a rename is on the disk when the folder was
/// synced since, before that it may or may not be (drawn): the file then stands under its new name or under
/// its old one, never under none. A removal is durable at once.
/// `-shm` files are dropped: SQLite builds them anew.
pub fn crash_image(
    trace: &Trace,
    cut: usize,
    damage: Damage,
    random: &mut ChaCha8Rng,
) -> CrashImage {
    let mut files: BTreeMap<PathBuf, File> = BTreeMap::new();
    let mut renames: Vec<Rename> = Vec::new();
    // A folder is on the disk when the one above it was synced; before that it may or may not be.
    let mut folders: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for operation in trace.operations.iter().take(cut) {
        match operation {
            Operation::MakeFolder { path } => drop(folders.insert(path.clone(), false)),
            Operation::Write { path, .. } | Operation::Truncate { path, .. } => {
                files
                    .entry(path.clone())
                    .or_default()
                    .pending
                    .push(operation.clone());
            }
            Operation::SyncFolder { path } => {
                renames.retain(|rename| rename.to.parent() != Some(path));
                name_all_below(path, &mut files);
                let below = folders
                    .iter_mut()
                    .filter(|(folder, _)| folder.parent() == Some(path));
                below.for_each(|(_, durable)| *durable = true);
            }
            Operation::Sync { path } => settle(files.entry(path.clone()).or_default()),
            Operation::Unlink { path } => drop(files.remove(path)),
            Operation::Rename { from, to } => {
                let moved = files.remove(from).unwrap_or_default();
                let replaced = files.insert(to.clone(), moved);
                renames.push(Rename {
                    from: from.clone(),
                    to: to.clone(),
                    replaced,
                });
            }
            Operation::Acknowledge(_) => {}
        }
    }
    undo_some_renames(renames, &mut files, random);
    let made: Vec<PathBuf> = folders.keys().cloned().collect();
    let folders = surviving_folders(folders, random);
    let lost = |path: &Path| {
        made.iter()
            .any(|folder| path.starts_with(folder) && !folders.contains(folder))
    };
    let survived = files
        .into_iter()
        .filter_map(|(path, file)| Some((path, after_cut(file, damage, random)?)));
    let files = survived
        .filter(|(path, _)| !is_shared_memory(path) && !lost(path))
        .collect();
    CrashImage { files, folders }
}

impl CrashImage {
    /// Writes the image into an empty folder.
    pub fn write_to(&self, folder: &Path) -> Result<()> {
        for path in &self.folders {
            std::fs::create_dir_all(folder.join(path))?;
        }
        for (path, bytes) in &self.files {
            let target = folder.join(path);
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(target, bytes)?;
        }
        Ok(())
    }

    /// Returns whether a file of this name survived.
    pub fn holds(&self, path: &str) -> bool {
        self.files.contains_key(Path::new(path))
    }
}

fn surviving_folders(folders: BTreeMap<PathBuf, bool>, random: &mut ChaCha8Rng) -> Vec<PathBuf> {
    let arrives = folders
        .into_iter()
        .map(|(path, durable)| (path, durable || random.random_bool(0.5)));
    let mut survived: Vec<PathBuf> = Vec::new();
    for (path, _) in arrives.filter(|(_, survives)| *survives) {
        let parent = path.parent().map(Path::to_owned).unwrap_or_default();
        if parent.as_os_str().is_empty() || survived.contains(&parent) {
            survived.push(path);
        }
    }
    survived
}

fn is_shared_memory(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

/// A synced folder holds its names; the contents are another matter.
fn name_all_below(folder: &Path, files: &mut BTreeMap<PathBuf, File>) {
    for (path, file) in files.iter_mut() {
        if path.parent() == Some(folder) && file.durable.is_none() {
            file.durable = Some(Vec::new());
        }
    }
}

fn settle(file: &mut File) {
    let mut bytes = file.durable.take().unwrap_or_default();
    for operation in file.pending.drain(..) {
        apply(&mut bytes, &operation, |_| true);
    }
    file.durable = Some(bytes);
}

fn undo_some_renames(
    renames: Vec<Rename>,
    files: &mut BTreeMap<PathBuf, File>,
    random: &mut ChaCha8Rng,
) {
    for rename in renames.into_iter().rev() {
        if random.random_bool(0.5) {
            undo(rename, files);
        }
    }
}

/// Gives both files their names from before, unless another file has come under one of them since.
fn undo(rename: Rename, files: &mut BTreeMap<PathBuf, File>) {
    let moved = files.remove(&rename.to);
    if let Some(replaced) = rename.replaced {
        files.insert(rename.to, replaced);
    }
    if let Some(moved) = moved {
        files.entry(rename.from).or_insert(moved);
    }
}

fn after_cut(file: File, damage: Damage, random: &mut ChaCha8Rng) -> Option<Vec<u8>> {
    let kept = match damage {
        Damage::Dropped => 0,
        Damage::Prefix => random.random_range(0..=file.pending.len()),
        Damage::Subset | Damage::Torn => file.pending.len(),
    };
    let exists = file.durable.is_some() || (kept > 0 && random.random_bool(0.5));
    if !exists {
        return None;
    }
    let mut bytes = file.durable.unwrap_or_default();
    for operation in file.pending.iter().take(kept) {
        let arrives = damage == Damage::Prefix || random.random_bool(0.5);
        if arrives {
            apply(&mut bytes, operation, |_| {
                damage != Damage::Torn || random.random_bool(0.5)
            });
        }
    }
    Some(bytes)
}

/// Applies one operation, sector by sector where `arrives` says so.
fn apply(bytes: &mut Vec<u8>, operation: &Operation, mut arrives: impl FnMut(usize) -> bool) {
    match operation {
        Operation::Write { offset, data, .. } => {
            let start = usize::try_from(*offset).unwrap_or(usize::MAX);
            for (index, sector) in data.chunks(SECTOR_BYTES).enumerate() {
                if arrives(index) {
                    put(bytes, start + index * SECTOR_BYTES, sector);
                }
            }
        }
        Operation::Truncate { size, .. } => {
            bytes.resize(usize::try_from(*size).unwrap_or(usize::MAX), 0)
        }
        _ => {}
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    for (to, from) in bytes.iter_mut().skip(at).zip(data) {
        *to = *from;
    }
}
