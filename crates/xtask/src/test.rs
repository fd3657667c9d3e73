//! `test`: everything that CI runs.
//!
//! All of cargo's steps select the whole workspace, because the features of shared dependencies
//! follow from the selection: with another one they would be compiled a second time.

use anyhow::Result;

use crate::check;
use crate::machine::{self, Needs, cargo};
use crate::step::Steps;

/// The tests that end a process between two statements, in a build of their own: its programs have named
/// points that can stop them. Last, so that no other step meets those. The selection is the same as everywhere,
/// so that of the dependencies only the one with the points is compiled again.
const KILL_TESTS: [&str; 6] = [
    "--features",
    "bitacora-device/failpoints,bitacora-server/failpoints,bitacora-tests/failpoints",
    "--test",
    "kill",
    "--test",
    "killed",
];

/// Runs the checks, the tests of every crate, the interface's tests and the window tests.
pub(crate) fn test() -> Result<()> {
    let mut steps = Steps::start("test", machine::STEPS + check::STEPS + 6)?;
    machine::prepare(&mut steps, Needs::Testing)?;
    check::checks(&mut steps)?;
    steps.run_tests("interface: unit tests", &mut check::npm(&["run", "test"]))?;
    steps.run_tests(
        "interface: in a browser",
        &mut check::npm(&["run", "test:browser"]),
    )?;
    steps.run(
        "build of every program and test",
        cargo().args(["build", "--workspace", "--all-targets"]),
    )?;
    steps.run_tests(
        "crates: unit and scenario tests",
        cargo()
            .args(["test", "--workspace"])
            // By the step before; the tests of programs need not ask cargo again.
            .env("BITACORA_PROGRAMS_BUILT", "1"),
    )?;
    // Kept out of the line above (`test = false`), so that it can be seen to run and to fail alone.
    let window = [
        "test",
        "--workspace",
        "--test",
        "window",
        "--",
        "--test-threads",
        "1",
    ];
    steps.run_tests("the app in a real window", cargo().args(window))?;
    steps.run_tests(
        "processes killed at every statement",
        cargo().args(["test", "--workspace"]).args(KILL_TESTS),
    )?;
    steps.finish("Everything passed.");
    Ok(())
}
