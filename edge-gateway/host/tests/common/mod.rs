//! A real server on real sockets, in this process, with a data directory of its own.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

pub mod process;

use facematch_engine::NewPartner;
use facematch_host::{Keys, RoleName, ServeOptions, Server, Settings, open_store};
use facematch_partner::{Credentials, PhotoFile};
use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Roles that need no model files.
pub const WITHOUT_MATCHER: [RoleName; 5] =
    [RoleName::Gateway, RoleName::Bucket, RoleName::Engine, RoleName::Callbacks, RoleName::Sweeper];

pub struct TestServer {
    pub api: String,
    pub credentials: Credentials,
    pub data: TempDir,
    server: Server,
}

impl TestServer {
    /// A server with every role and one partner.
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), ServeOptions::default()).await
    }

    /// A server without the matcher: what is queued stays queued.
    pub async fn start_without_matcher() -> Self {
        let options =
            ServeOptions { roles: Some(WITHOUT_MATCHER.to_vec()), ..ServeOptions::default() };
        Self::start_in(tempfile::tempdir().unwrap(), options).await
    }

    pub async fn start_in(data: TempDir, options: ServeOptions) -> Self {
        install_crypto();
        let credentials = add_partner(data.path(), &[]).await;
        let settings = settings(data.path(), options);
        let server = Server::start(&settings).await.unwrap();
        let api = format!("http://{}", server.addresses().api.unwrap());
        Self { api, credentials, data, server }
    }

    pub fn bucket_url(&self) -> String {
        format!("http://{}", self.server.addresses().bucket.unwrap())
    }

    pub fn engine_url(&self) -> String {
        format!("http://{}", self.server.addresses().engine.unwrap())
    }

    /// Stops it, changes its keys, and starts it again, without the matcher.
    pub async fn restart(self, change: fn(&mut Keys)) -> Self {
        let credentials = self.credentials.clone();
        let data = self.stop().await;
        let mut keys = Keys::load(data.path()).unwrap();
        change(&mut keys);
        keys.save(data.path()).unwrap();
        let options =
            ServeOptions { roles: Some(WITHOUT_MATCHER.to_vec()), ..ServeOptions::default() };
        let server = Server::start(&settings(data.path(), options)).await.unwrap();
        let api = format!("http://{}", server.addresses().api.unwrap());
        Self { api, credentials, data, server }
    }

    /// Stops it and gives its data directory back.
    pub async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.data
    }
}

pub fn install_crypto() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Settings on free ports of loopback.
pub fn settings(data: &Path, options: ServeOptions) -> Settings {
    let free = Some(([127, 0, 0, 1], 0).into());
    let defaults = ServeOptions {
        data_dir: Some(data.to_owned()),
        listen: free,
        bucket_listen: free,
        loopback_callbacks: Some(true),
        workers: Some(2),
        ..ServeOptions::default()
    };
    Settings::resolve(options.over(defaults)).unwrap()
}

pub async fn add_partner(data: &Path, origins: &[&str]) -> Credentials {
    let store = open_store(data).await.unwrap();
    let allowed_origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    let partner = NewPartner { allowed_origins, ..NewPartner::new("Test partner") };
    let added = store.add_partner(&partner).await.unwrap();
    store.close().await;
    Credentials {
        client_id: added.partner_id.0,
        client_secret: added.client_secret.expose().to_owned(),
        webhook_secret: added.callback_secret.expose().to_owned(),
    }
}

/// Whether the model files can be had; says so loudly where they cannot.
pub fn models_are_here() -> bool {
    install_crypto();
    match facematch_host::load_pack("standard") {
        Ok(_) => true,
        Err(error) => skip(&format!("{error:#}")),
    }
}

/// A photo of the samples folder, such as `portraits/obama.jpg`; says so loudly where it is not there.
pub fn sample(name: &str) -> Option<PhotoFile> {
    let photo = PhotoFile::read(&samples().join(name));
    photo
        .map_err(|error| skip(&format!("{name} of FACEMATCH_SAMPLES cannot be read: {error}")))
        .ok()
}

pub fn samples() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match env::var_os("FACEMATCH_SAMPLES") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/data/photos"),
    }
}

/// Skipping is allowed to a newcomer without the files, and forbidden to CI.
fn skip(reason: &str) -> bool {
    assert!(env::var_os("FACEMATCH_REQUIRE_DATA").is_none(), "{reason}");
    // Not `eprintln!`, which the harness holds back when a test passes.
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED: {reason}\n");
    false
}
