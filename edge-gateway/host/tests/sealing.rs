//! What lies on the disk, seen by someone who has stolen it: nothing personal, and no answer from what was changed.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::{TestServer, WITHOUT_MATCHER, models_are_here, people, settings};
use facematch_contract::{
    CorrelationId, CreateSubmission, Decision, Mode, PartnerId, ReasonCode, State, SubmissionResult,
};
use facematch_engine::Retention;
use facematch_host::{ServeOptions, Server, open_store};
use facematch_partner::{Credentials, PartnerClient, PhotoFile};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(60);
const SUBJECT: &str = "subject-siti-rahayu";
const REFERENCE: &str = "reference-onboarding-4711";
const CALLBACK: &str = "https://partner.example/hooks/secret-path";
/// Bytes that no encoder and no key would make by chance.
const MARKER: &[u8] = b"a face that nobody but its owner may see";

fn request(photos: [&PhotoFile; 2]) -> CreateSubmission {
    let mode = Mode::SelfieToSelfie;
    let images = mode.roles().iter().zip(photos).map(|(role, photo)| photo.declare(*role));
    CreateSubmission {
        mode,
        images: images.collect(),
        subject: Some(SUBJECT.to_owned()),
        reference: Some(REFERENCE.to_owned()),
        consent_ref: None,
        callback_url: Some(CALLBACK.to_owned()),
        policy: None,
    }
}

async fn upload(client: &PartnerClient, photos: [&PhotoFile; 2], key: &str) -> CorrelationId {
    let created = client.create(&request(photos), key).await.unwrap();
    for (target, photo) in created.uploads.iter().zip(photos) {
        client.upload(target, photo).await.unwrap();
    }
    created.correlation_id
}

