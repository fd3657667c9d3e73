//! Fills a folder with a post's busy day, for the app to open (`cargo xtask run --demo`).

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use bitacora_tests::demo;

const USAGE: &str = "usage: demo --state EMPTY_FOLDER [--listen ADDRESS]";

fn main() -> Result<()> {
    let (state, listen) = arguments()?;
    std::fs::create_dir_all(&state).with_context(|| format!("making {}", state.display()))?;
    let is_empty = std::fs::read_dir(&state)?.next().is_none();
    ensure!(
        is_empty,
        "--state: {} is not empty; name an empty folder",
        state.display()
    );
    tokio::runtime::Runtime::new()?.block_on(demo::fill(&state, listen))
}

fn arguments() -> Result<(PathBuf, SocketAddr)> {
    let mut state = None;
    let mut listen = demo::LISTEN.parse()?;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().context(USAGE)?;
        match flag.to_str() {
            Some("--state") => state = Some(PathBuf::from(value)),
            Some("--listen") => {
                listen = value
                    .to_str()
                    .context(USAGE)?
                    .parse()
                    .context("--listen: expected IP:PORT")?
            }
            _ => bail!(USAGE),
        }
    }
    Ok((state.context(USAGE)?, listen))
}
