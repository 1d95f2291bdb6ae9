//! The query of a presigned URL.

use std::borrow::Cow;

/// Parameters of a presigned URL that concern the bucket. Their signature is not checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PresignedQuery {
    /// Region and service of the credential's scope.
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) expires_s: u32,
    signed_headers: Vec<String>,
}

/// Why a query is not that of a presigned URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    #[error("the request is not presigned with AWS4-HMAC-SHA256")]
    NotPresigned,
    #[error("query parameter {0} is missing, repeated or malformed")]
    Malformed(&'static str),
    #[error("the query has a parameter that this bucket does not know")]
    Unknown,
}

/// The only algorithm there is. s3s calls another one our fault, a 501.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

const PARAMETERS: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

impl PresignedQuery {
    /// Parses a query that has the six parameters of SigV4, each once, and nothing else.
    pub(crate) fn parse(query: &str) -> Result<Self, QueryError> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        if !pairs.iter().any(|(name, _)| name == "X-Amz-Signature") {
            return Err(QueryError::NotPresigned);
        }
        if pairs.iter().any(|(name, _)| !PARAMETERS.contains(&name.as_ref())) {
            return Err(QueryError::Unknown);
        }
        let [algorithm, credential, _, expires, _, headers] = values(&pairs)?;
        if algorithm != ALGORITHM {
            return Err(QueryError::NotPresigned);
        }
        let (region, service) = scope(credential)?;
        Ok(Self {
            region: region.to_owned(),
            service: service.to_owned(),
            expires_s: expires.parse().map_err(|_| QueryError::Malformed("X-Amz-Expires"))?,
            signed_headers: headers.split(';').map(str::to_owned).collect(),
        })
    }

    /// Whether the header `name`, in lower case, is signed.
    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers.iter().any(|signed| signed == name)
    }

    /// Names of the signed headers.
    pub(crate) fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.iter().map(String::as_str)
    }
}

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

fn values<'a>(pairs: &'a [Pair<'_>]) -> Result<[&'a str; PARAMETERS.len()], QueryError> {
    let mut out = [""; PARAMETERS.len()];
    for (slot, name) in out.iter_mut().zip(PARAMETERS) {
        let mut found = pairs.iter().filter(|pair| pair.0 == name);
        *slot = match (found.next(), found.next()) {
            (Some((_, value)), None) => value,
            _ => return Err(QueryError::Malformed(name)),
        };
    }
    Ok(out)
}

/// Region and service of `key/date/region/service/aws4_request`.
fn scope(credential: &str) -> Result<(&str, &str), QueryError> {
    let mut parts = credential.rsplit('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("aws4_request"), Some(service), Some(region)) => Ok((region, service)),
        _ => Err(QueryError::Malformed("X-Amz-Credential")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=up%2F20261101%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20261101T000000Z&X-Amz-Expires=900\
        &X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=00";

    #[test]
    fn query_gives_scope_life_and_signed_headers() {
        let query = PresignedQuery::parse(GOOD).expect("a query");
        assert_eq!((query.region.as_str(), query.service.as_str()), ("us-east-1", "s3"));
        assert_eq!(query.expires_s, 900);
        assert!(query.signs("host") && query.signs("content-type") && !query.signs("range"));
    }

    #[test]
    fn query_has_the_six_parameters_once_and_nothing_else() {
        use QueryError::{Malformed, NotPresigned, Unknown};
        let cases = [
            (String::new(), NotPresigned),
            ("AWSAccessKeyId=up&Expires=1&Signature=s".to_owned(), NotPresigned),
            (GOOD.replace("AWS4-HMAC", "AWS7-HMAC"), NotPresigned),
            (format!("{GOOD}&uploads"), Unknown),
            (format!("{GOOD}&x-amz-acl=public-read"), Unknown),
            (format!("{GOOD}&AWSAccessKeyId=up"), Unknown),
            (format!("{GOOD}&X-Amz-Expires=1"), Malformed("X-Amz-Expires")),
            (GOOD.replace("=900", "=-1"), Malformed("X-Amz-Expires")),
            (GOOD.replace("X-Amz-Date=20261101T000000Z&", ""), Malformed("X-Amz-Date")),
            (GOOD.replace("%2Faws4_request", ""), Malformed("X-Amz-Credential")),
        ];
        for (query, want) in cases {
            assert_eq!(PresignedQuery::parse(&query), Err(want), "{query}");
        }
    }
}
