//! What can happen on a day.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Somebody records.
    Meet,
    /// Somebody corrects a record at the version that is seen.
    Correct,
    /// Two people correct the same field of one record, and neither has seen what the other puts.
    Differ,
    /// Somebody takes the last save back.
    Undo,
    /// Somebody voids a record.
    Void,
    /// The leader or the commander chooses between two values.
    Choose,
    /// A device syncs.
    Sync,
    /// A device syncs, and the link breaks on the way.
    SyncCut,
    /// A device is killed and opened again.
    Reopen,
    /// Time passes.
    Pass,
    /// The server is started again.
    Restart,
    /// The server's folder is copied.
    BackUp,
    /// The copy is put back: the server has forgotten what came after.
    PutBack,
    /// A vault is copied to another phone.
    Copy,
    /// A phone whose records have gone is lost.
    Lose,
    /// A new phone joins.
    Join,
}

/// What is drawn, and how often in so many.
const DRAWN: [(Act, u32); 16] = [
    (Act::Meet, 20),
    (Act::Correct, 24),
    (Act::Differ, 6),
    (Act::Undo, 4),
    (Act::Void, 3),
    (Act::Choose, 6),
    (Act::Sync, 22),
    (Act::SyncCut, 8),
    (Act::Reopen, 4),
    (Act::Pass, 4),
    (Act::Restart, 2),
    (Act::BackUp, 3),
    (Act::PutBack, 5),
    (Act::Copy, 2),
    (Act::Lose, 5),
    (Act::Join, 5),
];

impl Act {
    /// Draws one.
    pub(crate) fn drawn(random: &mut ChaCha8Rng) -> Self {
        let of = DRAWN.iter().map(|(_, weight)| weight).sum();
        let mut left = random.random_range(0..of);
        for (act, weight) in DRAWN {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return act,
            }
        }
        unreachable!("the weights add up")
    }
}
