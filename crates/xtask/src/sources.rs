//! Whether something built is older than what it was built from.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// Folders below a source folder that are made, not written.
const MADE: [&str; 4] = ["node_modules", "dist", "test-results", ".svelte-kit"];

/// Returns whether `built` exists and no file below `sources` was changed after it.
pub(crate) fn is_current(built: &Path, sources: &Path) -> bool {
    match (changed_at(built), newest_below(sources)) {
        (Some(built), Some(newest)) => built >= newest,
        _ => false,
    }
}

/// Returns whether `made` exists and was changed no earlier than `from`.
pub(crate) fn is_current_file(made: &Path, from: &Path) -> bool {
    changed_at(made) >= changed_at(from) && made.is_file()
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// Returns the latest change of any file below a folder, made folders left out.
fn newest_below(folder: &Path) -> Option<SystemTime> {
    let mut newest = None;
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let name = entry.file_name();
        if MADE.iter().any(|made| name == *made) {
            continue;
        }
        let path = entry.path();
        let time = if path.is_dir() {
            newest_below(&path)
        } else {
            changed_at(&path)
        };
        newest = newest.max(time);
    }
    newest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::is_current;
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_source_changed_after_the_build_asks_for_another() {
        let folder = std::env::temp_dir().join(format!("bitacora-sources-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::create_dir_all(folder.join("dist")).unwrap();
        let (source, built) = (folder.join("src/a.ts"), folder.join("dist/index.html"));
        fs::write(&source, "a").unwrap();
        assert!(
            !is_current(&built, &folder),
            "what was never built is not current"
        );

        fs::write(&built, "a").unwrap();
        let later = SystemTime::now() + Duration::from_secs(60);
        File::options()
            .write(true)
            .open(&built)
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert!(
            is_current(&built, &folder),
            "a build later than every source is current"
        );

        let latest = later + Duration::from_secs(60);
        File::options()
            .write(true)
            .open(&source)
            .unwrap()
            .set_modified(latest)
            .unwrap();
        assert!(
            !is_current(&built, &folder),
            "a source changed after the build makes it stale"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
