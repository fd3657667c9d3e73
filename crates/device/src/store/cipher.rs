//! SQLCipher is ready before anybody gives it a key.
//!
//! SQLite sets itself up at the first use in a process and lets a second thread in before SQLCipher has finished its
//! part: a good key that comes in between is refused. The first use is therefore made here, alone, and waited for.

use std::sync::Once;
use std::time::Duration;

use rusqlite::Connection;

static READY: Once = Once::new();
/// How often, and how long apart, it is looked whether another user of the library in this process has finished.
const LOOKS: u32 = 400;
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Returns when SQLCipher takes keys. One that is not there at all is found by whoever gives a key.
pub(crate) fn ready() {
    READY.call_once(|| {
        for _ in 0..LOOKS {
            if takes_a_key() {
                break;
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "the library has no way to tell when it has set itself up"
            )]
            std::thread::sleep(LOOK_EVERY);
        }
    });
}

fn takes_a_key() -> bool {
    // A database without a name is a file that nobody sees; nothing is written to it.
    let unnamed = Connection::open("");
    unnamed.is_ok_and(|unnamed| unnamed.execute_batch("PRAGMA key = 'ready'").is_ok())
}
