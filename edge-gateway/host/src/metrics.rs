//! What the operator's monitoring reads: counts and times, never an id, a path with one, or a name.

use crate::{Stage, Timings};
use anyhow::{Context, Result};
use facematch_contract::routes::ROUTES;
use facematch_engine::{Backlog, Engine};
use http::Method;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Upper edges, in seconds, of the times of requests: a long poll takes 20 s.
const REQUEST_BUCKETS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 25.0];
/// Upper edges, in seconds, of the times of a comparison's stages.
const STAGE_BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The metrics of one process. Clones share them.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_times: Histograms<RouteLabels>,
    uploads: Family<BucketLabels, Counter>,
    stage_times: Histograms<StageLabels>,
    decisions: Family<DecisionLabels, Counter>,
    callbacks: Family<CallbackLabels, Counter>,
    engine: Option<EngineView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BucketLabels {
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabels {
    stage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabels {
    decision: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallbackLabels {
    outcome: &'static str,
}

impl Metrics {
    /// The metrics of a process, with those of its engine if it has one.
    pub(crate) fn new(engine: Option<&Arc<Engine>>) -> Self {
        let mut registry = Registry::with_prefix("facematch");
        let engine = engine.map(|engine| EngineView::new(engine.clone()));
        if let Some(engine) = &engine {
            registry.register_collector(Box::new(engine.clone()));
        }
        let mut inner = Inner {
            registry,
            requests: Family::default(),
            request_times: Family::new_with_constructor(|| Histogram::new(REQUEST_BUCKETS)),
            uploads: Family::default(),
            stage_times: Family::new_with_constructor(|| Histogram::new(STAGE_BUCKETS)),
            decisions: Family::default(),
            callbacks: Family::default(),
            engine,
        };
        inner.register();
        Self(Arc::new(inner))
    }

    /// Notes one answer of the public API.
    pub(crate) fn answered(&self, method: &Method, path: &str, status: u16, time: Duration) {
        let route = ROUTES.iter().find(|route| route.is_at(path)).map_or("none", |r| r.path);
        let labels = RequestLabels { method: method_name(method), route, status };
        self.0.requests.get_or_create(&labels).inc();
        let labels = RouteLabels { route };
        self.0.request_times.get_or_create(&labels).observe(time.as_secs_f64());
    }

    /// Notes one answer of the bucket.
    pub(crate) fn bucket_answered(&self, method: &Method, status: u16) {
        let labels = BucketLabels { method: method_name(method), status };
        self.0.uploads.get_or_create(&labels).inc();
    }

    /// Notes a comparison: how it ended, and the time of its stages.
    pub(crate) fn compared(&self, decision: &'static str, timings: &Timings) {
        self.0.decisions.get_or_create(&DecisionLabels { decision }).inc();
        for stage in Stage::ALL {
            let labels = StageLabels { stage: stage.name() };
            self.0.stage_times.get_or_create(&labels).observe(timings.of(stage).as_secs_f64());
        }
    }

    /// Notes how an attempt at a callback ended: `delivered`, `retried` or `dead`.
    pub(crate) fn called_back(&self, outcome: &'static str) {
        self.0.callbacks.get_or_create(&CallbackLabels { outcome }).inc();
    }

    /// All of it as OpenMetrics text, which Prometheus reads.
    ///
    /// # Errors
    /// When the database does not tell what waits.
    pub(crate) async fn render(&self) -> Result<String> {
        if let Some(engine) = &self.0.engine {
            engine.look().await?;
        }
        let mut text = String::new();
        text::encode(&mut text, &self.0.registry).context("metrics cannot be written")?;
        Ok(text)
    }
}

impl Inner {
    fn register(&mut self) {
        let registry = &mut self.registry;
        let requests = self.requests.clone();
        registry.register("http_requests", "Answers of the public API", requests);
        let times = self.request_times.clone();
        let help = "Time to the answer of the public API";
        registry.register_with_unit("http_request", help, Unit::Seconds, times);
        registry.register("bucket_requests", "Answers of the bucket", self.uploads.clone());
        let times = self.stage_times.clone();
        let help = "Time of each stage of a comparison, both photos together";
        registry.register_with_unit("match_stage", help, Unit::Seconds, times);
        registry.register("decisions", "Comparisons by their decision", self.decisions.clone());
        let help = "Attempts at callbacks by how they ended; dead ones are dead letters";
        registry.register("callbacks", help, self.callbacks.clone());
    }
}

/// A method by name; what is not one of the usual could be anything, and many things.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What the engine tells: its counts, and what waited when it was last looked at.
#[derive(Clone)]
struct EngineView {
    engine: Arc<Engine>,
    backlog: Arc<Mutex<Backlog>>,
}

impl EngineView {
    fn new(engine: Arc<Engine>) -> Self {
        Self { engine, backlog: Arc::default() }
    }

    async fn look(&self) -> Result<()> {
        let seen = self.engine.store().backlog().await.context("cannot read what waits")?;
        *self.backlog.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }
}

impl fmt::Debug for EngineView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineView").finish_non_exhaustive()
    }
}

impl Collector for EngineView {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let counts = self.engine.counts();
        let counts = [
            (
                "lease_expiries",
                "Submissions taken from a matcher that let its lease run out",
                counts.lease_expiries(),
            ),
            ("dead_letters", "Submissions given up after too many attempts", counts.dead_letters()),
        ];
        for (name, help, value) in counts {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        let Backlog { queued, processing, callbacks, purges, .. } = self.seen();
        let sizes = [
            ("queue_submissions", "Submissions that wait for a matcher", queued),
            ("processing_submissions", "Submissions that a matcher holds", processing),
            ("outbox_callbacks", "Callbacks neither delivered nor given up", callbacks),
            ("retention_submissions", "Submissions whose photos should be deleted by now", purges),
        ];
        for (name, help, value) in sizes {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        self.encode_ages(encoder)
    }
}

impl EngineView {
    fn seen(&self) -> Backlog {
        *self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn encode_ages(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Backlog { queue_age_ms, outbox_age_ms, retention_lag_ms, .. } = self.seen();
        let ages = [
            ("queue_age", "How long the submission that waits longest is due", queue_age_ms),
            ("outbox_age", "How long the callback that waits longest is due", outbox_age_ms),
            ("retention_lag", "How long photos are left past their deletion", retention_lag_ms),
        ];
        for (name, help, ms) in ages {
            // What is due in the future is not late.
            let gauge = ConstGauge::new(ms.max(0) as f64 / 1e3);
            let unit = Some(&Unit::Seconds);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)?;
        }
        Ok(())
    }
}
