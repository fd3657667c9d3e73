//! What one exchange is for.

use crate::wire::Wishes;

/// What one exchange is to do. The usual one pushes what has no receipt, then reads what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Seal and push. Without it the request is a header only and learns how far the last one got.
    pub push: bool,
    /// Push own envelopes above this counter although they have receipts: the server lost them.
    pub push_above: Option<u64>,
    /// Offer what is held of others but in no log. Not while rows are read again after a rewind.
    pub offer: bool,
    /// Present earlier positions: the cursor is not of the server's log.
    pub checkpoints: bool,
    /// Subscribe again from the mark that the server gives: the former one is not allowed any more.
    pub from_start: bool,
    /// What is wanted besides.
    pub wishes: Wishes,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            push: true,
            push_above: None,
            offer: true,
            checkpoints: false,
            from_start: false,
            wishes: Wishes::PULL,
        }
    }
}

impl Plan {
    /// Asks only how far the server got: about 200 bytes, after an exchange that broke while pushing.
    pub const fn header_only() -> Self {
        Self {
            push: false,
            push_above: None,
            offer: false,
            checkpoints: false,
            from_start: false,
            wishes: Wishes::NONE,
        }
    }
}
