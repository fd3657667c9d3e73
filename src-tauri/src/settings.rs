//! The settings file: outside the vault, so that the first paint has the right colours and words.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::view::error::{BackendError, ErrorCode};
use crate::view::settings::Settings;

/// Where the settings lie.
pub(crate) struct SettingsFile {
    path: PathBuf,
    /// Held while they are replaced: what comes next is written beside them under one name.
    writing: Mutex<()>,
}

impl SettingsFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        let writing = Mutex::default();
        Self { path, writing }
    }

    /// Returns the settings; the defaults if there are none, or none that can be read.
    ///
    /// A damaged settings file must not keep an officer from recording.
    pub(crate) fn read(&self) -> Settings {
        let text = fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Replaces the settings in one step: a power cut leaves the old ones or the new ones.
    pub(crate) fn write(&self, settings: Settings) -> Result<(), BackendError> {
        let failed = |error: std::io::Error| {
            let code = match error.kind() {
                std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
                _ => ErrorCode::NotSaved,
            };
            BackendError::new(code, format!("the settings were not kept: {error}"))
        };
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let text = serde_json::to_vec(&settings)
            .map_err(|error| BackendError::new(ErrorCode::Internal, error.to_string()))?;
        let beside = self.path.with_extension("json.new");
        let mut file = File::create(&beside).map_err(failed)?;
        file.write_all(&text)
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        fs::rename(&beside, &self.path).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::SettingsFile;
    use crate::view::settings::{Language, Settings, Theme};

    #[test]
    fn settings_are_kept_and_a_damaged_file_gives_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(folder.path().join("state/settings.json"));
        assert_eq!(
            file.read(),
            Settings::default(),
            "a first start has the defaults"
        );

        let night = Settings {
            theme: Theme::Night,
            language: Language::En,
            ..Settings::default()
        };
        file.write(night).unwrap();
        assert_eq!(
            file.read(),
            night,
            "what was chosen is there at the next start"
        );

        std::fs::write(
            folder.path().join("state/settings.json"),
            b"{\"theme\":\"ni",
        )
        .unwrap();
        assert_eq!(
            file.read(),
            Settings::default(),
            "a torn file must not stop anybody"
        );

        std::fs::write(
            folder.path().join("state/settings.json"),
            b"{\"rain_mode\":true}",
        )
        .unwrap();
        assert!(
            file.read().rain_mode,
            "a file of an older build says what it can"
        );
    }

    #[test]
    fn quick_touches_that_write_at_once_all_succeed_and_leave_a_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(folder.path().join("settings.json"));
        std::thread::scope(|scope| {
            for theme in [Theme::Sun, Theme::Night, Theme::Standard] {
                let file = &file;
                scope.spawn(move || {
                    for _ in 0..25 {
                        file.write(Settings {
                            theme,
                            rain_mode: true,
                            ..Settings::default()
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert!(file.read().rain_mode, "one of them whole, no torn file");
    }
}
