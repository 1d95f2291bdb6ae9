//! Kills, cuts, stops and starves a real server under real clients, and counts what was lost.
//!
//! It knows the public API, the binary, and what an operator sees: the data directory, the log, the process. It does not
//! know the host, the engine or the gateway.

mod api;
mod audit;
mod database;
mod dice;
mod inbox;
mod ledger;
mod load;
mod report;
mod server;
mod shim;
mod stage;
mod trials;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use load::Photos;
use report::Report;
use stage::Stage;
use std::{path::PathBuf, process::ExitCode, time::Instant};
use trials::{clock, control, disk, kill, pause, poison, power, races, slow, stop};

/// Rounds of killing for each cut of the power.
const ROUNDS_PER_CUT: u32 = 8;
/// Cuts of the power with a disk that lies: one is enough to lose something.
const LYING_CUTS: u32 = 2;

/// Kills, cuts, stops and starves a real server under real clients, and counts what was lost.
#[derive(Parser)]
struct Cli {
    /// The `facematch` binary
    #[arg(long)]
    server: PathBuf,
    /// A photo, another of the same person, and one of somebody else
    #[arg(long, num_args = 3, required = true)]
    photos: Vec<PathBuf>,
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Repeats the throws of an earlier run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Break durability on purpose: this must end with status 1, and find everything that was broken
    #[arg(long)]
    control: bool,
    /// Which trials; all of them when left out
    trials: Vec<Trial>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Trial {
    /// SIGKILL at random moments
    Kill,
    /// Power cuts, on a file system of its own
    Power,
    /// A matcher that sleeps beyond its lease
    Pause,
    /// A submission that kills its matchers
    Poison,
    /// The wall clock jumps by an hour
    Clock,
    /// The same request many times at once
    Races,
    /// SIGTERM under load
    Stop,
    /// A full disk
    Disk,
    /// A thousand slow connections
    Slow,
}

fn main() -> ExitCode {
    match tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        // Fails when it was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        runtime.block_on(run(Cli::parse()))
    }) {
        Ok(report) if report.lost() == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> Result<Report> {
    let photos = Photos::read(&cli.photos)?;
    let stage = Stage { server: cli.server, photos, rounds: cli.rounds, seed: cli.seed };
    let trials =
        if cli.trials.is_empty() { Trial::value_variants() } else { cli.trials.as_slice() };
    let mut report = Report::default();
    for trial in trials {
        let start = Instant::now();
        let found =
            if cli.control { trial.control(&stage).await? } else { trial.run(&stage).await? };
        if let Some(found) = found {
            report.append(found);
            report.note(format!("{} took {:.1} s", trial.name(), start.elapsed().as_secs_f64()));
        }
    }
    println!("{report}");
    println!("seed {}, {} lost", cli.seed, report.lost());
    Ok(report)
}

impl Trial {
    /// Holds the trial; `None` where this machine does not let it.
    async fn run(self, stage: &Stage) -> Result<Option<Report>> {
        match self {
            Self::Kill => kill::run(stage).await.map(Some),
            Self::Power => power::run(stage, stage.rounds.div_ceil(ROUNDS_PER_CUT), false).await,
            Self::Pause => pause::run(stage).await.map(Some),
            Self::Poison => poison::run(stage).await.map(Some),
            Self::Clock => clock::run(stage).await,
            Self::Races => races::run(stage).await.map(Some),
            Self::Stop => stop::run(stage).await.map(Some),
            Self::Disk => disk::run(stage).await,
            Self::Slow => slow::run(stage).await.map(Some),
        }
    }

    /// Holds it with something broken; `None` where all that could be is what the audit's own control breaks.
    async fn control(self, stage: &Stage) -> Result<Option<Report>> {
        match self {
            Self::Kill => control::run(stage).await.map(Some),
            Self::Power => lying_disk(stage).await,
            _ => Ok(None),
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Without syncs something must be lost.
async fn lying_disk(stage: &Stage) -> Result<Option<Report>> {
    let report = power::run(stage, LYING_CUTS, true).await?;
    if let Some(report) = &report {
        anyhow::ensure!(report.lost() > 0, "syncs do nothing, and nothing is lost:\n{report}");
    }
    Ok(report)
}
