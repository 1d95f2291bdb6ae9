//! Breaks what the audit watches, one thing after another, to show that it sees each.

use crate::{
    audit::Audit,
    database::Database,
    ledger::{Entry, Plan},
    load::Scene,
    report::Report,
    server::Installation,
    stage::Stage,
};
use anyhow::{Context, Result, ensure};
use facematch_contract::CorrelationId;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Something that goes wrong, and the row of the audit that must say so.
struct Fault {
    name: &'static str,
    row: &'static str,
    harm: Harm,
}

enum Harm {
    /// A statement; `{id}` is a submission that has ended.
    Sql(&'static str),
    /// A photo loses its second half.
    Tear,
    /// The data directory is as it was some submissions ago, as after writes that never reached the disk.
    SetBack,
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "a result is gone",
        row: "submissions with exactly one result",
        harm: Harm::Sql("DELETE FROM results WHERE submission_id = '{id}'"),
    },
    Fault {
        name: "a callback has another id",
        row: "callbacks with one stable id",
        harm: Harm::Sql(
            "PRAGMA foreign_keys = OFF; \
             UPDATE outbox SET event_id = 'msg_other' WHERE submission_id = '{id}'",
        ),
    },
    Fault {
        name: "a callback was never sent",
        row: "callbacks delivered at least once",
        harm: Harm::Sql("UPDATE outbox SET state = 'dead' WHERE submission_id = '{id}'"),
    },
    Fault {
        name: "an outbox row is gone",
        row: "submissions with exactly one outbox row",
        harm: Harm::Sql("DELETE FROM outbox WHERE submission_id = '{id}'"),
    },
    Fault {
        name: "a lease never ends",
        row: "leases stuck",
        harm: Harm::Sql(
            "UPDATE submissions SET state = 'processing', due_at = NULL WHERE id = '{id}'",
        ),
    },
    Fault { name: "a photo is torn", row: "uploads acknowledged", harm: Harm::Tear },
    Fault { name: "the last writes are undone", row: "creates acknowledged", harm: Harm::SetBack },
];

/// Every fault is found, or is listed as lost: here a loss is what is wanted.
///
/// # Errors
/// When the machinery fails, or the audit overlooks a fault.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?;
    let scene = stage.scene(&installation).await?;
    let early = folder.path().join("early");
    act(&installation, &scene, &[Plan::Confirm, Plan::Upload(1)]).await?;
    copy(&installation.data, &early)?;
    act(&installation, &scene, &[Plan::Confirm, Plan::Upload(2), Plan::Upload(0)]).await?;
    let (good, mut report) = (folder.path().join("good"), Report::default());
    copy(&installation.data, &good)?;
    for fault in FAULTS {
        copy(&good, &installation.data)?;
        fault.do_harm(&installation, &scene, &early).await?;
        let found = look(&installation, &scene).await?;
        ensure!(found.has_lost(fault.row), "the audit overlooks that {}:\n{found}", fault.name);
        report.row("control", format!("{}: found", fault.name), 1, 1);
    }
    copy(&good, &installation.data)?;
    let good = look(&installation, &scene).await?;
    ensure!(good.lost() == 0, "the audit finds losses where nothing was harmed:\n{good}");
    Ok(report)
}

/// A server's quiet life: submissions one after another, all done.
async fn act(installation: &Installation, scene: &Scene, plans: &[Plan]) -> Result<()> {
    let mut server = installation.started().await?;
    for plan in plans {
        scene.submit(*plan, true).await?;
    }
    Audit::of("control", installation, scene).await?.run().await?;
    server.kill()
}

async fn look(installation: &Installation, scene: &Scene) -> Result<Report> {
    let mut server = installation.started().await?;
    let report = Audit::of("control", installation, scene).await?.hasty().run().await?;
    server.kill()?;
    Ok(report)
}

impl Fault {
    async fn do_harm(&self, at: &Installation, scene: &Scene, early: &Path) -> Result<()> {
        match self.harm {
            Harm::Sql(sql) => {
                let entries = scene.ledger.created();
                let is_done = |(entry, _): &&(Entry, CorrelationId)| entry.plan == Plan::Confirm;
                let (_, id) = entries.iter().find(is_done).context("nothing has ended")?;
                let database = Database::open(&at.data).await?;
                database.execute(&sql.replace("{id}", &id.to_string())).await?;
                database.close().await;
                Ok(())
            }
            Harm::Tear => {
                let photo = a_file(&at.data.join("bucket/objects")).context("no photo is kept")?;
                let half = fs::metadata(&photo)?.len() / 2;
                Ok(fs::File::options().write(true).open(photo)?.set_len(half)?)
            }
            Harm::SetBack => copy(early, &at.data),
        }
    }
}

fn a_file(folder: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    paths.into_iter().find_map(|path| if path.is_dir() { a_file(&path) } else { Some(path) })
}

/// Makes `to` a copy of `from`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    let status = Command::new("cp").arg("-a").args([from, to]).status()?;
    ensure!(status.success(), "cp ended with {status}");
    Ok(())
}
