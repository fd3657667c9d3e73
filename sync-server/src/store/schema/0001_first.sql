-- First schema. Times are milliseconds since 1970, ids are bytes, roles and codes are words.

CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    organisation BLOB NOT NULL,
    organisation_name TEXT NOT NULL,
    -- The Ed25519 seed of the TLS and receipt key. The whole file is encrypted.
    server_seed BLOB NOT NULL,
    -- Generation of the logs; a restore from a backup begins a new one.
    epoch INTEGER NOT NULL,
    directory_rev INTEGER NOT NULL,
    -- What it was told at its last start: what is received here is safe.
    headquarters INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE post (
    post TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    tz TEXT NOT NULL,
    vocabulary TEXT NOT NULL,
    lock_minutes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trail (
    post TEXT NOT NULL REFERENCES post (post),
    trail TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (post, trail)
) STRICT, WITHOUT ROWID;

-- A scope is named by its post and compartment, such as PA-BCH/operational.
CREATE TABLE scope (
    scope TEXT PRIMARY KEY,
    post TEXT NOT NULL REFERENCES post (post)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrol_code (
    code INTEGER PRIMARY KEY,
    nameplate TEXT NOT NULL,
    -- Forgotten as soon as nobody may use it any more.
    password TEXT,
    role TEXT NOT NULL,
    post TEXT NOT NULL REFERENCES post (post),
    device_name TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    used_at INTEGER,
    used_by BLOB
) STRICT;
CREATE INDEX enrol_code_by_nameplate ON enrol_code (nameplate, code);

CREATE TABLE device (
    device BLOB PRIMARY KEY,
    public_key BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    post TEXT NOT NULL REFERENCES post (post),
    -- The person who held it at enrolment: gets the code's role.
    holder BLOB NOT NULL,
    digits INTEGER NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_contact_at INTEGER,
    clock_ahead_seconds INTEGER,
    received INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    -- Its envelopes 1, 2, 3, … are here up to this one.
    through INTEGER NOT NULL DEFAULT 0,
    cloned INTEGER NOT NULL DEFAULT 0,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    person BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    announced_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device_person (
    device BLOB NOT NULL REFERENCES device (device),
    person BLOB NOT NULL REFERENCES person (person),
    PRIMARY KEY (device, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_scope (
    device BLOB NOT NULL REFERENCES device (device),
    scope TEXT NOT NULL REFERENCES scope (scope),
    -- The row after which the device may read; fixed at its first subscription.
    mark INTEGER,
    PRIMARY KEY (device, scope)
) STRICT, WITHOUT ROWID;

-- One log per scope: dense, causally closed, never altered.
CREATE TABLE log (
    scope TEXT NOT NULL REFERENCES scope (scope),
    seq INTEGER NOT NULL,
    document BLOB NOT NULL,
    change BLOB NOT NULL UNIQUE,
    -- The log up to this row, in sum.
    chain BLOB NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_by_document ON log (scope, document, seq);
CREATE INDEX log_by_time ON log (scope, received_at);

-- Every change that was ever handed in, with what became of it. Refused and blocked ones are the
-- quarantine: kept with their reason, in no log and in no document.
CREATE TABLE change (
    change BLOB NOT NULL UNIQUE,
    document BLOB NOT NULL,
    kind INTEGER NOT NULL,
    scope TEXT NOT NULL,
    device BLOB NOT NULL,
    counter INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('stored', 'waiting', 'blocked', 'refused')),
    seq INTEGER,
    blocked_by BLOB,
    code TEXT,
    reason TEXT,
    actor BLOB,
    actor_seq INTEGER,
    received_at INTEGER NOT NULL,
    state_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX change_by_actor ON change (document, actor, actor_seq) WHERE state = 'stored';
CREATE INDEX change_aside ON change (state, device) WHERE state <> 'stored';

-- Which changes wait for which that are not there.
CREATE TABLE waiting (
    missing BLOB NOT NULL,
    change BLOB NOT NULL,
    PRIMARY KEY (missing, change)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_change ON waiting (change);

CREATE TABLE envelope (
    device BLOB NOT NULL,
    counter INTEGER NOT NULL,
    hash BLOB NOT NULL,
    organisation BLOB NOT NULL,
    person BLOB NOT NULL,
    previous BLOB,
    root BLOB NOT NULL,
    signature BLOB NOT NULL,
    -- For each leaf its hash and its change, 32 bytes each; a change that was never handed in is zeros.
    leaves BLOB NOT NULL,
    held INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (device, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    device BLOB NOT NULL,
    counter INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- As it was signed, in CBOR.
    receipt BLOB NOT NULL,
    PRIMARY KEY (device, counter, version)
) STRICT, WITHOUT ROWID;

-- Caches: both can be made again from log and change.
CREATE TABLE document (
    document BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    scope TEXT NOT NULL,
    snapshot BLOB NOT NULL,
    -- The flat row of an encounter, as JSON.
    summary TEXT
) STRICT;
CREATE INDEX document_by_scope ON document (scope, kind);
