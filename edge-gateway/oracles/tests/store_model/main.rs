//! Random sequences of all that happens to submissions, on a real store and on a model of it: after each step both say
//! the same. [`World`] is the one place that knows which store it is, so that another runs the same model.

#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod operation;
mod reference;
#[expect(dead_code, reason = "the engine's own tests need more of it")]
#[path = "../../../engine/tests/engine/world.rs"]
mod world;

use crate::world::{World, a_result, open};
use facematch_contract::{
    CorrelationId, Role,
    engine::{NewSubmission, object_key},
};
use facematch_engine::{Callback, Engine, EngineError, Lease, ObjectStore, Swept};
use operation::{Answer, Operation, Replied, any_operation};
use proptest::{prelude::*, test_runner::Config};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use reference::{LEASE_S, MINUTE_S, Reference, Submission, jitter_s};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_store_does_what_its_model_does(sequential 1..60 => Model);
}

/// `PROPTEST_CASES` asks for more than a build has time for.
fn config() -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    if asked { config } else { Config { cases: 24, ..config } }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Operation> {
        any_operation()
    }

    fn preconditions(state: &Self, operation: &Operation) -> bool {
        operation.is_possible(state)
    }

    fn apply(mut state: Self, operation: &Operation) -> Self {
        state.apply(operation);
        state
    }
}

struct Model {
    runtime: Runtime,
    real: Real,
    start: Instant,
}

/// The real store, and what its callers remember.
struct Real {
    world: World,
    requests: Vec<NewSubmission>,
    leases: Vec<Lease>,
    sends: Vec<Callback>,
    /// The one `webhook-id` of each submission.
    event_ids: BTreeMap<CorrelationId, String>,
}

impl StateMachineTest for Model {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let world = runtime.block_on(World::new());
        let (requests, leases, sends, event_ids) = Default::default();
        let real = Real { world, requests, leases, sends, event_ids };
        Self { runtime, real, start: Instant::now() }
    }

    fn apply(mut model: Self, reference: &Reference, operation: Operation) -> Self {
        // Two of one millisecond have no order.
        std::thread::sleep(Duration::from_millis(2));
        let slack = Duration::from_secs(MINUTE_S.unsigned_abs() - 10);
        assert!(model.start.elapsed() < slack, "this machine is too slow to tell minutes apart");
        let answer = model.runtime.block_on(model.real.act(operation));
        assert_eq!(Some(answer), reference.answer);
        model
    }

    fn check_invariants(model: &Self, reference: &Reference) {
        model.runtime.block_on(model.real.compare(reference));
    }
}

impl Real {
    async fn act(&mut self, operation: Operation) -> Answer {
        match operation {
            Operation::Create { key, body } => self.create(key, body).await,
            Operation::Upload(index) => {
                let request = self.request(index);
                let images = request.request.images.iter();
                images.for_each(|image| self.world.bucket.put(request.correlation_id, image));
                Answer::Done
            }
            Operation::Confirm(index) => {
                let id = self.request(index).correlation_id;
                match self.world.engine.confirm(&self.world.partner, id).await {
                    Ok(stored) => Answer::Confirmed(stored.state),
                    Err(error) => refusal(error),
                }
            }
            Operation::Claim => self.claim().await,
            Operation::Renew(index) => {
                held(self.world.engine.renew(self.lease(index), seconds(LEASE_S)).await)
            }
            Operation::Release(index, delayed, cost) => {
                let delay_s = if delayed { seconds(LEASE_S) } else { 0 };
                held(self.world.engine.release(self.lease(index), delay_s, cost).await)
            }
            Operation::Complete(index, outcome) => {
                held(self.world.engine.complete(self.lease(index), &a_result(), outcome).await)
            }
            Operation::Purge(index) => {
                let id = self.request(index).correlation_id;
                self.world.engine.purge_images(id).await.unwrap();
                Answer::Done
            }
            Operation::Erase(index) => {
                let id = self.request(index).correlation_id;
                let receipt = self.world.engine.erase(&self.world.partner, id).await.unwrap();
                Answer::Receipt { result: receipt.result }
            }
            Operation::Sweep => {
                let Swept { expired, erased, purged, postponed, mended } =
                    self.world.engine.sweep().await.unwrap();
                assert_eq!((erased, postponed, mended), (0, 0, 0));
                Answer::Swept { expired, purged }
            }
            Operation::TakeCallbacks => self.take_callbacks().await,
            Operation::Reply(index, replied) => self.reply(index, replied).await,
            Operation::Redeliver(index) => {
                let id = self.request(index).correlation_id;
                let redelivered = self.world.engine.redeliver(&self.world.partner, id).await;
                redelivered.map_or_else(refusal, |_| Answer::Done)
            }
            Operation::Pass { minutes } => {
                self.world.set_clock(i64::from(minutes) * MINUTE_S).await;
                Answer::Done
            }
            Operation::Restart => {
                restart(&mut self.world).await;
                Answer::Done
            }
        }
    }

