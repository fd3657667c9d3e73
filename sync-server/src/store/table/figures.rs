//! Numbers over several tables.

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::value::Unsigned;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) documents: u64,
    pub(crate) rows: u64,
    pub(crate) waiting: u64,
    pub(crate) aside: u64,
}

/// Counts.
pub(crate) fn read(connection: &Connection) -> Result<Figures, StoreError> {
    let figures = connection.query_row(
        "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM log),
                (SELECT count(*) FROM change WHERE state <> 'stored' AND state = 'waiting'),
                (SELECT count(*) FROM change WHERE state <> 'stored' AND state IN ('refused', 'blocked'))",
        [],
        |row| {
            let number = |column| row.get::<_, Unsigned>(column).map(|number| number.0);
            Ok(Figures {
                documents: number(0)?,
                rows: number(1)?,
                waiting: number(2)?,
                aside: number(3)?,
            })
        },
    )?;
    Ok(figures)
}
