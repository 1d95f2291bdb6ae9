//! The demo's server: `facematch serve` on loopback with a data directory of its own.

use crate::process::{facematch, run, target_dir};
use anyhow::{Result, bail};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It is stopped when this is dropped.
pub(crate) struct DemoServer {
    child: Child,
    address: SocketAddr,
    pub(crate) folder: PathBuf,
}

impl DemoServer {
    /// Makes a fresh data directory, registers the demo partner, starts the server and waits until it is ready.
    ///
    /// # Errors
    /// When any of this fails; the server's log is named then.
    pub(crate) fn start() -> Result<Self> {
        // Another demo may be running: each has its own.
        let folder = target_dir().join("demo").join(std::process::id().to_string());
        fs::create_dir_all(&folder)?;
        register_partner(&folder)?;
        let (address, bucket) = (free_port(8080)?, free_port(9000)?);
        let log = fs::File::create(folder.join("server.log"))?;
        let child = facematch(&["serve", "--loopback-callbacks", "--data-dir"])?
            .arg(folder.join("data"))
            .args(["--listen", &address.to_string(), "--bucket-listen", &bucket.to_string()])
            .stderr(log)
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address, folder };
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
            if is_ready(self.address) {
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

fn register_partner(folder: &Path) -> Result<()> {
    let mut private = fs::OpenOptions::new();
    private.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut private, 0o600);
    let credentials = private.open(folder.join("partner.json"))?;
    run(facematch(&["partner", "add", "Demo partner", "--json", "--data-dir"])?
        .arg(folder.join("data"))
        .stdout(credentials))
}

/// The usual port, or any other when it is taken.
fn free_port(usual: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", usual));
    Ok(listener.or_else(|_| TcpListener::bind(("127.0.0.1", 0)))?.local_addr()?)
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
