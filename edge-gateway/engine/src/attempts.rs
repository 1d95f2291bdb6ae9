use facematch_contract::limits::{
    ATTEMPT_DELAY_S, FAILURES_BEFORE_DELAY, FAILURES_BEFORE_LOCK, MAX_ATTEMPT_DELAY_S,
};

/// How many attempts at one subject may fail (NIST SP 800-63B, 5.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Consecutive failures after which the next attempt is delayed.
    pub before_delay: u32,
    /// The first delay, in seconds; each further failure doubles it.
    pub delay_s: u32,
    /// Consecutive failures after which the subject is locked.
    pub before_lock: u32,
}

impl Default for AttemptLimits {
    fn default() -> Self {
        Self {
            before_delay: FAILURES_BEFORE_DELAY,
            delay_s: ATTEMPT_DELAY_S,
            before_lock: FAILURES_BEFORE_LOCK,
        }
    }
}

impl AttemptLimits {
    /// Whether so many consecutive failures lock a subject.
    pub(crate) fn is_locked(&self, failures: u32) -> bool {
        failures >= self.before_lock
    }

    /// How long the next attempt waits after so many consecutive failures, in seconds.
    pub(crate) fn delay_s(&self, failures: u32) -> Option<u32> {
        let doublings = failures.checked_sub(self.before_delay)?;
        let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
        Some(self.delay_s.saturating_mul(factor).min(MAX_ATTEMPT_DELAY_S))
    }

    /// Attempts that may be under way at the same time: no more than may still fail before the next wait.
    pub(crate) fn may_be_open(&self, failures: u32) -> u32 {
        self.before_delay.saturating_sub(failures).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_begin_after_the_fifth_failure_and_double_until_the_lock() {
        let limits = AttemptLimits::default();
        let cases = [
            (0, None, 5, false),
            (1, None, 4, false),
            (4, None, 1, false),
            (5, Some(30), 1, false),
            (6, Some(60), 1, false),
            (9, Some(480), 1, false),
            (10, Some(960), 1, true),
            (40, Some(MAX_ATTEMPT_DELAY_S), 1, true),
            (u32::MAX, Some(MAX_ATTEMPT_DELAY_S), 1, true),
        ];
        for (failures, delay_s, open, locked) in cases {
            assert_eq!(limits.delay_s(failures), delay_s, "{failures}");
            assert_eq!(limits.may_be_open(failures), open, "{failures}");
            assert_eq!(limits.is_locked(failures), locked, "{failures}");
        }
    }
}
