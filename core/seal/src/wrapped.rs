use crate::{
    Context, KEY_BYTES, Key, NONCE_BYTES, SealError, TAG_BYTES,
    cipher::{decrypt, encrypt},
};

/// Sets wrapped keys apart from everything else that is authenticated with the same context.
const PURPOSE: u8 = b'k';

/// A key, sealed by another.
///
/// ```text
/// nonce (12) ‖ key, encrypted (32) ‖ tag (16)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey([u8; Self::BYTES]);

impl WrappedKey {
    /// Length, in bytes.
    pub const BYTES: usize = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

    /// Seals `key`, which is the key of the object that `context` names, by `kek`.
    ///
    /// # Errors
    /// [`SealError::TooLong`], which a key never is.
    pub fn wrap(
        kek: &Key,
        key: &Key,
        context: &Context,
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Self, SealError> {
        let sealed = encrypt(kek, &nonce, key.expose(), &context.used_for(PURPOSE, &[]))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(Self(bytes.try_into().map_err(|_| SealError::TooLong)?))
    }

    /// Opens the key of the object that `context` names.
    ///
    /// # Errors
    /// [`SealError::Damaged`] for another `kek` or context, or changed bytes.
    pub fn unwrap(&self, kek: &Key, context: &Context) -> Result<Key, SealError> {
        let (nonce, sealed) = self.0.split_first_chunk().ok_or(SealError::Damaged)?;
        let mut opened = decrypt(kek, nonce, sealed, &context.used_for(PURPOSE, &[]))?;
        Key::take(&mut opened).ok_or(SealError::Damaged)
    }

    /// From the bytes that were stored.
    ///
    /// # Errors
    /// [`SealError::Damaged`] for another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Ok(Self(bytes.try_into().map_err(|_| SealError::Damaged)?))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_for_its_object_and_its_key_alone() {
        let (kek, key) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
        let context = Context::new("photo", &["a"]);
        let wrapped = WrappedKey::wrap(&kek, &key, &context, [3; 12]).unwrap();
        assert_eq!(wrapped.unwrap(&kek, &context), Ok(key.clone()));
        assert_eq!(wrapped.unwrap(&key, &context), Err(SealError::Damaged));
        let other = Context::new("photo", &["b"]);
        assert_eq!(wrapped.unwrap(&kek, &other), Err(SealError::Damaged));
        for index in 0..WrappedKey::BYTES {
            let mut bytes = wrapped.as_bytes().to_vec();
            bytes[index] ^= 1;
            let flipped = WrappedKey::from_bytes(&bytes).unwrap();
            assert_eq!(flipped.unwrap(&kek, &context), Err(SealError::Damaged), "byte {index}");
        }
        assert_eq!(WrappedKey::from_bytes(&[0; 59]), Err(SealError::Damaged));
    }
}
