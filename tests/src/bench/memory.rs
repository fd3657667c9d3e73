//! The peak memory of a program, as the kernel keeps it.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, ensure};

/// How often the kernel is asked. The mark only grows, so little can be missed after the last question.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// Runs a program to its end, which must be good, and returns its peak resident memory in megabytes.
pub fn peak_megabytes(program: &mut Command) -> Result<f64> {
    let (peak, code) = peak_megabytes_of(program)?;
    ensure!(code == Some(0), "the measured program ended with {code:?}");
    Ok(peak)
}

/// Runs a program to its end and returns its peak resident memory in megabytes and its exit code.
pub fn peak_megabytes_of(program: &mut Command) -> Result<(f64, Option<i32>)> {
    let mut child = program.stdout(Stdio::null()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = std::fs::read_to_string(&status_file)
            .ok()
            .and_then(|text| high_water(&text))
            .unwrap_or(peak_kib);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        pause();
    };
    Ok((f64::from(peak_kib) * 1024.0 / 1_000_000.0, status.code()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the kernel has no event for a new peak"
)]
fn pause() {
    std::thread::sleep(ASK_EVERY);
}

fn high_water(status: &str) -> Option<u32> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
