use super::partner::print_credentials;
use crate::{ServeOptions, Server, Settings};
use anyhow::Result;
use facematch_engine::{NewPartner, Store};
use std::{path::PathBuf, process::ExitCode};
use tokio::signal;

#[derive(clap::Args)]
pub(super) struct Options {
    /// TOML file with the options below, written as there without the dashes
    #[arg(long, env = "FACEMATCH_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    serve: ServeOptions,
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    let file = options.config.as_deref().map(ServeOptions::from_file).transpose()?;
    let settings = Settings::resolve(options.serve.over(file.unwrap_or_default()))?;
    let mut server = Server::start(&settings).await?;
    if let Some(engine) = server.engine() {
        welcome(engine.store()).await?;
    }
    let addresses = server.addresses();
    tracing::info!(
        api = addresses.api.map(tracing::field::display),
        bucket = addresses.bucket.map(tracing::field::display),
        engine = addresses.engine.map(tracing::field::display),
        metrics = addresses.metrics.map(tracing::field::display),
        "ready"
    );
    tokio::select! {
        signal = stop_signal() => signal?,
        () = server.broken() => return Ok(ExitCode::FAILURE),
    }
    tracing::info!(
        "stopping: open requests and running matches end first; a second signal ends them too"
    );
    tokio::select! {
        () = server.stop() => (),
        signal = stop_signal() => signal?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the first partner at the first start, and prints its credentials once.
async fn welcome(store: &Store) -> Result<()> {
    if store.partners().await?.is_empty() {
        let credentials = store.add_partner(&NewPartner::new("First partner")).await?;
        print_credentials("First partner", &credentials, false)?;
    }
    Ok(())
}

async fn stop_signal() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupt = signal::ctrl_c() => interrupt?,
            _ = terminate.recv() => (),
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await?;
    Ok(())
}
