use crate::{
    models::{self, FileState},
    terminal::{DIM, GREEN, YELLOW},
};
use anyhow::Result;
use facematch_matching::Packs;
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(
    after_help = "Files are looked up in $FACEMATCH_MODELS, the user's cache, $FACEMATCH_MODEL_MIRROR, and then \
    downloaded from their source. Every file is checked against its SHA-256."
)]
pub(super) struct Options {
    /// Get what is missing into the cache
    #[arg(long)]
    fetch: bool,
    /// Print the folder of the standard pack's files and nothing else
    #[arg(long, conflicts_with = "fetch")]
    folder: bool,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    if options.folder {
        let path = models::find_or_fetch(&Packs::embedded()?.standard().detector.model)?;
        println!("{}", path.parent().unwrap_or(&path).display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut complete = true;
    for pack in Packs::embedded()?.iter() {
        anstream::println!("{}", pack.id());
        for file in pack.files() {
            if options.fetch {
                models::find_or_fetch(file)?;
            }
            let (style, text) = match models::state(file) {
                FileState::Ready(path) => (GREEN, path.display().to_string()),
                FileState::Missing => {
                    complete = false;
                    (YELLOW, "not here yet; --fetch gets it".to_owned())
                }
            };
            anstream::println!(
                "  {:<24} {DIM}{}{DIM:#}  {style}{text}{style:#}",
                file.file,
                file.licence
            );
        }
    }
    Ok(ExitCode::from(u8::from(!complete)))
}
