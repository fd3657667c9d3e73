//! What a record means: documents, rules, conflicts, sync planning, wire messages.
//!
//! Pure: no SQL, network, clock, randomness or files. Actor ids and times are always passed in.
