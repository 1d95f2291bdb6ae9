//! Running other programs, and saying what runs and how long it took.

use anyhow::{Context, Result, ensure};
use std::{
    borrow::BorrowMut,
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// The workspace's root, as cargo says it at run time: two checkouts may share one build cache.
pub(crate) fn root() -> PathBuf {
    let own = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).to_path_buf()
}

/// Where cargo builds to: this very program lies in its `debug` folder.
pub(crate) fn target_dir() -> PathBuf {
    let own = env::current_exe().ok();
    let folder = own.as_deref().and_then(Path::parent).and_then(Path::parent);
    folder.map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// A cargo command in the workspace's root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// A binary that the dev profile has built.
pub(crate) fn built(name: &str, arguments: &[&str]) -> Result<Command> {
    let path = target_dir().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    ensure!(path.exists(), "{} is not built", path.display());
    let mut command = Command::new(path);
    command.args(arguments);
    Ok(command)
}

/// The `facematch` binary.
pub(crate) fn facematch(arguments: &[&str]) -> Result<Command> {
    built("facematch", arguments)
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started, or fails.
pub(crate) fn run(mut command: impl BorrowMut<Command>) -> Result<()> {
    let command = command.borrow_mut();
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    ensure!(status.success(), "{name} ended with {status}");
    Ok(())
}

/// Does one step, saying its name before and its time after.
///
/// # Errors
/// The step's own, with its name.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("── {name}");
    let start = Instant::now();
    let outcome = work().with_context(|| format!("step `{name}` failed"))?;
    println!("── {name}: {:.1} s\n", start.elapsed().as_secs_f64());
    Ok(outcome)
}

/// Builds every binary that the commands run. Always the same selection of packages: another one has other features in
/// some dependency, and cargo builds the heavy ones anew.
pub(crate) const BUILD: &[&str] = &[
    "build",
    "--package",
    "facematch-host",
    "--package",
    "facematch-nn-compile",
    "--package",
    "facematch-partner",
];

/// Targets of the gateway component and of the browser.
pub(crate) const WASM: &[&str] = &["wasm32-wasip2", "wasm32-unknown-unknown"];

/// Adds targets that rustup has not installed yet.
pub(crate) fn add_targets(wanted: &[&str]) -> Result<()> {
    let mut list = Command::new("rustup");
    let installed = list.args(["target", "list", "--installed"]).current_dir(root()).output();
    let installed = installed.context("rustup is not on the PATH: see https://rustup.rs")?;
    let installed = String::from_utf8_lossy(&installed.stdout).into_owned();
    if wanted.iter().all(|target| installed.lines().any(|line| line == *target)) {
        return Ok(());
    }
    step("targets", || {
        run(Command::new("rustup").args(["target", "add"]).args(wanted).current_dir(root()))
    })
}
