-- The first form of the store that is kept: what was made with it opens with every later build. It is never edited
-- again; a change is a file of its own, with the next number (docs/decisions/0051).
-- Ids and hashes are raw bytes, times are milliseconds since 1970 in UTC, lists are JSON.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The truth: every change of every document, append-only.
CREATE TABLE change (
    position    INTEGER PRIMARY KEY,                    -- order of arrival on this device
    hash        BLOB    NOT NULL UNIQUE,
    document    BLOB    NOT NULL,
    kind        INTEGER NOT NULL,                       -- 1 encounter, 2 patrol; others are kept
    scope       TEXT    NOT NULL,                       -- POST/compartment
    actor       BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    deps        BLOB    NOT NULL,                       -- hashes, one after the other
    bytes       BLOB    NOT NULL,
    person      BLOB    NOT NULL,                       -- who wrote it: of the save, or of its envelope
    device      BLOB    NOT NULL,                       -- on what, likewise
    claimed_at  INTEGER NOT NULL,                       -- when its author's device says it was written
    saved_at    INTEGER NOT NULL,                       -- when it was put here, by this device's clock
    save        INTEGER UNIQUE,                         -- own saves counted from 1; NULL for those of others
    state       TEXT    NOT NULL DEFAULT 'kept'
                CHECK (state IN ('kept', 'refused', 'blocked', 'replaced')), -- replaced: another change states it again
    reason      TEXT,                                   -- why it was refused, in English
    reason_code TEXT,                                   -- and in a word that an interface has a sentence for
    number_used INTEGER NOT NULL DEFAULT 0,             -- refused for its actor's number only, not for its content
    envelope    BLOB    REFERENCES envelope (envelope), -- the sealed envelope that carries it
    leaf        INTEGER,                                -- its place in that envelope
    receipt     TEXT    NOT NULL DEFAULT 'none'
                CHECK (receipt IN ('none', 'waiting', 'post', 'safe')),
    received_at INTEGER,                                -- when the receipt (or the change itself) came from the server
    log_seq     INTEGER,                                -- its place in the server's log of the scope; 0: the
                                                        -- server has it, from before the mark; NULL: in no log
    stored_epoch INTEGER,                               -- the newest receipt says that the server has it: in this
    stored_seq  INTEGER,                                -- generation of its logs, at this position; NULL: doubtful
    unwanted    INTEGER NOT NULL DEFAULT 0              -- offered for another device and refused
) STRICT;

CREATE INDEX change_by_document ON change (document, position);
CREATE INDEX change_unsealed    ON change (position) WHERE envelope IS NULL AND log_seq IS NULL AND state = 'kept';
CREATE INDEX change_by_envelope ON change (envelope, leaf) WHERE envelope IS NOT NULL;
CREATE INDEX change_to_offer    ON change (envelope)
    WHERE log_seq IS NULL AND envelope IS NOT NULL AND state = 'kept' AND unwanted = 0;
CREATE INDEX change_by_log      ON change (scope, log_seq) WHERE log_seq IS NOT NULL;
CREATE INDEX change_by_receipt  ON change (scope, stored_seq) WHERE stored_seq IS NOT NULL AND log_seq IS NULL;
CREATE INDEX change_not_kept    ON change (document) WHERE state <> 'kept';

