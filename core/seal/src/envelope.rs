use crate::{
    Context, Key, NONCE_BYTES, SealError, WrappedKey,
    cipher::{decrypt, encrypt},
};

const VERSION: u8 = 1;
const ID_BYTES: usize = size_of::<u32>();
const WRAPPED_AT: usize = 1 + ID_BYTES;
const NONCE_AT: usize = WRAPPED_AT + WrappedKey::BYTES;
const CONTENT_AT: usize = NONCE_AT + NONCE_BYTES;
/// Sets contents apart from wrapped keys of the same context.
const PURPOSE: u8 = b'e';

/// A key that wraps data keys, and the number by which envelopes name it.
#[derive(Clone, Debug)]
pub struct Kek {
    /// Its number.
    pub id: u32,
    /// The key itself.
    pub key: Key,
}

/// Random bytes for one envelope: its data key and two nonces. Never used twice.
pub struct Entropy {
    /// The data key.
    pub data_key: Key,
    /// Nonce of the wrapped data key.
    pub wrap_nonce: [u8; NONCE_BYTES],
    /// Nonce of the content.
    pub nonce: [u8; NONCE_BYTES],
}

/// A small object and its data key, sealed.
///
/// ```text
/// version (1) ‖ id of the wrapping key (4, big endian) ‖ wrapped data key (60) ‖ nonce (12) ‖ content and tag
/// ```
///
/// The wrapping key can be changed without touching the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope(Vec<u8>);

impl Envelope {
    /// Seals `plain` as the object that `context` names.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 64 GiB.
    pub fn seal(
        kek: &Kek,
        plain: &[u8],
        context: &Context,
        entropy: Entropy,
    ) -> Result<Self, SealError> {
        let Entropy { data_key, wrap_nonce, nonce } = entropy;
        let wrapped = WrappedKey::wrap(&kek.key, &data_key, context, wrap_nonce)?;
        let content = encrypt(&data_key, &nonce, plain, &content_aad(context))?;
        let head = head(kek.id, &wrapped);
        Ok(Self([head.as_slice(), &nonce, &content].concat()))
    }

    /// From the bytes that were stored.
    ///
    /// # Errors
    /// [`SealError::UnknownFormat`], or [`SealError::Damaged`] if they are too few.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SealError> {
        match bytes.first() {
            Some(&VERSION) if bytes.len() >= CONTENT_AT => Ok(Self(bytes)),
            Some(&VERSION) | None => Err(SealError::Damaged),
            Some(&version) => Err(SealError::UnknownFormat { version }),
        }
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Number of the key that wraps the data key.
    pub fn kek_id(&self) -> u32 {
        self.0[1..].first_chunk().map_or(0, |id| u32::from_be_bytes(*id))
    }

    /// Opens the object that `context` names.
    ///
    /// # Errors
    /// [`SealError::Damaged`] for another key or context, or changed bytes.
    pub fn open(&self, kek: &Kek, context: &Context) -> Result<Vec<u8>, SealError> {
        let data_key = self.data_key(kek, context)?;
        let (nonce, content) = self.0[NONCE_AT..].split_first_chunk().ok_or(SealError::Damaged)?;
        decrypt(&data_key, nonce, content, &content_aad(context))
    }

    /// The same object with its data key wrapped by `new` instead of `old`.
    ///
    /// # Errors
    /// [`SealError::Damaged`] for another key or context, or changed bytes.
    pub fn rewrap(
        &self,
        (old, new): (&Kek, &Kek),
        context: &Context,
        wrap_nonce: [u8; NONCE_BYTES],
    ) -> Result<Self, SealError> {
        let data_key = self.data_key(old, context)?;
        let wrapped = WrappedKey::wrap(&new.key, &data_key, context, wrap_nonce)?;
        let head = head(new.id, &wrapped);
        Ok(Self([head.as_slice(), &self.0[NONCE_AT..]].concat()))
    }

    fn data_key(&self, kek: &Kek, context: &Context) -> Result<Key, SealError> {
        if self.kek_id() != kek.id {
            return Err(SealError::Damaged);
        }
        WrappedKey::from_bytes(&self.0[WRAPPED_AT..NONCE_AT])?.unwrap(&kek.key, context)
    }
}

fn head(id: u32, wrapped: &WrappedKey) -> Vec<u8> {
    [[VERSION].as_slice(), &id.to_be_bytes(), wrapped.as_bytes()].concat()
}

fn content_aad(context: &Context) -> Vec<u8> {
    context.used_for(PURPOSE, &[VERSION])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kek(id: u32) -> Kek {
        Kek { id, key: Key::from_bytes([id as u8; 32]) }
    }

    fn context() -> Context {
        Context::new("result", &["pt_1", "s1"])
    }

    fn sealed() -> Envelope {
        let entropy =
            Entropy { data_key: Key::from_bytes([7; 32]), wrap_nonce: [8; 12], nonce: [9; 12] };
        Envelope::seal(&kek(1), b"no_match", &context(), entropy).unwrap()
    }

    #[test]
    fn an_envelope_opens_for_its_object_and_its_key_alone() {
        let envelope = Envelope::from_bytes(sealed().as_bytes().to_vec()).unwrap();
        assert_eq!(envelope.open(&kek(1), &context()).unwrap(), b"no_match");
        let other_key = Kek { id: 1, key: Key::from_bytes([2; 32]) };
        let cases = [
            (other_key, context()),
            (kek(2), context()),
            (kek(1), Context::new("result", &["pt_1", "s2"])),
            (kek(1), Context::new("result", &["pt_2", "s1"])),
            (kek(1), Context::new("callback", &["pt_1", "s1"])),
        ];
        for (kek, context) in cases {
            assert_eq!(envelope.open(&kek, &context), Err(SealError::Damaged), "{context:?}");
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let good = sealed().as_bytes().to_vec();
        let open = |bytes: &[u8]| Envelope::from_bytes(bytes.to_vec())?.open(&kek(1), &context());
        for index in 0..good.len() {
            for bit in 0..8 {
                let mut flipped = good.clone();
                flipped[index] ^= 1 << bit;
                assert!(open(&flipped).is_err(), "bit {bit} of byte {index}");
            }
            assert!(open(&good[..index]).is_err(), "cut at {index}");
        }
        assert!(open(&good).is_ok());
    }

    #[test]
    fn an_unknown_format_is_told_apart_from_damage() {
        let mut bytes = sealed().as_bytes().to_vec();
        bytes[0] = 9;
        assert_eq!(Envelope::from_bytes(bytes), Err(SealError::UnknownFormat { version: 9 }));
    }

    #[test]
    fn rewrapping_changes_the_key_and_not_the_content() {
        let old = sealed();
        let new = old.rewrap((&kek(1), &kek(2)), &context(), [5; 12]).unwrap();
        assert_eq!(new.kek_id(), 2);
        assert_eq!(new.as_bytes()[NONCE_AT..], old.as_bytes()[NONCE_AT..]);
        assert_eq!(new.open(&kek(2), &context()).unwrap(), b"no_match");
        assert!(new.open(&kek(1), &context()).is_err());
        assert!(old.rewrap((&kek(2), &kek(1)), &context(), [5; 12]).is_err());
    }
}
