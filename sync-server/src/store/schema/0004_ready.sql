-- What another change has freed, by leaf, in the order in which it is to be judged. Nearly always empty.

CREATE TABLE ready (
    place INTEGER PRIMARY KEY,
    leaf_hash BLOB NOT NULL UNIQUE CHECK (length(leaf_hash) = 32)
) STRICT;

-- Builds before this one left aside what was blocked by a change that was refused no longer, but waited first.
INSERT INTO ready (leaf_hash) SELECT blocked.leaf_hash FROM change AS blocked
    WHERE blocked.state <> 'stored' AND blocked.state = 'blocked' AND length(blocked.bytes) > 0
        AND EXISTS (SELECT 1 FROM change AS blocks WHERE blocks.state <> 'refused'
            AND blocks.document = blocked.document AND blocks.change = blocked.blocked_by AND blocks.kind = blocked.kind)
    ORDER BY blocked.rowid;
