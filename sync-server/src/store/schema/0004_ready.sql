-- What another change has freed, by leaf, in the order in which it is to be judged. Nearly always empty.

CREATE TABLE ready (
    place INTEGER PRIMARY KEY,
    leaf_hash BLOB NOT NULL UNIQUE CHECK (length(leaf_hash) = 32)
) STRICT;

-- Builds before this one left aside what was blocked by a change that was stored after it had waited.
INSERT INTO ready (leaf_hash) SELECT blocked.leaf_hash FROM change AS blocked
    WHERE blocked.state <> 'stored' AND blocked.state = 'blocked' AND length(blocked.bytes) > 0
        AND EXISTS (SELECT 1 FROM change AS stored WHERE stored.state = 'stored'
            AND stored.document = blocked.document AND stored.change = blocked.blocked_by AND stored.kind = blocked.kind)
    ORDER BY blocked.rowid;
