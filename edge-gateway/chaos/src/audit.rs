//! Compares what clients were told with what is there.

use crate::{
    api::{Answer, Api, submission},
    database::Database,
    ledger::{Entry, Plan},
    load::Scene,
    report::Report,
    server::Installation,
};
use anyhow::{Context, Result};
use facematch_bucket::{Credentials, Objects, ObjectsConfig};
use facematch_contract::{CorrelationId, MatchResult, State, engine::object_key};
use facematch_presign::Endpoint;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Longer than the lease of a callback that was on its way when its sender died, and of a match.
const PATIENCE: Duration = Duration::from_secs(100);

/// One look at everything. The server must be up, and no client at work.
pub(crate) struct Audit<'a> {
    trial: &'static str,
    scene: &'a Scene,
    database: Database,
    objects: Objects,
    data: &'a Path,
    entries: Vec<(Entry, CorrelationId)>,
    patience: Duration,
}

/// Losses of one kind.
#[derive(Default)]
struct Count {
    tried: usize,
    lost: usize,
}

impl Count {
    fn add(&mut self, holds: bool) {
        self.tried += 1;
        self.lost += usize::from(!holds);
    }
}

impl<'a> Audit<'a> {
    /// # Errors
    /// When the installation's database or keys cannot be read.
    pub(crate) async fn of(
        trial: &'static str,
        installation: &'a Installation,
        scene: &'a Scene,
    ) -> Result<Self> {
        Ok(Self {
            trial,
            scene,
            database: Database::open(&installation.data).await?,
            objects: objects(installation)?,
            data: &installation.data,
            entries: scene.ledger.created(),
            patience: PATIENCE,
        })
    }

    /// The same, without long waits for what a control has broken.
    pub(crate) fn hasty(self) -> Self {
        Self { patience: Duration::from_secs(2), ..self }
    }

    /// Waits until all is done that will be done, and compares.
    ///
    /// # Errors
    /// When the server gives no answers at all.
    pub(crate) async fn run(self) -> Result<Report> {
        let settled_s = self.settle().await?;
        let mut report = Report::default();
        self.creations(&mut report).await?;
        self.uploads(&mut report).await?;
        self.ends(&mut report).await?;
        self.erasures(&mut report).await?;
        self.callbacks(&mut report).await?;
        self.remains(&mut report).await?;
        report.note(format!("{}: all was done {settled_s:.1} s after the last blow", self.trial));
        self.database.close().await;
        Ok(report)
    }

    /// Waits for the last result and the last callback, as long as they may take.
    async fn settle(&self) -> Result<f64> {
        let start = Instant::now();
        let open = "SELECT (SELECT count(*) FROM submissions WHERE state IN ('queued', 'processing')) \
                    + (SELECT count(*) FROM outbox WHERE state = 'pending')";
        while start.elapsed() < self.patience && self.database.number(open).await? > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(start.elapsed().as_secs_f64())
    }

    async fn creations(&self, report: &mut Report) -> Result<()> {
        let (mut there, mut replays) = (Count::default(), Count::default());
        for (entry, id) in &self.entries {
            there.add(matches!(self.api().status(*id).await?, Answer::Given(_)));
            // What is erased makes no URLs any more.
            if !entry.erased {
                replays.add(self.replay(entry).await? == Some(*id));
            }
        }
        report.row(self.trial, "creates acknowledged and there", there.tried, there.lost);
        report.row(
            self.trial,
            "replayed creates that give the same id",
            replays.tried,
            replays.lost,
        );
        let rows = self.database.number("SELECT count(*) FROM submissions").await?;
        let doubled = usize::try_from(rows)?.saturating_sub(self.entries.len());
        report.row(self.trial, "submissions that nobody made", self.entries.len(), doubled);
        Ok(())
    }

    async fn replay(&self, entry: &Entry) -> Result<Option<CorrelationId>> {
        let photos = self.scene.photos.pair(entry.same_person);
        let request = submission(photos, &entry.key, self.scene.inbox.url());
        match self.api().create(&request, &entry.key).await? {
            Answer::Given(created) => Ok(Some(created.correlation_id)),
            Answer::Refused(_) => Ok(None),
        }
    }

    /// Photos of submissions that were not confirmed are still there, whole.
    async fn uploads(&self, report: &mut Report) -> Result<()> {
        let mut uploads = Count::default();
        for (entry, id) in &self.entries {
            if !matches!(entry.plan, Plan::Upload(_)) {
                continue;
            }
            for (declared, photo) in self.declared(entry) {
                if entry.uploaded.contains(&declared) {
                    let object = self.read(&object_key(*id, declared), photo.len() as u64).await?;
                    uploads.add(object.as_deref() == Some(photo));
                }
            }
        }
        report.row(self.trial, "uploads acknowledged and whole", uploads.tried, uploads.lost);
        let kept = self.objects_kept(uploads.tried).await;
        let more = kept.saturating_sub(uploads.tried);
        report.row(self.trial, "objects torn, or left of what is done", kept, more);
        let drafts = count_files(&self.data.join("bucket/drafts"));
        report.row(self.trial, "drafts left by broken uploads", uploads.tried, drafts);
        Ok(())
    }

