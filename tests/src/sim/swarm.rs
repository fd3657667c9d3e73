//! Which faults a seed has: each kind is on or off, so that some seeds are stormy in one way only.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::link::Weather;

/// The fault kinds of one seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Swarm {
    cuts_up: bool,
    cuts_down: bool,
    server_dies: bool,
    phones_die: bool,
    doubles: bool,
    interleaves: bool,
    pub(super) losses: bool,
    pub(super) late: bool,
    pub(super) clones: bool,
    pub(super) restores: bool,
    pub(super) rewinds: bool,
    pub(super) revocations: bool,
    pub(super) refusals: bool,
}

impl Swarm {
    pub(super) fn draw(rng: &mut ChaCha8Rng) -> Self {
        let mut on = || rng.random_bool(0.5);
        Self {
            cuts_up: on(),
            cuts_down: on(),
            server_dies: on(),
            phones_die: on(),
            doubles: on(),
            interleaves: on(),
            losses: on(),
            late: on(),
            clones: on(),
            restores: on(),
            rewinds: on(),
            revocations: on(),
            refusals: on(),
        }
    }

    /// Draws whether the server will refuse a change for its content: hostile, or too large.
    pub(super) fn refuses(&self, rng: &mut ChaCha8Rng) -> bool {
        let happens = rng.random_bool(0.08);
        self.refusals && happens
    }

    /// Draws what happens to one exchange. Every draw is made, so that one fault kind does not move others.
    pub(super) fn weather(&self, rng: &mut ChaCha8Rng) -> Weather {
        let mut draw = |on: bool, chance: f64| {
            let (happens, at) = (rng.random_bool(chance), rng.random_range(0.0..1.0));
            (on && happens).then_some(at)
        };
        Weather {
            cut_up: draw(self.cuts_up, 0.25),
            cut_down: draw(self.cuts_down, 0.25),
            server_dies: draw(self.server_dies, 0.1),
            phone_dies: draw(self.phones_die, 0.1),
            twice: draw(self.doubles, 0.2).is_some(),
            between: draw(self.interleaves, 0.2),
        }
    }
}
