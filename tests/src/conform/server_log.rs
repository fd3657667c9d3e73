//! What a server's store must do.

mod changes;
mod devices;
mod receipts;
mod rows;

use std::ops::DerefMut;

use bitacora_core::id::{OrganisationId, ScopeId};
use bitacora_core::sync::{
    Admission, ChangeState, EnvelopeLeaf, ServerIdentity, ServerLog, StoredEnvelope,
};
use ed25519_dalek::SigningKey;
use serde_json::json;

use self::changes::{
    a_change_waits_until_its_ancestor_is_there, what_is_refused_leaves_the_document_as_it_was,
};
use self::devices::devices_are_known_by_their_keys;
use self::receipts::{envelopes_are_kept_as_they_came, the_newest_receipt_is_given};
use self::rows::{rows_are_dense_and_in_order, what_is_not_committed_is_gone};
use super::written::{Sealed, Writer};

/// A server's store under test, with one enrolled device.
pub trait Post {
    /// Returns the store, as an exchange sees it.
    fn log(&mut self) -> impl DerefMut<Target: ServerLog>;
    /// Ends the process wherever it is; what was not committed is gone.
    fn crash(&mut self);
    /// Returns the organisation, the audience and the key of a device that may write there.
    fn enrolled(&self) -> (OrganisationId, ScopeId, SigningKey);
    /// Returns who the server is.
    fn identity(&self) -> ServerIdentity;
}

/// Runs the whole suite over an empty store.
pub fn server_log<P: Post>(post: &mut P) {
    let (organisation, scope, key) = post.enrolled();
    let mut writer = Writer::new(key, organisation);
    let first = writer.records(1);
    let second = writer.edits(&[&first], json!({ "note": "río alto" }));
    let third = writer.edits(&[&first, &second], json!({ "setting": "jungle" }));
    // `edits_as_before` then repeats the number of the third, which is in the document by then.
    what_is_not_committed_is_gone(post, &scope, &first);
    envelopes_are_kept_as_they_came(post, &[&first, &second, &third]);
    rows_are_dense_and_in_order(post, &scope, &[&first, &second]);
    a_change_waits_until_its_ancestor_is_there(post, &third);
    what_is_refused_leaves_the_document_as_it_was(post, &scope, &mut writer, &first);
    the_newest_receipt_is_given(post, &[&first, &second]);
    devices_are_known_by_their_keys(post, &writer, &scope);
}

/// Puts a change at the end of its log, as the core does.
fn store<L: ServerLog + ?Sized>(log: &mut L, scope: &ScopeId, sealed: &Sealed) {
    let new = sealed.new_change(scope);
    let meta = log.inspect(&new.bytes).unwrap().unwrap();
    assert_eq!(log.admit(&new, &meta).unwrap(), Admission::Accepted);
    let tail = log.tail(scope).unwrap().after(new.document, new.change);
    log.append(&new, &tail).unwrap();
    log.save_change(&new, &ChangeState::Stored { seq: tail.seq })
        .unwrap();
}

fn envelope(sealed: &Sealed, held: bool) -> StoredEnvelope {
    let leaf = EnvelopeLeaf {
        hash: sealed.leaf,
        change: Some(sealed.written.meta.hash),
    };
    StoredEnvelope {
        seal: sealed.seal.clone(),
        leaves: vec![leaf],
        held,
    }
}
