use crate::{ClientError, PartnerClient, PhotoFile, Receiver, random::random_hex};
use facematch_contract::{
    CallbackEvent, CorrelationId, CreateSubmission, CreatedSubmission, Mode, Role,
    SubmissionResult, SubmissionStatus,
};
use std::{
    fmt,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Something that happened on the way, for a person who watches.
pub struct Step {
    /// Time since the flow began.
    pub at: Duration,
    /// What was done, such as `POST /v1/token`.
    pub what: String,
    /// What came of it.
    pub outcome: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:7.3} s  {:<40} {}", self.at.as_secs_f64(), self.what, self.outcome)
    }
}

/// What a flow came to.
pub struct Outcome {
    /// The submission's details.
    pub result: SubmissionResult,
    /// The verified callback, if it arrived.
    pub callback: Option<CallbackEvent>,
    /// Time from the confirm call to the completed state.
    pub matching: Duration,
}

/// Takes two photos through the whole API.
pub struct Flow<'a> {
    client: &'a PartnerClient,
    receiver: &'a Receiver,
    on_step: Box<dyn Fn(Step) + 'a>,
    start: Instant,
}

impl<'a> Flow<'a> {
    /// A flow that tells each step to `on_step`.
    pub fn new(
        client: &'a PartnerClient,
        receiver: &'a Receiver,
        on_step: impl Fn(Step) + 'a,
    ) -> Self {
        Self { client, receiver, on_step: Box::new(on_step), start: Instant::now() }
    }

    /// Token → create → upload → confirm → wait → callback → result.
    ///
    /// # Errors
    /// The first call's that fails.
    pub async fn run(
        &self,
        mode: Mode,
        photos: &[&PhotoFile],
        reference: &str,
    ) -> Result<Outcome, ClientError> {
        let cached = self.client.has_token().await;
        self.client.token().await?;
        self.step("POST /v1/token", if cached { "not needed: cached" } else { "200" });
        let created = self.create(mode, photos, reference).await?;
        self.upload(&created, mode.roles(), photos).await?;
        let id = created.correlation_id;
        let (status, matching) = self.confirm_and_wait(id).await?;
        let callback = self.receiver.wait(id, PATIENCE).await;
        self.step(
            "callback",
            match &callback {
                Some(_) => "received, signature verified",
                None => "did not arrive",
            },
        );
        let result = self.client.result(id).await?;
        let decision = result.comparison.decision.as_str();
        self.step("GET  /v1/submissions/{id}/result", &format!("200, {decision}"));
        debug_assert_eq!(status.state, result.state);
        Ok(Outcome { result, callback, matching })
    }

    async fn create(
        &self,
        mode: Mode,
        photos: &[&PhotoFile],
        reference: &str,
    ) -> Result<CreatedSubmission, ClientError> {
        let images = mode.roles().iter().zip(photos).map(|(role, photo)| photo.declare(*role));
        let submission = CreateSubmission {
            mode,
            images: images.collect(),
            subject: None,
            reference: Some(reference.to_owned()),
            consent_ref: Some(format!("consent/{reference}")),
            callback_url: Some(self.receiver.url()),
            policy: None,
        };
        let created = self.client.create(&submission, &random_hex()).await?;
        self.step("POST /v1/submissions", &format!("201, {}", created.correlation_id));
        Ok(created)
    }

    async fn upload(
        &self,
        created: &CreatedSubmission,
        roles: &[Role],
        photos: &[&PhotoFile],
    ) -> Result<(), ClientError> {
        for (role, photo) in roles.iter().zip(photos) {
            let target = created.uploads.iter().find(|target| target.role == *role);
            if let Some(target) = target {
                self.client.upload(target, photo).await?;
                let what = format!("PUT  {} ({})", role.as_str(), photo.name);
                self.step(&what, &format!("200, {} bytes to the bucket", photo.bytes.len()));
            }
        }
        Ok(())
    }

    async fn confirm_and_wait(
        &self,
        id: CorrelationId,
    ) -> Result<(SubmissionStatus, Duration), ClientError> {
        let confirm = Instant::now();
        let status = self.client.confirm(id).await?;
        self.step("POST /v1/submissions/{id}/confirm", &format!("202, {}", status.state.as_str()));
        let status = self.client.wait(id, PATIENCE).await?;
        let matching = confirm.elapsed();
        self.step("GET  /v1/submissions/{id}?wait=20", &format!("200, {}", status.state.as_str()));
        Ok((status, matching))
    }

    fn step(&self, what: &str, outcome: &str) {
        let (what, outcome) = (what.to_owned(), outcome.to_owned());
        (self.on_step)(Step { at: self.start.elapsed(), what, outcome });
    }
}
