//! One transaction per user action or received message. Every statement that writes goes through here.

use std::ops::Deref;

use rusqlite::{Connection, Params, Transaction, TransactionBehavior};

use super::error::StoreError;

/// An open transaction. Dropped without `commit`, it leaves nothing.
#[derive(Debug)]
pub(crate) struct Tx<'c> {
    transaction: Transaction<'c>,
}

impl<'c> Tx<'c> {
    /// Begins a transaction that holds the write lock from the start.
    pub(crate) fn begin(connection: &'c mut Connection) -> Result<Self, StoreError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Self { transaction })
    }

    /// Runs one statement that writes; returns how many rows it changed.
    pub(crate) fn write(
        &self,
        sql: &'static str,
        params: impl Params,
    ) -> Result<usize, StoreError> {
        Ok(self.transaction.prepare_cached(sql)?.execute(params)?)
    }

    /// Makes everything durable.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}
