//! The store as [`ServerLog`]: each call one statement or a few, writes inside the caller's transaction.

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey};
use bitacora_core::id::{
    ActorId, ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId,
};
use bitacora_core::receipt::Receipt;
use bitacora_core::sync::{
    Admission, ChangeState, LogRow, NewChange, ServerLog, Standing, StoredChange, StoredEnvelope,
    Tail,
};
use bitacora_core::wire::{Directory, PersonName};
use chrono::{DateTime, Utc};
use parking_lot::MutexGuard;
use rusqlite::Connection;

use super::{admit, directory, guest};
use crate::server::Server;
use crate::store::table::{brought, change, device, envelope, log, person, ready, receipt};
use crate::store::{StoreError, session};

/// One exchange's view of the store.
pub(crate) struct ExchangeLog<'a> {
    server: &'a Server,
    now: DateTime<Utc>,
    /// Held from begin to commit: nobody else writes meanwhile.
    open: Option<MutexGuard<'a, Connection>>,
    /// Somebody brought it in a file: what it says of its device besides signed envelopes is nobody's word.
    is_carried: bool,
    /// What a change of the open transaction says about itself, between its admission and its state.
    admitted: Option<ChangeMeta>,
}

impl<'a> ExchangeLog<'a> {
    /// Makes a view; `now` is the moment of the exchange.
    pub(crate) fn new(server: &'a Server, now: DateTime<Utc>) -> Self {
        Self {
            server,
            now,
            open: None,
            is_carried: false,
            admitted: None,
        }
    }

    /// Makes a view for what somebody brought in a file.
    pub(crate) fn carried(server: &'a Server, now: DateTime<Utc>) -> Self {
        let mut log = Self::new(server, now);
        log.is_carried = true;
        log
    }

    /// Runs inside the open transaction, or by itself if none is open.
    fn on<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.open {
            Some(connection) => work(connection),
            None => work(&self.server.store().lock()),
        }
    }
}

impl Drop for ExchangeLog<'_> {
    fn drop(&mut self) {
        // A panic in the middle of a transaction must not leave it open for the next one.
        if self.open.is_some() {
            self.rollback();
        }
    }
}

