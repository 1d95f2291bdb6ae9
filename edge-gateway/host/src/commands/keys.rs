use crate::{
    Keys, MasterKeySource,
    master_key::{FileMasterKey, MasterKeyOptions},
    server::{DATABASE, open_store_with},
};
use anyhow::{Result, ensure};
use clap::Subcommand;
use facematch_contract::PartnerId;
use facematch_engine::Store;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What an operator must know after a change of the token keys.
const RESTART: &str =
    "Copy keys.toml to every gateway, and restart them: they read it at their start.";

#[derive(clap::Args)]
pub(super) struct Options {
    /// Where keys.toml and the database live
    #[arg(long, env = "FACEMATCH_DATA_DIR", default_value = "data", global = true)]
    data_dir: PathBuf,
    #[command(flatten)]
    master_key: MasterKeyOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Name the keys that verify tokens, the first signs them; and the partners' keys with the master key that seals each
    List,
    /// Sign tokens with another key; the one before it still verifies
    RotateTokens {
        /// Only make the key that the next rotation changes to, so that every gateway can learn it before
        #[arg(long)]
        prepare: bool,
    },
    /// End every key but the one that signs; tokens of the others end at once
    RetireTokens,
    /// Change the master key; the server may run meanwhile
    ///
    /// A rotation that was cut off is finished by the next. A master key in the environment or behind a command is
    /// changed there first; this then seals every partner's key by it.
    RotateMaster,
    /// Change a partner's key under all that is sealed for it; the server may run meanwhile
    ///
    /// A rotation that was cut off is finished by the next.
    RotatePartner {
        /// Its client id
        client_id: String,
    },
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    let data_dir = options.data_dir.as_path();
    match &options.command {
        Command::RotateTokens { prepare: true } => {
            change_token_keys(data_dir, Keys::prepare_token_key)?;
        }
        Command::RotateTokens { prepare: false } => {
            change_token_keys(data_dir, Keys::rotate_token_keys)?;
        }
        Command::RetireTokens => change_token_keys(data_dir, |keys| {
            keys.retire_token_keys();
            Ok(())
        })?,
        Command::List if Keys::exist(data_dir) => {
            list_token_keys(&Keys::load(data_dir)?);
            if data_dir.join(DATABASE).exists() {
                with_store(&options).await?;
            }
        }
        _ => with_store(&options).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn change_token_keys(data_dir: &Path, change: impl FnOnce(&mut Keys) -> Result<()>) -> Result<()> {
    let mut keys = Keys::load(data_dir)?;
    change(&mut keys)?;
    keys.save(data_dir)?;
    anstream::eprintln!("{RESTART}");
    list_token_keys(&keys);
    Ok(())
}

fn list_token_keys(keys: &Keys) {
    for (index, name) in keys.token_key_names().iter().enumerate() {
        let use_of = if index == 0 { "signs and verifies" } else { "verifies" };
        anstream::println!("{name}  {use_of}");
    }
}

/// The commands on keys that seal: they are in the database.
async fn with_store(options: &Options) -> Result<()> {
    let database = options.data_dir.join(DATABASE);
    ensure!(database.exists(), "there is no {}: name the server's --data-dir", database.display());
    let source = options.master_key.source(&options.data_dir)?;
    let store = open_store_with(&options.data_dir, &source).await?;
    match &options.command {
        Command::RotateMaster => rotate_master(&store, &source).await?,
        Command::RotatePartner { client_id } => {
            rotate_partner(&store, &PartnerId(client_id.clone())).await?;
        }
        _ => list_sealing_keys(&store, &source).await?,
    }
    store.close().await;
    Ok(())
}

async fn list_sealing_keys(store: &Store, source: &MasterKeySource) -> Result<()> {
    anstream::println!("master key in {source}");
    for key in store.partner_keys().await? {
        anstream::println!(
            "{}  key {}  since {}  sealed by {}",
            key.partner_id,
            key.generation,
            key.made_at,
            if key.master_id.is_empty() { "the command" } else { &key.master_id }
        );
    }
    Ok(())
}

async fn rotate_partner(store: &Store, id: &PartnerId) -> Result<()> {
    let done = store.rotate_partner_key(id).await?;
    anstream::println!("key {} of {id}: {} data keys moved", done.generation, done.rewrapped);
    ensure!(
        done.damaged == 0,
        "{} objects cannot be opened, so the old key stays; the log names them",
        done.damaged
    );
    Ok(())
}

async fn rotate_master(store: &Store, source: &MasterKeySource) -> Result<()> {
    let MasterKeySource::File(path) = source else {
        let count = store.rewrap_partner_keys().await?;
        anstream::println!("{count} partners' keys are sealed by the current key in {source}");
        return Ok(());
    };
    let rotation = FileMasterKey::new(path).begin_rotation()?;
    if rotation.is_resumed {
        anstream::println!("finishing a rotation that was cut off");
    }
    let count = store.rewrap_partner_keys().await?;
    let id = rotation.id.clone();
    rotation.finish()?;
    anstream::println!(
        "{count} partners' keys are sealed by {id}; the old master key is destroyed"
    );
    Ok(())
}
