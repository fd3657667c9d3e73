//! Tells the story of two phones, a server and a link that breaks (`cargo xtask run` without a display).

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let state = state_folder()?;
    std::fs::create_dir_all(&state).with_context(|| format!("making {}", state.display()))?;
    if std::fs::read_dir(&state)?.next().is_some() {
        bail!(
            "--state: {} is not empty; name an empty folder",
            state.display()
        );
    }
    bitacora_tests::story::tell(&state)
}

fn state_folder() -> Result<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(flag), Some(folder), None) if flag == "--state" => Ok(folder.into()),
        _ => bail!("usage: story --state EMPTY_FOLDER"),
    }
}
