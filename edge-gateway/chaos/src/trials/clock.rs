use crate::{
    audit::Audit, load::Load, load::Scene, report::Report, server::Process, shim::Shim,
    stage::Stage,
};
use anyhow::Result;
use std::{fs, path::Path, time::Duration};

const CLIENTS: usize = 4;
const HOUR_S: i64 = 3600;
/// What the wall clock is ahead by, one after another: an hour forward, right again, an hour back, right again.
const AHEAD_S: [i64; 5] = [0, HOUR_S, 0, -HOUR_S, 0];
/// Between jumps, with clients at work.
const QUIET: Duration = Duration::from_secs(2);

/// Sets the server's wall clock under load, and restarts it at each time: a start sweeps, which is when an hour ahead
/// does most harm.
///
/// # Errors
/// When the machinery fails; a loss is no error. `None` where the clock cannot be set.
pub(crate) async fn run(stage: &Stage) -> Result<Option<Report>> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let shim = match Shim::Clock.build(folder.path()) {
        Ok(shim) => shim,
        Err(error) => return Ok(super::skipped("clock", &format!("{error:#}"))),
    };
    let clock = folder.path().join("ahead");
    set(&clock, 0)?;
    let installation = stage.install(folder.path(), &mut dice)?;
    let installation = installation.variable("LD_PRELOAD", shim);
    let installation = installation.variable("FACEMATCH_CHAOS_CLOCK", clock.clone());
    let mut server = installation.started().await?;
    let scene = stage.scene(&installation).await?;
    let scene = Scene { clock_jumps: true, ..scene };
    let load = Load::start(&scene, CLIENTS, &mut dice);
    for ahead_s in AHEAD_S {
        set(&clock, ahead_s)?;
        tokio::time::sleep(QUIET).await;
        server = restart(&installation, server).await?;
        tokio::time::sleep(QUIET).await;
    }
    let mut report = load.end("clock").await;
    report.row("clock", "jumps of the wall clock by an hour, under load", AHEAD_S.len() - 1, 0);
    report.append(Audit::of("clock", &installation, &scene).await?.run().await?);
    drop(server);
    Ok(Some(report))
}

async fn restart(
    installation: &crate::server::Installation,
    mut server: Process,
) -> Result<Process> {
    server.kill()?;
    installation.started().await
}

/// What the shim maps: eight bytes, as this machine orders them, written in place.
fn set(clock: &Path, ahead_s: i64) -> Result<()> {
    use std::io::Write;
    let mut file = fs::File::options().create(true).truncate(false).write(true).open(clock)?;
    Ok(file.write_all(&ahead_s.to_ne_bytes())?)
}
