//! `bench`: the budgets, measured in a release build.

use anyhow::{Result, bail};

use crate::machine::{self, Needs, cargo};
use crate::project;
use crate::step::Steps;

/// Builds the measuring program and passes its JSON lines on. Errors if a budget is not met.
pub(crate) fn bench() -> Result<()> {
    let mut steps = Steps::start("bench", machine::STEPS + 1)?;
    machine::prepare(&mut steps, Needs::Programs)?;
    let programs = ["bitacora-cli", "bitacora-server", "bitacora-tests"];
    let mut build = cargo();
    build.args(["build", "--release", "--bins"]);
    build.args(programs.iter().flat_map(|name| ["--package", name]));
    steps.run("build, optimised", &mut build)?;
    let measured = std::process::Command::new(project::target().join("release/bench"))
        .current_dir(project::root())
        .status()?;
    if !measured.success() {
        bail!("a budget is not met, or a measure failed; see the lines with \"ok\": false");
    }
    Ok(())
}
