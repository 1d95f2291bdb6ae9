//! Programs that build, browsers, fuzzing and supply chain need: installed into the build cache when they are missing.

use crate::process::{self, root, step, target_dir};
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Release of wasm-pack.
const WASM_PACK: &str = "0.15.1";
/// Release of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";
/// Releases of the tools of `cargo xtask supply-chain`.
const CARGO_DENY: &str = "0.20.2";
const CARGO_CYCLONEDX: &str = "0.5.9";
const APT: &[&str] = &["install", "--yes", "--no-install-recommends"];
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const FIREFOX: &[&str] = &["firefox-esr", "firefox"];

/// The folder with `wasm-pack` and the `wasm-bindgen` that fits the crate in Cargo.lock.
///
/// # Errors
/// When one cannot be built.
pub(crate) fn wasm_pack() -> Result<PathBuf> {
    let home = target_dir().join("tools");
    let bindgen = locked_version("wasm-bindgen")?;
    install(&home, "wasm-bindgen-cli", &bindgen, &[])?;
    install(&home, "wasm-pack", WASM_PACK, &[])?;
    Ok(home.join("bin"))
}

/// cargo-deny, which checks what we build on.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    cargo_tool("cargo-deny", CARGO_DENY)
}

/// cargo-cyclonedx, which lists what we build on.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn cargo_cyclonedx() -> Result<PathBuf> {
    cargo_tool("cargo-cyclonedx", CARGO_CYCLONEDX)
}

/// cargo-fuzz.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    cargo_tool("cargo-fuzz", CARGO_FUZZ)
}

fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let home = target_dir().join("tools");
    install(&home, name, version, &["--locked"])?;
    Ok(home.join("bin").join(name))
}

fn install(home: &Path, package: &str, version: &str, options: &[&str]) -> Result<()> {
    // Where cargo notes what it has installed: not every program tells its version.
    let installed = fs::read_to_string(home.join(".crates.toml")).unwrap_or_default();
    if installed.contains(&format!("\"{package} {version} (")) {
        return Ok(());
    }
    step(&format!("{package} {version} (once, some minutes)"), || {
        let mut cargo = process::cargo(&["install", package, "--root"]);
        cargo.arg(home).arg("--version").arg(format!("={version}")).args(options);
        // They run for a second: what counts is how soon they are built.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_LTO", "off");
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
    browser("FACEMATCH_CHROMIUM", CHROMIUM, "chromium")
}

/// A Firefox: the one that `FACEMATCH_FIREFOX` names, one on the PATH, or Debian's, installed now.
///
/// # Errors
/// When there is none and it cannot be installed; the message says what to do.
pub(crate) fn firefox() -> Result<PathBuf> {
    browser("FACEMATCH_FIREFOX", FIREFOX, "firefox-esr")
}

/// `package`: Debian's, whose program has the same name.
fn browser(variable: &str, programs: &[&str], package: &str) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Ok(path.into());
    }
    if let Some(found) = programs.iter().find_map(|name| on_path(name)) {
        return Ok(found);
    }
    step(&format!("{package} (once)"), || install_from_debian(package)).with_context(|| {
        format!("no {package}: install it (`apt-get install {package}`), or set {variable} to one")
    })?;
    on_path(package).with_context(|| format!("{package} is not on the PATH"))
}

fn install_from_debian(package: &str) -> Result<()> {
    let apt = on_path("apt-get").context("no apt-get here")?;
    process::run(Command::new(&apt).arg("update").env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut install = Command::new(&apt);
    process::run(install.args(APT).arg(package).env("DEBIAN_FRONTEND", "noninteractive"))
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

/// npm.
///
/// # Errors
/// When it is not on the PATH.
pub(crate) fn npm() -> Result<PathBuf> {
    on_path(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .context("npm is not on the PATH: install Node 20 or later")
}

/// The packages that `folder`'s lock file lists, in its node_modules.
///
/// # Errors
/// When there is no npm, or a package cannot be had.
pub(crate) fn npm_ci(folder: &Path) -> Result<()> {
    let npm = npm()?;
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
