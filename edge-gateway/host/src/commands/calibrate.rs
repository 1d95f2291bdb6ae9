use crate::{
    evaluation::{TableOptions, evaluate, write},
    models::digest,
};
use anyhow::{Result, ensure};
use facematch_evaluation::{CalibrationRow, calibration_rows};
use std::{fmt::Write, path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
#[command(
    after_help = "Prints the table of a pack's calibration, as core/models/packs.toml has it. Points that the impostor \
    pairs cannot carry are left out (rule of three). The version ends with a hash of the points."
)]
pub(super) struct Options {
    #[command(flatten)]
    table: TableOptions,
    /// Name of the calibration; a hash of its points is added
    #[arg(long)]
    name: String,
    /// Write it here instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let evaluated = evaluate(&options.table)?;
    let rows = calibration_rows(&evaluated.rates);
    ensure!(!rows.is_empty(), "there are too few impostor pairs for any false match rate");
    let impostors = evaluated.rates.impostor().len();
    let text = table(evaluated.mode.as_str(), &options.name, &rows, impostors);
    match &options.out {
        Some(path) => write(path, &text)?,
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn table(mode: &str, name: &str, rows: &[CalibrationRow], impostors: usize) -> String {
    let mut points = String::new();
    for CalibrationRow { fmr, cosine, impostors, ci95: [low, high] } in rows {
        let _ = writeln!(
            points,
            "    {{ fmr = {fmr:e}, cosine = {cosine:.3} }}, # {impostors} pairs: {low:.1e} to {high:.1e}"
        );
    }
    let hash = &digest(points.as_bytes())[..8];
    format!(
        "# {impostors} impostor pairs. Intervals are 95 %.\n[pack.calibration.{mode}]\nversion = \"{name}-{hash}\"\npoints = [\n{points}]\n"
    )
}
