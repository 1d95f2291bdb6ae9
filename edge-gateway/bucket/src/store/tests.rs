use std::path::Path;

use super::*;

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).expect(text)
}

fn meta(key: &ObjectKey, content: &[u8], digests: &Digests) -> Meta {
    use base64::Engine;
    Meta {
        key: key.as_str().to_owned(),
        content_type: Some("image/jpeg".to_owned()),
        size_bytes: content.len() as u64,
        sha256: base64::engine::general_purpose::STANDARD.encode(digests.sha256),
        etag: "e".to_owned(),
        stored_unix_s: 1,
    }
}

fn data_key() -> Key {
    Key::from_bytes([7; 32])
}

fn read(store: &Store, key: &ObjectKey) -> Result<(Meta, Vec<u8>), StoreError> {
    store.read(key, Some(&data_key()))
}

fn head(store: &Store, key: &ObjectKey) -> Result<Meta, StoreError> {
    store.head(key, Some(&data_key()))
}

fn put(store: &Store, key: &ObjectKey, content: &[u8], how: Placement) -> Result<(), StoreError> {
    let mut draft = store.draft(key, data_key())?;
    draft.write(content)?;
    let meta = meta(key, content, &draft.digests());
    store.commit(draft, &meta, key, how)
}

fn file_of(root: &Path, key: &ObjectKey) -> PathBuf {
    let (shard, name) = key.file_name();
    root.join("objects").join(shard).join(name)
}

fn drafts(root: &Path) -> usize {
    fs::read_dir(root.join("drafts")).expect("a folder").count()
}

#[test]
fn object_is_read_as_it_was_put_also_after_a_restart() {
    let root = tempfile::tempdir().expect("a folder");
    let key = key("up/1");
    let store = Store::open(root.path()).expect("a store");
    put(&store, &key, b"photo", Placement::New).expect("stored");
    drop(store);

    let store = Store::open(root.path()).expect("a store");
    let (meta, content) = read(&store, &key).expect("an object");
    assert_eq!((content.as_slice(), meta.size_bytes), (b"photo".as_slice(), 5));
    assert_eq!(head(&store, &key).expect("an object"), meta);
    assert_eq!(drafts(root.path()), 0);
}

#[test]
fn new_objects_never_replace_and_others_do() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    put(&store, &key, b"first", Placement::New).expect("stored");
    let second = put(&store, &key, b"second", Placement::New);
    assert!(matches!(second, Err(StoreError::Exists)));
    assert_eq!(read(&store, &key).expect("an object").1, b"first");
    put(&store, &key, b"third", Placement::Replace).expect("stored");
    assert_eq!(read(&store, &key).expect("an object").1, b"third");
    assert_eq!(drafts(root.path()), 0);
}

#[test]
fn deleted_objects_are_gone_and_may_be_deleted_again() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    put(&store, &key, b"photo", Placement::New).expect("stored");
    for _ in 0..2 {
        store.delete(&key).expect("deleted");
        assert!(matches!(head(&store, &key), Err(StoreError::NotFound)));
    }
}

#[test]
fn every_flipped_byte_and_every_torn_file_is_noticed() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    put(&store, &key, b"photo", Placement::New).expect("stored");
    let path = file_of(root.path(), &key);
    let good = fs::read(&path).expect("a file");
    for index in 0..good.len() {
        let mut flipped = good.clone();
        flipped[index] ^= 0x20;
        for damaged in [flipped.as_slice(), &good[..index]] {
            fs::write(&path, damaged).expect("written");
            let read = read(&store, &key);
            assert!(matches!(read, Err(StoreError::Damaged(_))), "byte {index}: {read:?}");
        }
    }
}

/// Content that a search of the disk would find.
const MARKER: &[u8] = b"\xff\xd8 a face that nobody else may see \xff\xd9";

fn holds(path: &Path, needle: &[u8]) -> bool {
    fs::read(path).expect("a file").windows(needle.len()).any(|bytes| bytes == needle)
}

