-- What is personal or secret is sealed: `BLOB` columns hold envelopes of facematch-seal. Rows of earlier versions are
-- sealed by the program between this migration and the next, which drops the columns that held them in clear.

CREATE TABLE partner_keys (
    partner_id TEXT NOT NULL REFERENCES partners (id),
    generation INTEGER NOT NULL, -- rises; the newest seals, all open
    master_id  TEXT NOT NULL,    -- which master key sealed this one
    wrapped    BLOB NOT NULL,
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (partner_id, generation)
) STRICT, WITHOUT ROWID;

ALTER TABLE partners ADD COLUMN tag_key BLOB; -- makes the look-up tags
ALTER TABLE partners ADD COLUMN callback_secret_sealed BLOB;
ALTER TABLE partners ADD COLUMN keep_photos_days INTEGER NOT NULL DEFAULT 0 CHECK (keep_photos_days >= 0);
ALTER TABLE partners ADD COLUMN keep_results_days INTEGER CHECK (keep_results_days >= 0); -- NULL: until it is erased

ALTER TABLE submissions ADD COLUMN details BLOB;       -- subject, reference, consent, callback URL; NULL: erased
ALTER TABLE submissions ADD COLUMN reference_tag BLOB; -- keyed hash, for looking up
ALTER TABLE submissions ADD COLUMN erase_due INTEGER;  -- when retention erases it; NULL: never
ALTER TABLE submissions ADD COLUMN forgotten_at INTEGER; -- when details and result were erased
CREATE INDEX submissions_erase ON submissions (erase_due) WHERE erase_due IS NOT NULL;
CREATE INDEX submissions_reference_tag ON submissions (partner_id, reference_tag) WHERE reference_tag IS NOT NULL;

ALTER TABLE images ADD COLUMN data_key BLOB; -- seals the photo in the bucket; NULL: destroyed, and the photo with it
ALTER TABLE results ADD COLUMN sealed BLOB;
ALTER TABLE outbox ADD COLUMN sealed BLOB; -- URL and body
