-- Two live secrets while one follows the other. What is NULL is not there.
ALTER TABLE partners ADD COLUMN old_secret_sha256 BLOB CHECK (length(old_secret_sha256) = 32);
ALTER TABLE partners ADD COLUMN old_secret_until INTEGER;
ALTER TABLE partners ADD COLUMN old_callback_secret TEXT;
ALTER TABLE partners ADD COLUMN old_callback_secret_until INTEGER;
-- Requests a minute; NULL: as many as the server lets every partner make.
ALTER TABLE partners ADD COLUMN rate INTEGER CHECK (rate > 0);

-- Scheme, host and port of the URL: a slow receiver holds up no other. Callbacks from before count as of one.
ALTER TABLE outbox ADD COLUMN receiver TEXT NOT NULL DEFAULT '';

-- With all that tells whether a callback is to be left alone, so that a long queue of one receiver is passed over fast.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (next_at, receiver, partner_id) WHERE state = 'pending';

-- Endpoints that answered 410: nothing is sent there until the partner or the operator says so.
CREATE TABLE gone_endpoints (
    partner_id TEXT NOT NULL REFERENCES partners (id),
    endpoint   TEXT NOT NULL, -- the URL without its query
    since      INTEGER NOT NULL,
    PRIMARY KEY (partner_id, endpoint)
) STRICT, WITHOUT ROWID;

-- Ids sort by time, so this serves a look-up in its order.
DROP INDEX submissions_reference;
CREATE INDEX submissions_reference ON submissions (partner_id, reference, id) WHERE reference IS NOT NULL;

-- Written to see whether the database can be written.
CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;
