//! The commands of the binary, one file each.

mod calibrate;
mod compare;
mod detect;
mod doctor;
mod eval;
mod models;
mod partner;
mod serve;
mod token_keys;

use crate::logging;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{process::ExitCode, time::Duration};

/// 1:1 face verification: a selfie against the portrait on an identity card, or against an earlier selfie.
///
/// Every option can also come from the environment, as its help says. `facematch doctor` tells what is missing.
#[derive(Parser)]
#[command(name = "facematch", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service: API, bucket, engine, matcher, callbacks
    Serve(Box<serve::Options>),
    /// Compare the faces in two photos
    Compare(compare::Options),
    /// Find the faces in a photo
    Detect(detect::Options),
    /// Measure error rates on labelled pairs of photos
    Eval(eval::Options),
    /// Make a calibration from labelled pairs of photos
    Calibrate(calibrate::Options),
    /// Add, list, change and disable partners, and rotate their secrets
    Partner(partner::Options),
    /// Rotate the keys that sign tokens
    TokenKeys(token_keys::Options),
    /// Show the model packs and where their files are
    Models(models::Options),
    /// Say what is missing on this machine, and how to mend it
    Doctor(doctor::Options),
}

/// Parses the command line and runs it.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            // clap's own status for a mistake is 2, which here says `no_match`.
            let _ = usage.print();
            return ExitCode::from(u8::from(usage.use_stderr()));
        }
    };
    match dispatch(cli.command) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("{red}error:{red:#} {error:#}", red = crate::terminal::RED);
            ExitCode::from(1)
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode> {
    logging::start();
    // Fails when it was installed before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match command {
        Command::Serve(options) => block_on(serve::run(*options)),
        Command::Compare(options) => compare::run(&options),
        Command::Detect(options) => detect::run(&options),
        Command::Eval(options) => eval::run(&options),
        Command::Calibrate(options) => calibrate::run(&options),
        Command::Partner(options) => block_on(partner::run(options)),
        Command::TokenKeys(options) => token_keys::run(&options),
        Command::Models(options) => models::run(&options),
        Command::Doctor(options) => block_on(doctor::run(options)),
    }
}

fn block_on(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // A thread that hangs must not hold up the end of the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}
