/// Names and values of a form or a query (`application/x-www-form-urlencoded`).
#[derive(Default)]
pub(crate) struct Form {
    pairs: Vec<(String, String)>,
}

/// Why a form cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("the form is not percent-encoded UTF-8")]
    Malformed,
    #[error("parameter {name} is given more than once")]
    Repeated { name: &'static str },
}

impl Form {
    /// Reads all pairs; names that nobody asks for do not matter.
    ///
    /// # Errors
    /// [`FormError::Malformed`] for a broken escape or for bytes that are not UTF-8.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormError> {
        let text = str::from_utf8(body).map_err(|_| FormError::Malformed)?;
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(decode_pair);
        let pairs: Option<Vec<_>> = pairs.collect();
        Ok(Self { pairs: pairs.ok_or(FormError::Malformed)? })
    }

    /// The value of `name`. An empty value counts as none (RFC 6749, section 3.2).
    ///
    /// # Errors
    /// [`FormError::Repeated`] if there are several.
    pub(crate) fn get(&self, name: &'static str) -> Result<Option<&str>, FormError> {
        let mut values = self.pairs.iter().filter(|(known, _)| known == name).map(|(_, v)| v);
        let first = values.next();
        if values.next().is_some() {
            return Err(FormError::Repeated { name });
        }
        Ok(first.map(String::as_str).filter(|value| !value.is_empty()))
    }
}

/// Undoes the percent-encoding of a path's segment, where a plus is a plus; `None` for a broken escape or for bytes that
/// are not UTF-8.
pub(crate) fn decode_segment(text: &str) -> Option<String> {
    decode(&text.replace('+', "%2B"))
}

fn decode_pair(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Some((decode(name)?, decode(value)?))
}

/// Undoes form encoding; `None` for a broken escape or for bytes that are not UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(out).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| digit.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let cases: [(&[u8], Option<&str>); 8] = [
            (b"a=1", Some("1")),
            (b"x=2&a=b+c%2Bd", Some("b c+d")),
            (b"a=%C3%A9", Some("é")),
            (b"a=b=c", Some("b=c")),
            (b"&&a=1&", Some("1")),
            (b"a=", None),
            (b"a", None),
            (b"", None),
        ];
        for (body, want) in cases {
            assert_eq!(Form::parse(body).unwrap().get("a"), Ok(want), "{body:?}");
        }
    }

    #[test]
    fn a_segment_keeps_its_plus() {
        let cases = [("a+b%20c", Some("a+b c")), ("%C3%A9", Some("é")), ("%", None), ("%ff", None)];
        for (text, want) in cases {
            assert_eq!(decode_segment(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn broken_forms_are_refused() {
        for body in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%+1", b"a=%ff", b"\xff=1"] {
            assert_eq!(Form::parse(body).err(), Some(FormError::Malformed), "{body:?}");
        }
        let twice = Form::parse(b"a=1&a=1").unwrap();
        assert_eq!(twice.get("a"), Err(FormError::Repeated { name: "a" }));
    }
}
