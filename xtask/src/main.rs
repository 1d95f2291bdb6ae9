//! Build, models, test, demo: `cargo xtask`.

mod accuracy;
mod bench;
mod chaos;
mod conformance;
mod demo;
mod fuzz;
mod models;
mod process;
mod registry_only;
mod samples;
mod server;
mod supply_chain;
mod test;
#[cfg(test)]
mod tidy;
mod tools;
mod web;

use anyhow::Result;
use process::{built, cargo, step};
use std::{env, process::ExitCode};

const HELP: &str = "\
cargo xtask <command>

  demo [--once] [PHOTO SAME_PERSON OTHER_PERSON]
             build everything, start the server, take two photos of one person and two of different people through
             the whole API; photos by path, from the folder that FACEMATCH_SAMPLES names, or from an npm package
  test       format, lints, unit, golden, flow and wasm tests, generated files, accuracy, the package and the pages
  conformance
             the served API against its OpenAPI document, by schemathesis (needs python3 with venv)
  registry-only
             the demo and the tests of the server as on a machine that reaches the package registries and nothing else
  chaos [short] [--rounds N] [--seed S] [--control] [TRIAL ...]
             kill, cut off, stop and starve a real server under real clients, and count what was lost; --control breaks
             durability on purpose and must fail; trials: kill power pause poison clock races stop disk slow
  supply-chain
             licences, sources and advisories of all that we build on, and what is shipped as CycloneDX files
  fuzz [--seconds N] [TARGET ...]
             what strangers may send, mutated under the eyes of coverage, 60 s for each target; targets: image presign token
             json url network_file, and network if it is named (needs a C++ compiler)
  models     get the model files into the cache
  compile-model IN.onnx OUT.fmnn [--f16]
             write a network as the compact file that our own engine reads; says which node it does not know
  generate   rewrite the files that the contract generates
  web        build the WebAssembly module and the npm package @facematch/web, and print its path
  accuracy   error rates on the photos below FACEMATCH_DATA; rewrites the figures of docs/accuracy.md
  bench [WHAT [PHOTO SAME_PERSON OTHER_PERSON]]
             figures, printed and not asserted; all of them, or WHAT of:
    networks   our engine against onnxruntime (needs python3 with venv)
    pipeline   two 12-megapixel photos to a cosine, against OpenCV and onnxruntime (likewise)
    web        the browser build against onnxruntime-web and face-api, in Chromium
    gateway    the gateway component against the same code called natively
    server     a cold comparison; confirm to completed, median of 50
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    match command {
        "demo" => demo::run(rest),
        "test" => test::run(),
        "accuracy" => accuracy::run(),
        "bench" => bench::run(rest),
        "chaos" => chaos::run(rest),
        "conformance" => conform(),
        "fuzz" => fuzz::run(rest),
        "registry-only" => registry_only::run(),
        "supply-chain" => supply_chain::run(),
        "models" => fetch_models(),
        "web" => web::run(),
        "compile-model" => compile_model(rest),
        "generate" => generate(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => anyhow::bail!("there is no command `{other}`\n\n{HELP}"),
    }
}

/// Builds everything and tries the served API.
fn conform() -> Result<()> {
    demo::prepare()?;
    conformance::run(true)
}

/// Builds the binary and lets it get the model files.
fn fetch_models() -> Result<()> {
    process::add_targets(process::WASM)?;
    step("build", || process::run(cargo(process::BUILD)))?;
    models::fetch()
}

fn compile_model(arguments: &[String]) -> Result<()> {
    step("build", || process::run(cargo(process::BUILD)))?;
    // Paths in the arguments are as seen from the caller's folder.
    process::run(built("facematch-nn-compile", &[])?.args(arguments))
}

fn generate() -> Result<()> {
    let mut command = cargo(&["test", "--package", "facematch-contract", "--features", "schema"]);
    process::run(command.env("UPDATE_GOLDEN", "1"))
}
