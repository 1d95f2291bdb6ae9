mod stage;

use crate::{
    Edge, EngineLink, Keys, Pipeline, RoleName, Settings, Variables, api, keys, listener,
    load_pack,
    metrics::Metrics,
    roles::{
        callbacks::{Reach, Sender},
        matcher::Matcher,
        sweeper,
    },
};
use anyhow::{Context, Result};
use facematch_bucket::{Bucket, BucketConfig, Credentials, Objects, ObjectsConfig};
use facematch_engine::{Engine, Store, router};
use facematch_gateway::Config;
use facematch_presign::Endpoint;
use stage::Stage;
use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    time::{Instant, timeout_at},
};

/// Name of the database in the data directory.
pub(crate) const DATABASE: &str = "facematch.sqlite";

/// How long requests, matches and callbacks may go on when the server stops: a callback may take 15 s.
const WORK_GRACE: Duration = Duration::from_secs(20);
/// And how long uploads may: a service manager kills after 30 s.
const STOP_GRACE: Duration = Duration::from_secs(25);
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// Where a server listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses {
    /// The public API.
    pub api: Option<SocketAddr>,
    /// The bucket.
    pub bucket: Option<SocketAddr>,
    /// The engine's API.
    pub engine: Option<SocketAddr>,
    /// The metrics.
    pub metrics: Option<SocketAddr>,
}

/// A running server with the roles that its settings name.
pub struct Server {
    addresses: Addresses,
    engine: Option<Arc<Engine>>,
    metrics: Metrics,
    /// In the order in which they end: nobody asks for more, the work is done, the bucket is not needed any more.
    front: Stage,
    work: Stage,
    bucket: Stage,
}

/// The sockets, bound before anything works: a port that is taken must not cost a submission one of its attempts.
struct Listeners {
    api: Option<TcpListener>,
    bucket: Option<TcpListener>,
    engine: Option<TcpListener>,
    metrics: Option<TcpListener>,
}

/// What every role of this process is made from.
struct Parts<'a> {
    settings: &'a Settings,
    keys: Keys,
    addresses: Addresses,
}

/// Opens the database of a data directory, which is made if it is not there.
///
/// # Errors
/// When the directory or the database cannot be opened.
pub async fn open_store(data_dir: &Path) -> Result<Store> {
    make_data_dir(data_dir)?;
    let path = data_dir.join(DATABASE);
    Store::open(&path).await.with_context(|| format!("cannot open {}", path.display()))
}

impl Server {
    /// Starts every role; returns when all listen.
    ///
    /// # Errors
    /// When an address is taken, the data directory cannot be used, or the model pack cannot be had.
    pub async fn start(settings: &Settings) -> Result<Self> {
        make_data_dir(&settings.data_dir)?;
        let listeners = Listeners::bind(settings).await?;
        let addresses = listeners.addresses()?;
        let parts = Parts { settings, keys: keys(settings)?, addresses };
        let bucket = parts.bucket()?;
        let engine = if settings.needs_store() { Some(parts.engine().await?) } else { None };
        let edge = match listeners.api {
            Some(_) => Some(parts.edge(engine.as_ref().map(|(engine, _)| engine)).await?),
            None => None,
        };
        let own_engine = engine.as_ref().map(|(engine, _)| engine.clone());
        let mut server = Self {
            addresses,
            metrics: Metrics::new(own_engine.as_ref()),
            engine: own_engine,
            front: Stage::default(),
            work: Stage::default(),
            bucket: Stage::default(),
        };
        server.listen(listeners, bucket, edge, &parts.keys.engine_secret);
        if let Some((engine, pipeline)) = engine {
            server.start_work(&parts, &engine, pipeline)?;
        }
        Ok(server)
    }

    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Its engine, if it has one.
    pub fn engine(&self) -> Option<&Arc<Engine>> {
        self.engine.as_ref()
    }

    /// Returns when a role has ended by itself, which none should.
    pub async fn broken(&mut self) {
        tokio::select! {
            () = self.front.broken() => (),
            () = self.work.broken() => (),
            () = self.bucket.broken() => (),
        }
    }

    /// Lets open requests, running matches and callbacks end, then uploads, and returns within 30 s, whatever hangs.
    pub async fn stop(self) {
        let start = Instant::now();
        if let Some(engine) = &self.engine {
            engine.end_waits();
        }
        let deadline = start + WORK_GRACE;
        tokio::join!(self.front.stop(deadline), self.work.stop(deadline));
        self.bucket.stop(start + STOP_GRACE).await;
        if let Some(engine) = &self.engine {
            // A statement that hangs is undone at the next start.
            let _ = timeout_at(start + STOP_GRACE + CLOSE_GRACE, engine.store().close()).await;
        }
    }

