-- A change is kept by its leaf: these bytes in this document, of this kind. The same bytes under another one are
-- another change. SQLite cannot take a UNIQUE out of a table: four are made anew. The step after this one
-- copies the changes, with the hashes that SQL cannot compute.

DROP INDEX change_by_actor;
DROP INDEX change_aside;
ALTER TABLE change RENAME TO change_before;

CREATE TABLE change (
    leaf_hash BLOB NOT NULL UNIQUE,
    change BLOB NOT NULL,
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
CREATE UNIQUE INDEX change_by_actor ON change (document, kind, actor, actor_seq) WHERE state = 'stored';
-- What is stored has one row in a log, which names document and change.
CREATE UNIQUE INDEX change_stored ON change (document, change) WHERE state = 'stored';
CREATE INDEX change_aside ON change (state, device) WHERE state <> 'stored';

DROP INDEX log_by_document;
DROP INDEX log_by_time;
ALTER TABLE log RENAME TO log_before;
CREATE TABLE log (
    scope TEXT NOT NULL REFERENCES scope (scope),
    seq INTEGER NOT NULL,
    document BLOB NOT NULL,
    kind INTEGER NOT NULL,
    change BLOB NOT NULL,
    -- The log up to this row, in sum.
    chain BLOB NOT NULL,
    count INTEGER NOT NULL,
    sum BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (scope, seq),
    UNIQUE (document, change)
) STRICT, WITHOUT ROWID;
INSERT INTO log SELECT log_before.scope, log_before.seq, log_before.document, coalesce(change_before.kind, 0),
    log_before.change, chain, count, sum, log_before.received_at
    FROM log_before LEFT JOIN change_before USING (change);
DROP TABLE log_before;
CREATE INDEX log_by_document ON log (scope, document, kind, seq);
CREATE INDEX log_by_time ON log (scope, received_at);

-- Which changes, by leaf, wait for which of their document that are not there.
DROP INDEX waiting_by_change;
ALTER TABLE waiting RENAME TO waiting_before;
CREATE TABLE waiting (
    missing BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    PRIMARY KEY (missing, leaf_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_leaf ON waiting (leaf_hash);

-- A document of a kind that is not read here binds nobody: one id may have it beside the record.
DROP INDEX document_by_scope;
ALTER TABLE document RENAME TO document_before;
CREATE TABLE document (
    document BLOB NOT NULL,
    kind INTEGER NOT NULL,
    scope TEXT NOT NULL,
    snapshot BLOB NOT NULL,
    -- The flat row of an encounter, as JSON.
    summary TEXT,
    UNIQUE (document, kind)
) STRICT;
INSERT INTO document SELECT * FROM document_before;
DROP TABLE document_before;
CREATE INDEX document_by_scope ON document (scope, kind);
