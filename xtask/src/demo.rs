//! `cargo xtask demo`: everything from nothing to a decision.

use crate::{
    models,
    process::{self, built, cargo, step},
    samples::Samples,
    server::DemoServer,
    web,
};
use anyhow::Result;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (flags, paths): (Vec<_>, Vec<_>) =
        arguments.iter().cloned().partition(|argument| argument.starts_with("--"));
    let once = flags.iter().any(|flag| flag == "--once");
    if let Some(flag) = flags.iter().find(|flag| *flag != "--once") {
        anyhow::bail!("demo does not know {flag}");
    }
    // Wrong paths are told before a quarter of an hour of building.
    let given = Samples::given(&paths)?;
    prepare()?;
    let samples = given.map_or_else(Samples::in_folder, Ok)?;
    web::build_engine()?;
    let pages = web::build_site(&web::pack()?)?;
    let mut server = step("server", DemoServer::start)?;
    step("flow", || show(&server, &samples, once))?;
    let site = step("demo partner", || server.serve_site(&pages))?;
    if !once {
        println!("The demo partner, a bank that does not exist: {}", site.url());
        println!(
            "    (a phone's camera needs https or localhost; photos from files work everywhere)"
        );
        println!("The API is at {0}, for people: {0}/docs", server.url());
        println!("The demo partner's credentials: {}", server.credentials().display());
        println!("Ctrl-C ends it.");
        server.wait()?;
    }
    Ok(())
}

/// Builds the server and the demo partner, and gets the models.
pub(crate) fn prepare() -> Result<()> {
    process::add_targets(process::WASM)?;
    step("build (the first time takes some minutes)", || process::run(cargo(process::BUILD)))?;
    models::fetch()
}

/// `strict`: the demo fails unless one person matches and two people do not. People's own photos may say otherwise.
fn show(server: &DemoServer, samples: &Samples, strict: bool) -> Result<()> {
    samples.tell();
    let mut partner = built("facematch-partner", &["show"])?;
    partner.args([&samples.photo, &samples.same, &samples.other]);
    partner.arg("--api").arg(server.url()).arg("--credentials").arg(server.credentials());
    partner.args(strict.then_some("--strict"));
    process::run(partner.arg("--crops").arg(server.folder.join("faces")))
}
