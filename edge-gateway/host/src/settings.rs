use anyhow::{Context, Result, ensure};
use facematch_contract::limits::{MATCH_LEASE_S, PARTNER_RATE};
use serde::Deserialize;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
};

/// A part of the service that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// The public API.
    Gateway,
    /// The S3-compatible store of one machine.
    Bucket,
    /// Submissions and partners.
    Engine,
    /// Runs the networks.
    Matcher,
    /// Sends callbacks.
    Callbacks,
    /// Expiry and left-overs.
    Sweeper,
}

impl RoleName {
    /// Every role: what one machine runs.
    pub const ALL: [Self; 6] =
        [Self::Gateway, Self::Bucket, Self::Engine, Self::Matcher, Self::Callbacks, Self::Sweeper];
}

/// Options of `facematch serve`. A flag wins over the environment, the environment over the file.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ServeOptions {
    /// Where database, bucket and keys live [default: ./data]
    #[arg(long, env = "FACEMATCH_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address of the public API [default: 127.0.0.1:8080]
    #[arg(long, env = "FACEMATCH_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Address of the bucket [default: 127.0.0.1:9000]
    #[arg(long, env = "FACEMATCH_BUCKET_LISTEN")]
    pub bucket_listen: Option<SocketAddr>,
    /// Address of the engine's API, for gateways on other machines [default: in this process only]
    #[arg(long, env = "FACEMATCH_ENGINE_LISTEN")]
    pub engine_listen: Option<SocketAddr>,
    /// Address of the metrics, for the operator's monitoring alone [default: none]
    #[arg(long, env = "FACEMATCH_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Engine of another machine, when the engine role is off, such as http://10.0.0.5:8081
    #[arg(long, env = "FACEMATCH_ENGINE_URL")]
    pub engine_url: Option<String>,
    /// S3 endpoint as uploaders see it [default: http:// and the bucket's address]
    #[arg(long, env = "FACEMATCH_BUCKET_URL")]
    pub bucket_url: Option<String>,
    /// Name of the bucket [default: facematch]
    #[arg(long, env = "FACEMATCH_BUCKET_NAME")]
    pub bucket_name: Option<String>,
    /// Region that requests are signed for [default: us-east-1]
    #[arg(long, env = "FACEMATCH_BUCKET_REGION")]
    pub bucket_region: Option<String>,
    /// What this process does [default: all]
    #[arg(long, env = "FACEMATCH_ROLES", value_enum, value_delimiter = ',')]
    pub roles: Option<Vec<RoleName>>,
    /// Submissions that are matched at a time [default: one for each core]
    #[arg(long, env = "FACEMATCH_WORKERS")]
    pub workers: Option<usize>,
    /// A match that gives no sign of life for so many seconds is taken over; 1 to 600 [default: 60]
    #[arg(long, env = "FACEMATCH_MATCH_LEASE_S")]
    pub match_lease_s: Option<u32>,
    /// Requests that may be in the gateway at a time [default: 1024]
    #[arg(long, env = "FACEMATCH_MAX_CONCURRENT")]
    pub max_concurrent: Option<usize>,
    /// Requests a minute that a partner may make; 0 for any number [default: 12000]
    #[arg(long, env = "FACEMATCH_PARTNER_RATE")]
    pub partner_rate: Option<u32>,
    /// Model pack [default: standard, or builtin where the files of that cannot be had]
    #[arg(long, env = "FACEMATCH_PACK")]
    pub pack: Option<String>,
    /// Development only: callbacks may go to http:// on this machine
    #[arg(long, env = "FACEMATCH_LOOPBACK_CALLBACKS", num_args = 0..=1, default_missing_value = "true",
        value_parser = clap::builder::BoolishValueParser::new())]
    pub loopback_callbacks: Option<bool>,
}

impl ServeOptions {
    /// Reads a TOML file of these options.
    ///
    /// # Errors
    /// When the file cannot be read, or has a key or a value that is no option.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }

    /// These options, and those of `other` where these say nothing.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(other.data_dir),
            listen: self.listen.or(other.listen),
            bucket_listen: self.bucket_listen.or(other.bucket_listen),
            engine_listen: self.engine_listen.or(other.engine_listen),
            metrics_listen: self.metrics_listen.or(other.metrics_listen),
            engine_url: self.engine_url.or(other.engine_url),
            bucket_url: self.bucket_url.or(other.bucket_url),
            bucket_name: self.bucket_name.or(other.bucket_name),
            bucket_region: self.bucket_region.or(other.bucket_region),
            roles: self.roles.or(other.roles),
            workers: self.workers.or(other.workers),
            match_lease_s: self.match_lease_s.or(other.match_lease_s),
            max_concurrent: self.max_concurrent.or(other.max_concurrent),
            partner_rate: self.partner_rate.or(other.partner_rate),
            pack: self.pack.or(other.pack),
            loopback_callbacks: self.loopback_callbacks.or(other.loopback_callbacks),
        }
    }
}

