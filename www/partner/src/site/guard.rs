use super::{SiteError, fault::Fault};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use reqwest::Url;

/// What every answer of the website carries, whoever asks.
///
/// # Errors
/// [`SiteError::Address`] when `api` or `bucket` is no http(s) address.
pub(super) fn security_headers(api: &str, bucket: &str) -> Result<HeaderMap, SiteError> {
    let (api, bucket) = (origin(api)?, origin(bucket)?);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
         style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
         connect-src 'self' {api} {bucket}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).map_err(|_| SiteError::Address(api))?;
    let plain = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(), geolocation=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let mut headers = HeaderMap::from_iter([(header::CONTENT_SECURITY_POLICY, policy)]);
    headers.extend(plain.map(|(name, value)| (name, HeaderValue::from_static(value))));
    Ok(headers)
}

/// Adds the headers. What no handler says how to cache is a person's own, and not kept.
pub(super) async fn add_headers(
    State(headers): State<HeaderMap>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(headers);
    let caching = response.headers_mut().entry(header::CACHE_CONTROL);
    caching.or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses what a page of another site makes a visitor's browser send. The cookie is not sent across sites either; this
/// also stops other ports of the same machine, which are the same site.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe || is_same_origin(request.headers()) {
        return next.run(request).await;
    }
    Fault::OtherSite.into_response()
}

/// Callers without a browser say neither header, and have no visitor's cookie to misuse.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

fn origin(url: &str) -> Result<String, SiteError> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let origin = parsed.map(|url| url.origin().ascii_serialization());
    origin.ok_or_else(|| SiteError::Address(url.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_origins_and_nothing_that_could_end_it() {
        let headers =
            security_headers("https://api.example/base/", "http://127.0.0.1:9000").unwrap();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("connect-src 'self' https://api.example http://127.0.0.1:9000;"));
        for unsafe_word in ["unsafe-inline", "'unsafe-eval'", "data:", "*"] {
            assert!(!policy.contains(unsafe_word), "{unsafe_word}");
        }
        for bad in ["", "api.example", "javascript:alert(1)", "file:///etc", "http://"] {
            assert!(security_headers(bad, "http://127.0.0.1:9000").is_err(), "{bad}");
        }
    }

    #[test]
    fn only_a_page_of_ours_may_change_something() {
        struct Case {
            headers: &'static [(&'static str, &'static str)],
            same: bool,
        }
        let cases = [
            Case { headers: &[], same: true },
            Case { headers: &[("sec-fetch-site", "same-origin")], same: true },
            Case { headers: &[("sec-fetch-site", "same-site")], same: false },
            Case { headers: &[("sec-fetch-site", "cross-site")], same: false },
            Case { headers: &[("sec-fetch-site", "none")], same: false },
            Case { headers: &[("origin", "http://a:1"), ("host", "a:1")], same: true },
            Case { headers: &[("origin", "http://a:2"), ("host", "a:1")], same: false },
            Case { headers: &[("origin", "null"), ("host", "a:1")], same: false },
            Case { headers: &[("origin", "null")], same: false },
        ];
        for Case { headers, same } in cases {
            let given = headers.iter().map(|&(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            assert_eq!(is_same_origin(&given.collect()), same, "{headers:?}");
        }
    }
}
