-- Times are milliseconds since 1970, written by the database's own clock.

CREATE TABLE partners (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    secret_sha256   BLOB NOT NULL CHECK (length(secret_sha256) = 32),
    scopes          TEXT NOT NULL, -- JSON array of names
    allowed_origins TEXT NOT NULL, -- JSON array
    callback_secret TEXT NOT NULL, -- Standard Webhooks, whsec_…
    disabled        INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at      INTEGER NOT NULL,
    rotated_at      INTEGER NOT NULL
) STRICT;

-- The row is the job: there is no second write that could be lost.
CREATE TABLE submissions (
    id              TEXT PRIMARY KEY,
    partner_id      TEXT NOT NULL REFERENCES partners (id),
    idempotency_key TEXT NOT NULL,
    request_sha256  TEXT NOT NULL,
    mode            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN
        ('awaiting_upload', 'queued', 'processing', 'completed', 'failed', 'expired', 'erased')),
    subject         TEXT,
    reference       TEXT,
    consent_ref     TEXT,
    callback_url    TEXT,
    match_fmr       REAL,
    review_fmr      REAL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    closed_at       INTEGER, -- when it stopped awaiting uploads: no upload URL is made after it
    -- The queue.
    due_at          INTEGER, -- queued: not before; processing: end of the lease
    fence           INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    worker          TEXT,
    -- Retention and erasure.
    purge_due       INTEGER, -- when the photos are to be deleted (again); NULL: nothing to do
    purged_at       INTEGER,
    erased_result   INTEGER CHECK (erased_result IN (0, 1)),
    erased_at       INTEGER,
    UNIQUE (partner_id, idempotency_key)
) STRICT;

CREATE INDEX submissions_due ON submissions (due_at) WHERE state IN ('queued', 'processing');
CREATE INDEX submissions_unconfirmed ON submissions (expires_at) WHERE state = 'awaiting_upload';
CREATE INDEX submissions_purge ON submissions (purge_due) WHERE purge_due IS NOT NULL;
CREATE INDEX submissions_reference ON submissions (partner_id, reference) WHERE reference IS NOT NULL;

CREATE TABLE images (
    submission_id TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    role          TEXT NOT NULL,
    content_type  TEXT NOT NULL,
    size_bytes    INTEGER NOT NULL CHECK (size_bytes > 0),
    sha256        TEXT NOT NULL,
    etag          TEXT, -- pinned by confirm
    PRIMARY KEY (submission_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE results (
    submission_id TEXT PRIMARY KEY REFERENCES submissions (id) ON DELETE CASCADE,
    result_json   TEXT NOT NULL,
    completed_at  INTEGER NOT NULL
) STRICT;

-- One callback for each submission that has a callback URL.
CREATE TABLE outbox (
    event_id      TEXT PRIMARY KEY,
    submission_id TEXT NOT NULL UNIQUE REFERENCES submissions (id) ON DELETE CASCADE,
    partner_id    TEXT NOT NULL REFERENCES partners (id),
    url           TEXT NOT NULL,
    body          TEXT NOT NULL, -- exactly the bytes that are signed and sent
    state         TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempt       INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER NOT NULL, -- pending: the next attempt, or the end of the lease of this one
    scheduled_at  INTEGER NOT NULL  -- when next_at was written: shows a clock that was set back
) STRICT;

CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'pending';

CREATE TABLE deliveries (
    id       INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES outbox (event_id) ON DELETE CASCADE,
    attempt  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    status   INTEGER, -- HTTP status of the receiver; NULL: no answer
    error    TEXT
) STRICT;

CREATE INDEX deliveries_event ON deliveries (event_id);