/// What [`ServeOptions`] come to, with every default filled in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where database, bucket and keys live.
    pub data_dir: PathBuf,
    /// Address of the public API.
    pub listen: SocketAddr,
    /// Address of the bucket.
    pub bucket_listen: SocketAddr,
    /// Address of the engine's API, if it is served on a socket.
    pub engine_listen: Option<SocketAddr>,
    /// Address of the metrics, if they are served.
    pub metrics_listen: Option<SocketAddr>,
    /// Engine of another machine.
    pub engine_url: Option<String>,
    /// S3 endpoint as uploaders see it, if it is not the bucket's address.
    pub bucket_url: Option<String>,
    /// Name of the bucket.
    pub bucket_name: String,
    /// Region that requests are signed for.
    pub bucket_region: String,
    /// What this process does.
    pub roles: Vec<RoleName>,
    /// Submissions that are matched at a time.
    pub workers: usize,
    /// After how many seconds without a sign of life a match is taken over.
    pub match_lease_s: u32,
    /// Requests that may be in the gateway at a time.
    pub max_concurrent: usize,
    /// Requests a minute that a partner may make that has no rate of its own; `None` for any number.
    pub partner_rate: Option<u32>,
    /// Name of the model pack; without one, see [`load_pack`](crate::load_pack).
    pub pack: Option<String>,
    /// Whether callbacks may go to http:// on this machine.
    pub loopback_callbacks: bool,
}

impl Settings {
    /// Fills in the defaults and checks that the roles fit together.
    ///
    /// # Errors
    /// When roles that need the database run without the engine, or a gateway has no engine.
    pub fn resolve(options: ServeOptions) -> Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let settings = Self {
            data_dir: options.data_dir.unwrap_or_else(|| "data".into()),
            listen: options.listen.unwrap_or_else(|| ([127, 0, 0, 1], 8080).into()),
            bucket_listen: options.bucket_listen.unwrap_or_else(|| ([127, 0, 0, 1], 9000).into()),
            engine_listen: options.engine_listen,
            metrics_listen: options.metrics_listen,
            engine_url: options.engine_url,
            bucket_url: options.bucket_url.map(|url| url.trim_end_matches('/').to_owned()),
            bucket_name: options.bucket_name.unwrap_or_else(|| "facematch".into()),
            bucket_region: options.bucket_region.unwrap_or_else(|| "us-east-1".into()),
            roles: options.roles.unwrap_or_else(|| RoleName::ALL.to_vec()),
            workers: options.workers.unwrap_or(cores).max(1),
            match_lease_s: options.match_lease_s.unwrap_or(MATCH_LEASE_S),
            max_concurrent: options.max_concurrent.unwrap_or(1024).max(1),
            partner_rate: Some(options.partner_rate.unwrap_or(PARTNER_RATE))
                .filter(|rate| *rate > 0),
            pack: options.pack,
            loopback_callbacks: options.loopback_callbacks.unwrap_or(false),
        };
        settings.check()?;
        Ok(settings)
    }

    /// Whether this process has a role.
    pub fn has(&self, role: RoleName) -> bool {
        self.roles.contains(&role)
    }

    /// Whether any role of this process needs the database.
    pub fn needs_store(&self) -> bool {
        use RoleName::{Callbacks, Engine, Matcher, Sweeper};
        [Engine, Matcher, Callbacks, Sweeper].iter().any(|role| self.has(*role))
    }

    fn check(&self) -> Result<()> {
        ensure!(!self.roles.is_empty(), "--roles names no role");
        ensure!((1..=600).contains(&self.match_lease_s), "--match-lease-s must be from 1 to 600");
        let gateway_alone = self.has(RoleName::Gateway) && !self.has(RoleName::Engine);
        ensure!(
            !gateway_alone || self.engine_url.is_some(),
            "a gateway without the engine role needs --engine-url"
        );
        let everywhere = self.has(RoleName::Bucket) && self.bucket_listen.ip().is_unspecified();
        ensure!(
            !(everywhere && self.has(RoleName::Gateway)) || self.bucket_url.is_some(),
            "--bucket-listen {} is no address to upload to: --bucket-url must say how uploaders reach it",
            self.bucket_listen
        );
        let needs_bucket = self.has(RoleName::Gateway) || self.needs_store();
        ensure!(
            !needs_bucket || self.has(RoleName::Bucket) || self.bucket_url.is_some(),
            "without the bucket role, --bucket-url must name an S3 endpoint"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file() {
        let file =
            toml::from_str("workers = 3\nbucket-name = \"b\"\nroles = [\"engine\"]").unwrap();
        let merged = ServeOptions { workers: Some(7), ..Default::default() }.over(file);
        assert_eq!(merged.workers, Some(7));
        assert_eq!(merged.bucket_name.as_deref(), Some("b"));
        assert_eq!(merged.roles, Some(vec![RoleName::Engine]));
    }

    #[test]
    fn a_key_that_is_no_option_is_refused() {
        assert!(toml::from_str::<ServeOptions>("worker = 3").is_err());
    }

    #[test]
    fn roles_that_cannot_work_together_are_refused() {
        let cases = [
            (vec![], "names no role"),
            (vec![RoleName::Gateway, RoleName::Bucket], "--engine-url"),
            (vec![RoleName::Engine], "--bucket-url"),
        ];
        for (roles, want) in cases {
            let options = ServeOptions { roles: Some(roles.clone()), ..Default::default() };
            let error = Settings::resolve(options).unwrap_err().to_string();
            assert!(error.contains(want), "{roles:?}: {error}");
        }
    }
}
