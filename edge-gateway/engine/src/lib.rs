//! Submissions, partners, queue and outbox over SQL, behind a small HTTP API.