async fn matched(client: &PartnerClient, photos: [&PhotoFile; 2]) -> SubmissionResult {
    let id = upload(client, photos, "matched").await;
    client.confirm(id).await.unwrap();
    client.wait(id, PATIENCE).await.unwrap();
    client.result(id).await.unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Which of the needles are in some file below `folder`.
fn found(folder: &Path, needles: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
    let contents: Vec<_> = files(folder).iter().map(|file| fs::read(file).unwrap()).collect();
    let holds = |needle: &[u8]| {
        contents.iter().any(|content| content.windows(needle.len()).any(|bytes| bytes == needle))
    };
    needles.iter().filter(|(_, needle)| holds(needle)).map(|(name, _)| *name).collect()
}

fn needles(photo: &PhotoFile, result: &SubmissionResult) -> Vec<(&'static str, Vec<u8>)> {
    let json = serde_json::to_string(&result.comparison).unwrap();
    let middle = photo.bytes.len() / 2;
    vec![
        ("marker", MARKER.to_vec()),
        ("head of the photo", photo.bytes[..32].to_vec()),
        ("middle of the photo", photo.bytes[middle..middle + 32].to_vec()),
        ("magic of JFIF", b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec()),
        ("result", json.as_bytes()[..60].to_vec()),
        ("decision", b"\"decision\":".to_vec()),
        ("subject", SUBJECT.into()),
        ("reference", REFERENCE.into()),
        ("callback URL", CALLBACK.into()),
        ("callback body", b"submission.completed".to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_disk_shows_nothing_of_a_person() {
    let Some([photo, same, _]) = people() else { return };
    if !models_are_here() {
        return;
    }
    let server = TestServer::start().await;
    let engine_store = open_store(server.data.path()).await.unwrap();
    let partner = PartnerId(server.credentials.client_id.clone());
    // The photos stay, so that there is something to find.
    let keep = Retention { photos_days: 7, results_days: None };
    engine_store.set_retention(&partner, keep).await.unwrap();
    engine_store.close().await;
    let client = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
    let result = matched(&client, [&photo, &same]).await;
    assert_eq!(result.comparison.decision, Decision::Match);
    assert_eq!(result.subject.as_deref(), Some(SUBJECT));
    let marked = PhotoFile::from_bytes("marked.jpg", MARKER.repeat(4000));
    upload(&client, [&marked, &marked], "never-confirmed").await;

    let mut needles = needles(&photo, &result);
    needles.push(("webhook secret", server.credentials.webhook_secret.clone().into()));
    needles.push(("client secret", server.credentials.client_secret.clone().into()));
    let none: [&str; 0] = [];
    assert_eq!(found(server.data.path(), &needles), none, "while it runs, with its log");
    let id = [("id", result.correlation_id.to_string().into_bytes())];
    assert_eq!(found(server.data.path(), &id), ["id"], "the search finds what is there");
    let data = server.stop().await;
    assert!(files(&data.path().join("bucket/objects")).len() == 4, "the photos are there");
    assert_eq!(found(data.path(), &needles), none, "after it has stopped");
}

/// The control of the test above, and the upgrade: what the version before sealing left is found, and then is not.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_stored_is_found_before_the_first_start_and_not_after() {
    let Some([photo, same, _]) = people() else { return };
    if !models_are_here() {
        return;
    }
    common::install_crypto();
    let data = tempfile::tempdir().unwrap();
    let [queued, completed] = [1, 2].map(|number| CorrelationId::from_parts(number, &[7; 10]));
    old_data(data.path(), queued, completed, [&photo, &same]).await;
    let needles = [
        ("head of the photo", photo.bytes[..32].to_vec()),
        ("result", b"\"decision\":\"match\"".to_vec()),
        ("subject", SUBJECT.into()),
        ("reference", REFERENCE.into()),
        ("callback URL", CALLBACK.into()),
        ("secret", OLD_SECRET.into()),
    ];
    let all: Vec<_> = needles.iter().map(|(name, _)| *name).collect();
    assert_eq!(found(data.path(), &needles), all);

    let server = Server::start(&settings(data.path(), ServeOptions::default())).await.unwrap();
    let engine = server.engine().unwrap().clone();
    let partner = PartnerId("pt_1".to_owned());
    let ended = engine.wait_final(&partner, queued, 20).await.unwrap();
    assert_eq!(ended.state, State::Completed, "its photos were in clear, and were read");
    let result = engine.result(&partner, queued).await.unwrap();
    assert_eq!(result.comparison.decision, Decision::Match);
    assert_eq!(result.reference.as_deref(), Some(REFERENCE));
    server.stop().await;
    let none: [&str; 0] = [];
    assert_eq!(found(data.path(), &needles), none);
}

const OLD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A data directory as the version before sealing left it: one submission queued with its photos, one completed.
async fn old_data(
    data: &Path,
    queued: CorrelationId,
    completed: CorrelationId,
    photos: [&PhotoFile; 2],
) {
    let path = data.join("facematch.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::migrate!("../engine/migrations").run_to(1, &pool).await.unwrap();
    let submission = |id, state, due: &str| {
        format!(
            "INSERT INTO submissions (id, partner_id, idempotency_key, request_sha256, mode, state, subject, \
             reference, callback_url, created_at, updated_at, expires_at, closed_at, due_at) VALUES ('{id}', 'pt_1', \
             '{id}', '', 'selfie_to_selfie', '{state}', '{SUBJECT}', '{REFERENCE}', '{CALLBACK}', 1, 1, 1, 1, {due})"
        )
    };
    let mut statements = vec![
        format!(
            "INSERT INTO partners (id, name, secret_sha256, scopes, allowed_origins, callback_secret, created_at, \
             rotated_at) VALUES ('pt_1', 'Bank', zeroblob(32), '[]', '[]', '{OLD_SECRET}', 1, 1)"
        ),
        submission(queued, "queued", "1"),
        submission(completed, "completed", "NULL"),
        format!("INSERT INTO results VALUES ('{completed}', '{{\"decision\":\"match\"}}', 1)"),
    ];
    for (role, photo) in Mode::SelfieToSelfie.roles().iter().zip(photos) {
        let declared = photo.declare(*role);
        let key = facematch_contract::engine::object_key(queued, *role);
        let etag = "00".repeat(16);
        plain_object(&data.join("bucket"), &key, &etag, photo);
        statements.push(format!(
            "INSERT INTO images VALUES ('{queued}', '{}', '{}', {}, '{}', '\"{etag}\"')",
            role.as_str(),
            declared.content_type,
            declared.size_bytes,
            declared.sha256
        ));
    }
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

/// A file of the bucket as that version wrote it.
fn plain_object(bucket: &Path, key: &str, etag: &str, photo: &PhotoFile) {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let meta = serde_json::json!({
        "key": key, "content_type": "image/jpeg", "size_bytes": photo.bytes.len(),
        "sha256": STANDARD.encode(Sha256::digest(&photo.bytes)), "etag": etag, "stored_unix_s": 1,
    });
    let meta = serde_json::to_vec(&meta).unwrap();
    let length = u32::try_from(meta.len()).unwrap().to_le_bytes();
    let file = [&photo.bytes[..], &meta, &Sha256::digest(&meta), &length, b"FMB1"].concat();
    let name: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = bucket.join("objects").join(&name[..2]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&name[2..]), file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_bit_of_a_photo_ends_as_our_fault_and_never_as_a_match() {
    let Some([photo, ..]) = people() else { return };
    if !models_are_here() {
        return;
    }
    let server = TestServer::start_without_matcher().await;
    let client = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
    let id = upload(&client, [&photo, &photo], "k1").await;
    client.confirm(id).await.unwrap();
    let credentials = server.credentials.clone();
    let data = server.stop().await;
    let file = files(&data.path().join("bucket/objects")).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();

    let server = Server::start(&settings(data.path(), ServeOptions::default())).await.unwrap();
    let client = client_of(&server, credentials);
    let status = loop {
        // Time passes faster: the five tries are five seconds apart.
        hurry(data.path()).await;
        let status = client.wait(id, Duration::from_millis(200)).await;
        if let Ok(status) = status
            && status.state.is_final()
        {
            break status;
        }
    };
    assert_eq!(status.state, State::Failed);
    let comparison = client.result(id).await.unwrap().comparison;
    assert_eq!(comparison.decision, Decision::Inconclusive);
    assert_eq!(comparison.reasons[0].code, ReasonCode::ProcessingFailed);
    server.stop().await;
}

fn client_of(server: &Server, credentials: Credentials) -> PartnerClient {
    let api = format!("http://{}", server.addresses().api.unwrap());
    PartnerClient::new(&api, credentials).unwrap()
}

async fn hurry(data: &Path) {
    let url = format!("sqlite://{}", data.join("facematch.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let sql = "UPDATE submissions SET due_at = 1 WHERE state = 'queued'";
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_photo_cannot_come_back_though_its_url_still_lives() {
    let server = TestServer::start_without_matcher().await;
    let client = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
    let photo = PhotoFile::from_bytes("a.jpg", MARKER.to_vec());
    let created = client.create(&request([&photo, &photo]), "k1").await.unwrap();
    client.upload(&created.uploads[0], &photo).await.unwrap();
    let objects = server.data.path().join("bucket/objects");
    assert_eq!(files(&objects).len(), 1);
    let engine = server.engine();
    let partner = PartnerId(server.credentials.client_id.clone());
    let receipt = engine.erase(&partner, created.correlation_id).await.unwrap();
    assert_eq!(receipt.images.len(), 2);
    assert_eq!(files(&objects).len(), 0);
    for target in &created.uploads {
        assert!(client.upload(target, &photo).await.is_err());
    }
    assert_eq!(files(&objects).len(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_its_master_key_does_not_start_and_makes_no_other() {
    let data = tempfile::tempdir().unwrap();
    let options = || ServeOptions { roles: Some(WITHOUT_MATCHER.to_vec()), ..Default::default() };
    let server = TestServer::start_in(data, options()).await;
    let data = server.stop().await;
    let key = data.path().join("master-key.toml");
    fs::rename(&key, data.path().join("elsewhere")).unwrap();
    let refused = Server::start(&settings(data.path(), options())).await.err().unwrap();
    assert!(format!("{refused:#}").contains("is not here"), "{refused:#}");
    assert!(!key.exists());
    fs::rename(data.path().join("elsewhere"), &key).unwrap();
    Server::start(&settings(data.path(), options())).await.unwrap().stop().await;
}
