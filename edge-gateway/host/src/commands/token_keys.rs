use crate::Keys;
use anyhow::Result;
use clap::Subcommand;
use std::{path::PathBuf, process::ExitCode};

/// What an operator must know after a change.
const RESTART: &str =
    "Copy keys.toml to every gateway, and restart them: they read it at their start.";

#[derive(clap::Args)]
pub(super) struct Options {
    /// Where keys.toml lives
    #[arg(long, env = "FACEMATCH_DATA_DIR", default_value = "data", global = true)]
    data_dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Name the keys that verify tokens; the first signs them
    List,
    /// Sign tokens with another key; the one before it still verifies
    Rotate {
        /// Only make the key that the next rotation changes to, so that every gateway can learn it before
        #[arg(long)]
        prepare: bool,
    },
    /// End every key but the one that signs; tokens of the others end at once
    Retire,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let mut keys = Keys::load(&options.data_dir)?;
    match options.command {
        Command::List => (),
        Command::Rotate { prepare: true } => keys.prepare_token_key()?,
        Command::Rotate { prepare: false } => keys.rotate_token_keys()?,
        Command::Retire => keys.retire_token_keys(),
    }
    if !matches!(options.command, Command::List) {
        keys.save(&options.data_dir)?;
        anstream::eprintln!("{RESTART}");
    }
    for (index, name) in keys.token_key_names().iter().enumerate() {
        anstream::println!(
            "{name}  {}",
            if index == 0 { "signs and verifies" } else { "verifies" }
        );
    }
    Ok(ExitCode::SUCCESS)
}
