//! `cargo xtask chaos`: a real server is killed, cut off, stopped and starved under real clients, and nothing may be lost.

use crate::{
    models,
    process::{self, built, cargo, facematch, step},
    samples::Samples,
};
use anyhow::{Result, ensure};
use std::process::Command;

/// Rounds of killing that a change can wait for.
const SHORT_ROUNDS: &str = "20";

/// Builds everything and runs it with the arguments of the command line.
///
/// # Errors
/// When something is lost, or there are no photos.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    process::add_targets(process::WASM)?;
    step("build", || process::run(cargo(process::BUILD)))?;
    models::fetch()?;
    // Not before: where nobody gave any, they come with the models.
    let samples = Samples::in_folder()?;
    if arguments.first().is_some_and(|first| first == "short") {
        return short(&samples);
    }
    step("build of chaos", build)?;
    process::run(command(&samples)?.args(arguments))
}

/// The short run, and its controls: with durability broken on purpose, it has to fail.
///
/// # Errors
/// When something is lost, or something that was broken is overlooked.
pub(crate) fn short(samples: &Samples) -> Result<()> {
    step("build of chaos", build)?;
    step("chaos", || process::run(command(samples)?.args(["--rounds", SHORT_ROUNDS])))?;
    step("controls of chaos, which lose something", || {
        let control = command(samples)?.arg("--control").status()?;
        ensure!(control.code() == Some(1), "the controls ended with {control}, not with 1");
        Ok(())
    })
}

fn build() -> Result<()> {
    process::run(cargo(&[process::BUILD, &["--package", "facematch-chaos"]].concat()))
}

fn command(samples: &Samples) -> Result<Command> {
    let mut chaos = built("facematch-chaos", &["--photos"])?;
    chaos.args([&samples.photo, &samples.same, &samples.other]);
    chaos.arg("--server").arg(facematch(&[])?.get_program());
    Ok(chaos)
}
