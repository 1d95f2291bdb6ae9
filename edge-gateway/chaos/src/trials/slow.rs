//! A thousand connections that send next to nothing.

use crate::{audit::Audit, ledger::Plan, load::Scene, report::Report, stage::Stage};
use anyhow::{Context, Result};
use facematch_contract::UploadTarget;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet};

/// Connections whose headers trickle, at each of the two listeners.
const HEADERS: usize = 350;
/// Uploads, with good URLs, whose bodies trickle.
const BODIES: usize = 300;
const LASTS: Duration = Duration::from_secs(10);
const PACE: Duration = Duration::from_millis(700);
/// What an idle machine keeps with room to spare. A busy one is given more: the figure is printed.
const MAX_P99: Duration = Duration::from_secs(2);
const WANTED_P99: Duration = Duration::from_millis(500);
const MAX_GROWTH_BYTES: u64 = 96 * 1024 * 1024;

/// Health and a whole submission, beside a thousand connections that trickle.
///
/// # Errors
/// When the machinery fails; slowness is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?;
    let server = installation.started().await?;
    let scene = stage.scene(&installation).await?;
    let targets = targets(&scene).await?;
    scene.submit(Plan::Confirm, true).await?;
    let idle = health(&installation.api_url(), Duration::from_secs(1)).await?;
    let before = server.resident_bytes()?;

    let mut slow = JoinSet::new();
    for address in [installation.api, installation.bucket] {
        (0..HEADERS).for_each(|_| drop(slow.spawn(trickle_headers(address))));
    }
    let [photo, _] = scene.photos.pair(true);
    for target in targets {
        slow.spawn(trickle_body(installation.bucket, put_head(&target, photo.bytes.len())?));
    }
    let beside = scene.clone();
    let submission = tokio::spawn(async move { beside.submit(Plan::Confirm, false).await });
    let busy = health(&installation.api_url(), LASTS).await?;
    let grown = server.resident_bytes()?.saturating_sub(before);
    let connections = slow.len();
    slow.shutdown().await;
    submission.await??;

    let mut report = Report::default();
    report.row("slow", "connections that trickle", connections, 0);
    report.row("slow", "health answers beside them", busy.len(), 0);
    let (p99, idle_p99) = (percentile(&busy, 99), percentile(&idle, 99));
    report.holds("slow", format!("health p99 under {MAX_P99:?}"), p99 < MAX_P99);
    report.holds("slow", "memory stays flat", grown < MAX_GROWTH_BYTES);
    report.note(format!(
        "slow: health p50 {:?}, p99 {p99:?} (wanted: {WANTED_P99:?}; idle: {idle_p99:?}), {} answers; memory grew by {} MiB",
        percentile(&busy, 50), busy.len(), grown / (1024 * 1024)
    ));
    report.append(Audit::of("slow", &installation, &scene).await?.run().await?);
    Ok(report)
}

/// Upload URLs of submissions whose photos never come.
async fn targets(scene: &Scene) -> Result<Vec<UploadTarget>> {
    let mut targets = Vec::new();
    while targets.len() < BODIES {
        let id = scene.submit(Plan::Upload(0), true).await?;
        targets.extend(scene.api.targets(id).await?.given()?.uploads.into_iter().next());
    }
    Ok(targets)
}

/// Times of `/healthz`, each on a connection of its own, sorted.
async fn health(api: &str, lasts: Duration) -> Result<Vec<Duration>> {
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < lasts {
        let asked = Instant::now();
        http.get(format!("{api}/healthz")).send().await?.error_for_status()?;
        times.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    times.sort_unstable();
    Ok(times)
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

/// Never ends its headers.
async fn trickle_headers(address: SocketAddr) {
    trickle(address, "GET /healthz HTTP/1.1\r\nx-slow: ").await;
}

/// Never ends its photo.
async fn trickle_body(address: SocketAddr, head: String) {
    trickle(address, &head).await;
}

/// Sends a beginning, and then a byte now and then; comes again when it is thrown out.
async fn trickle(address: SocketAddr, beginning: &str) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(address).await {
            let mut sent = stream.write_all(beginning.as_bytes()).await;
            while sent.is_ok() {
                tokio::time::sleep(PACE).await;
                sent = stream.write_all(b"x").await;
            }
        }
        tokio::time::sleep(PACE).await;
    }
}

/// The head of a PUT of `length` bytes to a target.
///
/// # Errors
/// When the target's URL has no path.
pub(super) fn put_head(target: &UploadTarget, length: usize) -> Result<String> {
    let (_, rest) = target.url.split_once("://").context("no scheme")?;
    let (host, _) = rest.split_once('/').context("no path")?;
    let path = &rest[host.len()..];
    let mut head = format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n");
    for (name, value) in &target.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    Ok(head)
}
