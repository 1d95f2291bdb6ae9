//! `cargo xtask test`: everything that must hold before a change lands.

use crate::{
    accuracy, chaos, conformance, models,
    process::{self, cargo, step},
    samples::Samples,
    web,
};
use anyhow::Result;
use std::{env, path::PathBuf, process::Command};

/// Everything that runs natively. The oracles' dependencies would turn on features in all the others.
pub(crate) const NATIVE: &[&str] = &[
    "--workspace",
    "--exclude",
    "facematch-component",
    "--exclude",
    "facematch-oracles",
    "--exclude",
    "facematch-web",
];
/// In the profiles in which they were built: what runs while their dependencies compile is there then.
const GUEST: &[&str] =
    &["--package", "facematch-component", "--target", "wasm32-wasip2", "--profile", "component"];
const BROWSER: &[&str] =
    &["--package", "facematch-web", "--target", "wasm32-unknown-unknown", "--profile", "web"];
/// Its kernels are compiled here and run by hand: there is no such machine in every contributor's house.
const ARM: &str = "aarch64-unknown-linux-gnu";
const DENY: &[&str] = &["--", "--deny", "warnings"];

pub(crate) fn run() -> Result<()> {
    process::add_targets(&[process::WASM, &[ARM]].concat())?;
    run_all(&[("format", &["fmt", "--all", "--check"]), ("build", process::BUILD)])?;
    let data = Data::fetch()?;
    step("tests", || process::run(cargo(&[&["test"], NATIVE].concat()).envs(data.variables)))?;
    run_all(&[
        ("kernels with all checks on", &["test", "--profile", "checked", "-p", "facematch-nn"]),
        ("generated files", &["test", "--package", "facematch-contract", "--features", "schema"]),
        ("oracles", &["test", "--package", "facematch-oracles"]),
        ("kernels for ARM", &["check", "--package", "facematch-nn", "--target", ARM]),
    ])?;
    step("kernels in WebAssembly", kernels_in_wasm)?;
    accuracy::guard()?;
    conformance::run(data.has_pack)?;
    web::build_engine()?;
    web::test()?;
    match Samples::in_folder() {
        Ok(samples) => {
            chaos::short(&samples)?;
            web::test_site(&samples)?;
        }
        Err(error) if env::var_os("FACEMATCH_REQUIRE_DATA").is_some() => return Err(error),
        Err(_) => {
            println!("*** no photos: chaos and the test of the demo pages are SKIPPED.\n");
        }
    }
    run_all(&[
        ("lints", &[&["clippy", "--all-targets"], NATIVE, DENY].concat()),
        (
            "lints of the oracles",
            &[&["clippy", "--tests", "-p", "facematch-oracles"], DENY].concat(),
        ),
        ("lints of the component", &[&["clippy"], GUEST, DENY].concat()),
        ("lints of the browser's module", &[&["clippy"], BROWSER, DENY].concat()),
    ])
}

fn run_all(steps: &[(&str, &[&str])]) -> Result<()> {
    steps.iter().try_for_each(|(name, arguments)| step(name, || process::run(cargo(arguments))))
}

/// Models and photos for the tests. A test skips itself where something is not here.
struct Data {
    /// Whether a pack can run.
    has_pack: bool,
    /// Where they are.
    variables: Vec<(&'static str, PathBuf)>,
}

impl Data {
    /// Gets what can be had, and says what cannot.
    fn fetch() -> Result<Self> {
        let fetched = models::fetch();
        if let Err(error) = &fetched {
            println!("*** {error:#}\n*** Tests that need a model pack will be SKIPPED.\n");
        }
        let standard = models::standard_folder()?;
        if standard.is_none() {
            println!(
                "*** No standard pack: tests of its networks will be SKIPPED, others run on the builtin pack.\n"
            );
        }
        // Tests run in their package's folder, so the paths must not be relative.
        let samples = models::samples().map(std::fs::canonicalize).transpose()?;
        let found = [
            ("FACEMATCH_MODELS", standard),
            ("FACEMATCH_SAMPLES", samples),
            ("FACEMATCH_NPM_PACKAGE", models::npm_package().ok()),
        ];
        let variables = found.into_iter().filter_map(|(name, path)| Some((name, path?)));
        Ok(Self { has_pack: fetched.is_ok(), variables: variables.collect() })
    }
}

/// Scalar and simd128 give the same, in node.
fn kernels_in_wasm() -> Result<()> {
    let harness = ["build", "--package", "facematch-nn", "--example", "wasm_harness"];
    let to = ["--profile", "component", "--target", "wasm32-unknown-unknown"];
    process::run(cargo(&[&harness[..], &to].concat()))?;
    let wasm = "wasm32-unknown-unknown/component/examples/wasm_harness.wasm";
    let mut node = Command::new("node");
    node.arg("core/nn/tests/wasm.mjs").arg(process::target_dir().join(wasm));
    process::run(node.current_dir(process::root()))
}
