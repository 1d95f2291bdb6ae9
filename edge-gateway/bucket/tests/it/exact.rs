//! One URL takes exactly one file, once: everything else that can be sent is refused, and leaves nothing behind.

use facematch_presign::UploadUrl;
use reqwest::Method;

use crate::server::{Ask, Server, engine_key, path_of, refusal, upload_key};

const PHOTO: &[u8] = b"\xff\xd8 a photo of a person \xff\xd9";
/// There before each attempt, and after it.
const TAKEN: &str = "up/taken";
const FREE: &str = "up/free";

/// A request as it goes out.
struct Attempt {
    method: Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Attempt {
    /// What the gateway's URL for a key is for.
    fn good(server: &Server, key: &str) -> Self {
        let UploadUrl { url, headers } = server.upload_url(key, PHOTO);
        Self { method: Method::PUT, url, headers, body: PHOTO.to_vec() }
    }

    fn set(&mut self, name: &str, value: &str) {
        let header = self.headers.iter_mut().find(|(known, _)| *known == name).expect("a header");
        header.1 = value.to_owned();
    }

    fn in_url(&mut self, from: &str, to: &str) {
        assert!(self.url.contains(from), "no {from} in the URL");
        self.url = self.url.replace(from, to);
    }

    /// A request that the attacker could sign if it had `key`, or that a stolen URL of the engine's would be.
    fn signed(server: &Server, method: Method, path: &str, ask: Ask<'_>) -> Self {
        let url = server.presign(engine_key(), method.as_str(), &Ask { path, ..ask });
        Self { method, url, headers: Vec::new(), body: Vec::new() }
    }
}

type Change = fn(&Server, &mut Attempt);

#[rustfmt::skip] // One row a line: it is read as a table.
const CASES: &[(&str, Change, u16)] = &[
    ("control: the declared file", |_, _| {}, 200),
    // Another file.
    ("a byte more", |_, it| it.body.push(0), 403),
    ("a byte less", |_, it| it.body.truncate(PHOTO.len() - 1), 403),
    ("nothing", |_, it| it.body.clear(), 403),
    ("other bytes", |_, it| it.body[5] ^= 1, 400),
    ("other type", |_, it| it.set("content-type", "text/html"), 403),
    ("other hash", |_, it| it.set("x-amz-checksum-sha256", "AAAA"), 403),
    ("no type", |_, it| it.headers.retain(|(name, _)| *name != "content-type"), 403),
    ("no hash", |_, it| it.headers.retain(|(name, _)| *name != "x-amz-checksum-sha256"), 403),
    ("type twice", |_, it| it.headers.push(("content-type", "text/html".into())), 403),
    // Another place.
    ("other key", |_, it| it.in_url("up/free", "up/other"), 403),
    ("other bucket", |_, it| it.in_url("/photos/", "/others/"), 403),
    ("up and away", |_, it| it.in_url("up/free", "up/%2e%2e/free"), 403),
    ("up and away, encoded twice", |_, it| it.in_url("up/free", "up/%252e%252e/free"), 403),
    ("a slash more", |_, it| it.in_url("up/free", "up//free"), 403),
    ("a slash at the end", |_, it| it.in_url("up/free", "up/free/"), 403),
    ("an encoded slash", |_, it| it.in_url("up/free", "up%2Ffree%2F1"), 403),
    ("a null byte", |_, it| it.in_url("up/free", "up/free%00"), 403),
    // Another time.
    ("longer life", |_, it| it.in_url("Expires=900", "Expires=3600"), 403),
    ("expired", |server, it| *it = dated(server, -120), 403),
    ("from the future", |server, it| *it = dated(server, 600), 403),
    // Again.
    ("second upload", |server, it| *it = Attempt::good(server, TAKEN), 412),
    ("may replace", |_, it| it.headers.retain(|(name, _)| *name != "if-none-match"), 403),
    ("replaces a version", |_, it| it.set("if-none-match", "\"0123\""), 403),
    ("replaces if it is there", |_, it| it.headers.push(("if-match", "*".into())), 400),
    // Headers that nobody signed.
    ("copies another object", |_, it| it.headers.push(("x-amz-copy-source", "/photos/up/taken".into())), 403),
    ("copies a range", |_, it| it.headers.push(("x-amz-copy-source-range", "bytes=0-3".into())), 403),
    ("for all to read", |_, it| it.headers.push(("x-amz-acl", "public-read".into())), 403),
    ("with a tag", |_, it| it.headers.push(("x-amz-tagging", "a=b".into())), 403),
    ("with meta", |_, it| it.headers.push(("x-amz-meta-a", "b".into())), 403),
    ("encrypted for another", |_, it| it.headers.push(("x-amz-server-side-encryption-customer-key", "k".into())), 403),
    ("redirected", |_, it| it.headers.push(("x-amz-website-redirect-location", "/".into())), 403),
    ("of other content", |_, it| it.headers.push(("x-amz-content-sha256", "UNSIGNED-PAYLOAD".into())), 403),
    // Another signature.
    ("no signature", |_, it| it.url.truncate(it.url.find('?').expect("a query")), 403),
    ("another signature", |_, it| { let last = it.url.pop(); it.url.push(if last == Some('0') { '1' } else { '0' }); }, 403),
    ("a longer signature", |_, it| it.in_url("X-Amz-Signature=", "X-Amz-Signature=0"), 400),
    ("another algorithm", |_, it| it.in_url("AWS4-HMAC-SHA256", "AWS7-HMAC-SHA256"), 403),
    ("SigV2", |_, it| { let base = it.url.find('?').expect("a query"); it.url.truncate(base); it.url.push_str("?AWSAccessKeyId=upload&Expires=99999999999&Signature=c2ln"); }, 403),
    ("an authorization header", |_, it| it.headers.push(("authorization", "AWS upload:c2ln".into())), 403),
    ("a parameter more", |_, it| it.url.push_str("&x-id=PutObject"), 400),
    ("a part of an upload", |_, it| it.url.push_str("&partNumber=1&uploadId=1"), 400),
    // Another operation, with the same URL.
    ("read", |_, it| it.method = Method::GET, 403),
    ("head", |_, it| it.method = Method::HEAD, 403),
    ("delete", |_, it| it.method = Method::DELETE, 403),
    ("post", |_, it| it.method = Method::POST, 405),
    // Even with the engine's key.
    ("a range", |server, it| { *it = Attempt::signed(server, Method::GET, &path_of(TAKEN), Ask::of("")); it.headers.push(("range", "bytes=0-3".into())); }, 400),
    ("a list", |server, it| *it = Attempt::signed(server, Method::GET, "/photos", Ask { query: &[("list-type", "2")], ..Ask::of("") }), 400),
    ("a plain list", |server, it| *it = Attempt::signed(server, Method::GET, "/photos", Ask::of("")), 403),
    ("all buckets", |server, it| *it = Attempt::signed(server, Method::GET, "/", Ask::of("")), 403),
    ("a new bucket", |server, it| *it = Attempt::signed(server, Method::PUT, "/others", Ask::of("")), 403),
    ("the end of the bucket", |server, it| *it = Attempt::signed(server, Method::DELETE, "/photos", Ask::of("")), 403),
];

/// A URL of the upload key's that is good but for its time.
fn dated(server: &Server, clock_offset_s: i64) -> Attempt {
    let good = Attempt::good(server, FREE);
    let length = PHOTO.len().to_string();
    let mut signed: Vec<(&str, &str)> =
        good.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    signed.push(("content-length", &length));
    let path = path_of(FREE);
    let ask = Ask { headers: &signed, clock_offset_s, ..Ask::of(&path) };
    let url = server.presign(upload_key(), "PUT", &ask);
    Attempt { url, ..good }
}

#[tokio::test]
async fn exactly_the_declared_file_is_taken_once_and_all_else_leaves_nothing() {
    let server = Server::start().await;
    assert_eq!(server.put(TAKEN, PHOTO).await.status(), 200);
    let mut surprises = Vec::new();
    for (name, change, want) in CASES {
        let mut attempt = Attempt::good(&server, FREE);
        change(&server, &mut attempt);
        let Attempt { method, url, headers, body } = attempt;
        let (status, code) = refusal(server.send(method, &url, &headers, &body).await).await;
        if *want == 200 {
            server.objects().delete(FREE).await.expect("deleted");
        }
        if (status, server.files()) != (*want, 1) {
            let files = server.files();
            surprises.push(format!("{name}: {status} {code}, not {want}; {files} files"));
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    let objects = server.objects();
    let info = objects.head(TAKEN).await.expect("an answer").expect("an object");
    assert_eq!(objects.get(TAKEN, &info.etag, 100).await.expect("an object"), PHOTO);
}

/// The control of `dated`: at the right time its URL is good.
#[tokio::test]
async fn a_url_of_now_is_taken() {
    let server = Server::start().await;
    let Attempt { method, url, headers, body } = dated(&server, 0);
    assert_eq!(server.send(method, &url, &headers, &body).await.status(), 200);
}
