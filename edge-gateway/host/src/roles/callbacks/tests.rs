//! Callbacks from a real outbox over real sockets, with names resolved as a test says.

use super::{Limits, Sender, client, target::Reach};
use crate::metrics::Metrics;
use axum::{Router, body::Body, http::StatusCode, response::IntoResponse, routing::post};
use bytes::Bytes;
use facematch_bucket::{Credentials, Objects, ObjectsConfig};
use facematch_contract::{
    CallbackReport, CallbackState, CorrelationId, CreateSubmission, ImageDeclaration, Mode,
    PartnerId, Role, engine::NewSubmission,
};
use facematch_engine::{Engine, NewPartner, Outcome, Secret, Store, failed_result};
use facematch_partner::{Receiver, WebhookSecret};
use facematch_presign::Endpoint;
use serde_json::json;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, time::sleep};

const HOSTILE: &str = include_str!("../../../../hostile-callback-urls.txt");
const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Global unicast by its prefix, and given to nobody.
const PUBLIC: &str = "2e00::1";
const SOON: Duration = Duration::from_secs(10);

/// An engine with one partner, and no bucket.
struct World {
    engine: Arc<Engine>,
    partner: PartnerId,
    secret: Secret,
    dir: TempDir,
    created: AtomicUsize,
}

