//! Where the PIN comes from: a file, the environment, or a prompt. Never from the command line, which others can read.

use std::env;
use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::Path;

use crate::failure::Failure;

/// Reads the PIN of the person who opens the vault.
pub(crate) fn read(file: Option<&Path>) -> Result<String, Failure> {
    from(file, "BITACORA_PIN", "PIN: ", "--pin-file")
}

/// Reads the PIN that is to be set. At a prompt it is asked for twice.
pub(crate) fn read_new(file: Option<&Path>) -> Result<String, Failure> {
    let fresh = from(file, "BITACORA_NEW_PIN", "New PIN: ", "--new-pin-file")?;
    if file.is_none() && env::var_os("BITACORA_NEW_PIN").is_none() {
        confirm(&fresh)?;
    }
    Ok(fresh)
}

/// Reads the PIN of a vault that is being made. At a prompt it is asked for twice.
pub(crate) fn read_first(file: Option<&Path>) -> Result<String, Failure> {
    let first = read(file)?;
    if file.is_none() && env::var_os("BITACORA_PIN").is_none() {
        confirm(&first)?;
    }
    Ok(first)
}

/// Reads the first line of a file that holds a secret.
pub(crate) fn first_line(file: &Path, what: &str) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::refused(format!(
            "{what}: {} cannot be read: {error}",
            file.display()
        ))
    })?;
    match text.lines().next().map(str::trim_end) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Failure::refused(format!(
            "{what}: the first line of {} is empty",
            file.display()
        ))),
    }
}

fn from(file: Option<&Path>, variable: &str, prompt: &str, flag: &str) -> Result<String, Failure> {
    if let Some(file) = file {
        return first_line(file, flag);
    }
    if let Some(pin) = env::var_os(variable) {
        return pin
            .into_string()
            .map_err(|_| Failure::usage(format!("{variable}: it is not UTF-8 text")));
    }
    if !stdin().is_terminal() {
        return Err(
            Failure::usage("no PIN was given").next(format!("Set {variable} or pass {flag} FILE."))
        );
    }
    rpassword::prompt_password(prompt)
        .map_err(|error| Failure::refused(format!("the PIN could not be read: {error}")))
}

fn confirm(pin: &str) -> Result<(), Failure> {
    let again = rpassword::prompt_password("Once more: ")
        .map_err(|error| Failure::refused(format!("the PIN could not be read: {error}")))?;
    if again == pin {
        return Ok(());
    }
    Err(Failure::refused("the two PINs are not the same")
        .next("Nothing was changed; please try again."))
}
