//! What the settings say about the post. It holds from the start that reads them on.

use std::collections::BTreeMap;

use super::{Settings, SettingsError};
use crate::store::{PostSettings, Trail};

const TRAILS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 80;

impl Settings {
    /// Returns what is said about the post; what is not said stays as it is.
    pub fn post_settings(&self) -> Result<PostSettings, SettingsError> {
        let not_valid = |setting, expected| SettingsError::Value { setting, expected };
        if self.post_name.as_deref().is_some_and(|name| !is_name(name)) {
            return Err(not_valid("post_name", "1 to 80 characters"));
        }
        if self
            .tz
            .as_deref()
            .is_some_and(|tz| tz.parse::<chrono_tz::Tz>().is_err())
        {
            return Err(not_valid("tz", "an IANA time zone such as America/Panama"));
        }
        let known = |word: &str| ["pa", "mx"].contains(&word);
        if self.vocabulary.as_deref().is_some_and(|word| !known(word)) {
            return Err(not_valid("vocabulary", "pa or mx"));
        }
        if self
            .lock_minutes
            .is_some_and(|minutes| !(1..=120).contains(&minutes))
        {
            return Err(not_valid("lock_minutes", "1 to 120"));
        }
        Ok(PostSettings {
            name: self.post_name.clone(),
            tz: self.tz.clone(),
            vocabulary: self.vocabulary.clone(),
            lock_minutes: self.lock_minutes,
            trails: self.trails.as_ref().map(trails).transpose()?,
        })
    }
}

fn trails(named: &BTreeMap<String, String>) -> Result<Vec<Trail>, SettingsError> {
    let valid = |(trail, name): (&String, &String)| is_code(trail) && is_name(name);
    if named.len() > TRAILS_MAX || !named.iter().all(valid) {
        return Err(SettingsError::Value {
            setting: "trails",
            expected: "at most 200 lines like  tuquesa = \"Río Tuquesa\": a code of 1 to 32 of a-z, 0-9 \
                       and _, and a name of 1 to 80 characters",
        });
    }
    let trail = |(trail, name): (&String, &String)| Trail {
        trail: trail.clone(),
        name: name.clone(),
    };
    Ok(named.iter().map(trail).collect())
}

fn is_code(code: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=32).contains(&code.len()) && code.chars().all(allowed)
}

fn is_name(name: &str) -> bool {
    !name.trim().is_empty()
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.chars().any(char::is_control)
}
