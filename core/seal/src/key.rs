use std::fmt;
use zeroize::Zeroize;

/// Length of every key, in bytes.
pub const KEY_BYTES: usize = 32;

/// A secret key. It is overwritten when it is dropped, and never printed.
#[derive(Clone)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// A key of these bytes, which must be random.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The key that `bytes` hold, which are overwritten, as a copy left behind would outlive it; `None` for another
    /// length.
    pub fn take(bytes: &mut [u8]) -> Option<Self> {
        let key = <[u8; KEY_BYTES]>::try_from(&*bytes).ok().map(Self);
        bytes.zeroize();
        key
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_is_taken_from_is_overwritten() {
        for (length, is_key) in [(KEY_BYTES, true), (KEY_BYTES - 1, false), (KEY_BYTES + 1, false)]
        {
            let mut bytes = vec![7; length];
            let key = Key::take(&mut bytes);
            assert_eq!(key, is_key.then(|| Key::from_bytes([7; KEY_BYTES])), "{length}");
            assert_eq!(bytes, vec![0; length]);
        }
    }

    #[test]
    fn keys_are_never_printed() {
        assert_eq!(format!("{:?}", Key::from_bytes([7; KEY_BYTES])), "Key(…)");
    }
}
