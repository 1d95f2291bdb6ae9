/// Whether `text` is a `traceparent` that can be passed on (W3C Trace Context, version 00).
pub(crate) fn is_traceparent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, parent, flags] = parts[..] else { return false };
    version == "00" && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2)
}

fn is_id(text: &str, digits: usize) -> bool {
    is_hex(text, digits) && text.bytes().any(|byte| byte != b'0')
}

fn is_hex(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == digits && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_00_with_real_ids_is_taken() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let cases = [
            (good.to_owned(), true),
            (good.to_uppercase(), false),
            (good.replacen("00-", "ff-", 1), false),
            (format!("{good}-x"), false),
            (good.replace("00f067aa0ba902b7", &"0".repeat(16)), false),
            (good.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)), false),
            (good.replace("-01", "-1"), false),
            (String::new(), false),
        ];
        for (text, want) in cases {
            assert_eq!(is_traceparent(&text), want, "{text}");
        }
    }
}
