use crate::{
    evaluation::{Evaluated, TableOptions, evaluate, write},
    models::digest,
};
use anyhow::{Result, ensure};
use facematch_contract::Mode;
use facematch_evaluation::{CalibrationRow, Rates, calibration_rows};
use std::{fmt::Write, path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
#[command(
    after_help = "Compares all photos of the table and prints what core/models/packs.toml holds of the mode: for photos of \
    one kind selfie_to_selfie, for selfies and cards selfie_to_id. Points that the impostor pairs of a band cannot carry \
    (rule of three) are taken from all bands together, and left out where those cannot either. A version ends with a hash \
    of its points."
)]
pub(super) struct Options {
    #[command(flatten)]
    table: TableOptions,
    /// Name of the calibration; a hash of its points is added
    #[arg(long)]
    name: String,
    /// Where the bands of a card's portrait begin: distances between the eyes, in pixels, from 0
    #[arg(long, value_name = "PX,…", value_delimiter = ',', default_value = "0")]
    bands: Vec<f32>,
    /// Write it here instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let ascends = options.bands.windows(2).all(|pair| pair[0] < pair[1]);
    ensure!(options.bands.first() == Some(&0.0) && ascends, "--bands begins at 0 and ascends");
    let evaluated = evaluate(&TableOptions { all_pairs: true, ..options.table.clone() })?;
    let text = match evaluated.mode {
        Mode::SelfieToId => cards(&evaluated, options)?,
        Mode::SelfieToSelfie | Mode::SelfieToBaseline => selfies(&evaluated, &options.name)?,
    };
    match &options.out {
        Some(path) => write(path, &text)?,
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn selfies(evaluated: &Evaluated, name: &str) -> Result<String> {
    let rows = all_rows(&evaluated.rates)?;
    let head = "[pack.calibration.selfie_to_selfie]\n";
    Ok(table(head, name, &rows, evaluated.rates.impostor().len()))
}

fn cards(evaluated: &Evaluated, options: &Options) -> Result<String> {
    let pooled = all_rows(&evaluated.rates)?;
    let ends = options.bands[1..].iter().copied().chain([f32::INFINITY]);
    let mut text = String::new();
    for (&from, to) in options.bands.iter().zip(ends) {
        let rates = evaluated.rates_of_cards(from..to);
        let rows = filled_up(calibration_rows(&rates), &pooled);
        let head = format!("[[pack.calibration.selfie_to_id]]\nleast_inter_eye_px = {from}\n");
        text.push_str(&table(&head, &options.name, &rows, rates.impostor().len()));
    }
    Ok(text)
}

fn all_rows(rates: &Rates) -> Result<Vec<CalibrationRow>> {
    let rows = calibration_rows(rates);
    ensure!(!rows.is_empty(), "there are too few impostor pairs for any false match rate");
    Ok(rows)
}

/// `rows` and, for rates that they lack, those of `pooled`; never a lower cosine for a lower rate.
fn filled_up(mut rows: Vec<CalibrationRow>, pooled: &[CalibrationRow]) -> Vec<CalibrationRow> {
    for row in &pooled[rows.len().min(pooled.len())..] {
        let above = rows.last().map_or(row.cosine, |last| last.cosine + 0.0001);
        rows.push(CalibrationRow { cosine: row.cosine.max(above), ..*row });
    }
    rows
}

fn table(head: &str, name: &str, rows: &[CalibrationRow], impostors: usize) -> String {
    let mut points = String::new();
    for CalibrationRow { fmr, cosine, ci95: [low, high], impostors, of } in rows {
        let _ = writeln!(
            points,
            "    {{ fmr = {fmr:e}, cosine = {cosine:.4}, ci95 = [{low:.2e}, {high:.2e}] }}, # {impostors} of {of}"
        );
    }
    let hash = &digest(points.as_bytes())[..8];
    format!(
        "# {impostors} impostor pairs.\n{head}version = \"{name}-{hash}\"\npoints = [\n{points}]\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fmr: f64, cosine: f32) -> CalibrationRow {
        CalibrationRow { fmr, cosine, ci95: [fmr / 2.0, fmr * 2.0], impostors: 3, of: 300 }
    }

    #[test]
    fn what_a_band_cannot_carry_comes_from_all_and_keeps_the_order() {
        let pooled = [row(1e-2, 0.2), row(1e-3, 0.3), row(1e-4, 0.4)];
        let cosines = |rows| {
            let rows = filled_up(rows, &pooled);
            rows.iter().map(|row| row.cosine).collect::<Vec<_>>()
        };
        assert_eq!(cosines(vec![row(1e-2, 0.25), row(1e-3, 0.35)]), [0.25, 0.35, 0.4]);
        let above = cosines(vec![row(1e-2, 0.25), row(1e-3, 0.45)]);
        assert!(above[2] > 0.45, "{above:?}");
        assert_eq!(cosines(vec![]), [0.2, 0.3, 0.4]);
    }

    #[test]
    fn the_version_names_its_points() {
        let text = |cosine| table("[x]\n", "name", &[row(1e-2, cosine)], 300);
        assert!(
            text(0.2)
                .contains("{ fmr = 1e-2, cosine = 0.2000, ci95 = [5.00e-3, 2.00e-2] }, # 3 of 300")
        );
        let version = |text: String| text.lines().nth(2).unwrap_or_default().to_owned();
        assert!(version(text(0.2)).starts_with("version = \"name-"));
        assert_ne!(version(text(0.2)), version(text(0.3)));
    }
}
