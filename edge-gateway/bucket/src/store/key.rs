//! Names of objects.

use std::fmt::Write;

use sha2::{Digest, Sha256};

const MAX_KEY_BYTES: usize = 256;

/// Key of an object: segments of `A-Z a-z 0-9 - _ .` with slashes between them, none of them empty,
/// `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectKey(String);

/// A text that is no [`ObjectKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key is not made of plain segments of letters, digits, '-', '_' and '.'")]
pub(crate) struct BadKey;

impl ObjectKey {
    /// Parses a key as a client wrote it.
    pub(crate) fn parse(text: &str) -> Result<Self, BadKey> {
        let is_key = text.len() <= MAX_KEY_BYTES && text.split('/').all(is_segment);
        if is_key { Ok(Self(text.to_owned())) } else { Err(BadKey) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Shard and file name: the SHA-256 of the key in hexadecimal, two digits and the rest.
    pub(super) fn file_name(&self) -> (String, String) {
        let mut shard = String::with_capacity(64);
        for byte in Sha256::digest(&self.0) {
            write!(shard, "{byte:02x}").expect("a String takes all that is written");
        }
        let name = shard.split_off(2);
        (shard, name)
    }
}

fn is_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !matches!(text, "" | "." | "..") && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_takes_plain_segments_only() {
        let long = "a".repeat(MAX_KEY_BYTES);
        let too_long = "a".repeat(MAX_KEY_BYTES + 1);
        let cases = [
            ("up/0192-ab_c.jpg", true),
            ("a", true),
            ("...", true),
            (long.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("/a", false),
            ("a/", false),
            ("a//b", false),
            ("up/../a", false),
            ("./a", false),
            ("a b", false),
            ("a%2e", false),
            ("a\\b", false),
            ("a\0", false),
            ("é", false),
        ];
        for (text, want) in cases {
            assert_eq!(ObjectKey::parse(text).is_ok(), want, "{text:?}");
        }
    }

    #[test]
    fn file_name_is_the_hash_of_the_key() {
        let (shard, name) = ObjectKey::parse("abc").expect("a key").file_name();
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(format!("{shard}{name}"), want);
    }
}
