use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_engine::Callback;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The `webhook-signature` of a callback sent at `time`, in seconds since 1970 (Standard Webhooks 1.0, HMAC-SHA256).
///
/// # Errors
/// When the partner's secret is not `whsec_` and base64.
pub(super) fn sign(callback: &Callback, time: &str) -> Result<String, &'static str> {
    let key = callback.secret.expose().strip_prefix("whsec_").map(|text| STANDARD.decode(text));
    let Some(Ok(key)) = key else { return Err("the callback secret is damaged") };
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key)
        .map_err(|_| "the callback secret is damaged")?;
    for part in [&callback.event_id, ".", time, ".", &callback.body] {
        mac.update(part.as_bytes());
    }
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facematch_contract::{CorrelationId, PartnerId};
    use facematch_engine::Secret;

    #[test]
    fn the_signature_is_that_of_the_specifications_example() {
        let callback = Callback {
            event_id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
            attempt: 1,
            correlation_id: CorrelationId::from_parts(0, &[0; 10]),
            partner_id: PartnerId("p".into()),
            url: String::new(),
            body: r#"{"test": 2432232314}"#.into(),
            secret: Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        };
        let signature = sign(&callback, "1614265330").unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