    async fn create(&mut self, key: u8, body: u8) -> Answer {
        let request = NewSubmission {
            idempotency_key: format!("key-{key}"),
            request_sha256: format!("{body:064x}"),
            ..self.world.request()
        };
        match self.world.engine.create(&request).await {
            Ok(stored) => {
                let id = stored.correlation_id;
                if id == request.correlation_id {
                    self.requests.push(request);
                }
                Answer::Created(self.at(id), stored.state)
            }
            Err(error) => refusal(error),
        }
    }

    async fn claim(&mut self) -> Answer {
        let job = self.world.engine.claim("worker", seconds(LEASE_S)).await.unwrap();
        let Some(job) = job else { return Answer::NoJob };
        self.leases.push(job.lease);
        let Lease { correlation_id, fence } = job.lease;
        Answer::Job { at: self.at(correlation_id), fence, attempt: job.attempt }
    }

    async fn take_callbacks(&mut self) -> Answer {
        let mut taken = self.world.engine.claim_callbacks(100, seconds(LEASE_S)).await.unwrap();
        taken.sort_by_key(|callback| callback.correlation_id);
        let mut answer = Vec::new();
        for callback in taken {
            let id = callback.correlation_id;
            let known = self.event_ids.entry(id).or_insert_with(|| callback.event_id.clone());
            assert_eq!(*known, callback.event_id);
            answer.push((self.at(id), callback.attempt));
            self.sends.push(callback);
        }
        Answer::Taken(answer)
    }

    async fn reply(&self, index: u8, replied: Replied) -> Answer {
        let callback = &self.sends[usize::from(index) % self.sends.len()];
        match replied {
            Replied::Taken => self.world.engine.callback_delivered(callback, 200).await.unwrap(),
            Replied::Refused => {
                let jitter_ms = jitter_s(callback.attempt) * 1000;
                let failed = self.world.engine.callback_failed(callback, None, "no", jitter_ms);
                failed.await.unwrap();
            }
        }
        Answer::Done
    }

    /// All that the store shows of every submission is what the model says.
    async fn compare(&self, reference: &Reference) {
        assert_eq!(self.requests.len(), reference.submissions.len());
        let rows = "SELECT count(*) FROM submissions";
        assert_eq!(self.world.number(rows).await, self.requests.len() as i64);
        for (request, wanted) in self.requests.iter().zip(&reference.submissions) {
            self.compare_one(request.correlation_id, wanted, reference).await;
        }
    }

    async fn compare_one(&self, id: CorrelationId, wanted: &Submission, reference: &Reference) {
        let (engine, partner) = (&self.world.engine, &self.world.partner);
        let state = engine.get(partner, id).await.unwrap().state;
        assert_eq!(state, reference.read(wanted), "{wanted:?}");
        assert_eq!(engine.result(partner, id).await.is_ok(), wanted.has_result, "{wanted:?}");
        let results = format!("SELECT count(*) FROM results WHERE submission_id = '{id}'");
        assert_eq!(self.world.number(results).await, i64::from(wanted.has_result), "{wanted:?}");
        let photo = self.world.bucket.head(&object_key(id, Role::Selfie)).await.unwrap();
        assert_eq!(photo.is_some(), wanted.has_photos, "{wanted:?}");
        let outbox = format!("SELECT count(*) FROM outbox WHERE submission_id = '{id}'");
        let callbacks = i64::from(wanted.outbox.is_some());
        assert_eq!(self.world.number(outbox).await, callbacks, "{wanted:?}");
        if let Ok(log) = engine.callback_log(partner, id).await {
            let found = log.callbacks.first().map(|row| (row.state, row.deliveries.len()));
            assert_eq!(found, wanted.outbox.as_ref().map(|row| (row.state, row.log)), "{wanted:?}");
        }
    }

    fn request(&self, index: u8) -> &NewSubmission {
        &self.requests[usize::from(index) % self.requests.len()]
    }

    fn lease(&self, index: u8) -> Lease {
        self.leases[usize::from(index) % self.leases.len()]
    }

    fn at(&self, id: CorrelationId) -> usize {
        self.requests.iter().position(|request| request.correlation_id == id).unwrap()
    }
}

/// Ends the process, as it were, and starts another on the same file.
async fn restart(world: &mut World) {
    world.engine.store().close().await;
    let store = open(&world.path()).await;
    world.engine = Arc::new(Engine::new(store, world.bucket.clone()));
}

fn held(answer: Result<(), EngineError>) -> Answer {
    answer.map_or_else(refusal, |()| Answer::Held)
}

fn refusal(error: EngineError) -> Answer {
    match error {
        EngineError::IdempotencyKeyReused => Answer::KeyReused,
        EngineError::UploadMissing(_) => Answer::Missing,
        EngineError::Expired => Answer::Expired,
        EngineError::Erased => Answer::Erased,
        EngineError::LostLease => Answer::Lost,
        EngineError::CallbackNotFound => Answer::NoCallback,
        other => panic!("{other}"),
    }
}

fn seconds(seconds: i64) -> u32 {
    seconds.try_into().unwrap()
}