    fn listen(
        &mut self,
        listeners: Listeners,
        bucket: Option<Bucket>,
        edge: Option<Edge>,
        engine_secret: &str,
    ) {
        if let (Some(listener), Some(bucket)) = (listeners.bucket, bucket) {
            let metrics = self.metrics.clone();
            let answer = move |request: http::Request<_>| {
                let (bucket, metrics) = (bucket.clone(), metrics.clone());
                let method = request.method().clone();
                async move {
                    let response = bucket.call(request).await;
                    metrics.bucket_answered(&method, response.status().as_u16());
                    response
                }
            };
            self.bucket.run(|stop| listener::serve(listener, stop, answer));
        }
        if let (Some(listener), Some(edge)) = (listeners.api, edge) {
            let answer = api::gateway_answer(edge, self.metrics.clone());
            self.front.run(|stop| listener::serve(listener, stop, answer));
        }
        if let (Some(listener), Some(engine)) = (listeners.engine, self.engine.clone()) {
            let answer = api::engine_answer(router(engine, engine_secret));
            self.front.run(|stop| listener::serve(listener, stop, answer));
        }
        if let Some(listener) = listeners.metrics {
            let metrics = self.metrics.clone();
            let answer = move |request| api::metrics_answer(metrics.clone(), request);
            // To the end: what happens while the server stops is worth seeing.
            self.bucket.run(|stop| listener::serve(listener, stop, answer));
        }
    }

    fn start_work(
        &mut self,
        parts: &Parts<'_>,
        engine: &Arc<Engine>,
        pipeline: Option<Arc<Pipeline>>,
    ) -> Result<()> {
        let settings = parts.settings;
        if let Some(pipeline) = pipeline {
            let matcher = Matcher {
                engine: engine.clone(),
                objects: parts.objects()?,
                pipeline,
                metrics: self.metrics.clone(),
                lease_s: settings.match_lease_s,
            };
            for worker in 0..settings.workers {
                self.work.run(|stop| matcher.clone().run(worker, stop));
            }
        }
        if settings.has(RoleName::Callbacks) {
            let reach = Reach::new(settings.loopback_callbacks);
            let sender = Sender::new(engine.clone(), reach, self.metrics.clone())?;
            self.work.run(|stop| sender.run(stop));
        }
        if settings.has(RoleName::Sweeper) {
            self.work.run(|stop| sweeper::run(engine.clone(), stop));
        }
        Ok(())
    }
}

impl Listeners {
    async fn bind(settings: &Settings) -> Result<Self> {
        let wanted = |role, address| settings.has(role).then_some(address);
        let engine = settings.engine_listen.filter(|_| settings.has(RoleName::Engine));
        Ok(Self {
            api: bind(wanted(RoleName::Gateway, settings.listen)).await?,
            bucket: bind(wanted(RoleName::Bucket, settings.bucket_listen)).await?,
            engine: bind(engine).await?,
            metrics: bind(settings.metrics_listen).await?,
        })
    }

    fn addresses(&self) -> std::io::Result<Addresses> {
        let address = |listener: &Option<TcpListener>| {
            listener.as_ref().map(TcpListener::local_addr).transpose()
        };
        Ok(Addresses {
            api: address(&self.api)?,
            bucket: address(&self.bucket)?,
            engine: address(&self.engine)?,
            metrics: address(&self.metrics)?,
        })
    }
}

