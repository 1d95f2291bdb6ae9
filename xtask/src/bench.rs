//! `cargo xtask bench`: figures, printed and not asserted.

use crate::{
    demo::prepare,
    process::{self, built, cargo, facematch, root, step, target_dir},
    samples::Samples,
    server::DemoServer,
};
use anyhow::{Result, bail};
use std::{env::consts, process::Command};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((what, paths)) if what == "server" => server(paths),
        Some((what, [])) if what == "networks" => networks(),
        _ => bail!("bench what? `server` or `networks`"),
    }
}

fn server(paths: &[String]) -> Result<()> {
    let samples = Samples::find(paths)?;
    prepare()?;
    step("compare, cold", || {
        let mut compare = facematch(&["compare", "--timings"])?;
        process::run(compare.args([&samples.photo, &samples.same]))
    })?;
    let server = step("server", DemoServer::start)?;
    step("confirm → completed", || {
        let mut partner = built("facematch-partner", &["latency"])?;
        partner.args([&samples.photo, &samples.same]);
        partner.arg("--api").arg(server.url()).arg("--credentials").arg(server.credentials());
        process::run(partner)
    })
}

/// Our engine and onnxruntime in one Python process, which takes onnxruntime from PyPI into a folder of the cache.
fn networks() -> Result<()> {
    prepare()?;
    step("library", || process::run(cargo(&["build", "--package", "facematch-bench-ffi"])))?;
    let venv = target_dir().join("bench-venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.exists() {
        step("python", || process::run(Command::new("python3").args(["-m", "venv"]).arg(&venv)))?;
    }
    step("peers", || {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        process::run(pip.arg(root().join("bench/requirements.txt")))
    })?;
    let models = facematch(&["models", "--folder"])?.output()?.stdout;
    let library = format!("{}facematch_bench_ffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX);
    step("networks", || {
        let mut script = Command::new(&python);
        script.arg(root().join("bench/networks.py")).arg(target_dir().join("debug").join(library));
        process::run(script.arg(String::from_utf8_lossy(&models).trim_end()))
    })
}
