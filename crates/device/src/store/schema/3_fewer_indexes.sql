-- A save enters two indexes of the log instead of four: a change is looked for within its document, and the last
-- own save is the newest change that has a number. SQLite cannot take a UNIQUE out of a table: it is made anew.
-- Its checks are written with OR: for IN with a list, each insert would make a small table first.

CREATE TABLE change_now (
    position    INTEGER PRIMARY KEY,                    -- order of arrival on this device
    hash        BLOB    NOT NULL,
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
    save        INTEGER,                                -- own saves counted from 1, rising with the position; NULL
                                                        -- for those of others
    state       TEXT    NOT NULL DEFAULT 'kept'             -- replaced: another change states it again
                CHECK (state = 'kept' OR state = 'refused' OR state = 'blocked' OR state = 'replaced'),
    reason      TEXT,                                   -- why it was refused, in English
    reason_code TEXT,                                   -- and in a word that an interface has a sentence for
    number_used INTEGER NOT NULL DEFAULT 0,             -- refused for its actor's number only, not for its content
    envelope    BLOB    REFERENCES envelope (envelope), -- the sealed envelope that carries it
    leaf        INTEGER,                                -- its place in that envelope
    receipt     TEXT    NOT NULL DEFAULT 'none'
                CHECK (receipt = 'none' OR receipt = 'waiting' OR receipt = 'post' OR receipt = 'safe'),
    received_at INTEGER,                                -- when the receipt (or the change itself) came from the server
    log_seq     INTEGER,                                -- its place in the server's log of the scope; 0: the
                                                        -- server has it, from before the mark; NULL: in no log
    stored_epoch INTEGER,                               -- the newest receipt says that the server has it: in this
    stored_seq  INTEGER,                                -- generation of its logs, at this position; NULL: doubtful
    unwanted    INTEGER NOT NULL DEFAULT 0              -- offered for another device and refused
) STRICT;

INSERT INTO change_now SELECT * FROM change ORDER BY position;
DROP TABLE change;
ALTER TABLE change_now RENAME TO change;

-- What is put aside is told apart like what is kept: by document and hash.
CREATE TABLE quarantine_now (
    document   BLOB    NOT NULL,
    hash       BLOB    NOT NULL,
    bytes      BLOB    NOT NULL,
    reason     TEXT    NOT NULL,
    noticed_at INTEGER NOT NULL,
    PRIMARY KEY (document, hash)
) STRICT;

INSERT INTO quarantine_now SELECT document, hash, bytes, reason, noticed_at FROM quarantine;
DROP TABLE quarantine;
ALTER TABLE quarantine_now RENAME TO quarantine;

CREATE UNIQUE INDEX change_by_document ON change (document, hash);
CREATE INDEX change_unsealed    ON change (position) WHERE envelope IS NULL AND log_seq IS NULL AND state = 'kept';
CREATE INDEX change_by_envelope ON change (envelope, leaf) WHERE envelope IS NOT NULL;
CREATE INDEX change_to_offer    ON change (envelope)
    WHERE log_seq IS NULL AND envelope IS NOT NULL AND state = 'kept' AND unwanted = 0;
CREATE INDEX change_by_log      ON change (scope, log_seq) WHERE log_seq IS NOT NULL;
CREATE INDEX change_by_receipt  ON change (scope, stored_seq) WHERE stored_seq IS NOT NULL AND log_seq IS NULL;
CREATE INDEX change_not_kept    ON change (document) WHERE state <> 'kept';
