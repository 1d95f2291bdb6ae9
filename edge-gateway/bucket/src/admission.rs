//! The form that every request must have, checked before its signature is.
//!
//! s3s takes more kinds of requests than this bucket wants: SigV2 with its plain comparison, forms
//! that it reads into memory before anyone is asked, headers that change what an operation does.
//! None of them gets that far.

use http::header::{AUTHORIZATION, RANGE};
use http::request::Parts;
use http::{HeaderMap, Method};
use s3s::{S3Error, S3ErrorCode};

use crate::presigned::{PresignedQuery, QueryError};

/// Longest life of a presigned URL, in seconds.
const MAX_EXPIRES_S: u32 = 3600;

/// The `x-amz-*` headers whose meaning the bucket knows. Another one is refused, not ignored, even
/// when it is signed.
const AMZ_HEADERS: [&str; 2] = ["x-amz-checksum-mode", "x-amz-checksum-sha256"];

/// Why a request is refused for its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AdmissionError {
    #[error("only PUT, GET, HEAD and DELETE of an object are served")]
    Method,
    #[error("only presigned URLs are served, no authorization header")]
    Authorization,
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("the credential is for another region or service")]
    Scope,
    #[error("the URL lives longer than {MAX_EXPIRES_S} s")]
    Life,
    #[error("header {0} is not signed")]
    Unsigned(String),
    #[error("header {0} is not understood")]
    Unknown(String),
    #[error("signed header {0} is missing or repeated")]
    NotOnce(String),
    #[error("ranges are not served")]
    Range,
}

impl From<AdmissionError> for S3Error {
    fn from(error: AdmissionError) -> Self {
        use AdmissionError as E;
        let code = match error {
            E::Method => S3ErrorCode::MethodNotAllowed,
            E::Authorization | E::Query(QueryError::NotPresigned) => S3ErrorCode::AccessDenied,
            E::Unsigned(_) | E::NotOnce(_) => S3ErrorCode::AccessDenied,
            E::Scope | E::Life | E::Query(QueryError::Malformed(_)) => {
                S3ErrorCode::AuthorizationQueryParametersError
            }
            E::Unknown(_) | E::Query(QueryError::Unknown) => S3ErrorCode::InvalidArgument,
            E::Range => S3ErrorCode::InvalidRequest,
        };
        Self::with_message(code, error.to_string())
    }
}

/// Checks method, query and headers of a request for a bucket in `region`.
///
/// # Errors
/// The first rule that is broken.
pub(crate) fn admit(request: &Parts, region: &str) -> Result<PresignedQuery, AdmissionError> {
    if ![Method::PUT, Method::GET, Method::HEAD, Method::DELETE].contains(&request.method) {
        return Err(AdmissionError::Method);
    }
    if request.headers.contains_key(AUTHORIZATION) {
        return Err(AdmissionError::Authorization);
    }
    let query = PresignedQuery::parse(request.uri.query().unwrap_or_default())?;
    check_scope(&query, region)?;
    check_headers(&request.headers, &query)?;
    Ok(query)
}

fn check_scope(query: &PresignedQuery, region: &str) -> Result<(), AdmissionError> {
    if query.region != region || query.service != "s3" {
        return Err(AdmissionError::Scope);
    }
    if query.expires_s > MAX_EXPIRES_S {
        return Err(AdmissionError::Life);
    }
    Ok(())
}

fn check_headers(headers: &HeaderMap, query: &PresignedQuery) -> Result<(), AdmissionError> {
    if headers.contains_key(RANGE) {
        return Err(AdmissionError::Range);
    }
    if !query.signs("host") {
        return Err(AdmissionError::Unsigned("host".to_owned()));
    }
    let names = headers.keys().map(|name| name.as_str());
    let mut amz_names = names.filter(|name| name.starts_with("x-amz-"));
    amz_names.try_for_each(|name| check_amz_header(name, query))?;
    match query.signed_headers().find(|name| headers.get_all(*name).iter().count() != 1) {
        Some(name) => Err(AdmissionError::NotOnce(name.to_owned())),
        None => Ok(()),
    }
}

fn check_amz_header(name: &str, query: &PresignedQuery) -> Result<(), AdmissionError> {
    if !query.signs(name) {
        return Err(AdmissionError::Unsigned(name.to_owned()));
    }
    if !AMZ_HEADERS.contains(&name) {
        return Err(AdmissionError::Unknown(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: &str = "PUT";

    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn uri(signed_headers: &str) -> String {
        format!(
            "/b/up/1?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=up%2F20261101%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20261101T000000Z&X-Amz-Expires=900\
             &X-Amz-SignedHeaders={signed_headers}&X-Amz-Signature=00"
        )
    }

    fn check(method: &str, uri: &str, headers: Headers<'_>) -> Result<(), AdmissionError> {
        let mut request = http::Request::builder().method(method).uri(uri).header("host", "h");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        admit(&parts, "us-east-1").map(drop)
    }

    #[test]
    fn plain_presigned_requests_pass() {
        for method in [PUT, "GET", "HEAD", "DELETE"] {
            assert_eq!(check(method, &uri("host"), &[]), Ok(()), "{method}");
        }
        let headers = [("x-amz-checksum-mode", "ENABLED"), ("accept", "*/*")];
        assert_eq!(check("HEAD", &uri("host%3Bx-amz-checksum-mode"), &headers), Ok(()));
    }

    #[test]
    fn methods_and_queries_outside_the_rules_are_refused() {
        use AdmissionError::{Life, Method, Query, Scope};
        let cases = [
            ("POST", uri("host"), Method),
            ("PATCH", uri("host"), Method),
            (PUT, "/b/up/1".to_owned(), Query(QueryError::NotPresigned)),
            (PUT, uri("host").replace("us-east-1", "eu-west-1"), Scope),
            (PUT, uri("host").replace("%2Fs3%2F", "%2Fsts%2F"), Scope),
            (PUT, uri("host").replace("=900", "=3601"), Life),
        ];
        for (method, uri, want) in cases {
            assert_eq!(check(method, &uri, &[]), Err(want), "{method} {uri}");
        }
    }

    #[test]
    fn headers_outside_the_rules_are_refused() {
        use AdmissionError::{Authorization, NotOnce, Range, Unknown, Unsigned};
        let copy = "x-amz-copy-source";
        let cases: [(&str, Headers<'_>, AdmissionError); 7] = [
            ("host", &[("authorization", "AWS up:sig")], Authorization),
            ("host", &[("range", "bytes=0-1")], Range),
            ("content-type", &[("content-type", "a/b")], Unsigned("host".into())),
            ("host", &[(copy, "b/secret")], Unsigned(copy.into())),
            ("host%3Bx-amz-copy-source", &[(copy, "b/secret")], Unknown(copy.into())),
            ("host%3Bif-none-match", &[], NotOnce("if-none-match".into())),
            ("host", &[("host", "other")], NotOnce("host".into())),
        ];
        for (signed, headers, want) in cases {
            assert_eq!(check(PUT, &uri(signed), headers), Err(want), "{signed} {headers:?}");
        }
    }
}
