//! What is acknowledged stays, and what is damaged is not passed off as good.

use std::fs;
use std::path::{Path, PathBuf};

use facematch_bucket::ObjectsError;

use crate::server::Server;

#[tokio::test]
async fn restart_keeps_objects_and_removes_drafts() {
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    let root = server.stop().await;
    fs::write(root.path().join("drafts/0"), b"half a photo").expect("written");

    let server = Server::start_in(root).await;
    assert_eq!(server.files(), 1);
    let objects = server.objects();
    let info = objects.head("up/1").await.expect("an answer").expect("an object");
    assert_eq!(objects.get("up/1", &info.etag, 9).await.expect("an object"), b"photo");
    assert_eq!(server.put("up/1", b"photo").await.status(), 412);
    assert_eq!(server.put("up/2", b"photo").await.status(), 200);
}

#[tokio::test]
async fn damaged_object_is_an_error_of_the_server() {
    let server = Server::start().await;
    server.put("up/1", b"photo").await;
    let objects = server.objects();
    let etag = objects.head("up/1").await.expect("an answer").expect("an object").etag;

    let path = only_file(&server.root().join("objects"));
    let mut bytes = fs::read(&path).expect("a file");
    bytes[2] ^= 1;
    fs::write(&path, bytes).expect("written");
    let got = objects.get("up/1", &etag, 9).await;
    assert!(matches!(got, Err(ObjectsError::Damaged)), "{got:?}");
}

#[tokio::test]
async fn where_there_is_no_data_key_nothing_is_stored_and_anything_may_be_deleted() {
    let server = Server::start().await;
    let cases = [("up/no-key", 403), ("up/key-away", 503), ("up/key-damaged", 500)];
    for (key, want) in cases {
        assert_eq!(server.put(key, b"photo").await.status(), want, "{key}");
        assert_eq!(server.files(), 0, "{key}");
        server.objects().delete(key).await.expect("deleted");
    }
    let objects = server.objects();
    assert!(objects.head("up/no-key").await.expect("an answer").is_none());
    let away = objects.head("up/key-away").await.expect_err("no key");
    assert!(away.is_retryable(), "{away}");
    let damaged = objects.head("up/key-damaged").await;
    assert!(matches!(damaged, Err(ObjectsError::Damaged)), "{damaged:?}");
}

#[tokio::test]
async fn no_part_of_a_key_is_in_a_path() {
    let server = Server::start().await;
    server.put("up/applicant-42", b"photo").await;
    let path = only_file(&server.root().join("objects"));
    assert!(!path.to_string_lossy().contains("applicant"), "{path:?}");
}

fn only_file(folder: &Path) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                return path;
            }
            folders.push(path);
        }
    }
    panic!("no file");
}
