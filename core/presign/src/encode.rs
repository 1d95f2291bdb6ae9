//! The two text encodings that SigV4 asks for.

const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";
const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// `bytes` in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        push_hex(&mut out, HEX_LOWER, *byte);
    }
    out
}

/// `text` percent-encoded as SigV4 does it: all but RFC 3986's unreserved characters, in upper
/// case.
pub(crate) fn percent(text: &str) -> String {
    percent_except(text, b"")
}

/// `path` percent-encoded, with its slashes kept.
pub(crate) fn percent_path(path: &str) -> String {
    percent_except(path, b"/")
}

fn percent_except(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_unreserved(byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(&mut out, HEX_UPPER, byte);
        }
    }
    out
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

fn push_hex(out: &mut String, digits: &[u8; 16], byte: u8) {
    out.push(char::from(digits[usize::from(byte >> 4)]));
    out.push(char::from(digits[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_padded() {
        assert_eq!(hex(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }

    #[test]
    fn percent_encodes_all_but_the_unreserved() {
        let cases = [
            ("azAZ09-_.~", "azAZ09-_.~"),
            ("a b", "a%20b"),
            ("a+b=c&d", "a%2Bb%3Dc%26d"),
            ("/", "%2F"),
            ("é", "%C3%A9"),
            ("%41", "%2541"),
        ];
        for (text, want) in cases {
            assert_eq!(percent(text), want, "{text}");
        }
    }

    #[test]
    fn a_path_keeps_its_slashes() {
        assert_eq!(percent_path("/b/a b/ü"), "/b/a%20b/%C3%BC");
    }
}
