//! How many requests a caller may make: a bucket of tokens for each, filled evenly.
//!
//! The counts live in this process and end with it: they guard the machine, they bill nobody. See decision 8.

use crate::{Engine, EngineError};
use facematch_contract::{
    CorrelationId, PartnerId,
    engine::CallerKind,
    limits::{BROWSER_RATE, PARTNER_RATE, RATE_WINDOW_S},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(RATE_WINDOW_S as u64);
/// How long a partner's own rate is believed before it is read again.
const RATE_LIFE: Duration = Duration::from_secs(10);
/// Callers that are kept before the idle ones are forgotten.
const KEEP: usize = 1024;

/// Who makes a request, as far as counting goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    Partner(PartnerId),
    /// The browser of one submission: it cannot use up its partner's quota.
    Browser(CorrelationId),
}

impl Caller {
    pub(crate) fn new(kind: CallerKind, partner: PartnerId, id: Option<CorrelationId>) -> Self {
        match (kind, id) {
            (CallerKind::Browser, Some(id)) => Self::Browser(id),
            _ => Self::Partner(partner),
        }
    }

    /// Name of its policy in the headers.
    pub(crate) fn policy(&self) -> &'static str {
        match self {
            Self::Partner(_) => "partner",
            Self::Browser(_) => "browser",
        }
    }
}

/// What is left to a caller after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Requests in a window.
    pub(crate) rate: u32,
    /// Requests that are left now.
    pub(crate) left: u32,
    /// Time until all are there again, in seconds, rounded up.
    pub(crate) full_in_s: u64,
    /// Time until the next request is allowed, in seconds, rounded up; `None` if this one is.
    pub(crate) wait_s: Option<u64>,
}

/// The counts of every caller.
pub(crate) struct Rates {
    /// Requests that a partner may make in a window; `None` for any number.
    partner_rate: Option<u32>,
    own_rates: Mutex<HashMap<PartnerId, (Option<u32>, Instant)>>,
    buckets: Mutex<HashMap<Caller, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: u32,
    tokens: f64,
    at: Instant,
}

impl Default for Rates {
    fn default() -> Self {
        Self::new(Some(PARTNER_RATE))
    }
}

impl Rates {
    pub(crate) fn new(partner_rate: Option<u32>) -> Self {
        Self { partner_rate, own_rates: Mutex::default(), buckets: Mutex::default() }
    }

    fn take(&self, caller: Caller, rate: u32, now: Instant) -> Quota {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEEP && buckets.len().is_power_of_two() {
            // A full bucket is as good as none.
            buckets.retain(|_, bucket| bucket.at(now).tokens < f64::from(bucket.rate));
        }
        let full = Bucket { rate, tokens: f64::from(rate), at: now };
        let bucket = buckets.entry(caller).or_insert(full);
        bucket.rate = rate;
        *bucket = bucket.at(now);
        bucket.take()
    }

    fn known_rate(&self, partner: &PartnerId, now: Instant) -> Option<Option<u32>> {
        let rates = self.own_rates.lock().unwrap_or_else(PoisonError::into_inner);
        let (rate, read_at) = rates.get(partner)?;
        (now.duration_since(*read_at) < RATE_LIFE).then_some(*rate)
    }

    fn learn(&self, partner: PartnerId, rate: Option<u32>, now: Instant) {
        let mut rates = self.own_rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.insert(partner, (rate, now));
    }
}

impl Bucket {
    fn per_second(self) -> f64 {
        f64::from(self.rate) / WINDOW.as_secs_f64()
    }

    /// The bucket as it is at `now`.
    fn at(self, now: Instant) -> Self {
        let filled = now.saturating_duration_since(self.at).as_secs_f64() * self.per_second();
        Self { tokens: (self.tokens + filled).min(f64::from(self.rate)), at: now, ..self }
    }

    fn take(&mut self) -> Quota {
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        let until = |tokens: f64| ((tokens - self.tokens) / self.per_second()).ceil() as u64;
        Quota {
            rate: self.rate,
            left: self.tokens as u32,
            full_in_s: until(f64::from(self.rate)),
            wait_s: (!allowed).then(|| until(1.0).max(1)),
        }
    }
}

impl Engine {
    /// Counts a request of `caller`. `None` where nothing is counted.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub(crate) async fn count(&self, caller: Caller) -> Result<Option<Quota>, EngineError> {
        let now = Instant::now();
        let rate = match &caller {
            Caller::Partner(partner) => self.partner_rate(partner, now).await?,
            Caller::Browser(_) => self.rates.partner_rate.map(|_| BROWSER_RATE),
        };
        Ok(rate.map(|rate| self.rates.take(caller, rate, now)))
    }

    async fn partner_rate(
        &self,
        partner: &PartnerId,
        now: Instant,
    ) -> Result<Option<u32>, EngineError> {
        let own = match self.rates.known_rate(partner, now) {
            Some(known) => known,
            None => {
                let read = self.store.rate(partner).await?;
                self.rates.learn(partner.clone(), read, now);
                read
            }
        };
        Ok(own.or(self.rates.partner_rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partner(name: &str) -> Caller {
        Caller::Partner(PartnerId(name.to_owned()))
    }

    #[tokio::test]
    async fn a_bucket_gives_its_rate_at_once_and_then_as_fast_as_it_fills() {
        let rates = Rates::default();
        let start = Instant::now();
        for left in (0..60).rev() {
            let quota = rates.take(partner("p"), 60, start);
            assert_eq!((quota.left, quota.wait_s), (left, None));
        }
        let over = rates.take(partner("p"), 60, start);
        assert_eq!((over.left, over.full_in_s, over.wait_s), (0, 60, Some(1)));
        let later = start + Duration::from_secs(2);
        assert_eq!(rates.take(partner("p"), 60, later).wait_s, None);
        assert_eq!(rates.take(partner("p"), 60, later).wait_s, None);
        assert_eq!(rates.take(partner("p"), 60, later).wait_s, Some(1));
        assert_eq!(rates.take(partner("q"), 60, later).left, 59, "others have their own");
    }

    #[tokio::test]
    async fn a_slow_rate_says_how_long_to_wait() {
        let rates = Rates::default();
        let start = Instant::now();
        assert_eq!(rates.take(partner("p"), 2, start).full_in_s, 30);
        rates.take(partner("p"), 2, start);
        assert_eq!(rates.take(partner("p"), 2, start).wait_s, Some(30));
    }

    #[tokio::test]
    async fn idle_callers_are_forgotten() {
        let rates = Rates::default();
        let start = Instant::now();
        let browser = |n| Caller::Browser(CorrelationId::from_parts(n, &[0; 10]));
        for n in 0..KEEP as u64 {
            rates.take(browser(n), BROWSER_RATE, start);
        }
        rates.take(browser(0), BROWSER_RATE, start + WINDOW);
        assert_eq!(rates.buckets.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_browser_is_counted_by_its_submission() {
        let id = CorrelationId::from_parts(1, &[1; 10]);
        let p = || PartnerId("p".to_owned());
        assert_eq!(Caller::new(CallerKind::Browser, p(), Some(id)), Caller::Browser(id));
        assert_eq!(Caller::new(CallerKind::Partner, p(), Some(id)), Caller::Partner(p()));
        assert_eq!(Caller::new(CallerKind::Browser, p(), None), Caller::Partner(p()));
    }
}
