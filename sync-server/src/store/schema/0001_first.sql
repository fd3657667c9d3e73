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

CREATE TABLE scope (
    scope INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    post TEXT NOT NULL REFERENCES post (post)
) STRICT;

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
    scope INTEGER NOT NULL REFERENCES scope (scope),
    -- The row after which the device may read; fixed at its first subscription.
    mark INTEGER,
    PRIMARY KEY (device, scope)
) STRICT, WITHOUT ROWID;
