//! The same request, many times at once.

use crate::{
    api::submission, audit::Audit, ledger::Plan, load::Scene, report::Report, server::Installation,
    stage::Stage,
};
use anyhow::{Context, Result};
use facematch_contract::CreatedSubmission;
use reqwest::{Client, RequestBuilder};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

const AT_ONCE: usize = 50;

/// Fifty creates with one key, fifty uploads of one photo, fifty confirms.
///
/// # Errors
/// When the machinery fails; a doubled answer is no error.
pub(crate) async fn run(stage: &Stage) -> Result<Report> {
    let (folder, mut dice) = (stage.folder()?, stage.dice());
    let installation = stage.install(folder.path(), &mut dice)?;
    let _server = installation.started().await?;
    let scene = stage.scene(&installation).await?;
    let race = Race {
        http: Client::builder().no_proxy().build()?,
        scene: &scene,
        installation: &installation,
    };
    let mut report = Report::default();
    let created = race.creates(&mut report).await?;
    race.uploads(&created, &mut report).await?;
    race.confirms(&created, &mut report).await?;
    report.append(Audit::of("races", &installation, &scene).await?.run().await?);
    Ok(report)
}

struct Race<'a> {
    http: Client,
    scene: &'a Scene,
    installation: &'a Installation,
}

impl Race<'_> {
    async fn creates(&self, report: &mut Report) -> Result<CreatedSubmission> {
        let (number, key) = self.scene.ledger.open(Plan::Confirm, true);
        let answers = at_once(&self.create(&key, &key).await?).await?;
        let wrong = answers.iter().filter(|(status, _)| *status != 201).count();
        report.row("races", "creates at once with one key: 201", AT_ONCE, wrong);
        let bodies: BTreeSet<_> = answers.iter().map(|(_, body)| body).collect();
        report.row("races", "answers that differ by a byte", AT_ONCE, bodies.len() - 1);
        let other = self.create(&key, "another body").await?.send().await?.status().as_u16();
        report.holds("races", "the key with another body: 409 or 422", [409, 422].contains(&other));
        let (_, body) = answers.first().context("no answer")?;
        let created: CreatedSubmission = serde_json::from_slice(body)?;
        self.scene.ledger.note(number, |entry| entry.id = Some(created.correlation_id));
        Ok(created)
    }

    async fn create(&self, key: &str, reference: &str) -> Result<RequestBuilder> {
        let photos = self.scene.photos.pair(true);
        let body = submission(photos, reference, self.scene.inbox.url());
        let request = self.http.post(format!("{}/v1/submissions", self.installation.api_url()));
        let request = request.bearer_auth(self.scene.api.token().await?);
        Ok(request.header("idempotency-key", key).json(&body))
    }

    async fn uploads(&self, created: &CreatedSubmission, report: &mut Report) -> Result<()> {
        for (target, photo) in created.uploads.iter().zip(self.scene.photos.pair(true)) {
            let mut put = self.http.put(&target.url).body(photo.bytes.clone());
            for (name, value) in &target.headers {
                put = put.header(name, value);
            }
            let answers = at_once(&put).await?;
            let taken = answers.iter().filter(|(status, _)| *status == 200).count();
            let refused = answers.iter().filter(|(status, _)| *status == 412).count();
            report.row(
                "races",
                "uploads at once of one photo: taken once",
                AT_ONCE,
                taken.abs_diff(1),
            );
            report.row(
                "races",
                "and refused with 412 otherwise",
                AT_ONCE - 1,
                AT_ONCE - taken - refused,
            );
        }
        Ok(())
    }

    async fn confirms(&self, created: &CreatedSubmission, report: &mut Report) -> Result<()> {
        let id = created.correlation_id;
        let url = format!("{}/v1/submissions/{id}/confirm", self.installation.api_url());
        let answers =
            at_once(&self.http.post(url).bearer_auth(self.scene.api.token().await?)).await?;
        let wrong = answers.iter().filter(|(status, _)| *status != 202).count();
        report.row("races", "confirms at once: 202", AT_ONCE, wrong);
        self.scene.ledger.note(0, |entry| entry.confirmed = true);
        Ok(())
    }
}

/// Sends a request many times at once, and gives every status and body.
async fn at_once(request: &RequestBuilder) -> Result<Vec<(u16, Vec<u8>)>> {
    let mut answers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let request = request.try_clone().context("a request that is a stream")?;
        answers.spawn(async move {
            let answer = request.send().await?;
            Ok::<_, reqwest::Error>((answer.status().as_u16(), answer.bytes().await?.to_vec()))
        });
    }
    answers.join_all().await.into_iter().map(|answer| Ok(answer?)).collect()
}
