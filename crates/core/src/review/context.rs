//! What is known from outside a record when its log is read: who has which role, and what time it is.

use std::fmt;

use super::Event;
use crate::clock::TrustedClock;
use crate::enrol::Role;
use crate::id::PersonId;

/// Who has which role, by the server's directory.
pub trait Roles {
    /// Returns a person's role; `None` if the directory does not know the person.
    fn role_of(&self, person: PersonId) -> Option<Role>;
}

impl<F: Fn(PersonId) -> Option<Role>> Roles for F {
    fn role_of(&self, person: PersonId) -> Option<Role> {
        self(person)
    }
}

/// What is known from outside the document when a status is derived.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The roles; `None` takes every entry as rightful, as the server's admission has checked it.
    pub roles: Option<&'a dyn Roles>,
    /// What is known about the time.
    pub clock: TrustedClock,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("roles", &self.roles.is_some())
            .field("clock", &self.clock)
            .finish()
    }
}

impl Context<'_> {
    /// Returns the context in which nothing is known: the same result on every device.
    pub const fn unknown() -> Self {
        Self {
            roles: None,
            clock: TrustedClock::Unknown,
        }
    }

    /// Returns whether an entry counts.
    pub(crate) fn allows(&self, event: Event, by: PersonId, author: PersonId) -> bool {
        if event == Event::Approved && by == author {
            return false;
        }
        // A person that the directory does not know is a member: a device that has not enrolled yet.
        self.roles.is_none_or(|roles| {
            let role = roles.role_of(by).unwrap_or(Role::PatrolMember);
            event.is_open_to(role) && (by == author || role.decides() || !event.is_of_the_author())
        })
    }

    /// Returns whether a person's void or merge is final: a leader's and the commander's are.
    ///
    /// Where roles are not known, an author's own void can be reopened and anybody else's is final.
    pub(crate) fn ends(&self, by: PersonId, author: PersonId) -> bool {
        match self.roles {
            Some(roles) => roles.role_of(by).is_some_and(Role::decides),
            None => by != author,
        }
    }
}
