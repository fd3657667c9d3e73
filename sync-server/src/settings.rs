//! Settings from a file, the environment and flags; the later wins.

mod post;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use bitacora_core::enrol::{SERVER_PORT, ServerUrl};
use bitacora_core::id::PostId;
use serde::Deserialize;
use thiserror::Error;

use crate::store::Setup;

/// The commented example, written beside the data at the first `serve`.
pub const EXAMPLE: &str = include_str!("settings/example.toml");

/// Where the server listens if nothing else is said.
pub const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
    SERVER_PORT,
);

const LOCK_MINUTES_DEFAULT: u16 = 10;

/// Every setting, each perhaps unset. A flag is read by clap together with its environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on [default: 0.0.0.0:8444]
    #[arg(long, env = "BITACORA_SERVER_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Address at which devices reach this server, for QR codes, such as https://10.20.0.5:8444
    #[arg(long, env = "BITACORA_SERVER_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// This server is the organisation's headquarters: devices show what it received as safe there
    #[arg(long, env = "BITACORA_SERVER_HEADQUARTERS", value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    pub headquarters: Option<bool>,
    /// First start only: the post's code, such as PA-BCH
    #[arg(long, env = "BITACORA_SERVER_POST", value_name = "CODE")]
    pub post: Option<String>,
    /// The post's name, such as "Bajo Chiquito" [default: the code]
    #[arg(long, env = "BITACORA_SERVER_POST_NAME", value_name = "NAME")]
    pub post_name: Option<String>,
    /// The post's time zone [default: America/Panama, for MX-… America/Mexico_City]
    #[arg(long, env = "BITACORA_SERVER_TZ", value_name = "ZONE")]
    pub tz: Option<String>,
    /// The post's words, pa (puesto, patrulla) or mx (módulo, recorrido)
    #[arg(long, env = "BITACORA_SERVER_VOCABULARY", value_name = "pa|mx")]
    pub vocabulary: Option<String>,
    /// Minutes of rest after which a phone locks on patrol [default: 10]
    #[arg(long, env = "BITACORA_SERVER_LOCK_MINUTES", value_name = "MINUTES")]
    pub lock_minutes: Option<u16>,
    /// First start only: the organisation's name [default: the post's name]
    #[arg(long, env = "BITACORA_SERVER_ORGANISATION", value_name = "NAME")]
    pub organisation: Option<String>,
    /// The trails that phones of the post offer, by code; in the file only.
    #[arg(skip)]
    pub trails: Option<BTreeMap<String, String>>,
}

/// Why settings cannot be used. Names the setting.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the configuration file cannot be read")]
    Read(#[source] std::io::Error),
    /// The file is not as it should be.
    #[error("the configuration file is not valid: {0}")]
    File(String),
    /// A value is not as it should be.
    #[error("{setting} is not valid: expected {expected}")]
    Value {
        /// The setting, as in the file.
        setting: &'static str,
        /// What a valid one looks like.
        expected: &'static str,
    },
    /// A new server needs to know its post.
    #[error(
        "there is no server in this data folder yet. Say for which post one is made, for example:\n  \
         bitacora-server serve --post PA-BCH --post-name \"Bajo Chiquito\" --tz America/Panama"
    )]
    PostNeeded,
}

impl Settings {
    /// Reads a settings file; nothing is set if there is none and none was named.
    pub fn read(path: &Path, must_exist: bool) -> Result<Self, SettingsError> {
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| SettingsError::File(error.message().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => {
                Ok(Self::default())
            }
            Err(error) => Err(SettingsError::Read(error)),
        }
    }

