use crate::{
    evaluation::{Evaluated, TableOptions, degradations, discards, evaluate, face_pairs, write},
    terminal::{BOLD, DIM},
};
use anyhow::{Result, ensure};
use facematch_contract::ReasonCode;
use facematch_evaluation::{AtFmr, Comparisons, RATES, Report, Run, Summary};
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

/// Errors of each kind that the report shows.
const WORST: usize = 12;

#[derive(clap::Args)]
#[command(
    after_help = "Of several faces in a photo the most prominent is taken; photos that the service would refuse are \
    counted and told. Rates are told where the comparisons can carry them: 3 / rate impostor pairs at least."
)]
pub(super) struct Options {
    #[command(flatten)]
    table: TableOptions,
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a report with curves and the worst errors. It shows faces
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the figures as Markdown tables
    #[arg(long, value_name = "FILE")]
    md: Option<PathBuf>,
    /// Fail where the true match rate at a false match rate is less, such as 1e-3=0.97; may be given several times
    #[arg(long, value_name = "FMR=TMR", value_parser = floor)]
    least_tmr: Vec<(String, f64)>,
    /// Add faults to so many of the photos and see whether the measures of quality notice
    #[arg(long, value_name = "PHOTOS", default_value_t = 0)]
    faults: usize,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let evaluated = evaluate(&options.table)?;
    let mut summary = summary(&evaluated);
    summary.quality = discards(&evaluated);
    if options.faults > 0 {
        summary.degradations = degradations(&evaluated, options.faults)?;
    }
    if let Some(path) = &options.json {
        write(path, &(serde_json::to_string_pretty(&summary)? + "\n"))?;
    }
    if let Some(path) = &options.html {
        write(path, &report(&evaluated, &summary)?)?;
    }
    if let Some(path) = &options.md {
        write(path, &summary.markdown())?;
    }
    print(&summary);
    options.least_tmr.iter().try_for_each(|floor| check(&summary, floor))?;
    Ok(ExitCode::SUCCESS)
}

fn floor(text: &str) -> Result<(String, f64), String> {
    let (fmr, tmr) = text.split_once('=').ok_or("not FMR=TMR")?;
    let known = RATES.iter().any(|(name, _)| *name == fmr);
    let tmr: f64 = tmr.parse().map_err(|_| "the TMR is no number")?;
    match known && (0.0..=1.0).contains(&tmr) {
        true => Ok((fmr.to_owned(), tmr)),
        false => Err("the FMR is one of 1e-2 to 1e-6, the TMR a share from 0 to 1".to_owned()),
    }
}

/// The whole set and each group must reach it; comparisons that cannot carry the rate do not.
fn check(summary: &Summary, (fmr, least): &(String, f64)) -> Result<()> {
    let groups = summary.groups.iter().flat_map(|(column, values)| {
        values.iter().map(move |(value, group)| (format!("{column} {value}"), &group.tmr_at_fmr))
    });
    for (name, rates) in std::iter::once(("all".to_owned(), &summary.tmr_at_fmr)).chain(groups) {
        let tmr = rates.get(fmr.as_str()).copied().flatten().map(|at| at.tmr);
        let reached = tmr.is_some_and(|tmr| tmr >= *least);
        ensure!(reached, "{name}: TMR at FMR {fmr} is {tmr:?}, less than {least}");
    }
    Ok(())
}

fn summary(evaluated: &Evaluated) -> Summary {
    let versions = evaluated.pipeline.versions(evaluated.mode);
    let refusals = evaluated.outcomes.iter().flatten().filter_map(|found| found.refusal);
    let failures = evaluated.outcomes.iter().filter_map(|outcome| outcome.as_ref().err().copied());
    let run = Run {
        facematch: versions.facematch.clone(),
        pack: versions.pack.clone(),
        calibration: versions.calibration.clone(),
        mode: evaluated.mode.as_str().to_owned(),
        gate_refusals: counted(refusals),
        acquisition_failures: counted(failures),
        genuine_lost: evaluated.lost.0,
        impostor_lost: evaluated.lost.1,
        seconds: evaluated.took.as_secs_f64(),
    };
    let Evaluated { pairs, templates, kind, rates, .. } = evaluated;
    Summary::new(run, pairs, templates, *kind, rates)
}

fn counted(reasons: impl Iterator<Item = ReasonCode>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    reasons.for_each(|reason| *counts.entry(on_the_wire(reason)).or_default() += 1);
    counts
}

fn on_the_wire(reason: ReasonCode) -> String {
    let value = serde_json::to_value(reason).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn report(evaluated: &Evaluated, summary: &Summary) -> Result<String> {
    let Evaluated { pairs, templates, kind, rates, .. } = evaluated;
    let (genuine, impostor) = Comparisons::worst(pairs, templates, *kind, WORST);
    let false_non_matches = face_pairs(evaluated, &genuine)?;
    let false_matches = face_pairs(evaluated, &impostor)?;
    Ok(Report { summary, rates, false_non_matches, false_matches }.html())
}

fn print(summary: &Summary) {
    let Summary { photos, genuine, impostor, fta, .. } = summary;
    anstream::println!(
        "{BOLD}{}{BOLD:#}, {}: {genuine} genuine and {impostor} impostor comparisons of {photos} photos",
        summary.run.pack,
        summary.run.mode
    );
    anstream::println!("  failure to acquire  {:.2} %", fta * 100.0);
    for (reason, count) in &summary.run.acquisition_failures {
        anstream::println!("    {DIM}{reason} {count}{DIM:#}");
    }
    if summary.run.genuine_lost + summary.run.impostor_lost > 0 {
        let (genuine, impostor) = (summary.run.genuine_lost, summary.run.impostor_lost);
        anstream::println!("    {DIM}not compared: {genuine} genuine, {impostor} impostor{DIM:#}");
    }
    for (reason, count) in &summary.run.gate_refusals {
        anstream::println!("    {DIM}the service would refuse: {reason} {count}{DIM:#}");
    }
    if let (Some(accuracy), Some(error)) = (summary.accuracy, summary.accuracy_standard_error) {
        let folds = summary.folds.unwrap_or_default();
        let (accuracy, error) = (accuracy * 100.0, error * 100.0);
        anstream::println!("  accuracy, {folds} folds   {accuracy:.2} ± {error:.2} %");
    }
    if let Some(eer) = summary.eer {
        anstream::println!("  equal error rate    {:.2} %", eer * 100.0);
    }
    print_rates("", &summary.tmr_at_fmr);
    for (column, values) in &summary.groups {
        for (value, group) in values {
            let (genuine, impostor) = (group.genuine, group.impostor);
            anstream::println!("  {column} {value}: {genuine} genuine, {impostor} impostor");
            print_rates("  ", &group.tmr_at_fmr);
        }
    }
    anstream::println!("  {DIM}photos looked at in {:.1} s{DIM:#}", summary.run.seconds);
}

fn print_rates(indent: &str, rates: &BTreeMap<&'static str, Option<AtFmr>>) {
    for (name, _) in RATES {
        match rates.get(name).copied().flatten() {
            Some(at) => {
                let [low, high] = at.ci95.map(|end| end * 100.0);
                let (tmr, threshold) = (at.tmr * 100.0, at.threshold);
                anstream::println!(
                    "{indent}  TMR at FMR {name}     {tmr:.2} % {DIM}({low:.1} to {high:.1}, cosine {threshold:.3}){DIM:#}"
                );
            }
            None => {
                anstream::println!("{indent}  TMR at FMR {name}     {DIM}too few pairs{DIM:#}");
            }
        }
    }
}
