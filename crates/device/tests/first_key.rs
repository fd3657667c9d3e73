//! Many first starts at once, in a process that has never used SQLite before. Alone in its file: there is one first use.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

use std::sync::{Arc, Barrier};

use bitacora_device::{Environment, KdfCost, NewPerson, Vault};

const AT_ONCE: usize = 12;

#[test]
fn a_good_key_is_never_refused_while_the_cipher_sets_itself_up() {
    let folder = tempfile::tempdir().unwrap();
    let together = Arc::new(Barrier::new(AT_ONCE));
    let starts: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let vault = folder.path().join(number.to_string());
            let together = Arc::clone(&together);
            std::thread::spawn(move || {
                let new = NewPerson {
                    name: "Cabo 17".to_owned(),
                    pin: "482913".to_owned(),
                    post: None,
                    tz: None,
                };
                let environment = Environment::system().with_kdf(KdfCost::FOR_TESTS);
                together.wait();
                Vault::create(&vault, &new, environment).map(drop)
            })
        })
        .collect();
    for start in starts {
        start.join().unwrap().unwrap();
    }
}
