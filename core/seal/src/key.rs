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
    fn keys_are_never_printed() {
        assert_eq!(format!("{:?}", Key::from_bytes([7; KEY_BYTES])), "Key(…)");
    }
}
