use super::{SiteError, fault::Fault, visits::Visits};
use crate::{
    Credentials, PartnerClient, WebhookSecret,
    inbox::{CALLBACK_PATH, Inbox},
    random::random_hex,
};
use facematch_contract::{
    CorrelationId, CreateSubmission, CreatedSubmission, ImageDeclaration, Mode, Role, UploadTarget,
};
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, sync::Arc};

/// What the calls of the pages share.
pub(super) struct App {
    pub(super) client: PartnerClient,
    pub(super) inbox: Arc<Inbox>,
    pub(super) visits: Visits,
    api_url: String,
    callback_url: String,
}

/// What a page sends to begin: its photos as the SDK prepared them, and that the person agreed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Begin {
    /// Whether the person agreed to the comparison of their face.
    pub(super) consent: bool,
    /// The photos that the page will upload.
    pub(super) images: Vec<ImageDeclaration>,
}

/// What a page gets: the SDK's `ClientSubmission`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begun {
    api_url: String,
    correlation_id: CorrelationId,
    client_token: String,
    uploads: Vec<UploadTarget>,
}

impl Begin {
    /// The photos, if the person agreed and they are one of each role, in any order.
    ///
    /// # Errors
    /// [`Fault::NoConsent`], [`Fault::WrongPhotos`].
    pub(super) fn photos(self, roles: &'static [Role]) -> Result<Vec<ImageDeclaration>, Fault> {
        if !self.consent {
            return Err(Fault::NoConsent);
        }
        let has = |role: &Role| self.images.iter().filter(|image| image.role == *role).count() == 1;
        if self.images.len() == roles.len() && roles.iter().all(has) {
            return Ok(self.images);
        }
        Err(Fault::WrongPhotos(roles))
    }
}

impl App {
    /// A backend whose callbacks arrive at `own`.
    pub(super) fn new(
        api: &str,
        own: SocketAddr,
        credentials: Credentials,
    ) -> Result<Self, SiteError> {
        Ok(Self {
            inbox: Inbox::new(WebhookSecret::parse(&credentials.webhook_secret)?),
            client: PartnerClient::new(api, credentials)?,
            visits: Visits::default(),
            api_url: api.trim_end_matches('/').to_owned(),
            callback_url: format!("http://{own}{CALLBACK_PATH}"),
        })
    }

    /// Creates a submission whose callback comes here.
    ///
    /// # Errors
    /// [`Fault::Api`].
    pub(super) async fn create(
        &self,
        mode: Mode,
        images: Vec<ImageDeclaration>,
    ) -> Result<CreatedSubmission, Fault> {
        let reference = format!("demo-{}", random_hex());
        let submission = CreateSubmission {
            mode,
            images,
            subject: None,
            consent_ref: Some(format!("consent/{reference}")),
            reference: Some(reference),
            callback_url: Some(self.callback_url.clone()),
            policy: None,
        };
        Ok(self.client.create(&submission, &random_hex()).await?)
    }

    /// What the page needs to upload, confirm and wait; the targets of `roles` only.
    pub(super) fn hand_over(&self, created: CreatedSubmission, roles: &[Role]) -> Begun {
        let mut uploads = created.uploads;
        uploads.retain(|target| roles.contains(&target.role));
        Begun {
            api_url: self.api_url.clone(),
            correlation_id: created.correlation_id,
            client_token: created.client_token,
            uploads,
        }
    }
}
