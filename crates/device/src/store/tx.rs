//! One transaction per user action or received message. Every statement that writes goes through
//! here, so that a test can stop the process before and after each of them.

use std::ops::Deref;

use rusqlite::{Connection, Params, Transaction, TransactionBehavior};

use super::error::StoreError;

/// What is being written; also the name of the failpoint at its statement boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// A user action that saves changes.
    Save,
    /// Something that came from the server.
    Apply,
    /// Everything else: drafts, contacts, settings.
    Other,
}

/// An open transaction. Dropped without `commit`, it leaves nothing.
#[derive(Debug)]
pub(crate) struct Tx<'c> {
    transaction: Transaction<'c>,
    area: Area,
}

impl<'c> Tx<'c> {
    /// Begins a transaction that holds the write lock from the start.
    pub(crate) fn begin(connection: &'c mut Connection, area: Area) -> Result<Self, StoreError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Self { transaction, area })
    }

    /// Runs one statement that writes; returns how many rows it changed.
    pub(crate) fn write(
        &self,
        sql: &'static str,
        params: impl Params,
    ) -> Result<usize, StoreError> {
        boundary(self.area);
        let changed = self.transaction.prepare_cached(sql)?.execute(params)?;
        boundary(self.area);
        Ok(changed)
    }

    /// Makes everything durable.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        boundary(self.area);
        self.transaction.commit()?;
        boundary(self.area);
        Ok(())
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

/// A place between two statements: with the feature `failpoints` a test can end the process here.
fn boundary(area: Area) {
    match area {
        Area::Save => fail::fail_point!("device::save"),
        Area::Apply => fail::fail_point!("device::apply"),
        Area::Other => fail::fail_point!("device::other"),
    }
}
