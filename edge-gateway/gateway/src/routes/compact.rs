//! JSON without the white space between its parts, made when this crate is compiled: the committed
//! document is laid out for people, and a third of it would be indentation in the component.

/// Length of `json` without the white space outside its strings, in bytes.
pub(super) const fn compact_len(json: &str) -> usize {
    scan::<0>(json).1
}

/// The bytes of `json` without the white space outside its strings. `N` is its [`compact_len`].
pub(super) const fn compact<const N: usize>(json: &str) -> [u8; N] {
    scan(json).0
}

/// Keeps the first `N` bytes that matter, and counts them all.
const fn scan<const N: usize>(json: &str) -> ([u8; N], usize) {
    let json = json.as_bytes();
    let (mut kept, mut len) = ([0; N], 0);
    let (mut in_string, mut escaped) = (false, false);
    let mut at = 0;
    while at < json.len() {
        let byte = json[at];
        if in_string || !byte.is_ascii_whitespace() {
            if len < N {
                kept[len] = byte;
            }
            len += 1;
        }
        if byte == b'"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && byte == b'\\' && !escaped;
        at += 1;
    }
    (kept, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_and_strings_stay() {
        const JSON: &str = "{ \"a b\" :\n [ 1, \"c \\\" d\", \" e\\\\\" , 2 ] }\n";
        const WANT: &str = r#"{"a b":[1,"c \" d"," e\\",2]}"#;
        assert_eq!(compact_len(JSON), WANT.len());
        assert_eq!(compact::<{ compact_len(JSON) }>(JSON), WANT.as_bytes());
    }
}
