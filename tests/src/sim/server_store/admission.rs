//! Whether a change is taken into its document.

use std::sync::Arc;

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::enrol::Role;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::sync::{Admission, NewChange};
use bitacora_core::{encounter, review};

use super::ServerStore;
use crate::sim::cheat::Cheat;

impl ServerStore {
    /// Applies a change to a copy of its document, by the product's rules.
    pub(super) fn admitted(&mut self, change: &NewChange) -> Admission {
        let poison = Admission::Refused {
            code: RefusalCode::Poison,
            text: "poison".into(),
        };
        if self.poison.contains(&change.change) {
            return poison;
        }
        let bytes = change.bytes.as_slice();
        let applied = match self.state().documents.get(&change.document) {
            Some(document) => Document::clone(document).with_change(bytes),
            None => Document::from_changes([bytes]),
        };
        let before = self.state().documents.get(&change.document);
        let before = before.map(|document| encounter::read(document).unwrap());
        let role = self.state().role_on(change.device, change.person);
        let (person, role) = (change.person, role.unwrap_or(Role::PatrolMember));
        let stated_by = |hash| {
            let stored = self.state().changes.get(&hash)?;
            Some(stored.new.person)
        };
        let judged = |document: &Document| {
            let encounter = encounter::read(document).unwrap();
            review::rightful(before.as_ref(), &encounter, change.change, person, role)?;
            let chosen = review::chosen(document, change.change, person, stated_by).unwrap();
            match chosen {
                Some(_) => review::may_choose(role),
                None => Ok(()),
            }
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
}
