//! `cargo xtask bench`: figures, printed and not asserted.

use crate::{
    demo::prepare,
    process::{self, built, cargo, facematch, root, step, target_dir},
    samples::Samples,
    server::DemoServer,
    tools, web,
};
use anyhow::{Result, bail};
use std::{
    env::consts,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (what, paths) =
        arguments.split_first().map_or(("all", arguments), |(what, paths)| (what.as_str(), paths));
    fs::create_dir_all(reports())?;
    match what {
        "all" => {
            networks()?;
            pipeline(paths)?;
            in_browser(paths)?;
            gateway()?;
            server(paths)?;
        }
        "networks" => networks()?,
        "pipeline" => pipeline(paths)?,
        "web" => in_browser(paths)?,
        "gateway" => gateway()?,
        "server" => server(paths)?,
        other => bail!("bench what? networks, pipeline, web, gateway or server; not `{other}`"),
    }
    plot()
}

/// Where the figures go as JSON, and the plot of them.
fn reports() -> PathBuf {
    target_dir().join("bench")
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

/// Our engine and onnxruntime in one Python process.
fn networks() -> Result<()> {
    python("networks", &[])
}

/// Our pipeline and the same one of OpenCV and onnxruntime in one Python process.
fn pipeline(paths: &[String]) -> Result<()> {
    let samples = Samples::find(paths)?;
    python("pipeline", &[&samples.photo, &samples.same])
}

/// Runs a script of `bench`, whose peers come from PyPI, beside our code as a C library.
fn python(script: &str, arguments: &[&Path]) -> Result<()> {
    prepare()?;
    // With the host, so that cargo takes the dependencies with the features that they are built with already.
    let library = [process::BUILD, &["--package", "facematch-bench-ffi"]].concat();
    step("library", || process::run(cargo(&library)))?;
    let python = tools::python("bench-venv", &root().join("bench/requirements.txt"))?;
    let library = format!("{}facematch_bench_ffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX);
    step(script, || {
        let mut command = Command::new(&python);
        command.arg(root().join("bench").join(format!("{script}.py")));
        command.arg(target_dir().join("debug").join(library)).arg(models()?);
        command.arg(reports().join(format!("{script}.json")));
        process::run(command.args(arguments))
    })
}

/// Our SDK, onnxruntime-web and face-api in one Chromium.
fn in_browser(paths: &[String]) -> Result<()> {
    let samples = Samples::find(paths)?;
    prepare()?;
    web::build_engine()?;
    web::pack()?;
    let modules = bench_modules()?;
    let chromium = tools::chromium()?;
    step("in the browser", || {
        let mut node = Command::new("node");
        node.arg(root().join("bench/web/run.mjs")).env("FACEMATCH_CHROMIUM", &chromium);
        node.arg("--modules").arg(modules.join("node_modules")).arg("--engine").arg(web::engine());
        node.arg("--models").arg(models()?).arg("--photo").arg(&samples.photo);
        node.arg("--sdk").arg(web::sdk()).arg("--json").arg(reports().join("web.json"));
        process::run(node)
    })
}

/// The peers from npm, in the build cache.
fn bench_modules() -> Result<PathBuf> {
    let cache = target_dir().join("bench-web");
    fs::create_dir_all(&cache)?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(root().join("bench/web").join(file), cache.join(file))?;
    }
    tools::npm_ci(&cache)?;
    Ok(cache)
}

/// The gateway component against the same code called natively.
fn gateway() -> Result<()> {
    process::add_targets(process::WASM)?;
    // As the tests build it: another selection of packages would build the heavy ones anew.
    let build = [&["build", "--example", "gateway_cost"], crate::test::NATIVE].concat();
    step("gateway, build", || process::run(cargo(&build)))?;
    step("gateway", || process::run(built("examples/gateway_cost", &[])?))
}

/// One picture of all reports that are there.
fn plot() -> Result<()> {
    let reports: Vec<_> = ["networks", "pipeline", "web"]
        .map(|name| reports().join(format!("{name}.json")))
        .into_iter()
        .filter(|path| path.exists())
        .collect();
    if reports.is_empty() {
        return Ok(());
    }
    let to = self::reports().join("performance.svg");
    let mut node = Command::new("node");
    node.arg(root().join("bench/web/plot.mjs")).args(reports).stdout(fs::File::create(&to)?);
    step("plot", || process::run(node))?;
    println!("{}", to.display());
    Ok(())
}

fn models() -> Result<PathBuf> {
    let folder = facematch(&["models", "--folder"])?.output()?.stdout;
    Ok(String::from_utf8_lossy(&folder).trim_end().into())
}
