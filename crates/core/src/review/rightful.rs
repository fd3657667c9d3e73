//! Whether what a change says in a person's name is that person's to say: asked at admission.

use super::{Event, NotAllowed};
use crate::encounter::{Encounter, ReviewEntry};
use crate::enrol::Role;
use crate::id::{ChangeHash, PersonId};

/// Checks what a change says in a person's name: for admission, where the envelope says who it was.
///
/// `before` is the record without the change. Where the record stands is not asked: a person who was
/// offline could not know it. A creating change must name its author, an entry of the log who makes it,
/// nobody alters another's entry, and the role must have the right at all.
pub fn rightful(
    before: Option<&Encounter>,
    encounter: &Encounter,
    change: ChangeHash,
    person: PersonId,
    role: Role,
) -> Result<(), NotAllowed> {
    let author = encounter.header.author_id;
    if encounter.beginning == change && author != person {
        return Err(NotAllowed::OtherPerson);
    }
    if before.is_some_and(|before| alters_another(before, encounter, person)) {
        return Err(NotAllowed::OtherPerson);
    }
    // Whichever change wrote it: one may uncover what another had left hidden beside a later value.
    for entry in added(before, encounter) {
        if entry.by != person {
            return Err(NotAllowed::OtherPerson);
        }
        match entry.event.parse::<Event>() {
            Ok(Event::Approved) if person == author => return Err(NotAllowed::OwnRecord),
            Ok(event) if !event.is_open_to(role) => return Err(NotAllowed::Role),
            Ok(Event::Withdrawn | Event::Restored) if person != author => {
                return Err(NotAllowed::NotOwn);
            }
            Ok(event) if event.is_of_the_author() && person != author && !role.decides() => {
                return Err(NotAllowed::NotOwn);
            }
            // Events of newer builds move nothing here.
            _ => {}
        }
    }
    Ok(())
}

/// Returns the entries that are there now and were not before.
fn added<'a>(
    before: Option<&'a Encounter>,
    after: &'a Encounter,
) -> impl Iterator<Item = &'a ReviewEntry> {
    let stood = move |entry: &ReviewEntry| {
        before.is_some_and(|before| before.review_log.iter().any(|(other, _)| other == entry))
    };
    let entries = after.review_log.iter().map(|(entry, _)| entry);
    entries.filter(move |entry| !stood(entry))
}

/// Returns whether an entry of somebody else is gone or says something else than before.
fn alters_another(before: &Encounter, after: &Encounter, person: PersonId) -> bool {
    let stands = |entry: &ReviewEntry| after.review_log.iter().any(|(other, _)| other == entry);
    before
        .review_log
        .iter()
        .any(|(entry, _)| entry.by != person && !stands(entry))
}
