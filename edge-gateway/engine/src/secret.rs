use crate::{StoreError, vault::random};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A credential in clear. It is shown once and never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a credential.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The credential itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A fresh client secret: 256 random bits, in letters that HTTP Basic and forms leave alone.
    pub(crate) fn for_client() -> Result<Self, StoreError> {
        Ok(Self(format!("fms_{}", BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    /// A fresh signing secret of Standard Webhooks: `whsec_` and 256 random bits in base64.
    pub(crate) fn for_callbacks() -> Result<Self, StoreError> {
        Ok(Self(format!("whsec_{}", BASE64_STANDARD.encode(random::<32>()?))))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a client secret, as stored.
///
/// A slow hash such as Argon2 protects secrets that people choose. Ours are 256 random bits: guessing one from its hash
/// takes 2²⁵⁵ tries on average whatever a try costs, and a slow hash on the token endpoint would only help a flood.
pub(crate) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether two digests are the same, in a time that does not depend on where they differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A prefix and 128 random bits in hexadecimal digits: for ids that travel in paths and headers.
pub(crate) fn random_id(prefix: &str) -> Result<String, StoreError> {
    let digits: String = random::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{prefix}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_printed() {
        let secret = Secret::for_client().unwrap();
        assert!(secret.expose().starts_with("fms_") && secret.expose().len() == 4 + 43);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn callback_secrets_are_those_of_standard_webhooks() {
        let secret = Secret::for_callbacks().unwrap();
        let key = secret.expose().strip_prefix("whsec_").unwrap();
        assert_eq!(BASE64_STANDARD.decode(key).unwrap().len(), 32);
    }

    #[test]
    fn digests_compare_by_content() {
        assert!(same(&digest("a"), &digest("a")));
        assert!(!same(&digest("a"), &digest("b")));
        assert!(!same(&digest("a"), &[]));
    }
}
