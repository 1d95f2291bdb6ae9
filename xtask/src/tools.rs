//! Programs that the browser build and the fuzzing need: installed into the build cache when they are missing.

use crate::process::{self, root, step, target_dir};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Release of wasm-pack.
const WASM_PACK: &str = "0.15.1";
/// Release of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";
const APT: &[&str] = &["install", "--yes", "--no-install-recommends", "chromium"];
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// The folder with `wasm-pack` and the `wasm-bindgen` that fits the crate in Cargo.lock.
///
/// # Errors
/// When one cannot be built.
pub(crate) fn wasm_pack() -> Result<PathBuf> {
    let home = target_dir().join("tools");
    let bindgen = locked_version("wasm-bindgen")?;
    install(&home, "wasm-bindgen-cli", "wasm-bindgen", &bindgen)?;
    install(&home, "wasm-pack", "wasm-pack", WASM_PACK)?;
    Ok(home.join("bin"))
}

/// The path of `cargo-fuzz`.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    let home = target_dir().join("tools");
    install(&home, "cargo-fuzz", "cargo-fuzz", CARGO_FUZZ)?;
    Ok(home.join("bin/cargo-fuzz"))
}

fn install(home: &Path, package: &str, program: &str, version: &str) -> Result<()> {
    let says = Command::new(home.join("bin").join(program)).arg("--version").output();
    if says.is_ok_and(|says| String::from_utf8_lossy(&says.stdout).trim().ends_with(version)) {
        return Ok(());
    }
    step(&format!("{package} {version} (once, some minutes)"), || {
        let mut cargo = process::cargo(&["install", package, "--root"]);
        cargo.arg(home).arg("--version").arg(format!("={version}"));
        // They run for a second: what counts is how soon they are built.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
        process::run(cargo.env("CARGO_TARGET_DIR", home.join("build")))
    })
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let entry = format!("name = \"{package}\"\nversion = \"");
    let after = lock.split_once(&entry).with_context(|| format!("{package} is not locked"))?.1;
    Ok(after.split('"').next().unwrap_or_default().to_owned())
}

/// A Chromium: the one that `FACEMATCH_CHROMIUM` names, one on the PATH, or Debian's, installed now.
///
/// # Errors
/// When there is none and it cannot be installed; the message says what to do.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("FACEMATCH_CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(found) = BROWSERS.iter().find_map(|name| on_path(name)) {
        return Ok(found);
    }
    step("chromium (once)", install_chromium).context(
        "there is no Chromium: install it (Debian: `apt-get install chromium`), or set FACEMATCH_CHROMIUM to a browser",
    )?;
    on_path("chromium").context("Chromium is not on the PATH")
}

fn install_chromium() -> Result<()> {
    let apt = on_path("apt-get").context("no apt-get here")?;
    process::run(Command::new(&apt).arg("update").env("DEBIAN_FRONTEND", "noninteractive"))?;
    process::run(Command::new(&apt).args(APT).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A Python of our own in the build cache, in a folder of that name, with the packages of `requirements`.
///
/// # Errors
/// When there is no `python3` with venv, or a package cannot be had.
pub(crate) fn python(name: &str, requirements: &Path) -> Result<PathBuf> {
    let venv = target_dir().join(name);
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.exists() {
        step("python", || process::run(Command::new("python3").args(["-m", "venv"]).arg(&venv)))?;
    }
    step("packages from PyPI", || {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        process::run(pip.arg(requirements))
    })?;
    Ok(python)
}

/// The packages that `folder`'s lock file lists, in its node_modules.
///
/// # Errors
/// When there is no npm, or a package cannot be had.
pub(crate) fn npm_ci(folder: &Path) -> Result<()> {
    let Some(npm) = on_path(if cfg!(windows) { "npm.cmd" } else { "npm" }) else {
        bail!("npm is not on the PATH: install Node 20 or later")
    };
    // A copy of the lock file marks what has been installed.
    let (lock, mark) = (folder.join("package-lock.json"), folder.join("node_modules/.lock"));
    if fs::read(&mark).is_ok_and(|mark| fs::read(&lock).is_ok_and(|lock| lock == mark)) {
        return Ok(());
    }
    let mut ci = Command::new(npm);
    ci.args(["ci", "--prefer-offline", "--no-audit", "--no-fund"]).current_dir(folder);
    step("packages from npm", || process::run(&mut ci))?;
    fs::copy(lock, mark)?;
    Ok(())
}