impl ServerLog for ExchangeLog<'_> {
    type Error = StoreError;

    fn begin(&mut self) -> Result<(), StoreError> {
        let connection = self.server.store().lock();
        session::begin(&connection)?;
        self.open = Some(connection);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let Some(connection) = self.open.take() else {
            return Ok(());
        };
        if let Err(error) = session::commit(&connection) {
            self.open = Some(connection);
            self.rollback();
            return Err(error);
        }
        Ok(())
    }

    fn rollback(&mut self) {
        self.admitted = None;
        if let Some(connection) = self.open.take()
            && let Err(error) = session::roll_back(&connection)
        {
            tracing::error!(%error, "A transaction could not be rolled back");
        }
    }

    fn standing(&mut self, device: DeviceId, now_ms: u64) -> Result<Option<Standing>, StoreError> {
        self.on(|connection| guest::standing(connection, device, now_ms))
    }

    fn device_key(&mut self, device: DeviceId) -> Result<Option<PublicKey>, StoreError> {
        self.on(|connection| {
            Ok(device::find(connection, device)?.map(|device| PublicKey::new(device.public_key)))
        })
    }

    fn directory(
        &mut self,
        device: DeviceId,
        held_rev: u64,
    ) -> Result<Option<Directory>, StoreError> {
        let identity = self.server.identity();
        self.on(|connection| directory::read(connection, &identity, device, held_rev))
    }

    fn introduce(&mut self, device: DeviceId, persons: &[PersonName]) -> Result<(), StoreError> {
        let (now, may_rename) = (self.now, !self.is_carried);
        self.server
            .store()
            .write(|tx| guest::introduce(tx, device, persons, may_rename, now))
    }

    fn role_on(&mut self, device: DeviceId, person: PersonId) -> Result<Option<Role>, StoreError> {
        self.on(|connection| person::role_on(connection, device, person))
    }

    fn clone_alarm(&mut self, device: DeviceId, counter: u64) -> Result<(), StoreError> {
        tracing::error!(device.id = %device, envelope.counter = counter, "Two phones share one identity");
        self.on(|connection| device::mark_cloned(connection, device))
    }

    fn contacted(
        &mut self,
        device: DeviceId,
        now_ms: u64,
        device_clock_s: i64,
    ) -> Result<(), StoreError> {
        if self.is_carried {
            // The device was not here, and its clock was read when the file was made.
            return Ok(());
        }
        let now_s = i64::try_from(now_ms / 1000).unwrap_or(i64::MAX);
        let now = self.now;
        self.on(|connection| {
            device::note_contact(
                connection,
                device,
                now,
                device_clock_s.saturating_sub(now_s),
            )
        })
    }

    fn epoch(&mut self) -> Result<u64, StoreError> {
        Ok(self.server.meta().epoch)
    }

    fn tail(&mut self, scope: &ScopeId) -> Result<Tail, StoreError> {
        let organisation = self.server.meta().organisation;
        self.on(|connection| {
            Ok(log::tail(connection, scope)?.unwrap_or_else(|| Tail::empty(organisation, scope)))
        })
    }

    fn tail_at(&mut self, scope: &ScopeId, seq: u64) -> Result<Option<Tail>, StoreError> {
        if seq == 0 {
            return Ok(Some(Tail::empty(self.server.meta().organisation, scope)));
        }
        self.on(|connection| log::tail_at(connection, scope, seq))
    }

    fn append(&mut self, change: &NewChange, tail: &Tail) -> Result<(), StoreError> {
        let now = self.now;
        self.on(|connection| log::append(connection, change, tail, now))
    }

    fn rows(
        &mut self,
        scope: &ScopeId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<LogRow>, StoreError> {
        self.on(|connection| log::rows(connection, scope, after, limit))
    }

    fn document_rows(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
        through: u64,
    ) -> Result<Vec<LogRow>, StoreError> {
        self.on(|connection| log::document_rows(connection, scope, kind, document, through))
    }

    fn document_size(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
    ) -> Result<(u64, u64), StoreError> {
        self.on(|connection| log::document_size(connection, scope, kind, document))
    }

    fn first_row_after(
        &mut self,
        scope: &ScopeId,
        kind: DocumentKind,
        document: DocumentId,
        after: u64,
    ) -> Result<Option<u64>, StoreError> {
        self.on(|connection| log::first_row_after(connection, scope, kind, document, after))
    }

    fn envelope(
        &mut self,
        device: DeviceId,
        counter: u64,
    ) -> Result<Option<StoredEnvelope>, StoreError> {
        self.on(|connection| envelope::find(connection, device, counter))
    }

    fn known_through(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<(u64, EnvelopeHash)>, StoreError> {
        self.on(|connection| envelope::known_through(connection, device))
    }

    fn save_envelope(&mut self, envelope: &StoredEnvelope) -> Result<(), StoreError> {
        let now = self.now;
        self.on(|connection| envelope::save(connection, envelope, now))
    }

    fn change(&mut self, leaf: LeafHash) -> Result<Option<StoredChange>, StoreError> {
        self.on(|connection| change::find(connection, leaf))
    }

    fn save_change(&mut self, change: &NewChange, state: &ChangeState) -> Result<(), StoreError> {
        let meta = self
            .admitted
            .take()
            .filter(|meta| meta.hash == change.change);
        let now = self.now;
        let missing = match state {
            ChangeState::Waiting { missing } => missing.as_slice(),
            _ => &[],
        };
        self.on(|connection| {
            change::save(connection, change, meta.as_ref(), state, now)?;
            change::set_missing(connection, change.leaf_hash(), missing)?;
            if matches!(state, ChangeState::Stored { .. }) {
                brought::forget(connection, change.leaf_hash())?;
            }
            match state {
                ChangeState::Stored { .. } => device::count(connection, change.device, 1, 0),
                ChangeState::Waiting { .. } => Ok(()),
                ChangeState::Blocked { .. } | ChangeState::Refused { .. } => {
                    // Who sends thousands of these must not fill the operator's log.
                    if !change.bytes.is_empty() {
                        tracing::warn!(device.id = %change.device, change.hash = %change.change, "A change was put aside");
                    }
                    device::count(connection, change.device, 0, 1)
                }
            }
        })
    }

    fn aside(&mut self, device: DeviceId) -> Result<(u64, u64), StoreError> {
        self.on(|connection| change::aside(connection, device))
    }

    fn also_brought(&mut self, change: &NewChange) -> Result<(), StoreError> {
        self.on(|connection| brought::note(connection, change))
    }

    fn brought_also(&mut self, leaf: LeafHash) -> Result<Vec<NewChange>, StoreError> {
        self.on(|connection| brought::all(connection, leaf))
    }

    fn waiting_on(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        missing: ChangeHash,
    ) -> Result<Vec<NewChange>, StoreError> {
        self.on(|connection| change::waiting_on(connection, kind, document, missing))
    }

    fn blocked_by(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        refused: ChangeHash,
    ) -> Result<Vec<NewChange>, StoreError> {
        self.on(|connection| change::blocked_by(connection, kind, document, refused))
    }

    fn note_ready(&mut self, leaf: LeafHash) -> Result<(), StoreError> {
        self.on(|connection| ready::note(connection, leaf))
    }

    fn ready(&mut self, limit: usize) -> Result<Vec<LeafHash>, StoreError> {
        self.on(|connection| ready::first(connection, limit))
    }

    fn forget_ready(&mut self, leaf: LeafHash) -> Result<(), StoreError> {
        self.on(|connection| ready::forget(connection, leaf))
    }

    fn not_judged(&mut self, leaf: LeafHash, error: &StoreError) {
        tracing::error!(change.leaf = ?leaf, %error, "A change that waited could not be judged");
    }

    fn waiting_count(&mut self, device: DeviceId) -> Result<usize, StoreError> {
        self.on(|connection| {
            let sealed_first = change::waiting_count(connection, device)?;
            let sealed_after = brought::count(connection, device)?;
            Ok(usize::try_from(sealed_first.saturating_add(sealed_after)).unwrap_or(usize::MAX))
        })
    }

    fn by_actor_seq(
        &mut self,
        kind: DocumentKind,
        document: DocumentId,
        actor: ActorId,
        seq: u64,
    ) -> Result<Option<ChangeHash>, StoreError> {
        self.on(|connection| change::by_actor_seq(connection, kind, document, actor, seq))
    }

    fn admit(&mut self, change: &NewChange, meta: &ChangeMeta) -> Result<Admission, StoreError> {
        let admission = self.on(|connection| admit::admit(connection, change, meta))?;
        self.admitted = (admission == Admission::Accepted).then(|| meta.clone());
        Ok(admission)
    }

    fn receipt(&mut self, device: DeviceId, counter: u64) -> Result<Option<Receipt>, StoreError> {
        self.on(|connection| receipt::newest(connection, device, counter))
    }

    fn receipts_after(
        &mut self,
        device: DeviceId,
        counter: u64,
        limit: usize,
    ) -> Result<Vec<Receipt>, StoreError> {
        self.on(|connection| receipt::newest_after(connection, device, counter, limit))
    }

    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), StoreError> {
        self.on(|connection| receipt::save(connection, receipt))
    }
}
