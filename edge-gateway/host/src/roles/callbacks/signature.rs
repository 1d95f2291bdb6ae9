use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_engine::{Callback, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The `webhook-signature` of a callback sent at `time`, in seconds since 1970 (Standard Webhooks 1.0, HMAC-SHA256):
/// one entry for each live secret of the partner, the newest first.
///
/// # Errors
/// When a secret is not `whsec_` and base64.
pub(super) fn sign(callback: &Callback, time: &str) -> Result<String, &'static str> {
    let secrets = [Some(&callback.secret), callback.old_secret.as_ref()];
    let entries = secrets.into_iter().flatten().map(|secret| sign_with(secret, callback, time));
    Ok(entries.collect::<Result<Vec<_>, _>>()?.join(" "))
}

fn sign_with(secret: &Secret, callback: &Callback, time: &str) -> Result<String, &'static str> {
    let key = secret.expose().strip_prefix("whsec_").map(|text| STANDARD.decode(text));
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

    fn example() -> Callback {
        Callback {
            event_id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
            attempt: 1,
            correlation_id: CorrelationId::from_parts(0, &[0; 10]),
            partner_id: PartnerId("p".into()),
            url: String::new(),
            receiver: String::new(),
            body: r#"{"test": 2432232314}"#.into(),
            secret: Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            old_secret: None,
        }
    }

    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn the_signature_is_that_of_the_specifications_example() {
        assert_eq!(sign(&example(), "1614265330").unwrap(), SIGNATURE);
    }

    #[test]
    fn both_secrets_of_a_rotation_sign() {
        let fresh = Secret::new("whsec_AAAA");
        let old = example().secret;
        let both = Callback { secret: fresh, old_secret: Some(old), ..example() };
        let header = sign(&both, "1614265330").unwrap();
        let entries: Vec<&str> = header.split(' ').collect();
        assert_eq!(entries.len(), 2);
        assert!(entries[0].starts_with("v1,") && entries[0] != SIGNATURE);
        assert_eq!(entries[1], SIGNATURE);
    }
}
