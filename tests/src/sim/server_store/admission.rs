//! Whether a change is taken into its document.

use std::sync::Arc;

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::document::{Document, DocumentError, Version};
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::patrol::{Correction, Signer};
use bitacora_core::receipt::RefusalCode;
use bitacora_core::review::{self, NotAllowed};
use bitacora_core::sync::{Admission, NewChange};
use bitacora_core::{encounter, patrol};

use super::ServerStore;
use crate::sim::cheat::Cheat;

impl ServerStore {
    /// Applies a change to a copy of its document, by the product's rules.
    pub(super) fn admitted(&mut self, change: &NewChange, meta: &ChangeMeta) -> Admission {
        if self.poison.contains(&change.change) {
            let even = change.change.as_bytes()[0].is_multiple_of(2);
            return Admission::Refused {
                code: if even {
                    RefusalCode::Poison
                } else {
                    RefusalCode::TooLarge
                },
                text: "for its content".into(),
            };
        }
        let bytes = change.bytes.as_slice();
        let applied = match self.state().documents.get(&change.document) {
            Some(document) => Document::clone(document).with_change(bytes),
            None => Document::from_changes([bytes]),
        };
        let judged = |document: &Document| match change.kind {
            DocumentKind::PATROL => self.of_patrol(change, meta, document),
            _ => self.of_encounter(change, document),
        };
        match applied.and_then(|document| document.snapshot().map(|_| document)) {
            Ok(document) => {
                let judged = judged(&document);
                if let Err(why) = judged {
                    return Admission::Refused {
                        code: RefusalCode::Role,
                        text: why.to_string(),
                    };
                }
                self.state_mut()
                    .documents
                    .insert(change.document, Arc::new(document));
                Admission::Accepted
            }
            Err(_) if self.cheat == Cheat::ServerIgnoresAncestors => Admission::Accepted,
            Err(error) => Admission::Refused {
                code: match error {
                    DocumentError::DuplicateSeq { .. } => RefusalCode::DuplicateSeq,
                    _ => RefusalCode::Change,
                },
                text: error.to_string(),
            },
        }
    }

    fn of_encounter(&self, change: &NewChange, document: &Document) -> Result<(), NotAllowed> {
        let before = self.state().documents.get(&change.document);
        let before = before.map(|document| encounter::read(document).unwrap());
        let role = self.state().role_on(change.device, change.person);
        let (person, role) = (change.person, role.unwrap_or(Role::PatrolMember));
        let stated_by = |hash| {
            let stored = self.state().changes.get(&hash)?;
            Some(stored.new.person)
        };
        let encounter = encounter::read(document).unwrap();
        review::rightful(before.as_ref(), &encounter, change.change, person, role)?;
        let chosen = review::chosen(document, change.change, person, stated_by).unwrap();
        match chosen.is_empty() {
            true => Ok(()),
            false => review::may_choose(role),
        }
    }

    fn of_patrol(
        &self,
        change: &NewChange,
        meta: &ChangeMeta,
        document: &Document,
    ) -> Result<(), NotAllowed> {
        let Some(before) = self.state().documents.get(&change.document) else {
            let author = patrol::read(document).unwrap().header.author_id;
            return match author == change.person {
                true => Ok(()),
                false => Err(NotAllowed::OtherPerson),
            };
        };
        let role = self.state().role_on(change.device, change.person);
        let signer = Signer {
            device: change.device,
            person: change.person,
            role: role.unwrap_or(Role::PatrolMember),
        };
        let correction = Correction {
            before,
            after: document,
            seen: &Version::new(meta.deps.clone()),
        };
        let key_of = |device| self.state().enrolled.get(&device).map(|known| known.key);
        match patrol::may_correct(&correction, &signer, &key_of) {
            Ok(false) => Err(NotAllowed::OtherPatrol),
            // A server that ignores ancestors cannot say what was seen.
            Ok(true) | Err(_) => Ok(()),
        }
    }
}
