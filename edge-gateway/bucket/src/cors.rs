//! Uploads from the pages of partners (Fetch Standard, "CORS protocol").

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::BucketBody;

/// Origins whose pages may upload.
#[derive(Clone, Debug)]
pub(crate) struct Cors {
    pub(crate) origins: Vec<String>,
}

impl Cors {
    /// Answer to a browser that asks before it uploads; `None` if the request is something else.
    pub(crate) fn preflight(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Option<Response<BucketBody>> {
        if method != Method::OPTIONS {
            return None;
        }
        let mut response = Response::new(BucketBody::empty());
        let wants_put =
            headers.get(ACCESS_CONTROL_REQUEST_METHOD).is_some_and(|wanted| wanted == "PUT");
        if wants_put && self.allow(headers, response.headers_mut()) {
            *response.status_mut() = StatusCode::NO_CONTENT;
            describe_upload(response.headers_mut());
        } else {
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
        Some(response)
    }

    /// Lets the page that sent `request` read the response; `false` if its origin is not allowed,
    /// or there is none.
    pub(crate) fn allow(&self, request: &HeaderMap, response: &mut HeaderMap) -> bool {
        let Some(allowed) = request.get(ORIGIN).and_then(|origin| self.allowed(origin)) else {
            return false;
        };
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag"));
        response.insert(VARY, HeaderValue::from_static("origin"));
        true
    }

    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.origins.iter().any(|allowed| allowed == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        self.origins.iter().any(|allowed| origin == allowed.as_str()).then(|| origin.clone())
    }
}

fn describe_upload(headers: &mut HeaderMap) {
    let pairs = [
        (ACCESS_CONTROL_ALLOW_METHODS, "PUT"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type, x-amz-checksum-sha256, if-none-match"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    for (name, value) in pairs {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_allowed_only_if_it_is_listed() {
        let listed = ["https://a.example", "https://b.example"];
        let cases: [(&[&str], &str, Option<&str>); 5] = [
            (&["*"], "https://x.example", Some("*")),
            (&listed, "https://b.example", Some("https://b.example")),
            (&listed, "https://b.example.evil", None),
            (&listed, "null", None),
            (&[], "https://a.example", None),
        ];
        for (origins, origin, want) in cases {
            let cors = Cors { origins: origins.iter().map(|&text| text.to_owned()).collect() };
            let got = cors.allowed(&HeaderValue::from_str(origin).expect("a value"));
            assert_eq!(got, want.map(HeaderValue::from_static), "{origins:?} {origin}");
        }
    }
}
