use crate::{
    audit::Audit, dice::Dice, load::Load, report::Report, server::Installation, stage::Stage,
};
use anyhow::Result;
use std::time::Duration;

const CLIENTS: usize = 6;
/// Longest life of a server that answers, in milliseconds.
const MAX_LIFE_MS: u64 = 700;

/// SIGKILL at random points, while it starts too; clients go on all the time.
///
/// # Errors
/// When the machinery fails; a loss is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?;
    let scene = stage.scene(&installation).await?;
    let load = Load::start(&scene, CLIENTS, &mut dice);
    for _ in 0..stage.rounds {
        live_and_die(&installation, &mut dice).await?;
    }
    let _server = installation.started().await?;
    let mut report = load.end("kill").await;
    report.row("kill", "rounds: SIGKILL at a random moment, restart", stage.rounds as usize, 0);
    report.append(Audit::of("kill", &installation, &scene).await?.run().await?);
    Ok(report)
}

/// One server's life; one in six dies before it answers.
async fn live_and_die(installation: &Installation, dice: &mut Dice) -> Result<()> {
    let mut server = installation.start()?;
    if dice.below(6) > 0 {
        installation.ready(&mut server).await?;
    }
    tokio::time::sleep(Duration::from_millis(dice.below(MAX_LIFE_MS))).await;
    server.check()?;
    server.kill()
}
