//! `cargo xtask test`: everything that must hold before a change lands.

use crate::process::{self, cargo, facematch, step};
use anyhow::Result;

/// Everything that runs natively. The oracles' dependencies would turn on features in all the others.
const NATIVE: &[&str] =
    &["--workspace", "--exclude", "facematch-component", "--exclude", "facematch-oracles"];
const GUEST: &[&str] = &["--package", "facematch-component", "--target", "wasm32-wasip2"];
const BROWSER: &[&str] = &[
    "--package",
    "facematch-vision",
    "--no-default-features",
    "--target",
    "wasm32-unknown-unknown",
];
const DENY: &[&str] = &["--", "--deny", "warnings"];

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
        ("tests", &[&["test"], NATIVE].concat()),
        ("generated files", &["test", "--package", "facematch-contract", "--features", "schema"]),
        ("oracles", &["test", "--package", "facematch-oracles"]),
        ("core for the browser", &[&["check"], BROWSER].concat()),
        ("lints", &[&["clippy", "--all-targets"], NATIVE, DENY].concat()),
        (
            "lints of the oracles",
            &[&["clippy", "--tests", "-p", "facematch-oracles"], DENY].concat(),
        ),
        ("lints of the component", &[&["clippy"], GUEST, DENY].concat()),
    ])
}