#[test]
fn nothing_of_an_object_is_on_the_disk_in_clear() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    put(&store, &key, MARKER, Placement::New).expect("stored");
    let path = file_of(root.path(), &key);
    for needle in [MARKER, &MARKER[..8], b"image/jpeg", b"up/1"] {
        assert!(!holds(&path, needle), "{needle:?}");
    }
    assert!(holds(&path, b"FMB2"), "the search finds what is there");
}

#[test]
fn without_its_data_key_an_object_is_gone_and_with_another_it_is_damaged() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    put(&store, &key, MARKER, Placement::New).expect("stored");
    assert!(matches!(store.head(&key, None), Err(StoreError::NotFound)));
    assert!(matches!(store.read(&key, None), Err(StoreError::NotFound)));
    let other = Key::from_bytes([8; 32]);
    assert!(matches!(store.head(&key, Some(&other)), Err(StoreError::Damaged(_))));
    assert!(matches!(store.read(&key, Some(&other)), Err(StoreError::Damaged(_))));
}

#[test]
fn two_tries_at_one_upload_share_no_bytes() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    let files = [(); 2].map(|()| {
        put(&store, &key, MARKER, Placement::Replace).expect("stored");
        fs::read(file_of(root.path(), &key)).expect("a file")
    });
    assert_ne!(files[0][..MARKER.len()], files[1][..MARKER.len()]);
}

#[test]
fn object_of_a_version_before_sealing_is_still_read_and_its_damage_noticed() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let key = key("up/1");
    let path = file_of(root.path(), &key);
    let good = plain_file(&key, MARKER);
    fs::write(&path, &good).expect("written");
    for data_key in [None, Some(&data_key())] {
        assert_eq!(store.read(&key, data_key).expect("an object").1, MARKER);
    }
    assert!(holds(&path, MARKER), "what sealing is for");
    for index in 0..good.len() {
        let mut flipped = good.clone();
        flipped[index] ^= 0x20;
        fs::write(&path, flipped).expect("written");
        let read = store.read(&key, None);
        assert!(matches!(read, Err(StoreError::Damaged(_))), "byte {index}: {read:?}");
    }
}

/// A file as versions before sealing wrote it.
fn plain_file(key: &ObjectKey, content: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let digests = Digests {
        sha256: Sha256::digest(content).into(),
        md5: [0; 16],
        size_bytes: content.len() as u64,
    };
    let json = serde_json::to_vec(&meta(key, content, &digests)).expect("JSON");
    let length = u32::try_from(json.len()).expect("fits").to_le_bytes();
    [content, &json, &Sha256::digest(&json), &length, b"FMB1"].concat()
}

#[test]
fn file_in_anothers_place_is_noticed() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    let (mine, other) = (key("up/1"), key("up/2"));
    put(&store, &mine, b"photo", Placement::New).expect("stored");
    fs::rename(file_of(root.path(), &mine), file_of(root.path(), &other)).expect("moved");
    assert!(matches!(head(&store, &other), Err(StoreError::Damaged(_))));
}

#[test]
fn dropped_draft_leaves_nothing_and_a_start_removes_the_rest() {
    let root = tempfile::tempdir().expect("a folder");
    let store = Store::open(root.path()).expect("a store");
    drop(store.draft(&key("up/1"), data_key()).expect("a draft"));
    assert_eq!(drafts(root.path()), 0);
    drop(store);

    fs::write(root.path().join("drafts/17"), b"left by a crash").expect("written");
    let _store = Store::open(root.path()).expect("a store");
    assert_eq!(drafts(root.path()), 0);
}

#[test]
fn store_is_open_once_at_a_time() {
    let root = tempfile::tempdir().expect("a folder");
    let _store = Store::open(root.path()).expect("a store");
    let second = Store::open(root.path()).expect_err("refused");
    assert_eq!(second.kind(), ErrorKind::WouldBlock);
}
