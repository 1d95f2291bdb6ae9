use super::form::{self, Form, FormError};
use base64::{Engine, engine::general_purpose::STANDARD};
use facematch_contract::engine::Authenticate;

/// Why a token request names no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CredentialsError {
    #[error("neither HTTP Basic nor client_id and client_secret in the form")]
    Missing,
    #[error("the Authorization header is not HTTP Basic with an id and a secret")]
    Malformed,
    #[error("credentials in both the Authorization header and the form")]
    Twice,
    #[error(transparent)]
    Form(#[from] FormError),
}

/// The client's credentials, by HTTP Basic or in the form but not both (RFC 6749, section 2.3).
///
/// # Errors
/// [`CredentialsError`] for none, for both, and for an `authorization` that cannot be read.
pub(crate) fn credentials(
    authorization: Option<&str>,
    form: &Form,
) -> Result<Authenticate, CredentialsError> {
    let (id, secret) = (form.get("client_id")?, form.get("client_secret")?);
    match (authorization, id, secret) {
        (None, Some(id), Some(secret)) => {
            Ok(Authenticate { client_id: id.to_owned(), client_secret: secret.to_owned() })
        }
        (None, _, _) => Err(CredentialsError::Missing),
        (Some(_), _, Some(_)) => Err(CredentialsError::Twice),
        (Some(header), id, None) => {
            let client = parse_basic(header).ok_or(CredentialsError::Malformed)?;
            // A form that repeats the id is harmless; one that contradicts the header is not.
            let agrees = id.is_none_or(|id| id == client.client_id);
            agrees.then_some(client).ok_or(CredentialsError::Twice)
        }
    }
}

/// Id and secret are form-encoded before they are put together (RFC 6749, section 2.3.1).
fn parse_basic(header: &str) -> Option<Authenticate> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Authenticate { client_id: form::decode(id)?, client_secret: form::decode(secret)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<(String, String), CredentialsError> {
        let form = Form::parse(form.as_bytes()).unwrap();
        credentials(header, &form).map(|client| (client.client_id, client.client_secret))
    }

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn credentials_come_by_basic_or_by_form() {
        let cases = [
            (Some(basic("p1:s:1")), "", ("p1", "s:1")),
            (Some(basic("p1:s%2B1")), "client_id=p1", ("p1", "s+1")),
            (Some(basic("p1:s").replace("Basic", "basic")), "", ("p1", "s")),
            (None, "client_id=p1&client_secret=s%261", ("p1", "s&1")),
        ];
        for (header, form, (id, secret)) in cases {
            let want = Ok((id.to_owned(), secret.to_owned()));
            assert_eq!(read(header.as_deref(), form), want, "{header:?} {form}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let good = basic("p1:s");
        let cases = [
            (None, "", CredentialsError::Missing),
            (None, "client_id=p1", CredentialsError::Missing),
            (None, "client_id=p1&client_secret=", CredentialsError::Missing),
            (Some(good.as_str()), "client_secret=s", CredentialsError::Twice),
            (Some(good.as_str()), "client_id=p2", CredentialsError::Twice),
            (Some("Bearer x"), "", CredentialsError::Malformed),
            (Some("Basic"), "", CredentialsError::Malformed),
            (Some("Basic !!"), "", CredentialsError::Malformed),
            (Some("Basic cDE="), "", CredentialsError::Malformed), // No colon.
            (Some("Basic /w=="), "", CredentialsError::Malformed), // Not UTF-8.
        ];
        for (header, form, want) in cases {
            assert_eq!(read(header, form), Err(want), "{header:?} {form}");
        }
        let twice = FormError::Repeated { name: "client_id" };
        assert_eq!(read(None, "client_id=a&client_id=b"), Err(twice.into()));
    }
}
