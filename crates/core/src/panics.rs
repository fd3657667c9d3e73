//! Panics: those of code that reads hostile bytes are caught in silence, any other is one line with its place.
//!
//! The words of a panic may hold pieces of a record, so nobody ever writes them. Every binary calls
//! [`hide_words`] before anything else.

use std::cell::Cell;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};

thread_local! {
    /// How many [`caught`] this thread is in.
    static CATCHING: Cell<u32> = const { Cell::new(0) };
}

/// Runs what may panic on hostile bytes; `None` if it did. What it worked on is to be dropped then.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    let _catching = Catching::begin();
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// From now on a panic of this process writes its place to standard error and nothing else; one that is
/// [`caught`] writes nothing.
pub fn hide_words() {
    set_hook(Box::new(tell_place));
}

fn tell_place(panic: &PanicHookInfo<'_>) {
    // A thread that is ending has no such counter any more; its panic is told.
    let is_caught = CATCHING
        .try_with(|depth| depth.get() > 0)
        .unwrap_or_default();
    if is_caught {
        return;
    }
    let mut stderr = std::io::stderr();
    // Where nobody listens there is nobody to tell.
    let _ = match panic.location() {
        Some(place) => writeln!(stderr, "bitacora: a fault at {place}"),
        None => writeln!(stderr, "bitacora: a fault"),
    };
}

/// Counts while it lives, also through a panic.
struct Catching;

impl Catching {
    fn begin() -> Self {
        CATCHING.with(|depth| depth.set(depth.get().saturating_add(1)));
        Self
    }
}

impl Drop for Catching {
    fn drop(&mut self) {
        let _ = CATCHING.try_with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test may stop at the first surprise"
    )]

    use std::process::Command;

    use super::*;

    /// Set in the process in which the panics happen: the hook is the whole process's.
    const INSIDE: &str = "BITACORA_TEST_PANICS";

    #[test]
    fn a_caught_panic_writes_nothing_and_another_its_place_alone() {
        if std::env::var_os(INSIDE).is_some() {
            hide_words();
            let nothing: Option<()> = caught(|| {
                caught(|| panic!("secreto 1"));
                panic!("secreto 2")
            });
            assert!(nothing.is_none(), "it was caught");
            panic!("secreto 3");
        }
        let name = "panics::tests::a_caught_panic_writes_nothing_and_another_its_place_alone";
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(INSIDE, "1")
            .output()
            .unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success(), "the third is a real one");
        assert!(
            !words.contains("secreto"),
            "what a panic says may be of a record: {words}"
        );
        let told: Vec<_> = words
            .lines()
            .filter(|line| line.contains("a fault at"))
            .collect();
        assert!(
            matches!(told.as_slice(), [line] if line.contains("panics.rs")),
            "one line, with the place: {words}"
        );
    }
}
