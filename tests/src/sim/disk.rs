//! A disk with two halves: what a power cut leaves, and what the process sees.

/// A state that survives a power cut as it was at the last sync.
pub(super) struct Disk<S> {
    synced: S,
    current: S,
}

impl<S: Clone> Disk<S> {
    /// Puts a state onto a disk.
    pub(super) fn new(state: S) -> Self {
        Self {
            synced: state.clone(),
            current: state,
        }
    }

    /// What the process sees.
    pub(super) const fn now(&self) -> &S {
        &self.current
    }

    /// What the process may change; lost at a power cut until synced.
    pub(super) const fn now_mut(&mut self) -> &mut S {
        &mut self.current
    }

    /// What a power cut leaves.
    pub(super) const fn synced(&self) -> &S {
        &self.synced
    }

    /// Makes everything durable.
    pub(super) fn sync(&mut self) {
        self.synced = self.current.clone();
    }

    /// Cuts the power.
    pub(super) fn crash(&mut self) {
        self.current = self.synced.clone();
    }

    /// Puts another state in the place of all, as a restore does.
    pub(super) fn replace(&mut self, state: S) {
        self.synced = state.clone();
        self.current = state;
    }
}
