use crate::{
    audit::Audit, ledger::Plan, load::Load, load::Scene, report::Report, server::Installation,
    stage::Stage,
};
use anyhow::{Context, Result};
use facematch_contract::CorrelationId;
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

const CLIENTS: usize = 6;
const LIMIT: Duration = Duration::from_secs(30);

/// SIGTERM under load, with everything under way that could hold a stop up: a long poll, an upload that trickles,
/// receivers that never answer.
///
/// # Errors
/// When the machinery fails; a loss is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?;
    let mut server = installation.started().await?;
    let scene = stage.scene(&installation).await?;
    let load = Load::start(&scene, CLIENTS, &mut dice);
    let id = scene.submit(Plan::Upload(0), true).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    scene.inbox.stall(true);
    let poll = tokio::spawn(long_poll(scene.clone(), installation.api_url(), id));
    let upload = tokio::spawn(trickle(scene.clone(), installation.bucket, id));
    tokio::time::sleep(Duration::from_secs(1)).await;

    let start = Instant::now();
    server.signal("TERM")?;
    let ended = server.end(2 * LIMIT).await?;
    let took = start.elapsed();
    scene.inbox.stall(false);
    poll.abort();
    upload.abort();
    let mut report = Report::default();
    report.holds("stop", "SIGTERM under load ends within 30 s", took < LIMIT);
    report.holds("stop", "with status 0", ended.is_some_and(|status| status.success()));
    report.note(format!("stop: SIGTERM to the end of the process: {:.1} s", took.as_secs_f64()));

    let _server = restarted(&installation).await?;
    report.append(load.end("stop").await);
    report.append(Audit::of("stop", &installation, &scene).await?.run().await?);
    Ok(report)
}

async fn restarted(installation: &Installation) -> Result<crate::server::Process> {
    installation.started().await
}

/// Asks for what will not happen within the longest wait.
async fn long_poll(scene: Scene, api: String, id: CorrelationId) -> Result<()> {
    let token = scene.api.token().await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{api}/v1/submissions/{id}?wait=20");
    http.get(url).bearer_auth(token).send().await?;
    Ok(())
}

/// Sends a byte of a photo a second.
async fn trickle(scene: Scene, bucket: std::net::SocketAddr, id: CorrelationId) -> Result<()> {
    let targets = scene.api.targets(id).await?.given()?.uploads;
    let target = targets.into_iter().next().context("nothing to upload")?;
    let [photo, _] = scene.photos.pair(true);
    let mut stream = TcpStream::connect(bucket).await?;
    stream.write_all(super::slow::put_head(&target, photo.bytes.len())?.as_bytes()).await?;
    for byte in photo.bytes.chunks(1) {
        stream.write_all(byte).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
