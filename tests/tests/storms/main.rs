//! Seeded days of real devices and a real server: what the simulator does with its own stores is done here with the
//! vaults and the server's database, over links that are cut.
//!
//! After each exchange that went through, nothing that a device calls received is missing at the post, whoever wrote
//! it. After quiet all have the same of everything. `SEED=17` runs one day, `SEEDS=200` more of them, `FIRST=1000`
//! others. A seed draws the same acts again; ids and keys are new each time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod act;
mod day;

use day::{Day, Happened};

const SEEDS: u64 = 12;
const ACTS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_called_received_is_missing_and_all_agree_after_any_day() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let first = number("FIRST").unwrap_or(1);
            first..first + number("SEEDS").unwrap_or(SEEDS)
        }
    };
    let many = seeds.end - seeds.start >= SEEDS;
    let mut happened = Happened::default();
    for seed in seeds {
        let mut day = Day::begin(seed).await.unwrap();
        for _ in 0..ACTS {
            if let Err(error) = day.go_on().await {
                panic!("SEED={seed} fails: {error:#}\n{}", day.told());
            }
        }
        if let Err(error) = day.end().await {
            panic!("SEED={seed} fails at the end: {error:#}\n{}", day.told());
        }
        happened += day.happened;
    }
    println!("{happened:?}");
    assert!(
        !many || happened.each_did(),
        "something hardly ever happened: {happened:?}"
    );
}
