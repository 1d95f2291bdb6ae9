//! Model files from an npm package, and the photos in it.

use super::{FileState, digest, state, store};
use anyhow::{Context, Result, ensure};
use facematch_face_api::Package;
use facematch_matching::{ModelFile, ModelSource, NpmPackage, Packs};
use std::{fs, path::Path};

/// Makes the model file that comes from the npm package at `tarball`, and writes the package's photos to `photos`.
///
/// # Errors
/// When it is another package than the one that a pack names, or something cannot be written.
pub(crate) fn rebuild(tarball: &Path, photos: Option<&Path>) -> Result<()> {
    let packs = Packs::embedded()?;
    let (file, source) = from_npm(&packs).context("no pack comes from an npm package")?;
    if photos.is_none() && state(file) != FileState::Missing {
        return Ok(());
    }
    let path = tarball.display();
    let bytes = fs::read(tarball).with_context(|| format!("cannot read {path}"))?;
    let package = Package::open(&bytes, &source.integrity)
        .with_context(|| format!("{path} is not {}", source.package))?;
    if state(file) == FileState::Missing {
        let onnx = package.embedder()?;
        let (sha256, len) = (digest(&onnx), onnx.len());
        ensure!(
            sha256 == file.sha256,
            "{} came out as {len} bytes with SHA-256 {sha256}",
            file.file
        );
        store(file, &onnx)?;
    }
    photos.map_or(Ok(()), |folder| save_photos(&package, folder))
}

fn from_npm(packs: &Packs) -> Option<(&ModelFile, &NpmPackage)> {
    packs.iter().flat_map(|pack| pack.files()).find_map(|file| match &file.source {
        ModelSource::Npm(source) => Some((file, source)),
        _ => None,
    })
}

fn save_photos(package: &Package, folder: &Path) -> Result<()> {
    for photo in package.photos()? {
        let path = folder.join(&photo.path);
        fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| fs::write(&path, &photo.jpeg))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
