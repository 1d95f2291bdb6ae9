use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_contract::CallbackEvent;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Callbacks older or newer than this are refused: a replayed one must not pass.
const TOLERANCE_S: i64 = 5 * 60;

/// Why a callback was not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is not of the form `whsec_` and base64.
    #[error("the webhook secret is not whsec_ and base64")]
    BadSecret,
    /// A `webhook-*` header is missing or malformed.
    #[error("header {0} is missing or malformed")]
    Header(&'static str),
    /// `webhook-timestamp` is too far from now.
    #[error("the callback is {0} s away from now")]
    Stale(i64),
    /// No signature in `webhook-signature` is ours.
    #[error("no signature matches")]
    Signature,
    /// The body is not a callback event.
    #[error("the body is not a callback event")]
    Body,
}

/// The secret that callbacks are signed with (Standard Webhooks 1.0).
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// [`WebhookError::BadSecret`].
    pub fn parse(text: &str) -> Result<Self, WebhookError> {
        let encoded = text.strip_prefix("whsec_").ok_or(WebhookError::BadSecret)?;
        STANDARD.decode(encoded).map(Self).map_err(|_| WebhookError::BadSecret)
    }

    /// Verifies a callback and reads its event. `header` looks up a request header, `now_unix_s` is the time.
    ///
    /// # Errors
    /// [`WebhookError`]; answer 400 and forget the request.
    pub fn verify<'a>(
        &self,
        header: impl Fn(&'static str) -> Option<&'a str>,
        body: &[u8],
        now_unix_s: i64,
    ) -> Result<CallbackEvent, WebhookError> {
        let get = |name| header(name).ok_or(WebhookError::Header(name));
        let (id, time) = (get("webhook-id")?, get("webhook-timestamp")?);
        let sent_at: i64 = time.parse().map_err(|_| WebhookError::Header("webhook-timestamp"))?;
        let age_s = now_unix_s.saturating_sub(sent_at);
        if age_s.saturating_abs() > TOLERANCE_S {
            return Err(WebhookError::Stale(age_s));
        }
        let want = self.sign(id, time, body);
        // More than one signature stands there while a secret is being rotated.
        let given = get("webhook-signature")?.split(' ').filter_map(|s| s.strip_prefix("v1,"));
        if !given.into_iter().any(|signature| signature.as_bytes().ct_eq(want.as_bytes()).into()) {
            return Err(WebhookError::Signature);
        }
        serde_json::from_slice(body).map_err(|_| WebhookError::Body)
    }

    fn sign(&self, id: &str, time: &str, body: &[u8]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0)
            .expect("HMAC takes a key of any length");
        for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
            mac.update(part);
        }
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: &str = "1614265330";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn verify(
        body: &[u8],
        signature: &str,
        now_unix_s: i64,
    ) -> Result<CallbackEvent, WebhookError> {
        let header = |name| match name {
            "webhook-id" => Some(ID),
            "webhook-timestamp" => Some(TIME),
            "webhook-signature" => Some(signature),
            _ => None,
        };
        WebhookSecret::parse(SECRET).unwrap().verify(header, body, now_unix_s)
    }

    #[test]
    fn the_specifications_example_passes_and_its_edges_do_not() {
        // Its body is no event of ours: reaching that error means that the signature was right.
        assert_eq!(verify(BODY, SIGNATURE, 1_614_265_330), Err(WebhookError::Body));
        let two = format!("v1,AAAA {SIGNATURE}");
        assert_eq!(verify(BODY, &two, 1_614_265_330), Err(WebhookError::Body));
        assert_eq!(verify(b"{}", SIGNATURE, 1_614_265_330), Err(WebhookError::Signature));
        assert_eq!(verify(BODY, "v1a,AAAA", 1_614_265_330), Err(WebhookError::Signature));
        assert_eq!(verify(BODY, SIGNATURE, 1_614_265_631), Err(WebhookError::Stale(301)));
    }
}