impl World {
    async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("engine.db")).await.unwrap();
        let added = store.add_partner(&NewPartner::new("Bank")).await.unwrap();
        let objects = Objects::new(ObjectsConfig {
            endpoint: Endpoint::parse("http://127.0.0.1:1").unwrap(),
            bucket: "photos".to_owned(),
            region: "us-east-1".to_owned(),
            key: Credentials { access_key: "a".to_owned(), secret_key: "b".to_owned() },
        });
        let engine = Arc::new(Engine::new(store, Arc::new(objects.unwrap())));
        let (partner, secret) = (added.partner_id, added.callback_secret);
        Self { engine, partner, secret, dir, created: AtomicUsize::new(0) }
    }

    /// Completes a submission, so that its callback to `url` is due.
    async fn callback_to(&self, url: &str) -> CorrelationId {
        let number = self.created.fetch_add(1, SeqCst);
        let id = CorrelationId::from_parts(number as u64, &[7; 10]);
        let image = |role| ImageDeclaration {
            role,
            content_type: "image/jpeg".to_owned(),
            size_bytes: 1,
            sha256: "ab".repeat(32),
        };
        let new = NewSubmission {
            correlation_id: id,
            partner_id: self.partner.clone(),
            idempotency_key: id.to_string(),
            request_sha256: format!("{number:064x}"),
            request: CreateSubmission {
                mode: Mode::SelfieToId,
                images: vec![image(Role::Selfie), image(Role::IdPortrait)],
                subject: None,
                reference: None,
                consent_ref: None,
                callback_url: Some(url.to_owned()),
                policy: None,
            },
        };
        self.engine.create(&new).await.unwrap();
        self.sql("UPDATE images SET etag = 'pinned'").await;
        self.sql("UPDATE submissions SET state = 'queued', due_at = 0 WHERE due_at IS NULL AND state = 'awaiting_upload'").await;
        let job = self.engine.claim("worker", 60).await.unwrap().unwrap();
        let policy = json!({
            "matchFmr": 1e-4, "reviewFmr": 1e-2, "matchThreshold": 0.4, "reviewThreshold": 0.3
        });
        let versions = json!({
            "facematch": "0", "pack": "p", "detector": "d", "embedder": "e", "calibration": "c"
        });
        let result = failed_result(
            serde_json::from_value(policy).unwrap(),
            serde_json::from_value(versions).unwrap(),
        );
        self.engine.complete(job.lease, &result, Outcome::Completed).await.unwrap();
        id
    }

    async fn sql(&self, statement: &'static str) {
        let path = self.dir.path().join("engine.db");
        let url = format!("sqlite://{}", path.display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }

    fn sender(&self, reach: &Reach) -> Sender {
        Sender::new(self.engine.clone(), reach.clone(), Metrics::new(None)).unwrap()
    }

    async fn report(&self, id: CorrelationId) -> CallbackReport {
        self.engine.callback_log(&self.partner, id).await.unwrap().callbacks.remove(0)
    }

    /// The report after the first attempt that ended, which must be soon.
    async fn attempted(&self, id: CorrelationId, attempts: usize) -> CallbackReport {
        let start = Instant::now();
        loop {
            let report = self.report(id).await;
            if report.deliveries.len() >= attempts {
                return report;
            }
            assert!(start.elapsed() < SOON, "no attempt ended: {report:?}");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A sender at work until this is dropped.
struct Working(watch::Sender<bool>);

impl Working {
    fn start(sender: Sender) -> Self {
        let stop = watch::Sender::new(false);
        tokio::spawn(sender.run(stop.subscribe()));
        Self(stop)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// Listens on every address of this machine and must not be reached.
struct Trap {
    port: u16,
    reached: Arc<AtomicUsize>,
}

impl Trap {
    async fn set() -> Self {
        let listener = match TcpListener::bind("[::]:0").await {
            Ok(both) => both,
            Err(_) => TcpListener::bind("0.0.0.0:0").await.unwrap(),
        };
        let port = listener.local_addr().unwrap().port();
        let reached = Arc::new(AtomicUsize::new(0));
        let count = reached.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, SeqCst);
            }
        });
        Self { port, reached }
    }

    fn reached(&self) -> usize {
        self.reached.load(SeqCst)
    }
}

/// Callbacks may use the trap's port too, and every name has the addresses that `answers` gives, in turn.
fn reach(loopback: bool, port: u16, answers: Vec<Vec<IpAddr>>) -> Reach {
    let mut reach = Reach::new(loopback);
    reach.ports.push(port);
    let answers = Mutex::new(answers.into_iter().cycle());
    reach.look_up = Arc::new(move |_| {
        let addresses = answers.lock().unwrap().next().unwrap_or_default();
        let found = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
        Box::pin(async move { Ok(found) })
    });
    reach
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_url_reaches_a_private_address() {
    let (world, trap) = (World::new().await, Trap::set().await);
    let everywhere = reach(false, trap.port, vec![vec![LOOPBACK, "::1".parse().unwrap()]]);
    let _working = Working::start(world.sender(&everywhere));
    let urls: Vec<_> = HOSTILE.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(urls.len() >= 25);
    for url in urls {
        let url = url.replace("{port}", &format!(":{}", trap.port));
        let report = world.attempted(world.callback_to(&url).await, 1).await;
        assert_eq!(report.deliveries[0].status, None, "{url}");
        assert_eq!(trap.reached(), 0, "{url} was reached");
    }
}

/// The control of the test above and the one below: the trap can be sprung, by address and by name.
#[tokio::test(flavor = "multi_thread")]
async fn the_development_switch_reaches_this_machine() {
    let (world, trap) = (World::new().await, Trap::set().await);
    let here = reach(true, trap.port, vec![vec![LOOPBACK]]);
    let quick =
        Sender { http: client(&here, Duration::from_secs(1)).unwrap(), ..world.sender(&here) };
    let _working = Working::start(quick);
    for (count, host) in ["127.0.0.1", "localhost", "hooks.example.com"].into_iter().enumerate() {
        let scheme = if host.contains("example") { "https" } else { "http" };
        let id = world.callback_to(&format!("{scheme}://{host}:{}/", trap.port)).await;
        world.attempted(id, 1).await;
        assert_eq!(trap.reached(), count + 1, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_moves_inside_between_attempts_gains_nothing() {
    let (world, trap) = (World::new().await, Trap::set().await);
    let public = vec![PUBLIC.parse().unwrap()];
    let both = vec![LOOPBACK, PUBLIC.parse().unwrap()];
    let moving = reach(false, trap.port, vec![public, vec![LOOPBACK], both]);
    let http = client(&moving, Duration::from_secs(2)).unwrap();
    let _working = Working::start(Sender { http, ..world.sender(&moving) });
    let id = world.callback_to(&format!("https://hooks.example.com:{}/", trap.port)).await;
    for attempt in 1..=3 {
        let report = world.attempted(id, attempt).await;
        assert_eq!(report.state, CallbackState::Pending);
        world.engine.redeliver(&world.partner, id).await.unwrap();
    }
    assert_eq!(trap.reached(), 0);
}

/// A receiver on this machine; its base URL.
async fn receiver(app: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let (world, trap) = (World::new().await, Trap::set().await);
    let _working = Working::start(world.sender(&Reach::new(true)));
    for status in [301_u16, 302, 303, 307, 308] {
        let to = format!("http://127.0.0.1:{}/", trap.port);
        let answer =
            move || async move { (StatusCode::from_u16(status).unwrap(), [("location", to)]) };
        let url = receiver(Router::new().route("/", post(answer))).await;
        let report = world.attempted(world.callback_to(&url).await, 1).await;
        assert_eq!(report.deliveries[0].status, Some(status));
        assert_eq!((report.state, trap.reached()), (CallbackState::Pending, 0), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut() {
    let world = World::new().await;
    let _working = Working::start(world.sender(&Reach::new(true)));
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let endless = move || async move {
        let chunks = futures_util::stream::repeat_with(move || {
            count.fetch_add(1, SeqCst);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 64 * 1024]))
        });
        Body::from_stream(chunks).into_response()
    };
    let url = receiver(Router::new().route("/", post(endless))).await;
    let report = world.attempted(world.callback_to(&url).await, 1).await;
    assert_eq!((report.state, report.deliveries[0].status), (CallbackState::Delivered, Some(200)));
    sleep(Duration::from_millis(500)).await;
    let after = sent.load(SeqCst);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(sent.load(SeqCst), after, "the connection is closed");
}

/// A receiver that takes connections and never answers.
async fn hanging() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    url
}

/// Time until a good receiver of the same partner has its callback while 60 wait for one that hangs; `None` if it has
/// none after three seconds.
async fn latency_beside_a_bad_receiver(limits: Limits) -> Option<Duration> {
    let world = World::new().await;
    let bad = hanging().await;
    for _ in 0..60 {
        world.callback_to(&bad).await;
    }
    let _working = Working::start(Sender { limits, ..world.sender(&Reach::new(true)) });
    sleep(Duration::from_millis(500)).await;
    let good = Receiver::start(WebhookSecret::parse(world.secret.expose()).unwrap()).await.unwrap();
    let id = world.callback_to(&good.url()).await;
    let start = Instant::now();
    good.wait(id, Duration::from_secs(3)).await.map(|_| start.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_receiver_does_not_delay_a_good_one() {
    // Fewer places than there are, so that fewer callbacks would fill them.
    let limits = Limits { in_all: 32, of_partner: 32, ..Limits::default() };
    let latency = latency_beside_a_bad_receiver(limits).await.expect("it arrives");
    println!("callback beside 60 of a receiver that hangs: {latency:?}");
    assert!(latency < Duration::from_secs(1), "{latency:?}");
    // The control: without lanes the bad one takes every place.
    let without = Limits { to_receiver: 32, ..limits };
    assert_eq!(latency_beside_a_bad_receiver(without).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_are_signed_with_both_secrets_during_a_rotation() {
    let world = World::new().await;
    let _working = Working::start(world.sender(&Reach::new(true)));
    let store = world.engine.store();
    let fresh = store.rotate_callback_secret(&world.partner, 3600).await.unwrap();
    let receiver = async |secret: &Secret| {
        Receiver::start(WebhookSecret::parse(secret.expose()).unwrap()).await.unwrap()
    };
    let (old, new) = (receiver(&world.secret).await, receiver(&fresh).await);
    for receiver in [&old, &new] {
        let id = world.callback_to(&receiver.url()).await;
        assert!(receiver.wait(id, SOON).await.is_some());
    }
    store.revoke_old_secrets(&world.partner).await.unwrap();
    let id = world.callback_to(&new.url()).await;
    assert!(new.wait(id, SOON).await.is_some());
    let refused = world.attempted(world.callback_to(&old.url()).await, 1).await;
    assert_eq!(refused.deliveries[0].status, Some(400), "the old secret is no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_410_switches_an_endpoint_off_until_a_redelivery_is_taken() {
    let world = World::new().await;
    let gone = Arc::new(Mutex::new(true));
    let state = gone.clone();
    let answer = move || async move {
        if *state.lock().unwrap() { StatusCode::GONE } else { StatusCode::NO_CONTENT }
    };
    let app = Router::new().route("/hook", post(answer)).route("/other", post(async || ""));
    let url = receiver(app).await;
    let _working = Working::start(world.sender(&Reach::new(true)));

    let first = world.callback_to(&format!("{url}/hook?order=1")).await;
    let report = world.attempted(first, 1).await;
    assert_eq!((report.state, report.deliveries[0].status), (CallbackState::Dead, Some(410)));

    let second = world.callback_to(&format!("{url}/hook?order=2")).await;
    let report = world.attempted(second, 1).await;
    assert_eq!((report.state, report.deliveries[0].attempt), (CallbackState::Dead, 0));
    let other = world.attempted(world.callback_to(&format!("{url}/other")).await, 1).await;
    assert_eq!(other.state, CallbackState::Delivered, "another path is another endpoint");

    *gone.lock().unwrap() = false;
    world.engine.redeliver(&world.partner, first).await.unwrap();
    let report = world.attempted(first, 2).await;
    assert_eq!((report.state, report.deliveries[1].status), (CallbackState::Delivered, Some(204)));
    let third = world.callback_to(&format!("{url}/hook?order=3")).await;
    assert_eq!(world.attempted(third, 1).await.state, CallbackState::Delivered);
}
