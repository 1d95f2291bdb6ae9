//! `cargo xtask web`: the browser's files. WebAssembly, the detector, the npm package.

use crate::{
    demo::prepare,
    models,
    process::{self, built, facematch, root, step, target_dir},
    samples::Samples,
    server::DemoServer,
    tools,
};
use anyhow::{Result, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What the module is built for: every browser since 2023.
const RUSTFLAGS: &str = "-Ctarget-feature=+simd128";
/// The same for wasm-opt, which would refuse it otherwise.
const WASM_FEATURES: &[&str] = &[
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Folder of `web-sdk`.
pub(crate) fn sdk() -> PathBuf {
    root().join("web-sdk")
}

/// Where the module and the detector lie for the package's build.
pub(crate) fn engine() -> PathBuf {
    sdk().join("wasm/pkg")
}

/// Builds the module and the detector's file, then the package, and packs it.
///
/// # Errors
/// When a step fails.
pub(crate) fn run() -> Result<()> {
    prepare()?;
    build_engine()?;
    pack().map(|tarball| println!("{}", tarball.display()))
}

/// Builds the module and the detector's file. The host must be built and have its models.
///
/// # Errors
/// When a tool is missing or a build fails.
pub(crate) fn build_engine() -> Result<()> {
    process::add_targets(process::WASM)?;
    tools::npm_ci(&sdk())?;
    let bin = tools::wasm_pack()?;
    fs::create_dir_all(engine())?;
    step("WebAssembly", || build_module(&bin))?;
    step("detector for the browser", compile_detector)
}

fn build_module(bin: &Path) -> Result<()> {
    let out = target_dir().join("browser");
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([bin.to_path_buf()].into_iter().chain(env::split_paths(&path)))?;
    let mut wasm_pack = Command::new(bin.join("wasm-pack"));
    wasm_pack.args(["--quiet", "build", "--target", "web", "--mode", "no-install"]);
    wasm_pack.args(["--no-pack", "--no-typescript", "--profile", "web", "--out-dir"]);
    wasm_pack.arg(&out).arg(sdk().join("wasm")).env("PATH", path);
    wasm_pack.env("CARGO_TARGET_DIR", target_dir());
    process::run(wasm_pack.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", RUSTFLAGS))?;
    fs::copy(out.join("facematch_web.js"), engine().join("facematch_web.js"))?;
    let mut opt = Command::new(sdk().join("node_modules/.bin/wasm-opt"));
    opt.args(["-O3", "--strip-debug", "--strip-producers"]).args(WASM_FEATURES);
    opt.arg(out.join("facematch_web_bg.wasm"));
    process::run(opt.arg("--output").arg(engine().join("facematch_web_bg.wasm")))
}

/// The pack's detector as 16-bit floats: half the bytes to load.
fn compile_detector() -> Result<()> {
    let onnx = target_dir().join("browser").join("detector.onnx");
    process::run(facematch(&["models", "--detector"])?.arg(&onnx))?;
    let mut compile = built("facematch-nn-compile", &["--f16"])?;
    process::run(compile.arg(onnx).arg(engine().join("yunet.fmnn")))
}

/// Builds the npm package and packs it. Returns the tarball.
///
/// # Errors
/// When npm fails.
pub(crate) fn pack() -> Result<PathBuf> {
    let to = target_dir().join("browser");
    fs::create_dir_all(&to)?;
    let mut npm = npm(&["pack", "--silent", "--pack-destination"]);
    // npm ends with the name of the file.
    let said = step("npm package", || {
        let output = npm.arg(&to).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "npm pack ended with {}", output.status);
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    })?;
    Ok(to.join(said.trim_end().lines().last().unwrap_or_default()))
}

/// Builds the demo partner's pages with the packed package. Returns their folder.
///
/// # Errors
/// When the build fails.
pub(crate) fn build_site(tarball: &Path) -> Result<PathBuf> {
    let out = target_dir().join("site");
    let mut node = Command::new("node");
    node.arg(root().join("www/site/build.mjs")).arg("--sdk").arg(tarball).arg("--out").arg(&out);
    step("demo pages", || process::run(node))?;
    Ok(out)
}

/// Type checks and unit tests, then the packed package in real browsers.
///
/// # Errors
/// When a test fails.
pub(crate) fn test() -> Result<()> {
    let facematch = facematch(&[])?.get_program().to_owned();
    let samples = models::samples().map(fs::canonicalize).transpose()?;
    let run = |name: &str, script: &str, browsers: &[(&str, &Path)]| {
        let mut npm = npm(&["run", "--silent", script]);
        npm.envs(samples.iter().map(|folder| ("FACEMATCH_SAMPLES", folder)));
        npm.envs(browsers.iter().copied());
        npm.env("FACEMATCH_ARTIFACTS", target_dir().join("browser/artifacts"));
        step(name, || process::run(npm.env("FACEMATCH_BIN", &facematch)))
    };
    run("types of the package", "typecheck", &[])?;
    run("unit tests of the package", "unit", &[])?;
    let chromium = tools::chromium()?;
    let chromium = ("FACEMATCH_CHROMIUM", chromium.as_path());
    run("package in Chromium", "browser", &[chromium])?;
    let Some(firefox) = firefox()? else { return Ok(()) };
    // Both are asked where they must say the same.
    run("package in Firefox", "firefox", &[chromium, ("FACEMATCH_FIREFOX", firefox.as_path())])
}

/// A Firefox. Where none can be had, that is an error only where everything must run.
fn firefox() -> Result<Option<PathBuf>> {
    match tools::firefox() {
        Ok(firefox) => Ok(Some(firefox)),
        Err(error) if env::var_os("FACEMATCH_REQUIRE_DATA").is_some() => Err(error),
        Err(error) => {
            println!("*** {error:#}\n*** Tests of the packed package in Firefox are SKIPPED.\n");
            Ok(None)
        }
    }
}

/// An applicant in a real browser on the demo partner's pages, as they are packed: every state on phone and desktop, with
/// axe-core and the pages' own CSP. `samples`: the card, the selfie, somebody else.
///
/// # Errors
/// When a state is not as it should be.
pub(crate) fn test_site(samples: &Samples) -> Result<()> {
    let pages = build_site(&pack()?)?;
    let server = step("server", DemoServer::start)?;
    let site = server.serve_site(&pages)?;
    let chromium = tools::chromium()?;
    let shots = target_dir().join("browser/pages");
    step("demo pages in the browser", || {
        let mut node = Command::new("node");
        node.arg(root().join("www/site/tests/pages.mjs")).arg("--site").arg(site.url());
        node.arg("--card").arg(&samples.photo).arg("--selfie").arg(&samples.same);
        node.arg("--other").arg(&samples.other).arg("--shots").arg(&shots);
        process::run(node.arg("--chromium").arg(chromium))
    })
}

fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(arguments).current_dir(sdk());
    npm
}
