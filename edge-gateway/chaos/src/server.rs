//! An installation of the real binary, and its processes.

use crate::dice::Dice;
use anyhow::{Context, Result, bail, ensure};
use facematch_partner::Credentials;
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// How long a start may take on a machine that compiles something else at the same time.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// Below the ports from which the system takes those of clients: one of them could sit on the server's while it is down.
const PORTS: std::ops::Range<u64> = 20_000..32_000;

/// A data directory with one partner, and the addresses under which it is served.
pub(crate) struct Installation {
    binary: PathBuf,
    pub(crate) data: PathBuf,
    log: PathBuf,
    pub(crate) api: SocketAddr,
    pub(crate) bucket: SocketAddr,
    pub(crate) credentials: Credentials,
    flags: Vec<String>,
    environment: Vec<(String, PathBuf)>,
}

/// A running server. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    name: &'static str,
}

impl Installation {
    /// Makes the data directory `folder/data` with one partner.
    ///
    /// # Errors
    /// When the binary cannot be run.
    pub(crate) fn new(binary: &Path, folder: &Path, dice: &mut Dice) -> Result<Self> {
        let data = folder.join("data");
        let mut add = Command::new(binary);
        add.args(["partner", "add", "Chaos", "--json", "--data-dir"]).arg(&data);
        let added = add.output().with_context(|| format!("cannot run {}", binary.display()))?;
        ensure!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        Ok(Self {
            binary: binary.to_owned(),
            log: folder.join("server.log"),
            data,
            api: free_address(dice)?,
            bucket: free_address(dice)?,
            credentials: serde_json::from_slice(&added.stdout)?,
            flags: Vec::new(),
            environment: Vec::new(),
        })
    }

    /// The same with one more flag for every process.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts are given as they are")]
    pub(crate) fn flag(mut self, flag: &str, value: impl ToString) -> Self {
        self.flags.extend([flag.to_owned(), value.to_string()]);
        self
    }

    /// The same with the log in another place.
    pub(crate) fn log_to(mut self, log: PathBuf) -> Self {
        self.log = log;
        self
    }

    /// The same with a variable in the environment of every process.
    pub(crate) fn variable(mut self, name: &str, value: PathBuf) -> Self {
        self.environment.push((name.to_owned(), value));
        self
    }

    /// Puts nothing in between any more: the same without the variables.
    pub(crate) fn plain(&mut self) {
        self.environment.clear();
    }

    /// Starts every role. It may not be ready yet.
    ///
    /// # Errors
    /// When there can be no process.
    pub(crate) fn start(&self) -> Result<Process> {
        self.start_roles("server", "gateway,bucket,engine,matcher,callbacks,sweeper")
    }

    /// Starts some roles, under a name for messages.
    ///
    /// # Errors
    /// When there can be no process.
    pub(crate) fn start_roles(&self, name: &'static str, roles: &str) -> Result<Process> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut serve = Command::new(&self.binary);
        serve.args(["serve", "--loopback-callbacks", "--roles", roles, "--data-dir"]);
        serve.arg(&self.data).args(["--listen", &self.api.to_string()]);
        serve.args(["--bucket-listen", &self.bucket.to_string()]);
        // Matchers in a process of their own reach the bucket by its address.
        serve.args(["--bucket-url", &self.bucket_url()]);
        serve.args(&self.flags).envs(self.environment.iter().cloned());
        let child = serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        Ok(Process { child, name })
    }

    /// Starts every role, and returns when they answer.
    ///
    /// # Errors
    /// When they do not.
    pub(crate) async fn started(&self) -> Result<Process> {
        let mut process = self.start()?;
        self.ready(&mut process).await?;
        Ok(process)
    }

    /// Returns when the API is ready.
    ///
    /// # Errors
    /// When the process ends before, or takes too long.
    pub(crate) async fn ready(&self, process: &mut Process) -> Result<()> {
        let http = reqwest::Client::builder().no_proxy().timeout(START_PATIENCE).build()?;
        let start = Instant::now();
        while start.elapsed() < START_PATIENCE {
            process.check()?;
            let answer = http.get(format!("{}/readyz", self.api_url())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the server is not ready after {START_PATIENCE:?}; its log is {}", self.log.display())
    }

    /// Base URL of the API.
    pub(crate) fn api_url(&self) -> String {
        format!("http://{}", self.api)
    }

    /// Base URL of the bucket.
    pub(crate) fn bucket_url(&self) -> String {
        format!("http://{}", self.bucket)
    }

    /// All that the processes have logged.
    pub(crate) fn logged(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Process {
    /// SIGKILL: no more instructions, no goodbye.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        let command = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &command]).status()?;
        ensure!(status.success(), "no signal {name} to the {}", self.name);
        Ok(())
    }

    /// Fails if it has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("the {} ended by itself with {status}", self.name),
            None => Ok(()),
        }
    }

    /// Waits for its end, for as long as `patience`.
    pub(crate) async fn end(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let start = Instant::now();
        while start.elapsed() < patience {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(None)
    }

    /// Memory that it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib.context("no VmRSS")?.trim().parse::<u64>()? * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.kill();
    }
}

fn free_address(dice: &mut Dice) -> Result<SocketAddr> {
    for _ in 0..100 {
        let port = u16::try_from(PORTS.start + dice.below(PORTS.end - PORTS.start))?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(([127, 0, 0, 1], port).into());
        }
    }
    bail!("no free port between {} and {}", PORTS.start, PORTS.end)
}
