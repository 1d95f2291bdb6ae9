use crate::PhotoFile;
use facematch_contract::{
    CorrelationId, CreateSubmission, CreatedSubmission, Problem, SubmissionResult,
    SubmissionStatus, TokenResponse, UploadTarget, limits,
};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A token is renewed this long before its end.
const TOKEN_MARGIN: Duration = Duration::from_secs(60);
/// Longer than the longest poll.
const TIMEOUT: Duration = Duration::from_secs(40);

/// What `facematch partner add` printed once.
#[derive(Clone, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    pub client_secret: String,
    /// Signs callbacks: `whsec_…`.
    pub webhook_secret: String,
}

/// Why a call did not give what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The API refused.
    #[error("{} ({}): {}", .0.title, .0.code.as_str(), .0.hint)]
    Refused(Box<Problem>),
    /// The bucket refused an upload.
    #[error("the bucket refused the upload with status {status}")]
    UploadRefused {
        /// HTTP status.
        status: StatusCode,
        /// The S3 error code in the body, if there is one.
        code: Option<String>,
    },
    /// No final state within the time given.
    #[error("no final state after {0:?}")]
    TookTooLong(Duration),
    /// The call itself failed. Never shows the URL, which may be presigned.
    #[error("the call failed")]
    Transport(#[source] reqwest::Error),
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}

/// A client of the API that caches its token.
pub struct PartnerClient {
    http: reqwest::Client,
    api: String,
    credentials: Credentials,
    token: Mutex<Option<(String, Instant)>>,
}

impl PartnerClient {
    /// A client of the API at `api`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(api: &str, credentials: Credentials) -> Result<Self, ClientError> {
        // Fails when another part of the process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?,
            api: api.trim_end_matches('/').to_owned(),
            credentials,
            token: Mutex::new(None),
        })
    }

    /// Whether the next call needs no new token.
    pub async fn has_token(&self) -> bool {
        self.token.lock().await.as_ref().is_some_and(|(_, ends)| *ends > Instant::now())
    }

    /// The cached token, or a fresh one when it is about to end.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `invalid_client` when the credentials are wrong.
    pub async fn token(&self) -> Result<String, ClientError> {
        let mut cached = self.token.lock().await;
        if let Some((token, _)) = cached.as_ref().filter(|(_, ends)| *ends > Instant::now()) {
            return Ok(token.clone());
        }
        let request = self
            .http
            .post(format!("{}/v1/token", self.api))
            .basic_auth(&self.credentials.client_id, Some(&self.credentials.client_secret))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let answer: TokenResponse = json(request.send().await?).await?;
        let life = Duration::from_secs(answer.expires_in.into()).saturating_sub(TOKEN_MARGIN);
        *cached = Some((answer.access_token.clone(), Instant::now() + life));
        Ok(answer.access_token)
    }

    /// Declares the photos of a new submission.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the API's problem.
    pub async fn create(
        &self,
        submission: &CreateSubmission,
        idempotency_key: &str,
    ) -> Result<CreatedSubmission, ClientError> {
        let request = self
            .http
            .post(format!("{}/v1/submissions", self.api))
            .header("idempotency-key", idempotency_key)
            .json(submission);
        self.call(request).await
    }

    /// Uploads one photo straight to the bucket.
    ///
    /// # Errors
    /// [`ClientError::UploadRefused`] when the file is not what was declared, or was uploaded before.
    pub async fn upload(
        &self,
        target: &UploadTarget,
        photo: &PhotoFile,
    ) -> Result<(), ClientError> {
        let mut request = self.http.put(&target.url).body(photo.bytes.clone());
        for (name, value) in &target.headers {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        if response.status().is_success() {
            return Ok(());
        }
        let status = response.status();
        let code = xml_element(&response.text().await.unwrap_or_default(), "Code");
        Err(ClientError::UploadRefused { status, code })
    }

    /// Says that all photos are uploaded.
    ///
    /// # Errors
    /// [`ClientError::Refused`], for one when a photo is missing.
    pub async fn confirm(&self, id: CorrelationId) -> Result<SubmissionStatus, ClientError> {
        let path = format!("{}/v1/submissions/{id}/confirm", self.api);
        self.call(self.http.post(path)).await
    }

    /// Where the submission stands, after at most `wait` if that is not final.
    ///
    /// # Errors
    /// [`ClientError::Refused`], for one when there is no such submission.
    pub async fn status(
        &self,
        id: CorrelationId,
        wait: Duration,
    ) -> Result<SubmissionStatus, ClientError> {
        let wait_s = (wait.as_secs_f32().ceil() as u32).min(limits::MAX_WAIT_S);
        self.call(self.http.get(format!("{}/v1/submissions/{id}?wait={wait_s}", self.api))).await
    }

    /// Long-polls until the submission has a final state.
    ///
    /// # Errors
    /// [`ClientError::TookTooLong`] when it has none within `patience`.
    pub async fn wait(
        &self,
        id: CorrelationId,
        patience: Duration,
    ) -> Result<SubmissionStatus, ClientError> {
        let start = Instant::now();
        loop {
            let left = patience.saturating_sub(start.elapsed());
            let status = self.status(id, left).await?;
            if status.state.is_final() {
                return Ok(status);
            }
            if left.is_zero() {
                return Err(ClientError::TookTooLong(patience));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Fetches the submission's details.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with `result_not_ready` before the final state.
    pub async fn result(&self, id: CorrelationId) -> Result<SubmissionResult, ClientError> {
        self.call(self.http.get(format!("{}/v1/submissions/{id}/result", self.api))).await
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        json(request.bearer_auth(self.token().await?).send().await?).await
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    if response.status().is_success() {
        return Ok(response.json().await?);
    }
    Err(ClientError::Refused(Box::new(response.json::<Problem>().await?)))
}

/// Text of the first element of this name: enough for the flat error documents of S3.
fn xml_element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text.to_owned())
}
