use crate::{
    Edge, Keys, models,
    server::{DATABASE, open_store},
    terminal::{GREEN, RED},
};
use anyhow::{Context, Result, ensure};
use facematch_matching::Packs;
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Args)]
pub(super) struct Options {
    /// Where database, bucket and keys live
    #[arg(long, env = "FACEMATCH_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
    /// Address that the API would listen on
    #[arg(long, env = "FACEMATCH_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address that the bucket would listen on
    #[arg(long, env = "FACEMATCH_BUCKET_LISTEN", default_value = "127.0.0.1:9000")]
    bucket_listen: SocketAddr,
}

/// One thing that must be so, what was found, and how to mend it.
struct Check {
    what: &'static str,
    found: Result<String>,
    remedy: &'static str,
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    let checks = [
        Check {
            what: "model files",
            found: model_files(),
            remedy: "run `facematch models --fetch`; offline, set FACEMATCH_MODEL_MIRROR to a folder that has the files, or see \
                     what `facematch models` says of the builtin pack",
        },
        Check {
            what: "data directory",
            found: data_dir(&options.data_dir).await,
            remedy: "name another with --data-dir, or give this user the right to write there",
        },
        Check {
            what: "address of the API",
            found: address(options.listen),
            remedy: "stop what listens there (perhaps facematch itself), or choose another with --listen",
        },
        Check {
            what: "address of the bucket",
            found: address(options.bucket_listen),
            remedy: "stop what listens there, or choose another with --bucket-listen",
        },
        Check {
            what: "gateway component",
            found: Ok(format!("{} kB of wasm in this binary", Edge::component_bytes() / 1000)),
            remedy: "",
        },
        Check {
            what: "certificates for callbacks",
            found: certificates(),
            remedy: "install the system's CA certificates (package ca-certificates)",
        },
    ];
    let failed = checks.iter().filter(|check| !print(check)).count();
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn print(Check { what, found, remedy }: &Check) -> bool {
    match found {
        Ok(found) => anstream::println!("{GREEN}✓{GREEN:#} {what}: {found}"),
        Err(error) => anstream::println!("{RED}✗{RED:#} {what}: {error:#}\n  → {remedy}"),
    }
    found.is_ok()
}

fn model_files() -> Result<String> {
    let packs = Packs::embedded()?;
    let pack = models::default_pack(&packs).context("no pack has all its files here")?;
    Ok(format!("{} can run, SHA-256 right: {}", pack.id(), pack.about))
}

async fn data_dir(path: &Path) -> Result<String> {
    // A doctor changes nothing: a directory that is not there yet is made by the server.
    if !path.exists() {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        ensure!(parent.exists(), "{} does not exist", parent.display());
        return Ok(format!("{} will be made at the first start", path.display()));
    }
    if !path.join(DATABASE).exists() {
        return Ok(format!("{}, no database in it yet", path.display()));
    }
    Keys::load(path)?;
    let store = open_store(path).await?;
    let partners = store.partners().await?.len();
    store.close().await;
    Ok(format!("{}, partners: {partners}", path.display()))
}

fn address(address: SocketAddr) -> Result<String> {
    TcpListener::bind(address).with_context(|| format!("{address} cannot be had"))?;
    Ok(format!("{address} is free"))
}

fn certificates() -> Result<String> {
    reqwest::Client::builder().build().context("no TLS client can be made")?;
    Ok("found".to_owned())
}
