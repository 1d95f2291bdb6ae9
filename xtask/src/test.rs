//! `cargo xtask test`: everything that must hold before a change lands.

use crate::process::{self, cargo, facematch, step};
use anyhow::Result;

const GUEST: [&str; 4] = ["--package", "facematch-component", "--target", "wasm32-wasip2"];

fn run_all(steps: &[(&str, &[&str])]) -> Result<()> {
    steps.iter().try_for_each(|(name, arguments)| step(name, || process::run(cargo(arguments))))
}

pub(crate) fn run() -> Result<()> {
    process::add_wasm_targets()?;
    run_all(&[
        ("format", &["fmt", "--all", "--check"]),
        ("build", &["build", "--package", "facematch-host", "--package", "facematch-partner"]),
    ])?;
    step("models", || process::run(facematch(&["models", "--fetch"])?))?;
    run_all(&[
        ("generated files", &["test", "--package", "facematch-contract", "--features", "schema"]),
        ("tests", &["test", "--workspace", "--exclude", "facematch-component"]),
        (
            "core for the browser",
            &[
                "check",
                "--package",
                "facematch-vision",
                "--no-default-features",
                "--target",
                "wasm32-unknown-unknown",
            ],
        ),
        (
            "lints",
            &[
                "clippy",
                "--workspace",
                "--exclude",
                "facematch-component",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        ),
    ])?;
    step("lints of the component", || {
        process::run(cargo(&["clippy"]).args(GUEST).args(["--", "--deny", "warnings"]))
    })
}
