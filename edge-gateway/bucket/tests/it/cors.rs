//! Uploads from a partner's page.

use reqwest::Method;

use crate::server::Server;

const PAGE: &str = "https://partner.example";

#[tokio::test]
async fn preflight_allows_uploads_from_listed_origins() {
    let cases = [(PAGE, "PUT", 204), (PAGE, "DELETE", 403), ("https://evil.example", "PUT", 403)];
    let server = Server::start().await;
    let url = server.upload_url("up/1", b"photo").url;
    for (origin, method, want) in cases {
        let headers =
            [("origin", origin.to_owned()), ("access-control-request-method", method.to_owned())];
        let answer = server.send(Method::OPTIONS, &url, &headers, b"").await;
        assert_eq!(answer.status(), want, "{origin} {method}");
        if want == 204 {
            let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(header("access-control-allow-origin"), PAGE);
            assert_eq!(header("access-control-allow-methods"), "PUT");
            assert_eq!(header("access-control-max-age"), "600");
            let allowed = header("access-control-allow-headers");
            assert_eq!(allowed, "content-type, x-amz-checksum-sha256, if-none-match");
        } else {
            assert!(!answer.headers().contains_key("access-control-allow-methods"));
        }
    }
}

#[tokio::test]
async fn page_can_read_answers_and_refusals() {
    let server = Server::start().await;
    for (origin, want) in [(PAGE, Some(PAGE)), (PAGE, Some(PAGE)), ("https://evil.example", None)] {
        let mut upload = server.upload_url("up/1", b"photo");
        upload.headers.push(("origin", origin.to_owned()));
        let answer = server.send(Method::PUT, &upload.url, &upload.headers, b"photo").await;
        assert!([200, 412].contains(&answer.status().as_u16()));
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(allowed.map(|value| value.to_str().expect("text")), want);
        let exposed = answer.headers().get("access-control-expose-headers");
        assert_eq!(exposed.is_some(), want.is_some());
    }
}
