//! What the bucket writes to the log, and what it never does.

use std::io::{self, Write};
use std::sync::Mutex;

use reqwest::Method;
use tracing_subscriber::filter::LevelFilter;

use crate::server::{Server, refusal};

/// All that clients and servers of all tests have logged, at every level.
static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gathers the log of the whole process: a subscriber of one thread alone would miss what another
/// thread reached first.
pub(crate) fn install() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(|| Lines)
        .init();
}

#[tokio::test]
async fn log_names_path_and_cause_but_no_signature() {
    let server = Server::start().await;
    assert_eq!(server.put("up/logged-1", b"photo").await.status(), 200);
    let upload = server.upload_url("up/logged-2", b"photo");
    let answer = server.send(Method::PUT, &upload.url, &upload.headers, b"other").await;
    assert_eq!(refusal(answer).await.0, 400);
    let forged = upload.url.replace("logged-2", "logged-3");
    server.send(Method::PUT, &forged, &upload.headers, b"photo").await;

    let text = String::from_utf8(LINES.lock().expect("no panic").clone()).expect("text");
    for number in 1..=3 {
        assert!(text.contains(&format!("/photos/up/logged-{number}")), "{number}");
    }
    assert!(text.contains("the body is not what its digest says"));
    for secret in ["X-Amz-Signature", "X-Amz-Credential", "upload secret"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
