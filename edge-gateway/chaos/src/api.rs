//! A client that does not give up.

use crate::server::Installation;
use anyhow::{Result, bail};
use facematch_contract::{
    CorrelationId, CreateSubmission, CreatedSubmission, ErasureReceipt, ErrorCode, Mode, Problem,
    SubmissionResult, SubmissionStatus, UploadTarget, UploadTargets,
};
use facematch_partner::{ClientError, Credentials, PartnerClient, PhotoFile};
use reqwest::Method;
use serde::de::DeserializeOwned;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// How long the same call is tried again: longer than any server is down.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// The partner's side of the API, through crashes and full disks: it asks again until it is told something.
#[derive(Clone)]
pub(crate) struct Api {
    base: String,
    credentials: Credentials,
    client: Arc<Mutex<Arc<PartnerClient>>>,
    http: reqwest::Client,
}

/// An answer that asking again does not change.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    Given(T),
    Refused(Box<Problem>),
}

impl<T> Answer<T> {
    /// The answer, where a refusal is a fault of the server's.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn given(self) -> Result<T> {
        match self {
            Self::Given(answer) => Ok(answer),
            Self::Refused(problem) => bail!("refused with {}: {problem:?}", problem.code.as_str()),
        }
    }
}

impl Api {
    /// A client of an installation.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub(crate) fn of(installation: &Installation) -> Result<Self> {
        let (base, credentials) = (installation.api_url(), installation.credentials.clone());
        let client = Arc::new(PartnerClient::new(&base, credentials.clone())?);
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { base, credentials, client: Arc::new(Mutex::new(client)), http })
    }

    /// Whether asking again would not help. A result that is not ready is: who wants one has waited for it.
    fn is_final(problem: &Problem) -> bool {
        problem.code == ErrorCode::ResultNotReady || !problem.retryable
    }

    /// A token of the partner's.
    pub(crate) async fn token(&self) -> Result<String> {
        self.persist(|client| async move { client.token().await }).await?.given()
    }

    pub(crate) async fn create(
        &self,
        submission: &CreateSubmission,
        key: &str,
    ) -> Result<Answer<CreatedSubmission>> {
        self.persist(|client| async move { client.create(submission, key).await }).await
    }

    /// Uploads one photo. That one is there already is as good: it was this one, whose answer got lost. Refused is what the
    /// API says when a fresh URL is asked for.
    ///
    /// # Errors
    /// When the bucket refuses it for another reason.
    pub(crate) async fn upload(
        &self,
        id: CorrelationId,
        mut target: UploadTarget,
        photo: &PhotoFile,
    ) -> Result<Answer<()>> {
        let start = Instant::now();
        loop {
            let client = self.client.lock().await.clone();
            match client.upload(&target, photo).await {
                Ok(()) => return Ok(Answer::Given(())),
                Err(ClientError::UploadRefused { status, .. }) if status == 412 => {
                    return Ok(Answer::Given(()));
                }
                // The URL's time does not fit the server's clock: ask for another.
                Err(ClientError::UploadRefused { status, .. }) if status == 403 => {
                    let fresh = match self.targets(id).await? {
                        Answer::Given(fresh) => fresh.uploads,
                        Answer::Refused(problem) => return Ok(Answer::Refused(problem)),
                    };
                    match fresh.into_iter().find(|fresh| fresh.role == target.role) {
                        Some(fresh) => target = fresh,
                        None => return Ok(Answer::Given(())),
                    }
                }
                Err(ClientError::UploadRefused { status, code }) if status.as_u16() < 500 => {
                    bail!("the bucket refused an upload with {status} {code:?}")
                }
                Err(_) => (),
            }
            if start.elapsed() > PATIENCE {
                bail!("no upload in {PATIENCE:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) async fn confirm(&self, id: CorrelationId) -> Result<Answer<SubmissionStatus>> {
        self.persist(|client| async move { client.confirm(id).await }).await
    }

    pub(crate) async fn status(&self, id: CorrelationId) -> Result<Answer<SubmissionStatus>> {
        self.persist(|client| async move { client.status(id, Duration::ZERO).await }).await
    }

    pub(crate) async fn result(&self, id: CorrelationId) -> Result<Answer<SubmissionResult>> {
        self.persist(|client| async move { client.result(id).await }).await
    }

    /// Fresh URLs for what the bucket does not have.
    pub(crate) async fn targets(&self, id: CorrelationId) -> Result<Answer<UploadTargets>> {
        self.call(Method::POST, &format!("/v1/submissions/{id}/uploads")).await
    }

    pub(crate) async fn erase(&self, id: CorrelationId) -> Result<Answer<ErasureReceipt>> {
        self.call(Method::DELETE, &format!("/v1/submissions/{id}")).await
    }

    /// A call that the demo partner has no method for.
    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str) -> Result<Answer<T>> {
        let url = format!("{}{path}", self.base);
        self.persist(|client| {
            let request = self.http.request(method.clone(), &url);
            async move {
                let response = request.bearer_auth(client.token().await?).send().await?;
                if response.status().is_success() {
                    return Ok(response.json().await?);
                }
                Err(ClientError::Refused(Box::new(response.json().await?)))
            }
        })
        .await
    }

    /// Asks until there is an answer that stays: connections break, servers are away, tokens end.
    async fn persist<T, F>(&self, call: impl Fn(Arc<PartnerClient>) -> F) -> Result<Answer<T>>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        let start = Instant::now();
        loop {
            let client = self.client.lock().await.clone();
            match call(client).await {
                Ok(answer) => return Ok(Answer::Given(answer)),
                Err(error) if start.elapsed() > PATIENCE => {
                    bail!("no answer in {PATIENCE:?}: {error:?}")
                }
                // The token's time does not fit the server's clock: get another.
                Err(ClientError::Refused(problem)) if problem.status == 401 => {
                    let fresh = PartnerClient::new(&self.base, self.credentials.clone())?;
                    *self.client.lock().await = Arc::new(fresh);
                }
                Err(ClientError::Refused(problem)) if Self::is_final(&problem) => {
                    return Ok(Answer::Refused(problem));
                }
                Err(_) => (),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The declaration of two photos.
pub(crate) fn submission(
    photos: [&PhotoFile; 2],
    reference: &str,
    callback_url: &str,
) -> CreateSubmission {
    let mode = Mode::SelfieToSelfie;
    let images = mode.roles().iter().zip(photos).map(|(role, photo)| photo.declare(*role));
    CreateSubmission {
        mode,
        images: images.collect(),
        subject: None,
        reference: Some(reference.to_owned()),
        consent_ref: None,
        callback_url: Some(callback_url.to_owned()),
        policy: None,
    }
}
