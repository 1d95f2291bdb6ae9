use super::pause::{FRONT, open, until};
use crate::{audit::Audit, ledger::Plan, report::Report, stage::Stage};
use anyhow::{Result, ensure};
use facematch_contract::{State, limits::MAX_MATCH_ATTEMPTS};

/// As short as the server allows: five of them pass here.
const LEASE_S: u32 = 1;

/// A submission that takes its matcher down every time it is looked at: after five deaths it ends as failed, with its
/// callback, and the next ones are matched.
///
/// # Errors
/// When the machinery fails; a loss is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install_with_lease(folder.path(), &mut dice, LEASE_S)?;
    let mut front = installation.start_roles("server", FRONT)?;
    installation.ready(&mut front).await?;
    let (scene, database) = (stage.scene(&installation).await?, open(&installation).await?);
    let poison = scene.submit(Plan::Confirm, true).await?;
    let attempts = format!("SELECT attempts FROM submissions WHERE id = '{poison}'");
    for attempt in 1..=MAX_MATCH_ATTEMPTS {
        let mut matcher = installation.start_roles("matcher", "matcher")?;
        while database.number(&attempts).await? < attempt.into() {
            matcher.check()?;
            tokio::task::yield_now().await;
        }
        matcher.kill()?;
        ensure!(database.state(poison).await? == "processing", "the match was quicker than death");
    }
    let others =
        [scene.submit(Plan::Confirm, true).await?, scene.submit(Plan::Confirm, false).await?];
    let _matcher = installation.start_roles("matcher", "matcher")?;
    for id in others {
        until(&database, id, "completed").await?;
    }
    until(&database, poison, "failed").await?;
    database.close().await;
    let mut report = Report::default();
    let result = scene.api.result(poison).await?.given()?;
    report.holds(
        "poison",
        "a submission that kills five matchers ends as failed",
        result.state == State::Failed,
    );
    report.append(Audit::of("poison", &installation, &scene).await?.run().await?);
    Ok(report)
}
