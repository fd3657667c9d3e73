//! Ratios of times, taken in turns so that the machine's moods hit both sides.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs both in turns and returns the median of the one over the median of the other.
pub fn ratio(
    rounds: u32,
    mut ours: impl FnMut() -> Result<()>,
    mut bare: impl FnMut() -> Result<()>,
) -> Result<f64> {
    let (mut our_times, mut bare_times) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        bare_times.push(time(&mut bare)?);
        our_times.push(time(&mut ours)?);
    }
    let bare = median(bare_times)?;
    Ok(median(our_times)?.as_secs_f64() / bare.as_secs_f64())
}

fn time(work: &mut impl FnMut() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Result<Duration> {
    times.sort();
    times
        .get(times.len() / 2)
        .copied()
        .context("nothing was measured")
}
