//! A first start: the post, the device's own key, and both kept in the new store.

use bitacora_core::id::PostId;
use chrono_tz::Tz;
use ed25519_dalek::SigningKey;
use rusqlite::Connection;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::error::DeviceError;
use crate::rebuild;
use crate::store::table::{meta, post};
use crate::store::tx::Tx;
use crate::store::{Store, StoreError};
use crate::vault::{DataKey, Sealed, VaultError};

/// The post of records made before anybody said which it is. Enrolment replaces it for what was not sent.
pub const PROVISIONAL_POST: &str = "XX-SIN";
/// The time zone until the post's own is known: that of the first posts.
const FIRST_TZ: &str = "America/Panama";
const LOCK_MINUTES: u32 = 10;
const NONCE_BYTES: usize = 24;

/// Where a new device stands until it is enrolled.
pub(crate) struct FirstStart {
    post: post::Post,
}

impl FirstStart {
    /// Checks what the person gave; what is missing is provisional.
    pub(crate) fn checked(post_id: Option<PostId>, tz: Option<&str>) -> Result<Self, DeviceError> {
        let provisional = || {
            PROVISIONAL_POST
                .parse()
                .map_err(|_| DeviceError::invalid("post_id", "not a post"))
        };
        let post_id = post_id.map_or_else(provisional, Ok)?;
        let tz = tz.unwrap_or(FIRST_TZ);
        if tz.parse::<Tz>().is_err() {
            return Err(DeviceError::invalid(
                "tz",
                "not an IANA time zone such as America/Panama",
            ));
        }
        let name = post_id.to_string();
        Ok(Self {
            post: post::Post {
                post_id,
                name,
                tz: tz.to_owned(),
                lock_minutes: LOCK_MINUTES,
                details: post::PostDetails::default(),
            },
        })
    }
}

/// Puts the post and a new signing key into a new store.
pub(crate) fn settle(
    store: &mut Store,
    first: &FirstStart,
    data_key: &DataKey,
    vault_id: Uuid,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let (wrapped, public) = new_key(data_key, vault_id, environment)?;
    store.keep(|tx| {
        meta::set(tx, meta::SIGNING_KEY, &wrapped)?;
        meta::set(tx, meta::PUBLIC_KEY, &public)?;
        meta::set(tx, meta::DERIVED_FORM, rebuild::form().as_bytes())?;
        meta::set(tx, meta::POST, first.post.post_id.as_str().as_bytes())?;
        Ok(post::put(tx, &first.post)?)
    })
}

/// Returns the key to join with as another device: the one that is kept for that, another than was `tried`, else a new one.
/// It is on the disk before it is used, so that a lost answer is asked for again under it.
pub(crate) fn next_key(
    store: &mut Store,
    data_key: &DataKey,
    vault_id: Uuid,
    environment: &Environment,
    tried: Option<&SigningKey>,
) -> Result<SigningKey, DeviceError> {
    if let Some(next) = key_kept_to_join(store.read(), data_key, vault_id)?
        && tried.is_none_or(|tried| *tried != next)
    {
        return Ok(next);
    }
    let (wrapped, _) = new_key(data_key, vault_id, environment)?;
    store.keep(|tx| Ok(meta::set(tx, meta::NEXT_SIGNING_KEY, &wrapped)?))?;
    let kept = key_kept_to_join(store.read(), data_key, vault_id)?;
    kept.ok_or_else(|| damaged().into())
}

/// Returns the key that is kept to join with, if there is one.
pub(crate) fn key_kept_to_join(
    db: &Connection,
    data_key: &DataKey,
    vault_id: Uuid,
) -> Result<Option<SigningKey>, DeviceError> {
    key(db, meta::NEXT_SIGNING_KEY, data_key, vault_id)
}

/// Makes the key that is kept to join with the device's own. What the former one sealed stays as it is.
///
/// What was taken out before was taken out in the name of a device that its server may refuse by now.
pub(crate) fn become_next(tx: &Tx<'_>, next: &SigningKey) -> Result<(), StoreError> {
    let wrapped = meta::get(tx, meta::NEXT_SIGNING_KEY)?.ok_or_else(damaged)?;
    meta::set(tx, meta::SIGNING_KEY, &wrapped)?;
    meta::set(tx, meta::PUBLIC_KEY, &next.verifying_key().to_bytes())?;
    [meta::NEXT_SIGNING_KEY, meta::COPIED, meta::TAKEN_OUT]
        .into_iter()
        .try_for_each(|name| meta::remove(tx, name))
}

/// Returns a new key, wrapped, and its public half.
fn new_key(
    data_key: &DataKey,
    vault_id: Uuid,
    environment: &Environment,
) -> Result<(Vec<u8>, [u8; 32]), DeviceError> {
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(environment.bytes()?);
    let public = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    let sealed =
        data_key
            .signing_key_wrap()
            .seal(seed.as_slice(), &context(vault_id), environment)?;
    Ok((
        [sealed.nonce.as_slice(), sealed.ciphertext.as_slice()].concat(),
        public,
    ))
}

/// Unwraps the device's signing key.
pub(crate) fn signing_key(
    db: &Connection,
    data_key: &DataKey,
    vault_id: Uuid,
) -> Result<SigningKey, DeviceError> {
    let own = key(db, meta::SIGNING_KEY, data_key, vault_id)?;
    own.ok_or_else(|| damaged().into())
}

/// Unwraps a signing key, if it is there.
fn key(
    db: &Connection,
    name: &str,
    data_key: &DataKey,
    vault_id: Uuid,
) -> Result<Option<SigningKey>, DeviceError> {
    let Some(wrapped) = meta::get(db, name)? else {
        return Ok(None);
    };
    let (nonce, ciphertext) = wrapped.split_at_checked(NONCE_BYTES).ok_or_else(damaged)?;
    let sealed = Sealed {
        nonce: nonce.try_into().map_err(|_| damaged())?,
        ciphertext: ciphertext.to_vec(),
    };
    let seed = data_key
        .signing_key_wrap()
        .open(&sealed, &context(vault_id))
        .ok_or(VaultError::KeyMismatch)?;
    let seed: Zeroizing<[u8; 32]> =
        Zeroizing::new(seed.as_slice().try_into().map_err(|_| damaged())?);
    Ok(Some(SigningKey::from_bytes(&seed)))
}

const fn damaged() -> StoreError {
    StoreError::Value {
        what: "signing_key",
    }
}

fn context(vault_id: Uuid) -> Vec<u8> {
    [b"bitacora signing key 1\0".as_slice(), vault_id.as_bytes()].concat()
}
