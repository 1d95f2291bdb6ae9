//! Any request to the bucket, with the signatures of known ones at hand. It is let in only if it means what was signed.

#![no_main]

use std::cell::RefCell;

use facematch_fuzz::{Known, PHOTO, PhotoBucket, Sent, seeds};
use http::Uri;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static BUCKET: RefCell<PhotoBucket> = RefCell::new(PhotoBucket::new());
}

/// What S3 says once the signature has been found good.
const BEHIND_THE_SIGNATURE: [&str; 5] =
    ["NoSuchKey", "NoSuchBucket", "PreconditionFailed", "BadDigest", "IncompleteBody"];

fuzz_target!(init: begin(), |bytes: &[u8]| {
    BUCKET.with_borrow_mut(|bucket| {
        let Some(sent) = bucket.send(bytes) else { return };
        assert!(sent.status < 500, "{} {}", sent.status, sent.code);
        if !is_let_in(&sent) {
            return;
        }
        let known = bucket.known().iter().find(|known| known.method == sent.method);
        let known = known.expect("no other method is signed");
        check(known, &sent);
    });
});

/// Were the known requests refused, nothing would be tried.
fn begin() {
    let texts = PhotoBucket::seeds();
    for text in &texts {
        let sent =
            BUCKET.with_borrow_mut(|bucket| bucket.send(text.as_bytes())).expect("a request");
        assert!((200..300).contains(&sent.status), "{} {}: {text}", sent.status, sent.code);
    }
    seeds::write(texts);
}

fn is_let_in(sent: &Sent) -> bool {
    let is_success = (200..300).contains(&sent.status) && sent.method != http::Method::OPTIONS;
    // An answer to HEAD says no code.
    let is_found_out = sent.method == http::Method::HEAD && [404, 412].contains(&sent.status);
    is_success || is_found_out || BEHIND_THE_SIGNATURE.contains(&sent.code.as_str())
}

fn check(known: &Known, sent: &Sent) {
    assert_eq!(path(&sent.uri), path(&known.uri()));
    assert_eq!(query(&sent.uri), query(&known.uri()), "each parameter once, and no other");
    for (name, value) in &known.headers {
        let mut sent = sent.headers.get_all(name).iter();
        let text = sent.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(words(text), words(value), "{name}");
        assert!(sent.next().is_none(), "{name} twice");
    }
    let amz = sent.headers.keys().filter(|name| name.as_str().starts_with("x-amz-"));
    for name in amz {
        assert!(known.headers.iter().any(|(known, _)| known == name.as_str()), "{name} unsigned");
    }
    if sent.method == http::Method::PUT && sent.status == 200 {
        assert_eq!(sent.body, PHOTO.as_bytes(), "the declared photo");
    }
}

/// Undoes the percent-encoding.
fn path(uri: &Uri) -> String {
    let escaped = uri.path().replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    pairs.next().map(|pair| pair.0.into_owned()).unwrap_or_default()
}

fn query(uri: &Uri) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut pairs: Vec<_> = pairs.into_owned().collect();
    pairs.sort_unstable();
    pairs
}

/// Spaces around a value and their number within it are not signed.
fn words(value: &str) -> Vec<&str> {
    value.split_ascii_whitespace().collect()
}
