//! `cargo xtask registry-only`: what a machine has that reaches the package registries and nothing else.

use crate::{
    models,
    process::{self, cargo, step, target_dir},
    test::NATIVE,
};
use anyhow::{Context, Result};
use std::{env, fs, path::Path, process::Command};

/// What would lead to other models or photos than those from the registry.
const ELSEWHERE: &[&str] =
    &["FACEMATCH_MODELS", "FACEMATCH_MODEL_MIRROR", "FACEMATCH_SAMPLES", "FACEMATCH_REFERENCE"];

/// Tests that run whichever pack and photos there are.
const TESTS: &[&str] = &[
    "--test",
    "baselines",
    "--test",
    "cli",
    "--test",
    "face_api",
    "--test",
    "flow",
    "--test",
    "guide",
    "--test",
    "sealing",
    "--test",
    "silence",
];

/// Runs the demo with nothing given, from an empty cache and without downloads, then the tests of the server on what it
/// left.
pub(crate) fn run() -> Result<()> {
    let cache = target_dir().join("registry-only");
    for old in [&cache, &target_dir().join("npm")] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    step("demo with the registries alone", || {
        let own = env::current_exe()?;
        process::run(bare(Command::new(own).args(["demo", "--once"]), &cache))
    })?;
    step("tests with the registries alone", || {
        let mut tests = cargo(&[&["test"], NATIVE, TESTS].concat());
        bare(&mut tests, &cache).env("FACEMATCH_NPM_PACKAGE", models::npm_package()?);
        tests.env("FACEMATCH_SAMPLES", models::npm_photos().context("the demo left no photos")?);
        // None of these may skip itself.
        process::run(tests.env("FACEMATCH_REQUIRE_DATA", "1"))
    })
}

fn bare<'a>(command: &'a mut Command, cache: &Path) -> &'a mut Command {
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command.env_remove("FACEMATCH_REQUIRE_DATA").env_remove("FACEMATCH_PACK");
    command.env("FACEMATCH_OFFLINE", "1").env("XDG_CACHE_HOME", cache)
}
