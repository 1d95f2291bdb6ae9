//! Where the files of a model pack are, and how they get there.

use anyhow::{Context, Result, bail, ensure};
use facematch_matching::{ModelFile, Pack, Packs};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

/// Folder with model files of the operator's own.
const OWN: &str = "FACEMATCH_MODELS";
/// Folder to copy model files from, where there is no network.
const MIRROR: &str = "FACEMATCH_MODEL_MIRROR";
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// A pack and the bytes of its networks, checked.
pub struct LoadedPack {
    /// The pack.
    pub pack: Pack,
    /// ONNX file of the detector.
    pub detector: Vec<u8>,
    /// ONNX file of the embedder.
    pub embedder: Vec<u8>,
}

/// Whether a file of a pack is on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    /// Here, with the right SHA-256.
    Ready(PathBuf),
    /// Not in any place that needs no network.
    Missing,
}

/// Reads a pack's files, getting them first where they are missing.
///
/// # Errors
/// When there is no such pack, or a file cannot be had; the message says what to set.
pub fn load_pack(name: &str) -> Result<LoadedPack> {
    let pack = Packs::embedded()?.get(name)?.clone();
    let detector = read(&find_or_fetch(&pack.detector.model)?)?;
    let embedder = read(&find_or_fetch(&pack.embedder.model)?)?;
    Ok(LoadedPack { pack, detector, embedder })
}

/// Where a file is, in the places that need no network: the operator's own folder, the cache, the mirror.
pub(crate) fn state(file: &ModelFile) -> FileState {
    let right = candidates(file).into_iter().find(|path| is_right(path, file));
    right.map_or(FileState::Missing, FileState::Ready)
}

fn candidates(file: &ModelFile) -> Vec<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from);
    let places = [folder(OWN), cache_dir().ok(), folder(MIRROR)];
    places.into_iter().flatten().map(|folder| folder.join(&file.file)).collect()
}

/// Where a file is, after downloading it into the cache if need be.
///
/// # Errors
/// When it cannot be had; the message says what to do.
pub(crate) fn find_or_fetch(file: &ModelFile) -> Result<PathBuf> {
    if let FileState::Ready(path) = state(file) {
        return Ok(path);
    }
    let bytes = download(file).with_context(|| how_to_get(file))?;
    let path = cache_dir()?.join(&file.file);
    store(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn how_to_get(file: &ModelFile) -> String {
    let wrong = candidates(file).into_iter().find(|path| path.exists());
    let wrong = wrong.map_or_else(String::new, |path| {
        format!("{} is there, but its SHA-256 is not {}. ", path.display(), file.sha256)
    });
    format!(
        "the model file {} cannot be had. {wrong}Download it from\n  {}\ninto a folder and set {OWN} to that folder, or \
         set {MIRROR} to a folder that has it",
        file.file, file.source
    )
}

/// Downloads on a thread of its own: this may be called from inside an async runtime, which must not be blocked by
/// another.
fn download(file: &ModelFile) -> Result<Vec<u8>> {
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(download_async(file))
        });
        worker.join().unwrap_or_else(|_| bail!("the download ended in a panic"))
    })
}

async fn download_async(file: &ModelFile) -> Result<Vec<u8>> {
    let client = reqwest::Client::builder().timeout(DOWNLOAD_TIMEOUT).build()?;
    let mut response = client.get(&file.source).send().await?.error_for_status()?;
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

/// The user's cache. Files there are checked, so several versions of this program may share it.
fn cache_dir() -> Result<PathBuf> {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_CACHE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")));
    let base = base.with_context(|| format!("there is no home directory: set {OWN}"))?;
    Ok(base.join("facematch").join("models"))
}

fn is_right(path: &Path, file: &ModelFile) -> bool {
    fs::read(path).is_ok_and(|bytes| digest(&bytes) == file.sha256)
}

/// Writes the whole file or none: another process may be doing the same.
fn store(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.persist(path)?;
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
