-- The columns that held in clear what 0002 sealed.
DROP INDEX submissions_reference;
ALTER TABLE submissions DROP COLUMN subject;
ALTER TABLE submissions DROP COLUMN reference;
ALTER TABLE submissions DROP COLUMN consent_ref;
ALTER TABLE submissions DROP COLUMN callback_url;
ALTER TABLE results DROP COLUMN result_json;
ALTER TABLE outbox DROP COLUMN url;
ALTER TABLE outbox DROP COLUMN body;
ALTER TABLE partners DROP COLUMN callback_secret;
ALTER TABLE partners RENAME COLUMN callback_secret_sealed TO callback_secret;

-- A template of the selfie, kept with the result so that it can become a baseline while the submission lives.
ALTER TABLE results ADD COLUMN template BLOB;

-- Persons by keyed hashes of the partner's names for them: what one partner calls somebody tells nothing to another.
CREATE TABLE baselines (
    partner_id    TEXT NOT NULL REFERENCES partners (id),
    subject_tag   BLOB NOT NULL,
    pack          TEXT NOT NULL, -- made the template; no other can compare it
    sealed        BLOB NOT NULL, -- subject, submission, template
    registered_at INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0, -- consecutive
    delayed_until INTEGER,
    PRIMARY KEY (partner_id, subject_tag)
) STRICT, WITHOUT ROWID;

ALTER TABLE submissions ADD COLUMN subject_tag BLOB; -- of selfie_to_baseline alone
CREATE INDEX submissions_attempts ON submissions (partner_id, subject_tag)
    WHERE subject_tag IS NOT NULL AND state IN ('awaiting_upload', 'queued', 'processing');
