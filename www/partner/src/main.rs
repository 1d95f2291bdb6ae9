//! The demo partner on the command line.

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, Subcommand};
use facematch_contract::{Decision, Mode};
use facematch_partner::{
    Credentials, Flow, Outcome, PartnerClient, PhotoFile, Receiver, Site, SiteOptions,
    WebhookSecret, print_results, save_crops,
};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// The demo partner: takes photos through the whole Face Match API, as a partner's backend would.
#[derive(Parser)]
struct Cli {
    /// Address of the API
    #[arg(long, default_value = "http://127.0.0.1:8080", global = true)]
    api: String,
    /// JSON file with the credentials that `facematch partner add --json` printed
    #[arg(long, global = true, env = "FACEMATCH_CREDENTIALS")]
    credentials: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Two photos of one person, then two of different people, every step printed
    Show {
        /// A photo of a person
        photo: PathBuf,
        /// Another photo of the same person
        same: PathBuf,
        /// A photo of somebody else
        other: PathBuf,
        /// Where the compared faces are saved
        #[arg(long, default_value = "demo-faces")]
        crops: PathBuf,
        /// Fail unless the first two match and the others do not
        #[arg(long)]
        strict: bool,
    },
    /// Time from confirm to completed, over many submissions of the same two photos
    Latency {
        /// A photo of a person
        photo: PathBuf,
        /// Another photo
        other: PathBuf,
        /// How many submissions
        #[arg(long, default_value_t = 50)]
        count: usize,
    },
    /// The demo partner's website: onboarding and step-up, for a browser
    Serve {
        /// Folder with the built pages
        #[arg(long)]
        site: PathBuf,
        /// Address to listen on; callbacks arrive there too
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
        /// Address of the bucket as browsers see it; the pages may upload there alone
        #[arg(long, default_value = "http://127.0.0.1:9000")]
        bucket: String,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let path = cli.credentials.context("--credentials names no file")?;
    let credentials: Credentials = serde_json::from_slice(
        &fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?,
    )?;
    match cli.command {
        Command::Show { photo, same, other, crops, strict } => {
            let (client, receiver) = parties(&cli.api, credentials).await?;
            let expected = show(&client, &receiver, [&photo, &same, &other], &crops).await?;
            if strict { expected } else { Ok(()) }
        }
        Command::Latency { photo, other, count } => {
            let (client, receiver) = parties(&cli.api, credentials).await?;
            latency(&client, &receiver, [&photo, &other], count).await
        }
        Command::Serve { site, listen, bucket } => {
            let options = SiteOptions { api: cli.api, bucket, folder: site, listen };
            serve(options, credentials).await
        }
    }
}

async fn parties(api: &str, credentials: Credentials) -> Result<(PartnerClient, Receiver)> {
    let receiver = Receiver::start(WebhookSecret::parse(&credentials.webhook_secret)?).await?;
    Ok((PartnerClient::new(api, credentials)?, receiver))
}

async fn serve(options: SiteOptions, credentials: Credentials) -> Result<()> {
    let site = Site::start(options, credentials).await?;
    anstream::println!("The demo partner's website is at {}", site.url());
    Ok(site.wait().await?)
}

async fn show(
    client: &PartnerClient,
    receiver: &Receiver,
    paths: [&PathBuf; 3],
    crops: &Path,
) -> Result<Result<()>> {
    let [photo, same, other] = read(paths)?;
    let mut outcomes = Vec::new();
    for (title, second) in [("One person", &same), ("Different people", &other)] {
        anstream::println!("\n{title}: {} and {}", photo.name, second.name);
        let flow = Flow::new(client, receiver, |step| anstream::println!("  {step}"));
        let pair = [&photo, second];
        let outcome = flow.run(Mode::SelfieToSelfie, &pair, &second.name).await?;
        let saved = save_crops(&outcome, &pair, crops)?;
        outcomes.push((format!("{} · {}", photo.name, second.name), outcome, saved));
    }
    anstream::println!("\nResults");
    let rows: Vec<_> =
        outcomes.iter().map(|(names, outcome, _)| (names.as_str(), outcome)).collect();
    print_results(&rows);
    anstream::println!("\nThe compared faces are in {}", crops.display());
    Ok(as_expected(&outcomes[0].1, &outcomes[1].1))
}

/// Whether the photos showed what they were given for.
fn as_expected(same: &Outcome, other: &Outcome) -> Result<()> {
    ensure!(same.callback.is_some() && other.callback.is_some(), "a callback did not arrive");
    let (same, other) = (same.result.comparison.decision, other.result.comparison.decision);
    if same == Decision::Match && other == Decision::NoMatch {
        return Ok(());
    }
    bail!("expected match and no_match, got {} and {}", same.as_str(), other.as_str());
}

async fn latency(
    client: &PartnerClient,
    receiver: &Receiver,
    paths: [&PathBuf; 2],
    count: usize,
) -> Result<()> {
    let [photo, other] = read(paths)?;
    let mut times = Vec::<Duration>::new();
    for _ in 0..count.max(1) {
        let flow = Flow::new(client, receiver, |_| ());
        times.push(flow.run(Mode::SelfieToSelfie, &[&photo, &other], "latency").await?.matching);
    }
    times.sort();
    anstream::println!(
        "confirm → completed over {} submissions: median {} ms, fastest {} ms, slowest {} ms",
        times.len(),
        times[times.len() / 2].as_millis(),
        times[0].as_millis(),
        times[times.len() - 1].as_millis()
    );
    Ok(())
}

fn read<const N: usize>(paths: [&PathBuf; N]) -> Result<[PhotoFile; N]> {
    let mut photos = Vec::with_capacity(N);
    for path in paths {
        let photo = PhotoFile::read(path);
        photos.push(photo.with_context(|| format!("cannot read {}", path.display()))?);
    }
    photos.try_into().ok().context("as many photos as paths")
}
