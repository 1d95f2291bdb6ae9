//! Pages and their headers.

use crate::world::{BUCKET, World};
use reqwest::{Method, header};

#[tokio::test]
async fn every_answer_carries_the_headers_of_a_bank() {
    let world = World::start().await;
    let visitor = world.visitor();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
         style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
         connect-src 'self' {} {BUCKET}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        world.api.url()
    );
    let cases = [
        ("/", 200, "text/html; charset=utf-8", "no-cache"),
        ("/onboarding.html", 200, "text/html; charset=utf-8", "no-cache"),
        ("/onboarding", 200, "text/html; charset=utf-8", "no-cache"),
        ("/assets/site-1.js", 200, "text/javascript; charset=utf-8", "immutable"),
        ("/assets/engine-1.wasm", 200, "application/wasm", "immutable"),
        ("/assets/detector-1.fmnn", 200, "application/octet-stream", "immutable"),
        ("/nowhere", 404, "text/html; charset=utf-8", "no-cache"),
        ("/api/nowhere", 404, "text/html; charset=utf-8", "no-cache"),
        ("/api/results/none", 404, "application/problem+json", "no-store"),
        ("/api/customers/current", 200, "application/json", "no-store"),
        ("/readyz", 200, "text/plain; charset=utf-8", "no-store"),
    ];
    for (path, status, kind, caching) in cases {
        let response = visitor.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), kind, "{path}");
        assert!(header("cache-control").ends_with(caching), "{path}");
        assert_eq!(header("content-security-policy"), policy, "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert!(header("permissions-policy").starts_with("camera=(self)"), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let world = World::start().await;
    let visitor = world.visitor();
    let etag = visitor.get("/").await.headers()[header::ETAG].clone();
    let again = visitor.request(Method::GET, "/").header(header::IF_NONE_MATCH, etag.clone());
    let again = visitor.send(again).await;
    assert_eq!((again.status().as_u16(), &again.headers()[header::ETAG]), (304, &etag));
    let other = visitor.request(Method::GET, "/onboarding").header(header::IF_NONE_MATCH, etag);
    assert_eq!(visitor.send(other).await.status(), 200);
    let head = visitor.send(visitor.request(Method::HEAD, "/")).await;
    assert_eq!((head.status().as_u16(), head.text().await.unwrap().len()), (200, 0));
    assert_eq!(visitor.send(visitor.request(Method::POST, "/")).await.status(), 405);
}

/// Written by hand: a client library would tidy the path up before it is sent.
#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let world = World::start().await;
    let host = world.site.url().replace("http://", "");
    for path in [
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/assets//../index.html",
        "/index.html%00.js",
        "/..\\..\\etc\\passwd",
    ] {
        let answer = raw_get(&host, path).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "404" | "400"), "{path}: {status}");
        assert!(!answer.contains("root:") && !answer.contains("[package]"), "{path}");
    }
}

async fn raw_get(host: &str, path: &str) -> String {
    let (host, request) = (
        host.to_owned(),
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"),
    );
    let ask = move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    tokio::task::spawn_blocking(ask).await.unwrap()
}
