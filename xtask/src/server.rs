//! The demo's server: `facematch serve` on loopback with a data directory of its own.

use crate::process::{built, facematch, run, target_dir};
use anyhow::{Result, bail};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It is stopped when this is dropped.
pub(crate) struct DemoServer {
    child: Child,
    address: SocketAddr,
    bucket: SocketAddr,
    /// Where the demo partner's pages may be served: its browser tokens work there alone.
    site: SocketAddr,
    pub(crate) folder: PathBuf,
}

impl DemoServer {
    /// Makes a fresh data directory, registers the demo partner, starts the server and waits until it is ready.
    ///
    /// # Errors
    /// When any of this fails; the server's log is named then.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same, with more arguments for the server.
    ///
    /// # Errors
    /// As [`DemoServer::start`].
    pub(crate) fn start_with(arguments: &[&str]) -> Result<Self> {
        // Another demo may be running, and this one may start several: each has its own.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", std::process::id());
        let folder = target_dir().join("demo").join(name);
        fs::create_dir_all(&folder)?;
        let (address, bucket, site) = (free_port(8080)?, free_port(9000)?, free_port(8090)?);
        register_partner(&folder, site)?;
        let log = fs::File::create(folder.join("server.log"))?;
        let child = facematch(&["serve", "--loopback-callbacks", "--data-dir"])?
            .arg(folder.join("data"))
            .args(["--listen", &address.to_string(), "--bucket-listen", &bucket.to_string()])
            .args(arguments)
            .stderr(log)
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address, bucket, site, folder };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Base URL of the API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The demo partner's credentials.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.folder.join("partner.json")
    }

    /// Serves the demo partner's pages of `folder`, and waits until they are there.
    ///
    /// # Errors
    /// When they are not.
    pub(crate) fn serve_site(&self, folder: &Path) -> Result<Site> {
        let mut partner =
            built("facematch-partner", &["serve", "--listen", &self.site.to_string()])?;
        partner.arg("--site").arg(folder).arg("--api").arg(self.url());
        partner.arg("--bucket").arg(format!("http://{}", self.bucket));
        partner.arg("--credentials").arg(self.credentials());
        let log = fs::File::create(self.folder.join("site.log"))?;
        let child = partner.stdout(Stdio::null()).stderr(log).spawn()?;
        let mut site = Site { child, address: self.site };
        let start = Instant::now();
        while !answers(site.address, "/") {
            let log = || fs::read_to_string(self.folder.join("site.log")).unwrap_or_default();
            if let Some(status) = site.child.try_wait()? {
                bail!("the demo partner ended with {status}:\n{}", log());
            }
            if start.elapsed() > START_PATIENCE {
                bail!("the demo partner's pages are not there:\n{}", log());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(site)
    }

    /// Waits until somebody stops the server.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub(crate) fn wait(&mut self) -> Result<()> {
        self.child.wait()?;
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < START_PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log());
            }
            if answers(self.address, "/readyz") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the server is not ready after {START_PATIENCE:?}:\n{}", self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The demo partner's pages, served. They end when this is dropped.
pub(crate) struct Site {
    child: Child,
    address: SocketAddr,
}

impl Site {
    /// Address of the first page.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn register_partner(folder: &Path, site: SocketAddr) -> Result<()> {
    let mut private = fs::OpenOptions::new();
    private.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut private, 0o600);
    let credentials = private.open(folder.join("partner.json"))?;
    run(facematch(&["partner", "add", "Bank Contoh", "--json", "--data-dir"])?
        .arg(folder.join("data"))
        .args(["--origin", &format!("http://{site}")])
        .stdout(credentials))
}

/// The usual port, or any other when it is taken.
fn free_port(usual: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", usual));
    Ok(listener.or_else(|_| TcpListener::bind(("127.0.0.1", 0)))?.local_addr()?)
}

/// Whether `path` answers with 200.
fn answers(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
