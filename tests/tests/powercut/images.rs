//! From a recording to images of the disk, and what is found in them.

use std::path::Path;
use std::process::Command;

use bitacora_tests::powercut::{Damage, Trace, compile_shim, crash_image, record};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

/// How many images each claim is looked at in.
pub(crate) const IMAGES: u64 = 300;
/// The vault, and the first thing that a person was told is saved.
pub(crate) const SAVED: usize = 2;

/// What was found in one image.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finding {
    Whole,
    Lost,
    Corrupt,
}

/// Records a workload to its end.
pub(crate) fn trace(workload: &str, count: &str) -> Trace {
    let work = TempDir::new().unwrap();
    let folder = work.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let shim = compile_shim(work.path()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_powercut_workload"));
    program.arg(workload).arg(&folder).arg(count);
    record(&shim, &mut program, &folder).unwrap()
}

/// The proof that a claim can fail: without syncs after its first promises the same search finds promises that are not
/// kept. What else is wrong with an image does not count.
pub(crate) fn must_be_lost(
    trace: &Trace,
    promises: usize,
    find: impl Fn(&Path, &[&str]) -> Finding,
) {
    let [_, lost, _] = count(&trace.without_syncs_after(promises), promises, find);
    assert!(
        lost > IMAGES / 10,
        "without syncs promises must be seen to be broken, {lost} were"
    );
}

/// Builds the images, each from a seed of its own, and counts what `find` says of them. Each is cut after so many
/// promises at least: an image with nothing to look for proves nothing.
pub(crate) fn count(
    trace: &Trace,
    promises: usize,
    find: impl Fn(&Path, &[&str]) -> Finding,
) -> [u64; 3] {
    let mut counts = [0; 3];
    let end = trace.operations.len();
    let first = (0..=end)
        .find(|cut| trace.acknowledged_before(*cut).len() >= promises)
        .expect("the recording holds its promises");
    for seed in 0..IMAGES {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let cut = random.random_range(first..=end);
        let damage = Damage::ALL[usize::try_from(seed).unwrap() % Damage::ALL.len()];
        let image = TempDir::new().unwrap();
        crash_image(trace, cut, damage, &mut random)
            .write_to(image.path())
            .unwrap();
        let finding = find(image.path(), &trace.acknowledged_before(cut));
        if finding != Finding::Whole {
            eprintln!("seed {seed}, cut {cut}, {damage:?}: {finding:?}");
        }
        counts[finding as usize] += 1;
    }
    counts
}
