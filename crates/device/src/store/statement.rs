//! The place where tests end the process: before every SQL statement of an open vault, whoever makes it (the server
//! has the same).

use rusqlite::Connection;

/// Makes the failpoint `device::statement` of every statement that begins from here on. Without the feature
/// `failpoints` nothing is asked and nothing is called.
pub(super) fn stop_before_each(connection: &Connection) {
    #[cfg(feature = "failpoints")]
    {
        use rusqlite::trace::{TraceEvent, TraceEventCodes};

        fn begins(_: TraceEvent<'_>) {
            fail::fail_point!("device::statement");
        }
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(begins));
    }
    #[cfg(not(feature = "failpoints"))]
    let _ = connection;
}