    /// Returns these settings, with others where nothing is set here.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            listen: self.listen.or(others.listen),
            public_url: self.public_url.or(others.public_url),
            headquarters: self.headquarters.or(others.headquarters),
            post: self.post.or(others.post),
            post_name: self.post_name.or(others.post_name),
            tz: self.tz.or(others.tz),
            vocabulary: self.vocabulary.or(others.vocabulary),
            lock_minutes: self.lock_minutes.or(others.lock_minutes),
            organisation: self.organisation.or(others.organisation),
            trails: self.trails.or(others.trails),
        }
    }

    /// Returns the public address.
    pub fn public_url(&self) -> Result<Option<ServerUrl>, SettingsError> {
        let expected = "https://HOST or https://HOST:PORT";
        let invalid = |_| SettingsError::Value {
            setting: "public_url",
            expected,
        };
        self.public_url
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(invalid)
    }

    /// Returns the code of the post, if one is named.
    pub fn post(&self) -> Result<Option<PostId>, SettingsError> {
        let invalid = |_| SettingsError::Value {
            setting: "post",
            expected: "2 to 16 of A-Z, 0-9 and single hyphens, such as PA-BCH",
        };
        self.post
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(invalid)
    }

    /// Returns what a new server is for.
    pub fn setup(&self) -> Result<Setup, SettingsError> {
        let post = self.post()?.ok_or(SettingsError::PostNeeded)?;
        let said = self.post_settings()?;
        let (tz, vocabulary) = match post.as_str().starts_with("MX-") {
            true => ("America/Mexico_City", "mx"),
            false => ("America/Panama", "pa"),
        };
        let post_name = said.name.unwrap_or_else(|| post.to_string());
        Ok(Setup {
            organisation_name: self
                .organisation
                .clone()
                .unwrap_or_else(|| post_name.clone()),
            post,
            post_name,
            tz: said.tz.unwrap_or_else(|| tz.to_owned()),
            vocabulary: said.vocabulary.unwrap_or_else(|| vocabulary.to_owned()),
            lock_minutes: said.lock_minutes.unwrap_or(LOCK_MINUTES_DEFAULT),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn the_example_is_valid_and_sets_nothing() {
        assert_eq!(
            toml::from_str::<Settings>(EXAMPLE).unwrap(),
            Settings::default(),
            "every line is a comment"
        );
    }

    #[test]
    fn the_example_names_every_setting() {
        let uncommented: String = EXAMPLE
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") || line.starts_with('['))
            .map(|line| format!("{line}\n"))
            .collect();
        let settings: Settings = toml::from_str(&uncommented).unwrap();
        let debug = format!("{settings:?}");
        assert!(
            !debug.contains("None"),
            "an operator finds every setting in the example: {debug}"
        );
        settings.setup().unwrap();
        assert!(
            settings.public_url().unwrap().is_some(),
            "and its values are good ones"
        );
    }

    #[test]
    fn the_nearer_setting_wins() {
        let file = Settings {
            post: Some("PA-BCH".into()),
            tz: Some("America/Panama".into()),
            ..Settings::default()
        };
        let flags = Settings {
            post: Some("PA-LBL".into()),
            ..Settings::default()
        };
        let merged = flags.or(file);
        assert_eq!(
            merged.post.as_deref(),
            Some("PA-LBL"),
            "a flag is nearer than the file"
        );
        assert_eq!(
            merged.tz.as_deref(),
            Some("America/Panama"),
            "what no flag says stays as in the file"
        );
    }

    #[test]
    fn a_bad_setting_is_named() {
        let with = |tz: &str| Settings {
            post: Some("PA-BCH".into()),
            tz: Some(tz.into()),
            ..Settings::default()
        };
        let error = with("Panama City").setup().unwrap_err().to_string();
        assert!(
            error.starts_with("tz is not valid"),
            "the operator must know which line: {error}"
        );
        let none = Settings::default().setup().unwrap_err().to_string();
        assert!(
            none.contains("--post PA-BCH"),
            "the first start says what is needed: {none}"
        );
        let unknown = toml::from_str::<Settings>("listne = 1").unwrap_err();
        assert!(
            unknown.message().contains("listne"),
            "a misspelt setting must not be passed over"
        );
    }
}