impl Parts<'_> {
    /// The S3 endpoint as uploaders see it.
    fn bucket_url(&self) -> String {
        let own = || self.addresses.bucket.map(|address| format!("http://{address}"));
        self.settings.bucket_url.clone().or_else(own).unwrap_or_default()
    }

    fn bucket(&self) -> Result<Option<Bucket>> {
        if !self.settings.has(RoleName::Bucket) {
            return Ok(None);
        }
        let bucket = Bucket::open(BucketConfig {
            root: self.settings.data_dir.join("bucket"),
            name: self.settings.bucket_name.clone(),
            region: self.settings.bucket_region.clone(),
            upload_key: credentials(&self.keys.upload),
            engine_key: credentials(&self.keys.engine),
            cors_origins: vec!["*".into()],
            body_timeouts: Default::default(),
        });
        bucket.map(Some).context("cannot open the bucket")
    }

    /// The engine, and the networks where this process matches.
    async fn engine(&self) -> Result<(Arc<Engine>, Option<Arc<Pipeline>>)> {
        let pipeline = match self.settings.has(RoleName::Matcher) {
            true => Some(Arc::new(Pipeline::new(&load_pack(self.settings.pack.as_deref())?)?)),
            false => None,
        };
        let store = open_store(&self.settings.data_dir).await?;
        let mut engine = Engine::new(store, Arc::new(self.objects()?))
            .with_partner_rate(self.settings.partner_rate);
        if let Some(pipeline) = pipeline.clone() {
            engine = engine.with_failed_report(Box::new(move |mode, policy| {
                (pipeline.policy_report(mode, policy), pipeline.versions(mode))
            }));
        }
        Ok((Arc::new(engine), pipeline))
    }

    /// The client of the bucket: over loopback when the bucket is in this process, whatever uploaders see.
    fn objects(&self) -> Result<Objects> {
        let own = self.addresses.bucket.map(|address| format!("http://{}", local(address)));
        let endpoint = own.unwrap_or_else(|| self.bucket_url());
        let config = ObjectsConfig {
            endpoint: Endpoint::parse(&endpoint).context("--bucket-url cannot be used")?,
            bucket: self.settings.bucket_name.clone(),
            region: self.settings.bucket_region.clone(),
            key: credentials(&self.keys.engine),
        };
        Objects::new(config).context(
            "cannot make the bucket's HTTP client; are the system's CA certificates installed (ca-certificates)?",
        )
    }

    /// The gateway component, compiled off the async threads.
    async fn edge(&self, engine: Option<&Arc<Engine>>) -> Result<Edge> {
        let link = match engine.filter(|_| self.settings.has(RoleName::Engine)) {
            Some(engine) => EngineLink::InProcess(router(engine.clone(), &self.keys.engine_secret)),
            None => EngineLink::remote(self.settings.engine_url.as_deref().unwrap_or_default())?,
        };
        let variables = self.variables(&link);
        // The guest reads the same variables at its first request, too late to tell the operator what is wrong.
        Config::from_variables(|name| variables.get(name).map(str::to_owned))?;
        let max_concurrent = self.settings.max_concurrent;
        tokio::task::spawn_blocking(move || Edge::new(variables, link, max_concurrent))
            .await?
            .map_err(|error| anyhow::anyhow!("the gateway component cannot be used: {error:#}"))
    }

    /// What the gateway component reads as its variables.
    fn variables(&self, link: &EngineLink) -> Variables {
        let (settings, keys) = (self.settings, &self.keys);
        let loopback = if settings.loopback_callbacks { "true" } else { "false" };
        let entries = [
            ("engine_url", link.base_url()),
            ("engine_secret", keys.engine_secret.clone()),
            ("token_keys", keys.verifying().join(",")),
            ("token_issuer", "facematch".to_owned()),
            ("bucket_url", self.bucket_url()),
            ("bucket_name", settings.bucket_name.clone()),
            ("bucket_region", settings.bucket_region.clone()),
            ("upload_access_key", keys.upload.access_key.clone()),
            ("upload_secret_key", keys.upload.secret_key.clone()),
            ("loopback_callbacks", loopback.to_owned()),
        ];
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The keys of this installation. Only a process that has the engine or the bucket may make them: another that made its
/// own would be refused by both.
fn keys(settings: &Settings) -> Result<Keys> {
    if settings.needs_store() || settings.has(RoleName::Bucket) {
        return Keys::load_or_create(&settings.data_dir);
    }
    Keys::load(&settings.data_dir)
        .context("copy keys.toml from the engine's machine to this one's data directory")
}

/// Makes the data directory, for its owner alone: there are secrets and photos in it.
fn make_data_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner_alone = fs::Permissions::from_mode(0o700);
        fs::set_permissions(path, owner_alone)
            .with_context(|| format!("cannot close {} to others", path.display()))?;
    }
    Ok(())
}

fn credentials(key: &keys::S3Key) -> Credentials {
    Credentials { access_key: key.access_key.clone(), secret_key: key.secret_key.clone() }
}

async fn bind(address: Option<SocketAddr>) -> Result<Option<TcpListener>> {
    let Some(address) = address else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).with_context(|| format!("cannot listen on {address}"))
}

/// The address under which this process reaches a listener of its own.
fn local(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => ([127, 0, 0, 1], v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            (std::net::Ipv6Addr::LOCALHOST, v6.port()).into()
        }
        address => address,
    }
}
