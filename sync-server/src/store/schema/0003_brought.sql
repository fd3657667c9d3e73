-- Which further envelopes vouch for a change that waits, once for each person of a device.

CREATE TABLE brought (
    leaf_hash BLOB NOT NULL,
    device BLOB NOT NULL,
    person BLOB NOT NULL,
    counter INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY (leaf_hash, device, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX brought_by_device ON brought (device);
