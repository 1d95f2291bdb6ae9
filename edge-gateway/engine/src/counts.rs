use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What has happened since the process started, for its operator.
#[derive(Debug, Default)]
pub struct Counts {
    lease_expiries: AtomicU64,
    dead_letters: AtomicU64,
}

impl Counts {
    /// Submissions that were taken over because their holder let the lease run out.
    pub fn lease_expiries(&self) -> u64 {
        self.lease_expiries.load(Relaxed)
    }

    /// Submissions that were given up after too many attempts.
    pub fn dead_letters(&self) -> u64 {
        self.dead_letters.load(Relaxed)
    }

    pub(crate) fn lease_expired(&self) {
        self.lease_expiries.fetch_add(1, Relaxed);
    }

    pub(crate) fn dead_letter(&self) {
        self.dead_letters.fetch_add(1, Relaxed);
    }
}
