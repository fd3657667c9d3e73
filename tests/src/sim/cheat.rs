//! Rules broken on purpose, to prove that the simulator finds it.

/// A rule that is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cheat {
    /// None: the product's rules.
    None,
    /// The server answers before its disk has the data.
    ServerAnswersBeforeSync,
    /// A phone says *Guardado* before its disk has the change.
    PhoneSavesWithoutSync,
    /// A phone passes over rows that refer to its own changes.
    PhoneFiltersOwnRows,
    /// A phone keeps the cursor of a pull message and loses a row of it.
    PhoneDropsRow,
    /// A phone takes *waiting* for received and never offers what a fork took.
    PhoneNeverOffersAgain,
    /// A phone never says who its people are.
    PhoneIntroducesNobody,
    /// A phone leaves changes in an envelope whose place at the server a copy's envelope has.
    PhoneKeepsDisplaced,
    /// A phone leaves a document as it is of which the server has refused a change.
    PhoneKeepsRefused,
    /// The server lets a revoked phone in.
    ServerForgetsRevoked,
    /// The server gives a position to a change whose ancestors are not in the log.
    ServerIgnoresAncestors,
}
