//! Which Node.js the interface's packages run on.

use std::process::Command;

use anyhow::{Result, bail};

/// What to do without one of them.
const ADVICE: &str = "install Node.js 20.19, 22.13 or 24, or a later one of these, with npm (Debian 13: apt-get install nodejs npm)";

/// Errors, with what to do, unless Node.js and npm are here and new enough.
///
/// npm itself only warns of an old one, and what fails then says nothing of its version.
pub(crate) fn expect_usable() -> Result<()> {
    for program in ["node", "npm"] {
        if crate::machine::find_program(program).is_none() {
            bail!("{program} is missing; {ADVICE}");
        }
    }
    let answer = Command::new("node").arg("--version").output()?;
    let version = String::from_utf8_lossy(&answer.stdout);
    if is_usable(&version) {
        Ok(())
    } else {
        bail!("Node.js is {}, which is too old; {ADVICE}", version.trim());
    }
}

/// The strictest range that the interface's packages ask for: `^20.19.0 || ^22.13.0 || >=24`.
fn is_usable(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.');
    let mut next = || numbers.next()?.parse::<u32>().ok();
    match (next(), next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 13,
        (Some(major), Some(_)) => major >= 24,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::is_usable;

    #[test]
    fn the_range_is_that_of_the_locked_packages() {
        let locked = std::fs::read_to_string(crate::project::ui().join("package-lock.json"));
        assert!(
            locked.unwrap().contains("\"^20.19.0 || ^22.13.0 || >=24\""),
            "the packages ask for another range now: change this, and the README"
        );
        for good in ["v20.19.0\n", "v20.20.2", "22.13.1", "v24.0.0", "v26.1.0"] {
            assert!(is_usable(good), "{good}");
        }
        for bad in [
            "v18.20.4", "v20.18.9", "v21.7.0", "v22.12.0", "v23.9.0", "", "node",
        ] {
            assert!(!is_usable(bad), "{bad}");
        }
    }
}
