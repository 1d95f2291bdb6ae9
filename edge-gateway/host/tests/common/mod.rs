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
    match facematch_host::load_pack(None) {
        Ok(_) => true,
        Err(error) => skip(&format!("{error:#}")),
    }
}

/// Names of photos in the samples folder, by what they show.
pub struct Album {
    pub photo: &'static str,
    /// The same person again.
    pub same: &'static str,
    pub other: &'static str,
    pub no_face: [&'static str; 2],
    pub group: &'static str,
}

/// The project's photos, and those of the npm package that the builtin pack comes from.
const ALBUMS: [Album; 2] = [
    Album {
        photo: "portraits/obama.jpg",
        same: "portraits/obama2.jpg",
        other: "portraits/biden.jpg",
        no_face: ["no-face/dogs.jpg", "no-face/coffee.png"],
        group: "groups/two_people.jpg",
    },
    Album {
        photo: "portraits/first.jpg",
        same: "portraits/first2.jpg",
        other: "portraits/second.jpg",
        no_face: ["no-face/blinds.jpg", "no-face/blinds.jpg"],
        group: "groups/sample6.jpg",
    },
];

/// The album whose photos are in the samples folder; says so loudly where there is none.
pub fn album() -> Option<&'static Album> {
    let found = ALBUMS.iter().find(|album| samples().join(album.photo).exists());
    if found.is_none() {
        skip(&format!(
            "{} has none of the known photos: see FACEMATCH_SAMPLES",
            samples().display()
        ));
    }
    found
}

/// A photo of the samples folder.
pub fn sample(name: &str) -> PhotoFile {
    let path = samples().join(name);
    PhotoFile::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Two photos of one person and one of another; says so loudly where there are none.
pub fn people() -> Option<[PhotoFile; 3]> {
    album().map(|album| [album.photo, album.same, album.other].map(sample))
}

pub fn samples() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match env::var_os("FACEMATCH_SAMPLES") {
        Some(folder) => root.join(folder),
        None => root.join("../shared/data/photos"),
    }
}

/// Skipping is allowed to a newcomer without the files, and forbidden to CI.
pub fn skip(reason: &str) -> bool {
    assert!(env::var_os("FACEMATCH_REQUIRE_DATA").is_none(), "{reason}");
    // Not `eprintln!`, which the harness holds back when a test passes.
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED: {reason}\n");
    false
}
