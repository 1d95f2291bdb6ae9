use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// As long as the hash: RFC 7518, section 3.2, asks for no less.
const MIN_KEY_BYTES: usize = 32;
const MAX_KID_CHARS: usize = 64;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Secrets that sign tokens; several, so that one can follow the other without a break.
#[derive(Debug)]
pub(crate) struct Keyring {
    signing: Key,
    retired: Vec<Key>,
}

/// One secret and its public name. `Debug` shows the name alone.
pub(crate) struct Key {
    /// Name, which every token shows.
    pub(crate) kid: String,
    secret: Vec<u8>,
}

impl Keyring {
    /// Reads `kid:base64,kid2:base64`. The first key signs, all verify.
    ///
    /// `None` if a name is empty, odd or repeated, or if a secret has fewer than 32 bytes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let keys: Option<Vec<Key>> = text.split(',').map(|part| Key::parse(part.trim())).collect();
        let mut keys = keys?.into_iter();
        let ring = Self { signing: keys.next()?, retired: keys.collect() };
        ring.names_are_distinct().then_some(ring)
    }

    /// The key that signs.
    pub(crate) fn signing(&self) -> &Key {
        &self.signing
    }

    /// The key of that name.
    pub(crate) fn find(&self, kid: &str) -> Option<&Key> {
        self.all().find(|key| key.kid == kid)
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.signing).chain(&self.retired)
    }

    fn names_are_distinct(&self) -> bool {
        self.all().all(|key| self.all().filter(|other| other.kid == key.kid).count() == 1)
    }
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let (kid, secret) = text.split_once(':')?;
        let secret = BASE64.decode(secret).ok()?;
        let fits = is_kid(kid) && secret.len() >= MIN_KEY_BYTES;
        fits.then(|| Self { kid: kid.to_owned(), secret })
    }

    /// HMAC-SHA256 of `message`.
    pub(crate) fn sign(&self, message: &str) -> [u8; 32] {
        self.mac(message).finalize().into_bytes().into()
    }

    /// Whether `tag` is the HMAC-SHA256 of `message`; takes the same time for every wrong one.
    pub(crate) fn verifies(&self, message: &str, tag: &[u8]) -> bool {
        self.mac(message).verify_slice(tag).is_ok()
    }

    fn mac(&self, message: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(message.as_bytes());
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn is_kid(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_KID_CHARS).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

    #[test]
    fn the_first_key_signs_and_all_are_found() {
        let (a, b) = (STANDARD.encode([1; 32]), STANDARD_NO_PAD.encode([2; 64]));
        let ring = Keyring::parse(&format!("k-2:{a}, k.1:{b}")).unwrap();
        assert_eq!(ring.signing().kid, "k-2");
        assert!(ring.find("k.1").is_some() && ring.find("k3").is_none());
        let tag = ring.signing().sign("message");
        assert!(ring.signing().verifies("message", &tag));
        assert!(!ring.find("k.1").unwrap().verifies("message", &tag));
        assert!(!ring.signing().verifies("message", &tag[..31]));
    }

    #[test]
    fn unusable_keys_are_refused() {
        let good = STANDARD.encode([1; 32]);
        let short = STANDARD.encode([1; 31]);
        let cases = [
            String::new(),
            good.clone(),
            format!(":{good}"),
            format!("k 1:{good}"),
            format!("{}:{good}", "k".repeat(65)),
            format!("k:{short}"),
            "k:!".to_owned(),
            format!("k:{good},"),
            format!("k:{good},k:{good}"),
        ];
        for text in cases {
            assert!(Keyring::parse(&text).is_none(), "{text}");
        }
    }
}
