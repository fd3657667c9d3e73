//! Which earlier positions a device keeps: near ones densely, far ones sparsely.

use std::collections::BTreeSet;

/// Returns the positions that may be forgotten, given all kept ones and the newest.
///
/// Of the positions whose distance from the newest lies between two powers of two, the oldest stays. A
/// fork is then found within a factor of two of its true distance, with one position per power.
pub fn superseded(positions: &[u64], newest: u64) -> Vec<u64> {
    let mut kept_octaves = BTreeSet::new();
    let mut ordered: Vec<u64> = positions
        .iter()
        .copied()
        .filter(|position| *position < newest)
        .collect();
    ordered.sort_unstable();
    ordered
        .into_iter()
        .filter(|position| !kept_octaves.insert((newest - position).ilog2()))
        .collect()
}
