//! The vault: made once, open in one place, checked and derived again.

use bitacora_device::{Environment, Vault, VaultState};
use serde_json::json;

use crate::post::{PIN, Post};

#[test]
fn a_folder_without_a_vault_says_how_to_make_one() {
    Post::empty().refused(&["list"], "", &["vault", "bitacora init"]);
}

#[test]
fn a_second_init_never_hides_the_first() {
    let post = Post::ready();
    post.recorded();
    post.refused(&["init", "--name", "Otro"], "", &["already a vault"]);
    assert_eq!(
        post.json(&["list"]).as_array().unwrap().len(),
        1,
        "the record is still there"
    );
}

#[test]
fn a_vault_that_is_open_elsewhere_is_left_alone() {
    let post = Post::ready();
    post.recorded();
    let vault = post.folder.path().join("vault");
    let VaultState::Locked { people, .. } = Vault::state(&vault, &Environment::system()) else {
        panic!("the vault is whole");
    };
    let open = Vault::unlock(&vault, people[0].person_id, PIN, Environment::system()).unwrap();
    let why = ["open in another window or program", "Close the app"];
    post.refused(&["list"], "", &why);
    post.refused(&["sync"], "", &why);
    open.lock();
    post.done(&["list"]);
}

#[test]
fn a_sound_vault_verifies_and_a_rebuild_changes_nothing() {
    let post = Post::ready();
    let code = post.recorded();
    post.done_with(&["edit", &code, "-"], r#"{"setting":"jungle"}"#);
    let before = post.json(&["show", &code])["record"].clone();
    let verified = post.json(&["verify"]);
    assert_eq!(verified["problems"], json!([]), "nothing is wrong");
    assert_eq!(
        verified["changes"], 2,
        "a record and its correction were looked at"
    );
    assert_eq!(
        post.json(&["rebuild"])["different"],
        0,
        "rows and snapshots were right already"
    );
    assert_eq!(
        post.json(&["show", &code])["record"],
        before,
        "and say the same afterwards"
    );
}
