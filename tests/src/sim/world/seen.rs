//! What a run had in it, so that a test can tell a world in which nothing happened.

use std::collections::BTreeMap;

use bitacora_core::envelope::DocumentKind;

use crate::sim::link::Weather;
use crate::sim::phone_store::Held;

/// What can happen in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// A change of a patrol was saved.
    OfPatrol,
    /// A record was made on a patrol.
    OnPatrol,
    /// A phone was cut off.
    Revoked,
    /// A change was saved on a phone that was cut off.
    AfterRevocation,
    /// A change was saved that the server refuses for its content.
    Refused,
    /// A change was written again without what was refused below it.
    Rewritten,
    /// A request was cut.
    CutUp,
    /// An answer was cut.
    CutDown,
    /// The server's power was cut in an exchange.
    ServerDied,
    /// The phone's power was cut in an exchange.
    PhoneDied,
    /// A request arrived twice.
    Twice,
    /// Another phone's exchange took place in the middle of one.
    Between,
    /// The power was cut between exchanges.
    Crashed,
    /// A phone was copied.
    Copied,
    /// The server was put back to its copy.
    PutBack,
    /// A phone was lost.
    Lost,
    /// An old request arrived once more.
    Late,
    /// A row of a phone was lost.
    RowLost,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::OfPatrol,
        Self::OnPatrol,
        Self::Revoked,
        Self::AfterRevocation,
        Self::Refused,
        Self::Rewritten,
        Self::CutUp,
        Self::CutDown,
        Self::ServerDied,
        Self::PhoneDied,
        Self::Twice,
        Self::Between,
        Self::Crashed,
        Self::Copied,
        Self::PutBack,
        Self::Lost,
        Self::Late,
        Self::RowLost,
    ];
}

/// How often each happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<Happening, usize>);

impl Seen {
    /// Returns how often something happened.
    pub fn times(&self, what: Happening) -> usize {
        self.0.get(&what).copied().unwrap_or_default()
    }

    pub(super) fn note(&mut self, what: Happening) {
        self.note_times(what, 1);
    }

    pub(super) fn note_times(&mut self, what: Happening, times: usize) {
        *self.0.entry(what).or_default() += times;
    }

    /// Notes a change that was saved.
    pub(super) fn note_saved(&mut self, held: &Held, begins: bool, on_patrol: bool) {
        let is_patrol = held.kind == DocumentKind::PATROL;
        self.note_times(Happening::OfPatrol, usize::from(is_patrol));
        let on_patrol = !is_patrol && begins && on_patrol;
        self.note_times(Happening::OnPatrol, usize::from(on_patrol));
    }

    /// Notes what an exchange has to bear.
    pub(super) fn note_weather(&mut self, weather: Weather) {
        let each = [
            (Happening::CutUp, weather.cut_up.is_some()),
            (Happening::CutDown, weather.cut_down.is_some()),
            (Happening::ServerDied, weather.server_dies.is_some()),
            (Happening::PhoneDied, weather.phone_dies.is_some()),
            (Happening::Twice, weather.twice),
            (Happening::Between, weather.between.is_some()),
        ];
        for (what, _) in each.into_iter().filter(|(_, happens)| *happens) {
            self.note(what);
        }
    }
}

impl std::ops::AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        for (what, times) in other.0 {
            self.note_times(what, times);
        }
    }
}
