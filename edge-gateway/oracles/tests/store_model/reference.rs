//! What a store must do, in memory, with times in seconds. All of them are whole minutes, so that what a real store
//! spends in between moves nothing across a deadline.

use super::operation::{Answer, Operation, Replied};
use facematch_contract::{
    CallbackState, State,
    limits::{CALLBACK_DELAYS_S, MAX_MATCH_ATTEMPTS, UNCONFIRMED_LIFE_S},
};
use facematch_engine::{AttemptCost, Outcome};

pub(super) const MINUTE_S: i64 = 60;
/// Lease of every claim, and delay of a release that has one.
pub(super) const LEASE_S: i64 = MINUTE_S;
/// How long the store keeps what has expired.
const EXPIRED_KEPT_S: i64 = 3900;
/// When photos are deleted again: an upload URL may live that long.
const PURGE_AGAIN_S: i64 = 1200;

#[derive(Clone, Debug, Default)]
pub(super) struct Reference {
    now_s: i64,
    /// Counts what happens, so that the earlier of two in one minute is known.
    tick: u64,
    pub(super) submissions: Vec<Submission>,
    /// Every lease that was ever given, with its fence.
    pub(super) leases: Vec<(usize, i64)>,
    /// Every callback that was ever taken, with its attempt.
    pub(super) sends: Vec<(usize, u32)>,
    /// What the last operation must answer.
    pub(super) answer: Option<Answer>,
}

#[derive(Clone, Debug)]
pub(super) struct Submission {
    pub(super) key: u8,
    pub(super) body: u8,
    pub(super) state: State,
    pub(super) fence: i64,
    pub(super) attempts: u32,
    pub(super) has_photos: bool,
    pub(super) has_result: bool,
    pub(super) outbox: Option<Outbox>,
    expires_s: i64,
    closed_s: Option<i64>,
    due: Option<(i64, u64)>,
    purge_due_s: Option<i64>,
    erased_result: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Outbox {
    pub(super) state: CallbackState,
    pub(super) attempt: u32,
    pub(super) log: usize,
    next_s: i64,
}

impl Reference {
    pub(super) fn apply(&mut self, operation: &Operation) {
        self.tick += 1;
        let answer = match *operation {
            Operation::Create { key, body } => self.create(key, body),
            Operation::Upload(index) => self.with(index, |it, _| it.has_photos = true),
            Operation::Confirm(index) => self.confirm(index),
            Operation::Claim => self.claim(),
            Operation::Renew(index) => {
                self.held(index, |it, now| it.due = Some((now.0 + LEASE_S, now.1)))
            }
            Operation::Release(index, delayed, cost) => {
                self.held(index, |it, now| it.release(now, delayed, cost))
            }
            Operation::Complete(index, outcome) => self.held(index, |it, now| it.end(now, outcome)),
            Operation::Purge(index) => self.with(index, |it, now| it.purge(now)),
            Operation::Erase(index) => self.erase(index),
            Operation::Sweep => self.sweep(),
            Operation::TakeCallbacks => self.take_callbacks(),
            Operation::Reply(index, replied) => self.reply(index, replied),
            Operation::Redeliver(index) => self.redeliver(index),
            Operation::Pass { minutes } => {
                self.now_s += i64::from(minutes) * MINUTE_S;
                Answer::Done
            }
            Operation::Restart => Answer::Done,
        };
        self.answer = Some(answer);
    }

    /// Which submission an index means; none while there are none.
    pub(super) fn at(&self, index: u8) -> Option<usize> {
        usize::from(index).checked_rem(self.submissions.len())
    }

    /// The state as it is read: what is over is expired before the sweeper says so.
    pub(super) fn read(&self, it: &Submission) -> State {
        let over = it.state == State::AwaitingUpload && it.expires_s <= self.now_s;
        if over { State::Expired } else { it.state }
    }

    fn with(&mut self, index: u8, change: impl FnOnce(&mut Submission, i64)) -> Answer {
        let (now, at) = (self.now_s, self.at(index).unwrap());
        change(&mut self.submissions[at], now);
        Answer::Done
    }

    fn create(&mut self, key: u8, body: u8) -> Answer {
        let known = self.submissions.iter().position(|it| it.key == key);
        if let Some(at) = known {
            let it = &self.submissions[at];
            let same = it.body == body;
            return if same { Answer::Created(at, self.read(it)) } else { Answer::KeyReused };
        }
        self.submissions.push(Submission {
            key,
            body,
            state: State::AwaitingUpload,
            fence: 0,
            attempts: 0,
            has_photos: false,
            has_result: false,
            outbox: None,
            expires_s: self.now_s + i64::from(UNCONFIRMED_LIFE_S),
            closed_s: None,
            due: None,
            purge_due_s: None,
            erased_result: false,
        });
        Answer::Created(self.submissions.len() - 1, State::AwaitingUpload)
    }

    fn confirm(&mut self, index: u8) -> Answer {
        let (now, at) = ((self.now_s, self.tick), self.at(index).unwrap());
        let state = self.read(&self.submissions[at]);
        let it = &mut self.submissions[at];
        match state {
            State::AwaitingUpload if !it.has_photos => Answer::Missing,
            State::AwaitingUpload => {
                (it.state, it.due, it.closed_s) = (State::Queued, Some(now), Some(now.0));
                Answer::Confirmed(State::Queued)
            }
            State::Expired => Answer::Expired,
            State::Erased => Answer::Erased,
            other => Answer::Confirmed(other),
        }
    }

