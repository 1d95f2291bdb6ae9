use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 of `bytes`, as 64 lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a SHA-256 from 64 lower-case hexadecimal digits; `None` for any other text.
pub(crate) fn parse_sha256(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_hash_is_written_and_read_in_lower_case() {
        assert_eq!(sha256_hex(b""), EMPTY);
        assert_eq!(parse_sha256(EMPTY), Some(Sha256::digest(b"").into()));
    }

    #[test]
    fn other_texts_are_no_hash() {
        let cases = ["", &EMPTY[1..], &EMPTY.to_uppercase(), &EMPTY.replace('e', "g")];
        for text in cases {
            assert_eq!(parse_sha256(text), None, "{text}");
        }
        assert_eq!(parse_sha256(&"é".repeat(32)), None);
    }
}
