//! One URL takes exactly one file, once.

use facematch_contract::limits::MAX_IMAGE_BYTES;
use facematch_presign::UploadUrl;
use reqwest::Method;
use sha2::{Digest, Sha256};

use crate::server::{Ask, Server, engine_key, path_of, refusal, upload_key};

const PHOTO: &[u8] = b"\xff\xd8 a photo of a person \xff\xd9";

#[tokio::test]
async fn declared_file_is_taken_and_read_back() {
    let server = Server::start().await;
    let answer = server.put("up/1", PHOTO).await;
    assert_eq!(answer.status(), 200);
    let etag = answer.headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!(server.files(), 1);

    let objects = server.objects();
    let info = objects.head("up/1").await.expect("an answer").expect("an object");
    assert_eq!(info.etag, etag);
    assert_eq!(info.size_bytes, PHOTO.len() as u64);
    assert_eq!(info.content_type.as_deref(), Some("image/jpeg"));
    assert_eq!(info.sha256, Some(Sha256::digest(PHOTO).into()));
    assert_eq!(objects.get("up/1", &etag, 100).await.expect("an object"), PHOTO);
}

#[tokio::test]
async fn large_file_comes_in_several_blocks() {
    let server = Server::start().await;
    let photo: Vec<u8> = (0..3_000_000u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    assert_eq!(server.put("up/1", &photo).await.status(), 200);
    let objects = server.objects();
    let info = objects.head("up/1").await.expect("an answer").expect("an object");
    assert_eq!(objects.get("up/1", &info.etag, MAX_IMAGE_BYTES).await.expect("it"), photo);
}

#[tokio::test]
async fn second_upload_is_refused_and_the_first_stays() {
    let server = Server::start().await;
    assert_eq!(server.put("up/1", PHOTO).await.status(), 200);
    let second = refusal(server.put("up/1", b"another photo").await).await;
    assert_eq!(second, (412, "PreconditionFailed".to_owned()));
    assert_eq!(server.files(), 1);
    let info = server.objects().head("up/1").await.expect("an answer").expect("an object");
    assert_eq!(info.size_bytes, PHOTO.len() as u64);
}

#[tokio::test]
async fn parallel_uploads_have_one_winner() {
    let server = Server::start().await;
    let photos: Vec<Vec<u8>> = (0..20).map(|n| vec![n; 1000]).collect();
    let puts = photos.iter().map(|photo| server.put("up/1", photo));
    let answers = futures_util::future::join_all(puts).await;
    let won = answers.iter().filter(|answer| answer.status() == 200).count();
    assert_eq!((won, server.files()), (1, 1));
    assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status().as_u16())));
}

#[tokio::test]
async fn file_above_the_limit_is_refused() {
    let server = Server::start().await;
    let photo = vec![0; usize::try_from(MAX_IMAGE_BYTES).expect("fits") + 1];
    let answer = refusal(server.put("up/1", &photo).await).await;
    assert_eq!(answer, (400, "EntityTooLarge".to_owned()));
    assert_eq!(server.files(), 0);
}

#[tokio::test]
async fn upload_key_can_do_nothing_but_upload_below_its_prefix() {
    let server = Server::start().await;
    assert_eq!(server.put("up/1", PHOTO).await.status(), 200);
    for (method, path) in [
        (Method::GET, path_of("up/1")),
        (Method::HEAD, path_of("up/1")),
        (Method::DELETE, path_of("up/1")),
        (Method::PUT, path_of("up/2")), // Without the headers that pin the file.
        (Method::GET, "/photos".to_owned()),
        (Method::GET, "/".to_owned()),
    ] {
        let url = server.presign(upload_key(), method.as_str(), &Ask::of(&path));
        assert_eq!(
            server.send(method.clone(), &url, &[], b"").await.status(),
            403,
            "{method} {path}"
        );
    }
    for key in ["templates/1", "upper/1", "up"] {
        let answer = refusal(server.put(key, PHOTO).await).await;
        assert_eq!(answer, (403, "AccessDenied".to_owned()), "{key}");
    }
    assert_eq!(server.files(), 1);
}

/// The gateway never signs such a URL; the bucket does not rely on that.
#[tokio::test]
async fn upload_key_cannot_sign_a_url_that_replaces() {
    let server = Server::start().await;
    let path = path_of("up/1");
    let UploadUrl { headers, .. } = server.upload_url("up/1", b"x");
    for condition in ["\"0123\"", ""] {
        let mut headers = headers.clone();
        headers.push(("content-length", "1".to_owned()));
        headers.iter_mut().filter(|(name, _)| *name == "if-none-match").for_each(|header| {
            header.1 = condition.to_owned();
        });
        let signed: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ask = Ask { headers: &signed, ..Ask::of(&path) };
        let url = server.presign(upload_key(), "PUT", &ask);
        let answer = refusal(server.send(Method::PUT, &url, &headers, b"x").await).await;
        assert_eq!(answer, (403, "AccessDenied".to_owned()), "{condition}");
    }
    assert_eq!(server.files(), 0);
}

#[tokio::test]
async fn engine_key_may_put_anywhere_and_replace() {
    let server = Server::start().await;
    for photo in [b"one".as_slice(), b"three"] {
        let url = server.presign(engine_key(), "PUT", &Ask::of(&path_of("templates/1")));
        assert_eq!(server.send(Method::PUT, &url, &[], photo).await.status(), 200);
    }
    let info = server.objects().head("templates/1").await.expect("an answer").expect("one");
    assert_eq!((info.size_bytes, server.files()), (5, 1));
}
