//! The power goes: a real file system, on a file, is shut down in the middle of its work.

use crate::{audit::Audit, load::Load, report::Report, server::Process, shim::Shim, stage::Stage};
use anyhow::{Result, ensure};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

const CLIENTS: usize = 6;
const DISK_BYTES: u64 = 512 * 1024 * 1024;
const MAX_LIFE_MS: u64 = 900;

/// Cuts the power `cuts` times under load. With `lying_disk`, syncs do nothing, and there must be losses.
///
/// # Errors
/// When the machinery fails. `None`, and a reason on standard error, where nothing can be mounted.
pub(crate) async fn run(stage: &Stage, cuts: u32, lying_disk: bool) -> Result<Option<Report>> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let disk = match Disk::new(folder.path()) {
        Ok(disk) => disk,
        Err(error) => return Ok(super::skipped("power", &format!("{error:#}"))),
    };
    let mut installation = stage.install(&disk.mount_point, &mut dice)?;
    installation = installation.log_to(folder.path().join("server.log"));
    if lying_disk {
        installation = installation.variable("LD_PRELOAD", Shim::NoSync.build(folder.path())?);
    }
    // What is set up is on the disk; only what clients were told is at stake.
    ensure!(Command::new("sync").status()?.success(), "cannot sync");
    let scene = stage.scene(&installation).await?;
    let load = Load::start(&scene, CLIENTS, &mut dice);
    let mut report = Report::default();
    report.row("power", "cuts: ext4 shut down without its journal", cuts as usize, 0);
    for _ in 0..cuts {
        let Ok(mut server) = installation.started().await else { break };
        tokio::time::sleep(Duration::from_millis(100 + dice.below(MAX_LIFE_MS))).await;
        disk.cut(&mut server)?;
    }
    installation.plain();
    let server = installation.started().await;
    report.holds("power", "the server starts on what is left", server.is_ok());
    if let Err(error) = server {
        report.note(format!("power: {error:#}"));
        return Ok(Some(report));
    }
    report.append(load.end("power").await);
    let mut audit = Audit::of("power", &installation, &scene).await?;
    if lying_disk {
        audit = audit.hasty();
    }
    report.append(audit.run().await?);
    Ok(Some(report))
}

/// An ext4 file system in a file.
struct Disk {
    image: PathBuf,
    mount_point: PathBuf,
    cut: PathBuf,
}

impl Disk {
    fn new(folder: &Path) -> Result<Self> {
        let (image, mount_point) = (folder.join("disk.img"), folder.join("disk"));
        fs::create_dir(&mount_point)?;
        File::create(&image)?.set_len(DISK_BYTES)?;
        run_quietly(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image))?;
        let disk = Self { image, mount_point, cut: Shim::Cut.build(folder)? };
        disk.mount()?;
        Ok(disk)
    }

    fn mount(&self) -> Result<()> {
        run_quietly(
            Command::new("mount").args(["-o", "loop"]).args([&self.image, &self.mount_point]),
        )
    }

    /// Nothing is written from here on; the machine starts again.
    fn cut(&self, server: &mut Process) -> Result<()> {
        run_quietly(Command::new(&self.cut).arg(&self.mount_point))?;
        server.kill()?;
        run_quietly(Command::new("umount").arg(&self.mount_point))?;
        self.mount()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Its processes were killed; what cannot be unmounted at once goes when they are gone.
        let _ = run_quietly(Command::new("umount").arg("--lazy").arg(&self.mount_point));
    }
}

pub(super) fn run_quietly(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdout(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name}: {}", said.trim());
    Ok(())
}
