//! A disk that is full, and has room again.

use super::power::run_quietly;
use crate::{
    api::submission, audit::Audit, ledger::Plan, load::Scene, report::Report, server::Installation,
    stage::Stage,
};
use anyhow::{Context, Result};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

const DISK_MIB: u64 = 48;
/// Requests of each kind that meet the full disk.
const REQUESTS: usize = 20;

/// Fills the disk under a server: every request is answered with success or 503, what was acknowledged stays, and all
/// goes on as soon as there is room, without a restart.
///
/// # Errors
/// When the machinery fails; a loss is no error. `None` where no small disk can be mounted.
pub(crate) async fn run(stage: &Stage) -> Result<Option<Report>> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let disk = match SmallDisk::mount(folder.path()) {
        Ok(disk) => disk,
        Err(error) => return Ok(super::skipped("disk", &format!("{error:#}"))),
    };
    let installation = stage.install(&disk.0, &mut dice)?;
    let installation = installation.log_to(folder.path().join("server.log"));
    let mut server = installation.started().await?;
    let scene = stage.scene(&installation).await?;
    for plan in [Plan::Confirm, Plan::Upload(1), Plan::Upload(0)] {
        scene.submit(plan, true).await?;
    }
    let ballast = disk.fill()?;
    let mut report = full(&installation, &scene).await?;
    fs::remove_file(ballast)?;
    let again = scene.submit(Plan::Confirm, false).await;
    report.holds("disk", "a submission goes through as soon as there is room", again.is_ok());
    report.holds("disk", "without a restart", server.check().is_ok());
    report.append(Audit::of("disk", &installation, &scene).await?.run().await?);
    Ok(Some(report))
}

/// What requests are answered while nothing can be written.
async fn full(installation: &Installation, scene: &Scene) -> Result<Report> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let token = scene.api.token().await?;
    let waiting = scene.ledger.created().into_iter().find(|(e, _)| e.plan == Plan::Upload(0));
    let (_, id) = waiting.context("nothing waits for its photos")?;
    let target = scene.api.targets(id).await?.given()?.uploads.into_iter().next();
    let target = target.context("nothing to upload")?;
    let photos = scene.photos.pair(true);
    let (mut uploads, mut creates) = (Vec::new(), Vec::new());
    for number in 0..REQUESTS {
        let mut put = http.put(&target.url).body(photos[0].bytes.clone());
        for (name, value) in &target.headers {
            put = put.header(name, value);
        }
        uploads.push(put.send().await?.status().as_u16());
        let body = submission(photos, "full", scene.inbox.url());
        let create = http.post(format!("{}/v1/submissions", installation.api_url()));
        let create = create.bearer_auth(&token).header("idempotency-key", format!("full-{number}"));
        creates.push(create.json(&body).send().await?.status().as_u16());
    }
    let health = http.get(format!("{}/healthz", installation.api_url())).send().await?;
    let mut report = Report::default();
    let other = |statuses: &[u16], fine: &[u16]| {
        statuses.iter().filter(|status| !fine.contains(status)).count()
    };
    report.row("disk", "uploads to a full disk: 503", REQUESTS, other(&uploads, &[503]));
    report.row("disk", "creates on a full disk: 503", REQUESTS, other(&creates, &[503]));
    report.holds("disk", "health is answered meanwhile", health.status().is_success());
    if report.lost() > 0 {
        report.note(format!("disk: uploads {uploads:?}, creates {creates:?}"));
    }
    Ok(report)
}

/// A file system in memory, with little room.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path) -> Result<Self> {
        let mount_point = folder.join("disk");
        fs::create_dir(&mount_point)?;
        let size = format!("size={DISK_MIB}m");
        let mut mount = Command::new("mount");
        run_quietly(mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&mount_point))?;
        Ok(Self(mount_point))
    }

    /// Takes all the room, and tells with which file.
    fn fill(&self) -> Result<PathBuf> {
        let path = self.0.join("ballast");
        let mut file = File::create(&path)?;
        for block in [vec![0; 1 << 20], vec![0; 1 << 12], vec![0; 1]] {
            while file.write(&block).is_ok() {}
        }
        Ok(path)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = run_quietly(Command::new("umount").arg("--lazy").arg(&self.0));
    }
}
