use crate::{PhotoFile, random::random_hex};
use axum::http::{HeaderMap, header};
use facematch_contract::{CorrelationId, Mode, SubmissionResult};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

const COOKIE: &str = "facematch-demo-visit";
/// A visit ends when nothing was begun for this long; its photo goes with the next request of anybody.
const MAX_IDLE: Duration = Duration::from_secs(60 * 60);
/// Visits that are kept; the one that was idle longest goes first.
const MAX_VISITS: usize = 100;
/// Submissions of one visit that are kept; the oldest goes first.
const MAX_SUBMISSIONS: usize = 20;

/// Names one visitor's session: 128 random bits, in a cookie that scripts cannot read and other sites cannot send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct VisitId(String);

/// A submission of a visitor.
#[derive(Clone)]
pub(super) struct Submission {
    /// What is compared.
    pub(super) mode: Mode,
    /// SHA-256 of the selfie that was declared.
    pub(super) selfie_sha256: String,
    /// The result, once it was fetched.
    pub(super) result: Option<SubmissionResult>,
}

/// Somebody whose onboarding ended with a match.
#[derive(Clone)]
pub(super) struct Customer {
    /// The customer's id.
    pub(super) id: String,
    /// The selfie that was compared.
    pub(super) selfie: PhotoFile,
}

/// All visitors' sessions. They are in memory, photos included, and end with the process: this is a demo.
#[derive(Default)]
pub(super) struct Visits(Mutex<HashMap<VisitId, Visit>>);

struct Visit {
    last_seen: Instant,
    submissions: BTreeMap<CorrelationId, Submission>,
    customer: Option<Customer>,
}

impl VisitId {
    /// The session that a request's cookie names; whether there is such a session is another matter.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split("; ")).filter_map(|c| c.split_once('='));
        pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| Self(value.to_owned()))
    }

    /// `set-cookie`. It is not `Secure`, because the demo is served over http on loopback; a bank's must be.
    pub(super) fn cookie(&self) -> String {
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", self.0)
    }
}

impl Visits {
    /// The session that the request is of, or a new one. A name that is none of ours is not taken over.
    pub(super) fn open(&self, headers: &HeaderMap) -> VisitId {
        let now = Instant::now();
        let mut visits = self.visits();
        if let Some(id) = VisitId::of(headers)
            && let Some(visit) = visits.get_mut(&id)
        {
            visit.last_seen = now;
            return id;
        }
        if visits.len() >= MAX_VISITS {
            let idle = visits.iter().min_by_key(|(_, visit)| visit.last_seen);
            let idle = idle.map(|(id, _)| id.clone());
            idle.and_then(|id| visits.remove(&id));
        }
        let id = VisitId(random_hex());
        let visit = Visit { last_seen: now, submissions: BTreeMap::new(), customer: None };
        visits.insert(id.clone(), visit);
        id
    }

    /// Notes a submission of a visitor, or what has become of it.
    pub(super) fn note(&self, visit: &VisitId, id: CorrelationId, submission: Submission) {
        if let Some(visit) = self.visits().get_mut(visit) {
            visit.submissions.insert(id, submission);
            if visit.submissions.len() > MAX_SUBMISSIONS {
                visit.submissions.pop_first();
            }
        }
    }

    /// A submission, if it is this visitor's.
    pub(super) fn submission(&self, headers: &HeaderMap, id: CorrelationId) -> Option<Submission> {
        self.visits().get(&VisitId::of(headers)?)?.submissions.get(&id).cloned()
    }

    /// Makes the visitor a customer.
    pub(super) fn enroll(&self, visit: &VisitId, customer: Customer) {
        if let Some(visit) = self.visits().get_mut(visit) {
            visit.customer = Some(customer);
        }
    }

    /// The customer that this visitor is.
    pub(super) fn customer(&self, headers: &HeaderMap) -> Option<Customer> {
        self.visits().get(&VisitId::of(headers)?)?.customer.clone()
    }

    /// The visits that have not ended.
    fn visits(&self) -> MutexGuard<'_, HashMap<VisitId, Visit>> {
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visits.retain(|_, visit| visit.last_seen.elapsed() < MAX_IDLE);
        visits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, text.parse().unwrap())])
    }

    fn headers(id: &VisitId) -> HeaderMap {
        cookie(&format!("other=1; {COOKIE}={}; last=2", id.0))
    }

    #[test]
    fn a_known_cookie_keeps_its_session_and_any_other_gets_a_fresh_one() {
        let visits = Visits::default();
        let first = visits.open(&HeaderMap::new());
        assert_eq!(visits.open(&headers(&first)), first);
        let planted = VisitId("planted-by-somebody-else".to_owned());
        for given in [HeaderMap::new(), headers(&planted), cookie("x=y"), cookie("")] {
            let fresh = visits.open(&given);
            assert!(fresh != first && fresh != planted, "{given:?}");
        }
    }

    #[test]
    fn the_visit_that_was_idle_longest_makes_room() {
        let visits = Visits::default();
        let [old, used] = [(); 2].map(|()| visits.open(&HeaderMap::new()));
        visits.open(&headers(&old));
        for _ in 2..=MAX_VISITS {
            visits.open(&HeaderMap::new());
        }
        let kept = visits.visits();
        assert_eq!(kept.len(), MAX_VISITS);
        assert!(kept.contains_key(&old) && !kept.contains_key(&used));
    }

    #[test]
    fn an_idle_visit_ends_for_its_own_visitor_too() {
        let visits = Visits::default();
        let id = visits.open(&HeaderMap::new());
        let selfie = PhotoFile::from_bytes("selfie", Vec::new());
        visits.enroll(&id, Customer { id: "anna".to_owned(), selfie });
        assert!(visits.customer(&headers(&id)).is_some());
        // A machine that was started less than an hour ago knows no such moment.
        let Some(long_ago) = Instant::now().checked_sub(MAX_IDLE) else { return };
        visits.visits().get_mut(&id).unwrap().last_seen = long_ago;
        assert!(visits.customer(&headers(&id)).is_none());
        assert!(visits.visits().is_empty());
    }

    #[test]
    fn a_visitor_has_its_own_submissions_and_the_newest_of_them_only() {
        let visits = Visits::default();
        let [anna, budi] = [(); 2].map(|()| visits.open(&HeaderMap::new()));
        let submission =
            Submission { mode: Mode::SelfieToId, selfie_sha256: String::new(), result: None };
        let id = |n| CorrelationId::from_parts(n, &[0; 10]);
        for n in 0..=MAX_SUBMISSIONS as u64 {
            visits.note(&anna, id(n), submission.clone());
        }
        assert!(visits.submission(&headers(&anna), id(0)).is_none());
        assert!(visits.submission(&headers(&anna), id(1)).is_some());
        assert!(visits.submission(&headers(&budi), id(1)).is_none());
        assert!(visits.submission(&HeaderMap::new(), id(1)).is_none());
    }
}
