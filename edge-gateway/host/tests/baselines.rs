//! Step-up: a later selfie against the baseline that an earlier one became, over real sockets with real photos.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::{TestServer, album, models_are_here, people, sample};
use facematch_contract::{
    Baseline, BaselineReceipt, CorrelationId, CreateSubmission, Decision, Mode, ReasonCode, Role,
    State, SubmissionResult,
};
use facematch_host::load_pack;
use facematch_partner::{ClientError, PartnerClient, PhotoFile, Receiver, WebhookSecret};
use reqwest::Method;
use serde::de::DeserializeOwned;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const SUBJECT: &str = "siti rahayu/42";
const PATH: &str = "/v1/baselines/siti%20rahayu%2F42";

struct Partner {
    client: PartnerClient,
    receiver: Receiver,
    api: String,
}

impl Partner {
    async fn of(server: &TestServer) -> Self {
        let secret = WebhookSecret::parse(&server.credentials.webhook_secret).unwrap();
        let receiver = Receiver::start(secret).await.unwrap();
        let client = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
        Self { client, receiver, api: server.api.clone() }
    }

    async fn create(
        &self,
        mode: Mode,
        photos: &[&PhotoFile],
        key: &str,
    ) -> Result<CorrelationId, ClientError> {
        let images = mode.roles().iter().zip(photos).map(|(role, photo)| photo.declare(*role));
        let request = CreateSubmission {
            mode,
            images: images.collect(),
            subject: Some(SUBJECT.to_owned()),
            reference: None,
            consent_ref: None,
            callback_url: Some(self.receiver.url()),
            policy: None,
        };
        let created = self.client.create(&request, key).await?;
        for (target, photo) in created.uploads.iter().zip(photos) {
            self.client.upload(target, photo).await?;
        }
        Ok(created.correlation_id)
    }

    async fn run(&self, mode: Mode, photos: &[&PhotoFile], key: &str) -> SubmissionResult {
        let id = self.create(mode, photos, key).await.unwrap();
        self.client.confirm(id).await.unwrap();
        assert_eq!(self.client.wait(id, PATIENCE).await.unwrap().state, State::Completed);
        assert!(self.receiver.wait(id, PATIENCE).await.is_some(), "the callback arrives");
        self.client.result(id).await.unwrap()
    }

    async fn baseline<T: DeserializeOwned>(
        &self,
        method: Method,
        body: Option<serde_json::Value>,
    ) -> T {
        let token = self.client.token().await.unwrap();
        let request = reqwest::Client::new().request(method, format!("{}{PATH}", self.api));
        let request = request.bearer_auth(token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_selfie_is_compared_with_the_baseline_alone() {
    let (Some(album), Some([photo, same, other])) = (album(), people()) else { return };
    if !models_are_here() {
        return;
    }
    let (nobody, pack) = (sample(album.no_face[0]), load_pack(None).unwrap().pack.id());
    let server = TestServer::start().await;
    let partner = Partner::of(&server).await;
    let mode = Mode::SelfieToBaseline;
    let early = partner.create(mode, &[&photo], "early").await.unwrap_err();
    assert!(format!("{early:?}").contains("BaselineNotFound"), "{early:?}");

    let onboarded = partner.run(Mode::SelfieToSelfie, &[&photo, &same], "onboarding").await;
    let body = serde_json::json!({ "correlationId": onboarded.correlation_id });
    let made: Baseline = partner.baseline(Method::PUT, Some(body)).await;
    assert_eq!((made.subject.as_str(), made.pack.as_str()), (SUBJECT, &*pack));

    let result = partner.run(mode, &[&same], "step-up").await;
    assert_eq!(result.comparison.decision, Decision::Match);
    let score = result.comparison.score.unwrap();
    // The same two photos: the baseline is the first one's face, to the last bit.
    assert_eq!(score, onboarded.comparison.score.unwrap());
    let roles: Vec<_> = result.comparison.images.iter().map(|image| image.role).collect();
    assert_eq!(roles, [Role::Selfie]);

    let stranger = partner.run(mode, &[&other], "stranger").await;
    assert_eq!(stranger.comparison.decision, Decision::NoMatch);
    let known: Baseline = partner.baseline(Method::GET, None).await;
    assert_eq!((known.failures, known.locked), (1, None));

    let no_face = partner.run(mode, &[&nobody], "no-face").await.comparison;
    assert_eq!(
        (no_face.decision, no_face.reasons[0].code),
        (Decision::Inconclusive, ReasonCode::NoFace)
    );
    assert!(no_face.score.is_none());

    // Deleted while an attempt is on its way: nothing to compare with, and no match.
    let under_way = partner.create(mode, &[&same], "under-way").await.unwrap();
    let receipt: BaselineReceipt = partner.baseline(Method::DELETE, None).await;
    assert!(receipt.deleted);
    partner.client.confirm(under_way).await.unwrap();
    partner.client.wait(under_way, PATIENCE).await.unwrap();
    let gone = partner.client.result(under_way).await.unwrap().comparison;
    assert_eq!(
        (gone.decision, gone.reasons[0].code),
        (Decision::Inconclusive, ReasonCode::BaselineUnusable)
    );
    server.stop().await;
}
