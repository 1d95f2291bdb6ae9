use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use facematch_contract::{CreateSubmission, Problem};
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response};
use sha2::Sha256;

use crate::block_on;
use crate::world::{Api, NOW_MS, submission_body};

/// The key of the gateway that the tests run.
const KEY: [u8; 32] = [7; 32];

/// The whole public API over an engine in memory, at a time that stands still: the gateway's own tests run the same.
pub struct PublicApi {
    api: Api,
    /// Of partner `p1`, with all scopes.
    pub partner_token: String,
    /// Of the submission, for a browser.
    pub browser_token: String,
    /// `p1`'s only submission.
    pub submission: String,
}

impl PublicApi {
    /// What the gateway says of itself as `iss`.
    pub const ISSUER: &str = "https://api.example.com";
    /// What its clock says, in seconds since 1970.
    pub const NOW_S: i64 = NOW_MS / 1000;

    /// An API with one submission.
    pub fn new() -> Self {
        let api = Api::new();
        let (partner_token, submission, browser_token) = block_on(api.submission());
        Self { api, partner_token, browser_token, submission }
    }

    /// A request's answer, which must not be a fault of ours, and must be a problem document if it is no success.
    pub fn send(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let answer = block_on(self.api.gateway.handle(request));
        let status = answer.status();
        assert!(status.as_u16() < 500, "{status}");
        assert!(self.api.world.faults.borrow().is_empty(), "{:?}", self.api.world.faults);
        if !status.is_success() {
            let problem = serde_json::from_slice::<Problem>(answer.body());
            assert_eq!(problem.expect("a problem document").status, status.as_u16());
        }
        answer
    }

    /// As [`PublicApi::send`], for a request of `p1` with JSON in it.
    pub fn send_json(&self, line: (&str, &str), body: &[u8]) -> Response<Vec<u8>> {
        let request = Request::builder().method(line.0).uri(line.1);
        let request = request
            .header("authorization", format!("Bearer {}", self.partner_token))
            .header("content-type", "application/json")
            .header("idempotency-key", "fuzz");
        self.send(request.body(body.to_vec()).expect("a request"))
    }

    /// What the engine was asked to store last.
    pub fn stored(&self) -> CreateSubmission {
        self.api.world.engine.borrow().last_request().request.clone()
    }

    /// A request for a submission that is taken.
    pub fn good_submission() -> String {
        submission_body()
    }
}

impl Default for PublicApi {
    fn default() -> Self {
        Self::new()
    }
}

/// A token of these parts, both JSON, with the gateway's own signature.
pub fn sign_token(header: &[u8], payload: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).expect("a key");
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
