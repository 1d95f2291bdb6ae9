//! Requests that are not of the bucket's few kinds.

use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::{Ask, Server, engine_key, path_of, refusal};

/// What even the full key is refused, and with which code.
#[tokio::test]
async fn unserved_operations_lives_and_clocks_are_refused() {
    const COPY: &[(&str, &str)] = &[("x-amz-copy-source", "/photos/up/1")];
    let key = path_of("up/1");
    let cases: [(Method, Ask<'_>, u16); 13] = [
        (Method::GET, Ask::of("/"), 403),
        (Method::GET, Ask::of("/photos"), 403),
        (Method::PUT, Ask::of("/others"), 403),
        (Method::DELETE, Ask::of("/photos"), 403),
        (Method::GET, Ask { query: &[("list-type", "2")], ..Ask::of("/photos") }, 400),
        (Method::GET, Ask { query: &[("acl", "")], ..Ask::of(&key) }, 400),
        (Method::POST, Ask { query: &[("uploads", "")], ..Ask::of(&key) }, 405),
        (Method::PUT, Ask { headers: COPY, ..Ask::of(&key) }, 400),
        (Method::GET, Ask { clock_offset_s: -120, ..Ask::of(&key) }, 403),
        (Method::GET, Ask { clock_offset_s: 600, ..Ask::of(&key) }, 403),
        (Method::GET, Ask { expires_s: 3601, ..Ask::of(&key) }, 400),
        (Method::GET, Ask::of("/others/up/1"), 404),
        (Method::GET, Ask::of("/photos/up/absent"), 404),
    ];
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    for (method, ask, want) in cases {
        let url = server.presign(engine_key(), method.as_str(), &ask);
        let headers = ask.headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let headers: Vec<_> = headers.collect();
        let answer = server.send(method.clone(), &url, &headers, b"").await;
        let path = ask.path;
        assert_eq!(answer.status(), want, "{method} {path}: {:?}", refusal(answer).await);
    }
    assert_eq!(server.files(), 1);
}

#[tokio::test]
async fn anonymous_requests_are_refused() {
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    let sig_v2 = "AWSAccessKeyId=engine&Expires=99999999999&Signature=c2ln";
    let base = server.endpoint.base();
    for url in [
        format!("{base}/"),
        format!("{base}/photos"),
        format!("{base}/photos?list-type=2"),
        format!("{base}/photos/up/1"),
        format!("{base}/photos/up/1?{sig_v2}"),
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = refusal(server.send(method.clone(), &url, &[], b"x").await).await;
            assert_eq!(answer, (403, "AccessDenied".to_owned()), "{method} {url}");
        }
        assert_eq!(server.send(Method::POST, &url, &[], b"x").await.status(), 405, "{url}");
    }
    assert_eq!(server.files(), 1);
}

#[tokio::test]
async fn keys_that_play_tricks_are_refused() {
    let server = Server::start().await;
    for key in [
        "up/../secret",
        "up/./1",
        "up//1",
        "up/1/",
        "../../etc/passwd",
        "up/%2e%2e/secret",
        "up/a b",
        "up/\u{e9}",
        "up/a\\b",
        "up/a\0b",
        &format!("up/{}", "a".repeat(300)),
    ] {
        let url = server.presign(engine_key(), "PUT", &Ask::of(&path_of(key)));
        let target = url.strip_prefix(server.endpoint.base()).expect("a path");
        let status = raw_put(&server, target, "content-length: 1\r\n", b"x").await;
        assert_eq!(status, 400, "{key}");
    }
    assert_eq!(server.files(), 0);
}

#[tokio::test]
async fn bodies_without_their_length_or_end_are_refused() {
    let server = Server::start().await;
    let url = server.presign(engine_key(), "PUT", &Ask::of(&path_of("up/1")));
    let target = url.strip_prefix(server.endpoint.base()).expect("a path");
    let cases: [(&str, &[u8], u16); 3] = [
        ("transfer-encoding: chunked\r\n", b"1\r\nx\r\n0\r\n\r\n", 411),
        ("content-length: 10\r\n", b"stalls", 400),
        ("content-length: 1\r\ncontent-length: 2\r\n", b"xy", 400),
    ];
    for (headers, body, want) in cases {
        assert_eq!(raw_put(&server, target, headers, body).await, want, "{headers}");
        assert_eq!(server.files(), 0, "{headers}");
    }
}

/// Without reading on, the client's system throws the answer away with the connection.
#[tokio::test]
async fn refusal_arrives_after_a_large_body() {
    let server = Server::start().await;
    let body = vec![0; 8_000_000];
    let headers = format!("content-length: {}\r\n", body.len());
    assert_eq!(raw_put(&server, "/photos/up/1", &headers, &body).await, 403);
}

#[tokio::test]
async fn hung_up_upload_leaves_nothing() {
    let server = Server::start().await;
    let url = server.presign(engine_key(), "PUT", &Ask::of(&path_of("up/1")));
    let target = url.strip_prefix(server.endpoint.base()).expect("a path");
    let mut stream = server.connect().await;
    let head = request_head(&server, target, "content-length: 10\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(b"half").await.expect("sent");
    drop(stream);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if server.files() == 0 {
            return;
        }
    }
    panic!("{} files left", server.files());
}

/// The status of a PUT that no decent client would send.
async fn raw_put(server: &Server, target: &str, headers: &str, body: &[u8]) -> u16 {
    let mut stream = server.connect().await;
    stream.write_all(request_head(server, target, headers).as_bytes()).await.expect("sent");
    stream.write_all(body).await.expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    let answer = std::str::from_utf8(&answer).expect("text");
    answer.trim_start_matches("HTTP/1.1 ").parse().expect("a status")
}

fn request_head(server: &Server, target: &str, headers: &str) -> String {
    format!("PUT {target} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", server.endpoint.host())
}