    /// Files in the bucket, as soon as there are no more than `wanted`: the sweeper may have to look once more.
    async fn objects_kept(&self, wanted: usize) -> usize {
        let start = Instant::now();
        loop {
            let kept = count_files(&self.data.join("bucket/objects"));
            if kept <= wanted || start.elapsed() > self.patience {
                return kept;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn declared(&self, entry: &Entry) -> Vec<(facematch_contract::Role, &[u8])> {
        let mode = facematch_contract::Mode::SelfieToSelfie;
        let photos = self.scene.photos.pair(entry.same_person);
        mode.roles().iter().zip(photos).map(|(role, photo)| (*role, &*photo.bytes)).collect()
    }

    async fn read(&self, key: &str, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        let Ok(Some(info)) = self.objects.head(key).await else { return Ok(None) };
        Ok(self.objects.get(key, &info.etag, max_bytes).await.ok())
    }

    /// Everything that was confirmed has one result, and the one that its photos have every time.
    async fn ends(&self, report: &mut Report) -> Result<()> {
        let (mut ended, mut one, mut same) = (Count::default(), Count::default(), Count::default());
        let mut by_pair: [Option<MatchResult>; 2] = [None, None];
        let mut buried = 0;
        for (entry, id) in self.entries.iter().filter(|(entry, _)| entry.confirmed) {
            if entry.plan == Plan::Erase {
                continue;
            }
            one.add(self.database.results(*id).await? == 1);
            let Answer::Given(result) = self.api().result(*id).await? else {
                ended.add(false);
                continue;
            };
            ended.add(true);
            if result.state == State::Failed {
                // The server died five times while it was at this one: it says so rather than try for ever.
                buried += 1;
                continue;
            }
            let known =
                by_pair[usize::from(entry.same_person)].get_or_insert(result.comparison.clone());
            same.add(*known == result.comparison);
        }
        report.row(self.trial, "confirms acknowledged and ended", ended.tried, ended.lost);
        report.row(self.trial, "submissions with exactly one result", one.tried, one.lost);
        report.row(self.trial, "results that are right", same.tried, same.lost);
        if buried > 0 {
            report.note(format!(
                "{}: {buried} ended as failed: five attempts were killed",
                self.trial
            ));
        }
        Ok(())
    }

    /// What was erased does not come back.
    async fn erasures(&self, report: &mut Report) -> Result<()> {
        let mut erasures = Count::default();
        for (entry, id) in self.entries.iter().filter(|(entry, _)| entry.erased) {
            let status = self.api().status(*id).await?;
            let erased = matches!(&status, Answer::Given(status) if status.state == State::Erased);
            let mut photos = false;
            for (role, _) in self.declared(entry) {
                photos |= !matches!(self.objects.head(&object_key(*id, role)).await, Ok(None));
            }
            let result = self.database.results(*id).await? > 0;
            erasures.add(erased && !photos && !result);
        }
        report.row(self.trial, "erasures acknowledged and final", erasures.tried, erasures.lost);
        Ok(())
    }

    async fn callbacks(&self, report: &mut Report) -> Result<()> {
        let (mut rows, mut came, mut stable) =
            (Count::default(), Count::default(), Count::default());
        for (entry, id) in self.entries.iter().filter(|(entry, _)| entry.confirmed) {
            if entry.plan == Plan::Erase {
                continue;
            }
            let arrivals = self.scene.inbox.of(*id);
            let outbox = self.database.callbacks(*id).await?;
            rows.add(outbox.len() == 1);
            came.add(!arrivals.is_empty() && outbox.iter().all(|row| row.state == "delivered"));
            let ids: Vec<&str> = outbox.iter().map(|row| &*row.event_id).collect();
            stable.add(arrivals.keys().all(|id| ids == [id]));
        }
        report.row(self.trial, "submissions with exactly one outbox row", rows.tried, rows.lost);
        report.row(self.trial, "callbacks delivered at least once", came.tried, came.lost);
        report.row(self.trial, "callbacks with one stable id", stable.tried, stable.lost);
        let inbox = &self.scene.inbox;
        report.row(
            self.trial,
            "callbacks with a wrong signature",
            inbox.callbacks(),
            inbox.refused(),
        );
        let twice = inbox.callbacks().saturating_sub(inbox.submissions());
        report.note(format!("{}: {twice} callbacks came again, with the same id", self.trial));
        Ok(())
    }

    async fn remains(&self, report: &mut Report) -> Result<()> {
        let held = "SELECT count(*) FROM submissions WHERE state IN ('queued', 'processing')";
        let held = usize::try_from(self.database.number(held).await?)?;
        report.row(self.trial, "leases stuck", self.entries.len(), held);
        report.holds(self.trial, "database intact", self.database.is_intact().await?);
        Ok(())
    }

    fn api(&self) -> &Api {
        &self.scene.api
    }
}

/// The engine's own way to the photos.
fn objects(installation: &Installation) -> Result<Objects> {
    let keys: toml::Table = fs::read_to_string(installation.data.join("keys.toml"))?.parse()?;
    let key = |name: &str| {
        let value = keys.get("engine").and_then(|key| key.get(name)).and_then(toml::Value::as_str);
        value.map(str::to_owned).with_context(|| format!("no engine.{name} in keys.toml"))
    };
    Ok(Objects::new(ObjectsConfig {
        endpoint: Endpoint::parse(&installation.bucket_url())?,
        bucket: "facematch".to_owned(),
        region: "us-east-1".to_owned(),
        key: Credentials { access_key: key("access_key")?, secret_key: key("secret_key")? },
    })?)
}

/// Files below a folder.
pub(crate) fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_files(&entry.path()) } else { 1 }).sum()
}
