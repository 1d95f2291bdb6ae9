//! Clients that take one submission after another through the API, as partners do.

use crate::{
    api::{Answer, Api, submission},
    dice::Dice,
    inbox::Inbox,
    ledger::{Ledger, Plan},
    report::Report,
};
use anyhow::{Context, Error, Result, bail};
use facematch_contract::{CorrelationId, ErrorCode};
use facematch_partner::PhotoFile;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::task::JoinSet;

/// Confirmed submissions that may be without their callback: clients wait, so that a slow machine is not drowned.
const MAX_OPEN: usize = 16;
const PAUSE: Duration = Duration::from_millis(20);

/// A photo, another of the same person, and one of somebody else.
#[derive(Clone)]
pub(crate) struct Photos(Arc<[PhotoFile; 3]>);

impl Photos {
    /// Reads the three files.
    ///
    /// # Errors
    /// When there are not three, or one cannot be read.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        let read = |path: &PathBuf| {
            PhotoFile::read(path).with_context(|| format!("cannot read {}", path.display()))
        };
        let photos: Vec<PhotoFile> = paths.iter().map(read).collect::<Result<_>>()?;
        let photos: Result<[PhotoFile; 3], _> = photos.try_into();
        photos.map(|photos| Self(Arc::new(photos))).ok().context("three photos are needed")
    }

    /// Two of them.
    pub(crate) fn pair(&self, same_person: bool) -> [&PhotoFile; 2] {
        let [photo, same, other] = &*self.0;
        [photo, if same_person { same } else { other }]
    }
}

/// What clients need, and where they write what they were told.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) api: Api,
    pub(crate) inbox: Inbox,
    pub(crate) ledger: Ledger,
    pub(crate) photos: Photos,
    /// Whether submissions may be over before their time: their clients are told, and make others.
    pub(crate) clock_jumps: bool,
}

/// Clients at work.
pub(crate) struct Load {
    clients: JoinSet<Result<()>>,
    enough: Arc<AtomicBool>,
}

impl Load {
    /// Starts some clients.
    pub(crate) fn start(scene: &Scene, clients: usize, dice: &mut Dice) -> Self {
        let (mut set, enough) = (JoinSet::new(), Arc::new(AtomicBool::new(false)));
        for _ in 0..clients {
            set.spawn(work(scene.clone(), dice.split(), enough.clone()));
        }
        Self { clients: set, enough }
    }

    /// Lets every client end the submission that it is at, and reports what no client deserved. The server must be up.
    pub(crate) async fn end(mut self, trial: &'static str) -> Report {
        self.enough.store(true, SeqCst);
        let (clients, mut faults, mut report) = (self.clients.len(), 0, Report::default());
        while let Some(client) = self.clients.join_next().await {
            if let Err(fault) = client.map_err(Error::from).flatten() {
                faults += 1;
                report.note(format!("{trial}: a client gave up: {fault:#}"));
            }
        }
        report.row(trial, "clients that were refused what they were promised", clients, faults);
        report
    }
}

async fn work(scene: Scene, mut dice: Dice, enough: Arc<AtomicBool>) -> Result<()> {
    while !enough.load(SeqCst) {
        if scene.ledger.confirmed() > scene.inbox.submissions() + MAX_OPEN {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        scene.submit(Plan::draw(&mut dice), dice.below(2) == 0).await?;
    }
    Ok(())
}

impl Scene {
    /// Takes one submission as far as planned, and writes down every acknowledgement.
    ///
    /// # Errors
    /// A refusal that no client deserves.
    pub(crate) async fn submit(&self, plan: Plan, same_person: bool) -> Result<CorrelationId> {
        let (number, key) = self.ledger.open(plan, same_person);
        let photos = self.photos.pair(same_person);
        let request = submission(photos, &key, self.inbox.url());
        let created = self.api.create(&request, &key).await?.given()?;
        let id = created.correlation_id;
        self.ledger.note(number, |entry| entry.id = Some(id));
        let count = if let Plan::Upload(count) = plan { count } else { photos.len() };
        for (target, photo) in created.uploads.into_iter().zip(photos).take(count) {
            let role = target.role;
            if self.is_over(number, self.api.upload(id, target, photo).await?)? {
                return Ok(id);
            }
            self.ledger.note(number, |entry| entry.uploaded.push(role));
        }
        if plan == Plan::Confirm || plan == Plan::Erase {
            if self.is_over(number, self.api.confirm(id).await?)? {
                return Ok(id);
            }
            self.ledger.note(number, |entry| entry.confirmed = true);
        }
        if plan == Plan::Erase {
            self.erase(number, id).await?;
        }
        Ok(id)
    }

    /// Whether an answer says that a submission has expired, where a clock that jumps may have done that. What was
    /// uploaded must be there all the same.
    ///
    /// # Errors
    /// Every other refusal.
    fn is_over<T>(&self, number: usize, answer: Answer<T>) -> Result<bool> {
        match answer {
            Answer::Refused(problem)
                if self.clock_jumps && problem.code == ErrorCode::SubmissionExpired =>
            {
                self.ledger.note(number, |entry| entry.plan = Plan::Upload(entry.uploaded.len()));
                Ok(true)
            }
            answer => answer.given().map(|_| false),
        }
    }

    async fn erase(&self, number: usize, id: CorrelationId) -> Result<()> {
        match self.api.erase(id).await? {
            Answer::Given(_) => self.ledger.note(number, |entry| entry.erased = true),
            Answer::Refused(problem) => bail!("an erasure was refused: {problem:?}"),
        }
        Ok(())
    }
}