    fn claim(&mut self) -> Answer {
        let now = (self.now_s, self.tick);
        let is_due = |it: &Submission| it.due.is_some_and(|due| due.0 <= now.0);
        while let Some(at) = (0..self.submissions.len())
            .filter(|&at| is_due(&self.submissions[at]))
            .min_by_key(|&at| self.submissions[at].due)
        {
            let it = &mut self.submissions[at];
            it.attempts += 1;
            it.fence += 1;
            (it.state, it.due) = (State::Processing, Some((now.0 + LEASE_S, now.1)));
            if it.attempts <= MAX_MATCH_ATTEMPTS {
                self.leases.push((at, it.fence));
                return Answer::Job { at, fence: it.fence, attempt: it.attempts };
            }
            it.end(now, Outcome::Failed);
        }
        Answer::NoJob
    }

    /// Changes what a lease holds, if it still does.
    fn held(&mut self, index: u8, change: impl FnOnce(&mut Submission, (i64, u64))) -> Answer {
        let (at, fence) = self.leases[usize::from(index) % self.leases.len()];
        let (now, it) = ((self.now_s, self.tick), &mut self.submissions[at]);
        if it.state != State::Processing || it.fence != fence {
            return Answer::Lost;
        }
        change(it, now);
        Answer::Held
    }

    fn erase(&mut self, index: u8) -> Answer {
        let (now, at) = (self.now_s, self.at(index).unwrap());
        let it = &mut self.submissions[at];
        if it.state != State::Erased {
            it.fence += 1;
            (it.state, it.due, it.outbox) = (State::Erased, None, None);
            (it.erased_result, it.has_result) = (it.has_result, false);
            it.closed_s.get_or_insert(now);
            it.purge_due_s = Some(now);
            it.purge(now);
        }
        Answer::Receipt { result: it.erased_result }
    }

    fn sweep(&mut self) -> Answer {
        let (now, mut expired, mut purged) = (self.now_s, 0, 0);
        for it in &mut self.submissions {
            if it.state == State::AwaitingUpload && it.expires_s + EXPIRED_KEPT_S <= now {
                (it.state, it.closed_s, it.purge_due_s) =
                    (State::Expired, Some(it.expires_s), Some(now));
                expired += 1;
            }
            if it.purge_due_s.is_some_and(|due_s| due_s <= now) {
                it.purge(now);
                purged += 1;
            }
        }
        Answer::Swept { expired, purged }
    }

    fn take_callbacks(&mut self) -> Answer {
        let mut taken = Vec::new();
        for (at, it) in self.submissions.iter_mut().enumerate() {
            let due =
                |row: &&mut Outbox| row.state == CallbackState::Pending && row.next_s <= self.now_s;
            if let Some(row) = it.outbox.as_mut().filter(due) {
                row.attempt += 1;
                row.next_s = self.now_s + LEASE_S;
                taken.push((at, row.attempt));
            }
        }
        self.sends.extend(&taken);
        Answer::Taken(taken)
    }

    fn reply(&mut self, index: u8, replied: Replied) -> Answer {
        let (at, attempt) = self.sends[usize::from(index) % self.sends.len()];
        let Some(row) = &mut self.submissions[at].outbox else { return Answer::Done };
        row.log += 1;
        match replied {
            // That it was taken is true whatever else was thought of it.
            Replied::Taken => row.state = CallbackState::Delivered,
            Replied::Refused if row.state != CallbackState::Pending || row.attempt != attempt => (),
            Replied::Refused => match delay_s(attempt) {
                Some(delay_s) => row.next_s = self.now_s + delay_s,
                None => row.state = CallbackState::Dead,
            },
        }
        Answer::Done
    }

    fn redeliver(&mut self, index: u8) -> Answer {
        let (now, at) = (self.now_s, self.at(index).unwrap());
        let it = &mut self.submissions[at];
        if it.state == State::Erased {
            return Answer::Erased;
        }
        let Some(row) = &mut it.outbox else { return Answer::NoCallback };
        (row.state, row.next_s) = (CallbackState::Pending, now);
        Answer::Done
    }
}

impl Submission {
    fn release(&mut self, now: (i64, u64), delayed: bool, cost: AttemptCost) {
        let delay_s = if delayed { LEASE_S } else { 0 };
        (self.state, self.due) = (State::Queued, Some((now.0 + delay_s, now.1)));
        self.fence += 1;
        self.attempts -= u32::from(cost == AttemptCost::Free);
    }

    fn end(&mut self, now: (i64, u64), outcome: Outcome) {
        self.state = match outcome {
            Outcome::Completed => State::Completed,
            Outcome::Failed => State::Failed,
        };
        (self.due, self.has_result, self.purge_due_s) = (None, true, Some(now.0));
        let (state, attempt, log, next_s) = (CallbackState::Pending, 0, 0, now.0);
        self.outbox = Some(Outbox { state, attempt, log, next_s });
    }

    fn purge(&mut self, now_s: i64) {
        if self.purge_due_s.is_some() {
            self.has_photos = false;
            let again_s = self.closed_s.map(|closed_s| closed_s + PURGE_AGAIN_S);
            self.purge_due_s = again_s.filter(|&again_s| again_s > now_s);
        }
    }
}

/// Wait after a failed attempt, filled up to whole minutes; `None` after the last.
fn delay_s(attempt: u32) -> Option<i64> {
    let delay_s = CALLBACK_DELAYS_S.get(attempt as usize)?;
    Some(i64::from(delay_s + jitter_s(attempt)))
}

/// What fills the wait after an attempt up to whole minutes.
pub(super) fn jitter_s(attempt: u32) -> u32 {
    let minute_s = MINUTE_S.unsigned_abs() as u32;
    CALLBACK_DELAYS_S
        .get(attempt as usize)
        .map_or(0, |delay_s| (minute_s - delay_s % minute_s) % minute_s)
}
