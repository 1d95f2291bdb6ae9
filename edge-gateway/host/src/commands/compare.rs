use crate::{Pipeline, load_pack, terminal};
use anyhow::{Context, Result, ensure};
use facematch_contract::{Decision, Mode, Policy, limits};
use std::{fs, path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
#[command(after_help = "Exit status: 0 match, 2 no match, 3 review, 4 inconclusive, 1 error.")]
pub(super) struct Options {
    /// A selfie
    photo: PathBuf,
    /// The photo to compare it with
    other: PathBuf,
    /// What the second photo is
    #[arg(long, value_enum, default_value = "selfie-to-selfie")]
    mode: CompareMode,
    /// Say `match` where at most this share of impostors would reach the score
    #[arg(long, default_value_t = limits::DEFAULT_MATCH_FMR)]
    match_fmr: f64,
    /// Say `review` where at most this share of impostors would reach the score
    #[arg(long, default_value_t = limits::DEFAULT_REVIEW_FMR)]
    review_fmr: f64,
    /// Model pack [default: standard, or builtin where the files of that cannot be had]
    #[arg(long, env = "FACEMATCH_PACK")]
    pack: Option<String>,
    /// Print the API's result as JSON
    #[arg(long)]
    json: bool,
    /// Print the time of each stage to standard error
    #[arg(long)]
    timings: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum CompareMode {
    /// The second photo is a selfie too
    SelfieToSelfie,
    /// The second photo is an identity card
    SelfieToId,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let policy = policy(options)?;
    let start = std::time::Instant::now();
    let pipeline = Pipeline::new(&load_pack(options.pack.as_deref())?)?;
    let loaded = start.elapsed();
    let mode = match options.mode {
        CompareMode::SelfieToSelfie => Mode::SelfieToSelfie,
        CompareMode::SelfieToId => Mode::SelfieToId,
    };
    let photos = [read(&options.photo)?, read(&options.other)?];
    let comparison = pipeline.compare(mode, [&photos[0], &photos[1]], policy)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&comparison.result)?);
    } else {
        terminal::print_comparison(&comparison);
    }
    if options.timings {
        eprintln!("load models {:8.1} ms", loaded.as_secs_f64() * 1e3);
        eprint!("{}", comparison.timings);
        eprintln!("in all      {:8.1} ms", start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(exit_code(comparison.result.decision))
}

fn policy(options: &Options) -> Result<Policy> {
    let (least, most) = limits::POLICY_FMR_RANGE;
    let (match_fmr, review_fmr) = (options.match_fmr, options.review_fmr);
    ensure!(
        (least..=most).contains(&match_fmr) && (match_fmr..=most).contains(&review_fmr),
        "--match-fmr goes from {least:e} to {most:e}, --review-fmr from --match-fmr to {most:e}"
    );
    Ok(Policy { match_fmr, review_fmr })
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn exit_code(decision: Decision) -> ExitCode {
    ExitCode::from(match decision {
        Decision::Match => 0,
        Decision::NoMatch => 2,
        Decision::Review => 3,
        Decision::Inconclusive => 4,
    })
}
