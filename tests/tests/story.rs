//! The story that `cargo xtask run` tells without a display, as a test.

use bitacora_tests::{programs, story};

#[test]
fn two_devices_agree_over_a_link_that_breaks_and_one_chooses() -> anyhow::Result<()> {
    programs::build()?;
    let state = tempfile::tempdir()?;
    story::tell(state.path())
}
