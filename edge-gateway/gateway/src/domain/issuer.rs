use super::claims::{AUDIENCE, Caller, Claims};
use super::keyring::{Key, Keyring};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use facematch_contract::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// As long as common servers let a header be.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// How far the clock of the machine that issued a token may be ahead of ours.
const MAX_SKEW_S: i64 = 60;
const ALGORITHM: &str = "HS256";
const TOKEN_TYPE: &str = "at+jwt";

/// Issues and verifies access tokens: JWT (RFC 7519) of RFC 9068's profile, HS256.
#[derive(Debug)]
pub(crate) struct Issuer {
    /// The `iss` of its tokens.
    pub(crate) name: String,
    /// What signs them.
    pub(crate) keys: Keyring,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenFault {
    #[error("the token is not one of ours")]
    Invalid,
    #[error("the token has expired")]
    Expired,
}

/// JOSE header. Anything else in it, such as `crit` or `jwk`, makes a token not one of ours.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

impl Issuer {
    /// The signed token that says `claims`.
    pub(crate) fn issue(&self, claims: Claims) -> String {
        let key = self.keys.signing();
        let claims = Claims { iss: self.name.clone(), ..claims };
        let message = format!("{}.{}", encode(&Header::of(key)), encode(&claims));
        let tag = URL_SAFE_NO_PAD.encode(key.sign(&message));
        format!("{message}.{tag}")
    }

    /// Who holds `token`.
    ///
    /// # Errors
    /// [`TokenFault::Expired`] for a token of ours that has ended, [`TokenFault::Invalid`] for all
    /// else.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Caller, TokenFault> {
        let claims = self.signed_claims(token).ok_or(TokenFault::Invalid)?;
        let is_ours = claims.iss == self.name && claims.aud == AUDIENCE;
        let begins = claims.iat.max(claims.nbf.unwrap_or(claims.iat));
        if !is_ours || begins > now.unix_s().saturating_add(MAX_SKEW_S) {
            return Err(TokenFault::Invalid);
        }
        if claims.exp <= now.unix_s() {
            return Err(TokenFault::Expired);
        }
        Ok(claims.into())
    }

    /// Nothing of the payload is read before its signature holds.
    fn signed_claims(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (message, tag) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: Header = decode(header)?;
        let key = self.keys.find(&header.kid).filter(|key| header.is_of(key))?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        key.verifies(message, &tag).then(|| decode(payload))?
    }
}

impl Header {
    fn of(key: &Key) -> Self {
        Self { alg: ALGORITHM.to_owned(), typ: TOKEN_TYPE.to_owned(), kid: key.kid.clone() }
    }

    fn is_of(&self, key: &Key) -> bool {
        self.alg == ALGORITHM && self.typ == TOKEN_TYPE && self.kid == key.kid
    }
}

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_vec(part).expect("texts and whole numbers can be written as JSON");
    URL_SAFE_NO_PAD.encode(json)
}

/// All of it has to be UTF-8 (RFC 7519, section 7.2): in what it skips, `serde_json` would not look.
fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    serde_json::from_str(&json).ok()
}

#[cfg(test)]
#[path = "issuer_tests.rs"]
mod tests;
