use crate::{
    audit::Audit,
    database::Database,
    ledger::Plan,
    load::Scene,
    report::Report,
    server::{Installation, Process},
    stage::Stage,
};
use anyhow::{Result, bail};
use facematch_contract::CorrelationId;
use std::time::{Duration, Instant};

/// A server without its matchers, which are processes of their own.
pub(super) const FRONT: &str = "gateway,bucket,engine,callbacks,sweeper";
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a job may be done before it is caught at work.
const TRIES: u32 = 20;

/// SIGSTOP in the middle of a match, for longer than its lease; another matcher takes over; SIGCONT: the first must not
/// write.
///
/// # Errors
/// When the machinery fails; a breach is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?.flag("--workers", 1);
    let mut front = installation.start_roles("server", FRONT)?;
    installation.ready(&mut front).await?;
    let (scene, database) = (stage.scene(&installation).await?, open(&installation).await?);
    let paused = installation.start_roles("paused matcher", "matcher")?;
    let id = stop_at_work(&paused, &scene, &database).await?;
    let mut report = Report::default();

    let _second = installation.start_roles("second matcher", "matcher")?;
    until(&database, id, "completed").await?;
    let written = "SELECT coalesce(sum(completed_at), 0) FROM results";
    let before = database.number(written).await?;
    paused.signal("CONT")?;
    report.holds(
        "pause",
        "a matcher paused beyond its lease is refused",
        refused(&installation).await,
    );
    let after = database.number(written).await?;
    report.holds("pause", "its write changes nothing", before == after);
    database.close().await;
    report.append(Audit::of("pause", &installation, &scene).await?.run().await?);
    Ok(report)
}

/// Stops a matcher while a submission is being matched, and tells which.
async fn stop_at_work(
    matcher: &Process,
    scene: &Scene,
    database: &Database,
) -> Result<CorrelationId> {
    for _ in 0..TRIES {
        let id = scene.submit(Plan::Confirm, true).await?;
        until(database, id, "processing").await?;
        matcher.signal("STOP")?;
        // What it was about to write is written now or never.
        tokio::time::sleep(Duration::from_millis(50)).await;
        if database.state(id).await? == "processing" {
            return Ok(id);
        }
        matcher.signal("CONT")?;
    }
    bail!("no match was caught at work in {TRIES} tries")
}

/// Whether the woken matcher has noticed that its lease is lost.
async fn refused(installation: &Installation) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if installation.logged().contains("the lease is lost") {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// Waits until a submission is in a state, or has gone beyond it.
pub(super) async fn until(database: &Database, id: CorrelationId, state: &str) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let now = database.state(id).await?;
        if now == state || ["completed", "failed"].contains(&&*now) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    bail!("a submission is not {state} after {PATIENCE:?}")
}

pub(super) async fn open(installation: &Installation) -> Result<Database> {
    Database::open(&installation.data).await
}
