//! The server as a process of its own: what it prints and how much memory it takes are its alone.

use super::{add_partner, install_crypto};
use facematch_partner::Credentials;
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// `facematch serve` on free ports, killed when this is dropped.
pub struct ServerProcess {
    pub api: String,
    pub bucket: String,
    pub metrics: String,
    pub credentials: Credentials,
    pub data: TempDir,
    child: Child,
}

impl ServerProcess {
    pub async fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        install_crypto();
        let data = tempfile::tempdir().unwrap();
        let credentials = add_partner(data.path(), &[]).await;
        let mut command = Command::new(env!("CARGO_BIN_EXE_facematch"));
        command.args(["serve", "--loopback-callbacks", "--data-dir"]).arg(data.path());
        for listener in ["--listen", "--bucket-listen", "--metrics-listen"] {
            command.args([listener, "127.0.0.1:0"]);
        }
        let file = |name| fs::File::create(data.path().join(name)).unwrap();
        let child = command
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::from(file("stdout.log")))
            .stderr(Stdio::from(file("stderr.log")))
            .spawn()
            .unwrap();
        let mut server = Self {
            api: String::new(),
            bucket: String::new(),
            metrics: String::new(),
            credentials,
            data,
            child,
        };
        server.learn_addresses().await;
        server
    }

    /// Reads the addresses from the line of the log that says that the server is ready.
    async fn learn_addresses(&mut self) {
        let start = Instant::now();
        loop {
            let printed = self.printed();
            let lines = printed.lines().filter(|line| line.contains("\"message\":\"ready\""));
            if let Some(line) = lines.filter_map(|l| serde_json::from_str::<Value>(l).ok()).next() {
                let address =
                    |name: &str| format!("http://{}", line["fields"][name].as_str().unwrap());
                self.api = address("api");
                self.bucket = address("bucket");
                self.metrics = format!("{}/metrics", address("metrics"));
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {printed}");
            assert!(start.elapsed() < Duration::from_secs(60), "not ready: {printed}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// All that it has written to standard output and standard error.
    pub fn printed(&self) -> String {
        let read = |name| fs::read(self.data.path().join(name)).unwrap();
        String::from_utf8_lossy(&[read("stdout.log"), read("stderr.log")].concat()).into_owned()
    }

    /// Memory that it holds, in bytes; `None` where the system does not tell.
    pub fn resident_bytes(&self) -> Option<u64> {
        let path = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let status = fs::read_to_string(path).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
