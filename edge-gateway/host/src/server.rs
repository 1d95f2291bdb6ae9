use crate::{
    Edge, EngineLink, Keys, Pipeline, RoleName, Settings, Variables, api, keys, listener,
    load_pack,
    roles::{Stop, callbacks::Sender, matcher::Matcher, sweeper},
};
use anyhow::{Context, Result};
use facematch_bucket::{Bucket, BucketConfig, Credentials, Objects, ObjectsConfig};
use facematch_engine::{Engine, Store, router};
use facematch_presign::Endpoint;
use std::{fs, net::SocketAddr, path::Path, sync::Arc};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Name of the database in the data directory.
const DATABASE: &str = "facematch.sqlite";

/// Where a server listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addresses {
    /// The public API.
    pub api: Option<SocketAddr>,
    /// The bucket.
    pub bucket: Option<SocketAddr>,
    /// The engine's API.
    pub engine: Option<SocketAddr>,
}

/// A running server with the roles that its settings name.
pub struct Server {
    addresses: Addresses,
    engine: Option<Arc<Engine>>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
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
        let keys = Keys::load_or_create(&settings.data_dir)?;
        let (stop, _) = watch::channel(false);
        let mut server =
            Self { addresses: Addresses::default(), engine: None, stop, tasks: JoinSet::new() };
        if settings.has(RoleName::Bucket) {
            server.start_bucket(settings, &keys).await?;
        }
        let bucket_url = server.bucket_url(settings);
        if settings.needs_store() {
            server.start_engine(settings, &keys, &bucket_url).await?;
        }
        if settings.has(RoleName::Gateway) {
            server.start_gateway(settings, &keys, &bucket_url).await?;
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

    /// Lets open requests and running matches end, then returns.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        if let Some(engine) = &self.engine {
            engine.store().close().await;
        }
    }

    /// The S3 endpoint as uploaders see it.
    fn bucket_url(&self, settings: &Settings) -> String {
        let own = || self.addresses.bucket.map(|address| format!("http://{address}"));
        settings.bucket_url.clone().or_else(own).unwrap_or_default()
    }

    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(work);
    }

    fn stopped(&self) -> Stop {
        self.stop.subscribe()
    }

    async fn start_bucket(&mut self, settings: &Settings, keys: &Keys) -> Result<()> {
        let bucket = Bucket::open(BucketConfig {
            root: settings.data_dir.join("bucket"),
            name: settings.bucket_name.clone(),
            region: settings.bucket_region.clone(),
            upload_key: credentials(&keys.upload),
            engine_key: credentials(&keys.engine),
            cors_origins: vec!["*".into()],
            body_timeouts: Default::default(),
        })
        .context("cannot open the bucket")?;
        let listener = bind(settings.bucket_listen).await?;
        self.addresses.bucket = Some(listener.local_addr()?);
        let answer = move |request| {
            let bucket = bucket.clone();
            async move { bucket.call(request).await }
        };
        self.spawn(listener::serve(listener, self.stopped(), answer));
        Ok(())
    }

    async fn start_engine(
        &mut self,
        settings: &Settings,
        keys: &Keys,
        bucket_url: &str,
    ) -> Result<()> {
        let store = open_store(&settings.data_dir).await?;
        let objects = self.objects(settings, keys, bucket_url)?;
        let mut engine = Engine::new(store, Arc::new(objects.clone()));
        let pipeline = match settings.has(RoleName::Matcher) {
            true => Some(Arc::new(Pipeline::new(&load_pack(&settings.pack)?)?)),
            false => None,
        };
        if let Some(pipeline) = pipeline.clone() {
            engine = engine.with_failed_report(Box::new(move |policy| {
                (pipeline.policy_report(policy), pipeline.versions().clone())
            }));
        }
        let engine = Arc::new(engine);
        self.engine = Some(engine.clone());
        if let Some(pipeline) = pipeline {
            let matcher = Matcher { engine: engine.clone(), objects, pipeline };
            (0..settings.workers)
                .for_each(|worker| self.spawn(matcher.clone().run(worker, self.stopped())));
        }
        if settings.has(RoleName::Callbacks) {
            let sender = Sender::new(engine.clone(), settings.loopback_callbacks)?;
            self.spawn(sender.run(self.stopped()));
        }
        if settings.has(RoleName::Sweeper) {
            self.spawn(sweeper::run(engine.clone(), self.stopped()));
        }
        self.listen_engine(settings, keys, engine).await
    }

    /// The client of the bucket: over loopback when the bucket is in this process, whatever uploaders see.
    fn objects(&self, settings: &Settings, keys: &Keys, bucket_url: &str) -> Result<Objects> {
        let own = self.addresses.bucket.map(|address| format!("http://{}", local(address)));
        let endpoint = own.unwrap_or_else(|| bucket_url.to_owned());
        let config = ObjectsConfig {
            endpoint: Endpoint::parse(&endpoint).context("the bucket's URL cannot be used")?,
            bucket: settings.bucket_name.clone(),
            region: settings.bucket_region.clone(),
            key: credentials(&keys.engine),
        };
        Objects::new(config).context("cannot make the bucket's HTTP client")
    }

    async fn listen_engine(
        &mut self,
        settings: &Settings,
        keys: &Keys,
        engine: Arc<Engine>,
    ) -> Result<()> {
        let Some(address) = settings.engine_listen.filter(|_| settings.has(RoleName::Engine))
        else {
            return Ok(());
        };
        let listener = bind(address).await?;
        self.addresses.engine = Some(listener.local_addr()?);
        let answer = api::engine_answer(router(engine, &keys.engine_secret));
        self.spawn(listener::serve(listener, self.stopped(), answer));
        Ok(())
    }

    async fn start_gateway(
        &mut self,
        settings: &Settings,
        keys: &Keys,
        bucket_url: &str,
    ) -> Result<()> {
        let listener = bind(settings.listen).await?;
        let address = listener.local_addr()?;
        self.addresses.api = Some(address);
        let link = match self.engine.clone().filter(|_| settings.has(RoleName::Engine)) {
            Some(engine) => EngineLink::InProcess(router(engine, &keys.engine_secret)),
            None => EngineLink::remote(settings.engine_url.as_deref().unwrap_or_default())?,
        };
        let variables = variables(settings, keys, bucket_url, &link);
        let max_concurrent = settings.max_concurrent;
        let edge = tokio::task::spawn_blocking(move || Edge::new(variables, link, max_concurrent))
            .await?
            .map_err(|error| anyhow::anyhow!("the gateway component cannot be used: {error:#}"))?;
        self.spawn(listener::serve(listener, self.stopped(), api::gateway_answer(edge)));
        Ok(())
    }
}

/// Makes the data directory, for its owner alone.
fn make_data_dir(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("cannot make {}", path.display()))
}

/// What the gateway component reads as its variables.
fn variables(settings: &Settings, keys: &Keys, bucket_url: &str, link: &EngineLink) -> Variables {
    let loopback = if settings.loopback_callbacks { "true" } else { "false" };
    let entries = [
        ("engine_url", link.base_url()),
        ("engine_secret", keys.engine_secret.clone()),
        ("token_keys", keys.token_keys.join(",")),
        ("token_issuer", "facematch".to_owned()),
        ("bucket_url", bucket_url.to_owned()),
        ("bucket_name", settings.bucket_name.clone()),
        ("bucket_region", settings.bucket_region.clone()),
        ("upload_access_key", keys.upload.access_key.clone()),
        ("upload_secret_key", keys.upload.secret_key.clone()),
        ("loopback_callbacks", loopback.to_owned()),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn credentials(key: &keys::S3Key) -> Credentials {
    Credentials { access_key: key.access_key.clone(), secret_key: key.secret_key.clone() }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
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
