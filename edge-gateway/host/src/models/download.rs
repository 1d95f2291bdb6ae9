//! Model files from where their authors keep them.

use super::digest;
use anyhow::{Result, bail, ensure};
use facematch_matching::ModelFile;
use indicatif::{ProgressBar, ProgressStyle};
use std::{env, time::Duration};

/// Says that nothing is to be downloaded.
const OFFLINE: &str = "FACEMATCH_OFFLINE";
/// A machine without a way there should learn so soon.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Downloads on a thread of its own: this may be called from inside an async runtime, which must not be blocked by
/// another.
///
/// # Errors
/// When nothing or something else comes.
pub(super) fn download(file: &ModelFile, url: &str) -> Result<Vec<u8>> {
    let offline = env::var_os(OFFLINE).is_some_and(|value| !value.is_empty());
    ensure!(!offline, "nothing is downloaded while {OFFLINE} is set");
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(download_async(file, url))
        });
        worker.join().unwrap_or_else(|_| bail!("the download ended in a panic"))
    })
}

async fn download_async(file: &ModelFile, url: &str) -> Result<Vec<u8>> {
    let client = reqwest::Client::builder();
    let client = client.connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build()?;
    let mut response = client.get(url).send().await?.error_for_status()?;
    let progress = progress(file);
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > file.bytes {
            bail!("more came than the {} bytes that the file has", file.bytes);
        }
        progress.set_position(bytes.len() as u64);
    }
    progress.finish_and_clear();
    ensure!(digest(&bytes) == file.sha256, "what came has another SHA-256 than {}", file.sha256);
    Ok(bytes)
}

fn progress(file: &ModelFile) -> ProgressBar {
    let bar = ProgressBar::new(file.bytes).with_message(file.file.clone());
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
