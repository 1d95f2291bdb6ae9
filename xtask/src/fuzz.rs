//! `cargo xtask fuzz`: what strangers may send, mutated under the eyes of coverage (libFuzzer).

use crate::{
    process::{self, root, step, target_dir},
    tools,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// Those that run unless others are named: `network` is a comparison with a slow definition, two in a second.
const USUAL: usize = 6;
const TARGETS: [&str; 7] = ["image", "presign", "token", "json", "url", "network_file", "network"];
/// It has to fail: libFuzzer has to find what it hides.
const CONTROL: &str = "control";
/// Targets that run at the same time: a small machine has two cores.
const AT_ONCE: usize = 2;
const SECONDS: u32 = 60;
/// It ends when it fails, which takes a minute at most unless the machine is busy.
const CONTROL_SECONDS: u32 = 180;
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Builds the targets, shows that a fault would be found, and runs each for its time.
///
/// # Errors
/// When a target fails, or the control does not.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (seconds, names) = read(arguments)?;
    let home = target_dir().join("fuzz");
    step("build the fuzz targets", || build(&home))?;
    let control = fuzz(&home, CONTROL, CONTROL_SECONDS)?;
    ensure!(!control.is_clean, "the control has not failed within {CONTROL_SECONDS} s");
    let mut table = vec![Figures::HEAD.to_owned()];
    let mut crashed = Vec::new();
    for pair in names.chunks(AT_ONCE) {
        let found = step(&format!("fuzz {}", pair.join(", ")), || fuzz_all(&home, pair, seconds))?;
        for (name, figures) in pair.iter().zip(found) {
            if !figures.is_clean {
                println!("{}", figures.said);
                crashed.push(*name);
            }
            table.push(figures.line(name));
        }
    }
    println!(
        "{}\n(the control failed after {} executions)\n",
        table.join("\n"),
        control.executions
    );
    ensure!(crashed.is_empty(), "a fault was found in: {}", crashed.join(", "));
    Ok(())
}

/// Seconds for each target, and the targets.
fn read(arguments: &[String]) -> Result<(u32, Vec<&'static str>)> {
    let (mut seconds, mut names) = (SECONDS, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match TARGETS.iter().find(|name| *name == argument) {
            Some(name) => names.push(*name),
            None if argument == "--seconds" => {
                let value = arguments.next().context("--seconds needs a number")?;
                seconds = value.parse().context("--seconds needs a number")?;
            }
            None => bail!("`{argument}` is no target: {}", TARGETS.join(" ")),
        }
    }
    Ok((seconds, if names.is_empty() { TARGETS[..USUAL].to_vec() } else { names }))
}

/// Our own code is safe Rust but for the kernels, so that a sanitizer, which needs a nightly compiler, would add little.
fn build(home: &Path) -> Result<()> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "fuzzing needs Linux on x86-64"
    );
    let mut command = Command::new(tools::cargo_fuzz()?);
    command.args(["build", "--fuzz-dir", "fuzz", "--sanitizer", "none", "--target", TRIPLE]);
    process::run(command.arg("--target-dir").arg(home.join("build")).current_dir(root()))
}

/// Runs targets beside one another.
fn fuzz_all(home: &Path, names: &[&str], seconds: u32) -> Result<Vec<Figures>> {
    thread::scope(|scope| {
        let start = |name| scope.spawn(move || fuzz(home, name, seconds));
        let running: Vec<_> = names.iter().map(|&name| start(name)).collect();
        let joined = running.into_iter().map(|run| run.join().expect("fuzz does not panic"));
        joined.collect()
    })
}

/// Runs one target. What it learnt stays in the build cache, for the next run.
fn fuzz(home: &Path, name: &str, seconds: u32) -> Result<Figures> {
    let folder = |what: &str| -> Result<PathBuf> {
        let folder = home.join(what).join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let is_control = name == CONTROL;
    let (corpus, seeds) = (folder("corpus")?, folder("seeds")?);
    if is_control {
        fs::remove_dir_all(&corpus)?;
        fs::create_dir_all(&corpus)?;
    }
    let mut command = Command::new(home.join("build").join(TRIPLE).join("release").join(name));
    command.env("FACEMATCH_FUZZ_SEEDS", &seeds).args([&corpus, &seeds]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", folder("faults")?.display()));
    command.args(["-rss_limit_mb=1024", "-timeout=20", "-print_final_stats=1"]);
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    Ok(Figures::read(&said, output.status.success()))
}

/// What libFuzzer says of a run.
struct Figures {
    executions: u64,
    per_second: u64,
    /// Counters of edges and their hits that inputs of the corpus have reached.
    features: u64,
    peak_mib: u64,
    is_clean: bool,
    /// The last of what it printed.
    said: String,
}

impl Figures {
    const HEAD: &str = "target         executions  per second  features  peak MiB  faults";
    const SAID_LINES: usize = 60;

    fn read(log: &str, is_clean: bool) -> Self {
        let stat = |name: &str| {
            let line = log.lines().rev().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim_start_matches(':').trim().parse().ok()).unwrap_or(0)
        };
        let last = log.rsplit_once(" ft: ").map_or("", |(_, rest)| rest);
        let features = last.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
        let lines: Vec<&str> = log.lines().collect();
        let said = lines[lines.len().saturating_sub(Self::SAID_LINES)..].join("\n");
        Self {
            executions: stat("stat::number_of_executed_units"),
            per_second: stat("stat::average_exec_per_sec"),
            peak_mib: stat("stat::peak_rss_mb"),
            features,
            is_clean,
            said,
        }
    }

    fn line(&self, name: &str) -> String {
        let Self { executions, per_second, features, peak_mib, is_clean, .. } = self;
        let faults = u8::from(!is_clean);
        format!(
            "{name:14} {executions:10}  {per_second:10}  {features:8}  {peak_mib:8}  {faults:6}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_libfuzzer_says() {
        let log = "#2\tINITED cov: 5 ft: 6 corp: 1/1b\n#9\tNEW    cov: 50 ft: 61 corp: 3/9b lim: 4\n\
                   Done 9 runs in 2 second(s)\nstat::number_of_executed_units: 9\n\
                   stat::average_exec_per_sec:     4\nstat::peak_rss_mb:              33\n";
        let figures = Figures::read(log, true);
        let got = (figures.executions, figures.per_second, figures.features, figures.peak_mib);
        assert_eq!(got, (9, 4, 61, 33));
    }

    #[test]
    fn arguments_are_targets_and_a_time() {
        let read =
            |words: &[&str]| read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&[]).unwrap(), (SECONDS, TARGETS[..USUAL].to_vec()));
        assert_eq!(read(&["url", "--seconds", "5"]).unwrap(), (5, vec!["url"]));
        for words in [&["control"][..], &["--seconds"], &["--seconds", "x"], &["nothing"]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }
}
