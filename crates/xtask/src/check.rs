//! `check`: the fast part of `test`. What it asks is the same as in CI.

use std::process::Command;

use anyhow::Result;

use crate::machine::{self, Needs, cargo};
use crate::project;
use crate::sources;
use crate::step::Steps;

/// How many steps [`checks`] counts.
pub(crate) const STEPS: usize = 5;

/// Runs the fast checks by themselves.
pub(crate) fn check() -> Result<()> {
    let mut steps = Steps::start("check", machine::STEPS + STEPS)?;
    machine::prepare(&mut steps, Needs::Testing)?;
    checks(&mut steps)?;
    steps.finish("All checks passed.");
    Ok(())
}

/// Formatting, the interface's types and lints, our lints, and the arrows between the rooms.
pub(crate) fn checks(steps: &mut Steps) -> Result<()> {
    steps.run("formatting", cargo().args(["fmt", "--all", "--check"]))?;
    steps.run(
        "interface: types, lints, formatting",
        &mut npm(&["run", "check"]),
    )?;
    interface(steps)?;
    // Warnings are denied here and not in the sources: work in progress may warn, main may not.
    let lints = [
        "clippy",
        "--workspace",
        "--all-targets",
        // Tests that need a feature are read too; nothing of this is ever run.
        "--all-features",
        "--",
        "-D",
        "warnings",
    ];
    steps.run("lints", cargo().args(lints))?;
    let rooms = ["test", "--workspace", "--test", "rooms"];
    steps.run_tests("arrows, licences and sources", cargo().args(rooms))
}

/// Builds the interface if it is older than its sources; the app takes it in when it is compiled.
pub(crate) fn interface(steps: &mut Steps) -> Result<()> {
    let title = "interface: build";
    if sources::is_current(&project::ui().join("dist/index.html"), &project::ui()) {
        steps.nothing_to_do(title, "nothing changed");
        return Ok(());
    }
    steps.run(title, &mut npm(&["run", "build"]))
}

/// Returns npm in the interface's folder.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(project::ui());
    // Its lines are cut, kept in the log and looked through: colours are in the way.
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command
}