-- A cache per document of more than one change, replaced only by bytes that were loaded again and compared.
CREATE TABLE snapshot (
    document BLOB PRIMARY KEY,
    kind     INTEGER NOT NULL,
    scope    TEXT NOT NULL,
    heads    BLOB NOT NULL,
    bytes    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Derived: what lists and reports read. Made again by rebuild. Small rows in the order of saving: the
-- newest page and a whole report are read from end to end without an index. A record is found by its creating
-- change, whose position is its key here.
CREATE TABLE encounter_row (
    saved_order INTEGER PRIMARY KEY,                    -- position of the creating change
    -- First what a line shows: a page reads no further.
    listed      INTEGER NOT NULL,                       -- 0: withdrawn, in history only
    place       INTEGER NOT NULL,                       -- 0 on the phone, 1 at the post, 2 at headquarters
    unreceived  INTEGER NOT NULL,                       -- own changes without a receipt
    refused     INTEGER NOT NULL,
    saved_at    INTEGER NOT NULL,
    received_at INTEGER,
    summary     BLOB    NOT NULL,                       -- core's Summary, packed
    -- Then what lists are narrowed to, taken from it for the index.
    document    BLOB    NOT NULL,
    short_code  TEXT    NOT NULL,
    day         TEXT    NOT NULL,                       -- local day of the post
    patrol      BLOB,
    incomplete  INTEGER NOT NULL,
    two_values  INTEGER NOT NULL,
    to_review   INTEGER NOT NULL,
    voided      INTEGER NOT NULL,
    clock_doubt INTEGER NOT NULL
) STRICT;

-- All that lists are narrowed to and counted by, without the rows themselves. One index and not one for each
-- state: a save writes every one that its row enters, and this one is read through in a millisecond.
CREATE INDEX row_narrow ON encounter_row
    (short_code, day, patrol, listed, unreceived, refused, incomplete, two_values, to_review, voided, clock_doubt);

-- Derived: patrols.
CREATE TABLE patrol_row (
    document    BLOB    PRIMARY KEY,
    code        TEXT    NOT NULL,
    departed_at INTEGER NOT NULL,
    returned_at INTEGER,
    device      BLOB    NOT NULL,
    departed_checked INTEGER NOT NULL,                  -- somebody vouches for the clock that said so
    returned_checked INTEGER NOT NULL,
    summary     TEXT    NOT NULL
) STRICT;

CREATE INDEX patrol_by_departure ON patrol_row (departed_at);

-- Sealed envelopes: own ones, and those of others that came with rows.
CREATE TABLE envelope (
    envelope  BLOB    PRIMARY KEY,                      -- hash of the signed statement
    device    BLOB    NOT NULL,
    counter   INTEGER NOT NULL,
    statement BLOB    NOT NULL,                         -- CBOR, as signed
    signature BLOB    NOT NULL,
    leaves    BLOB    NOT NULL                          -- leaf hashes, one after the other
) STRICT;

CREATE INDEX envelope_by_counter ON envelope (device, counter);

-- The newest receipt of an envelope.
CREATE TABLE receipt (
    envelope BLOB    PRIMARY KEY REFERENCES envelope (envelope),
    epoch    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    open     INTEGER NOT NULL,                          -- something still waits
    bytes    BLOB    NOT NULL                           -- CBOR, as signed by the server
) STRICT;

-- The audiences that this device reads, and how far. NULL before the server's first answer.
CREATE TABLE subscription (
    scope      TEXT PRIMARY KEY,
    mark_epoch INTEGER,
    mark_seq   INTEGER,
    mark_chain BLOB,
    epoch      INTEGER,
    seq        INTEGER,
    chain      BLOB,
    count      INTEGER,
    sum        BLOB
) STRICT;

-- Earlier positions of a scope, near ones densely.
CREATE TABLE checkpoint (
    scope TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    chain BLOB    NOT NULL,
    count INTEGER NOT NULL,
    sum   BLOB    NOT NULL,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

-- Rows of the server's log since the mark, also of changes that were not taken.
CREATE TABLE log_row (
    scope    TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    document BLOB    NOT NULL,
    change   BLOB    NOT NULL,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

-- Unfinished forms. Never leave the device.
CREATE TABLE draft (
    draft        BLOB    PRIMARY KEY,
    person       BLOB    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('new', 'same_as_last', 'edit', 'practice')),
    document     BLOB,                                  -- for edit: the record
    version      TEXT,                                  -- for edit: the version seen
    started_at   INTEGER NOT NULL,
    first_tap_at INTEGER,
    updated_at   INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT;

CREATE TABLE person (
    person    BLOB    PRIMARY KEY,
    name      TEXT    NOT NULL,
    role      TEXT,                                     -- from the server's directory only
    here      INTEGER NOT NULL,                         -- has a key slot on this device
    announced INTEGER NOT NULL                          -- the server knows the name
) STRICT;

CREATE TABLE device (
    device     BLOB    PRIMARY KEY,
    public_key BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    revoked    INTEGER NOT NULL
) STRICT;

CREATE TABLE post (
    post         TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    tz           TEXT    NOT NULL,
    lock_minutes INTEGER NOT NULL,
    details      TEXT    NOT NULL
) STRICT;

-- The last contacts with the server, good and bad.
CREATE TABLE contact (
    contact   INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    ok        INTEGER NOT NULL,
    sent      INTEGER NOT NULL,
    received  INTEGER NOT NULL,
    code      TEXT
) STRICT;

-- What the server's clock said at a contact.
CREATE TABLE clock_reading (
    reading   INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,                         -- this device's clock
    offset_ms INTEGER NOT NULL,                         -- server's clock minus this device's
    position  INTEGER NOT NULL,                         -- the newest change at that moment
    start     BLOB,                                     -- how the clock stood to the steady one, as in clock_run;
    zero_ms   INTEGER                                   -- NULL where there is none
) STRICT;

-- Stretches in which this device's clock was not set, as far as something took its time from it.
CREATE TABLE clock_run (
    run     INTEGER PRIMARY KEY AUTOINCREMENT,
    after   INTEGER NOT NULL,                           -- the newest change when it began
    start   BLOB    NOT NULL,                           -- which start of the steady clock
    zero_ms INTEGER NOT NULL                            -- what this clock showed then
) STRICT;

-- One line per record whose time was corrected, so that the whole act can be undone.
CREATE TABLE clock_repair (
    act       INTEGER NOT NULL,
    document  BLOB    NOT NULL,
    before_at TEXT    NOT NULL,
    source    TEXT    NOT NULL,
    undone    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (act, document)
) STRICT, WITHOUT ROWID;

-- Saves that the mark knows and the database does not: a write-ahead log lost its end.
CREATE TABLE tail_gap (
    noticed_at INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,                        -- the numbers are not used again
    known      INTEGER NOT NULL                         -- 0: the mark itself was unreadable
) STRICT;

-- Bytes that were not taken, with the reason.
CREATE TABLE quarantine (
    hash       BLOB    PRIMARY KEY,
    document   BLOB    NOT NULL,
    bytes      BLOB    NOT NULL,
    reason     TEXT    NOT NULL,
    noticed_at INTEGER NOT NULL
) STRICT;
