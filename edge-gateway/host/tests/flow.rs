//! The whole flow: the gateway as wasm inside the host, real sockets, a real HTTP client, a real presigned PUT, a real
//! callback receiver, real photos.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::{TestServer, album, models_are_here, people, sample, settings};
use facematch_contract::{
    CorrelationId, CreateSubmission, Decision, Mode, ReasonCode, State, SubmissionResult,
};
use facematch_host::{Keys, RoleName, ServeOptions, Server};
use facematch_partner::{
    ClientError, Flow, Outcome, PartnerClient, PhotoFile, Receiver, WebhookSecret,
};
use std::{fs, path::Path, time::Duration};

const PATIENCE: Duration = Duration::from_secs(60);

async fn parties(server: &TestServer) -> (PartnerClient, Receiver) {
    let secret = WebhookSecret::parse(&server.credentials.webhook_secret).unwrap();
    let receiver = Receiver::start(secret).await.unwrap();
    (PartnerClient::new(&server.api, server.credentials.clone()).unwrap(), receiver)
}

async fn run(server: &TestServer, mode: Mode, photos: [&PhotoFile; 2]) -> Outcome {
    let (client, receiver) = parties(server).await;
    let flow = Flow::new(&client, &receiver, |_| ());
    flow.run(mode, &photos, "order-1").await.unwrap()
}

fn reasons(result: &SubmissionResult) -> Vec<ReasonCode> {
    result.comparison.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_matches_and_two_people_do_not() {
    let Some([photo, same, other]) = people() else { return };
    if !models_are_here() {
        return;
    }
    let server = TestServer::start().await;

    let outcome = run(&server, Mode::SelfieToSelfie, [&photo, &same]).await;
    let result = &outcome.result;
    assert_eq!((result.state, result.comparison.decision), (State::Completed, Decision::Match));
    let score = result.comparison.score.unwrap();
    assert!(score.cosine > 0.6 && score.fmr <= 1e-4, "{score:?}");
    assert_eq!(result.reference.as_deref(), Some("order-1"));
    assert_eq!(result.consent_ref.as_deref(), Some("consent/order-1"));
    let pack = facematch_host::load_pack(None).unwrap().pack.id();
    assert_eq!(result.comparison.versions.pack, pack);
    assert!(result.comparison.images.iter().all(|image| image.face.is_some()));
    let event = outcome.callback.expect("the signed callback arrives");
    assert_eq!((event.correlation_id, event.state), (result.correlation_id, State::Completed));
    assert_eq!(event.reference.as_deref(), Some("order-1"));

    let outcome = run(&server, Mode::SelfieToId, [&photo, &other]).await;
    assert_eq!(outcome.result.comparison.decision, Decision::NoMatch);
    assert_eq!(stored_objects(server.stop().await.path()), 0, "photos go when the result is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_cannot_carry_an_answer_is_inconclusive_and_says_why() {
    let Some(album) = album() else { return };
    let portrait = sample(album.photo);
    let [nobody, nobody_either] = album.no_face.map(sample);
    let group = sample(album.group);
    if !models_are_here() {
        return;
    }
    let server = TestServer::start().await;
    let bytes = &portrait.bytes;
    let truncated = PhotoFile::from_bytes("truncated.jpg", bytes[..bytes.len() / 2].to_vec());
    let text = PhotoFile::from_bytes("text.jpg", b"these are words, not a photo".to_vec());
    let one_byte = PhotoFile::from_bytes("one-byte.jpg", vec![0xff]);
    let cases = [
        (&nobody, ReasonCode::NoFace),
        (&nobody_either, ReasonCode::NoFace),
        (&group, ReasonCode::SeveralFaces),
        (&truncated, ReasonCode::ImageDamaged),
        (&text, ReasonCode::NotAnImage),
        (&one_byte, ReasonCode::NotAnImage),
        (&PhotoFile::from_bytes("bomb.png", png_bomb()), ReasonCode::ImageSize),
    ];
    for (photo, want) in cases {
        let outcome = run(&server, Mode::SelfieToId, [&portrait, photo]).await;
        let result = &outcome.result;
        assert_eq!(result.comparison.decision, Decision::Inconclusive, "{}", photo.name);
        assert_eq!(reasons(result), [want], "{}", photo.name);
        assert!(result.comparison.score.is_none(), "{}", photo.name);
    }
    // The same photo twice is no match either when there is no face on it.
    let outcome = run(&server, Mode::SelfieToSelfie, [&nobody, &nobody]).await;
    assert_eq!(outcome.result.comparison.decision, Decision::Inconclusive);
    server.stop().await;
}

/// The header of a PNG of 60,000 × 60,000 pixels.
fn png_bomb() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0]);
    // CRC-32 of the chunk, computed once with zlib.
    file.extend([0x0f, 0xb0, 0xe2, 0x15]);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_survives_a_restart_and_is_matched_then() {
    let Some([photo, same, _]) = people() else { return };
    if !models_are_here() {
        return;
    }
    let server = TestServer::start_without_matcher().await;
    let (client, receiver) = parties(&server).await;
    let id = queue(&client, &receiver, [&photo, &same]).await;
    let credentials = server.credentials.clone();
    let data = server.stop().await;

    let restarted = Server::start(&settings(data.path(), ServeOptions::default())).await.unwrap();
    let api = format!("http://{}", restarted.addresses().api.unwrap());
    let client = PartnerClient::new(&api, credentials).unwrap();
    assert_eq!(client.wait(id, PATIENCE).await.unwrap().state, State::Completed);
    assert_eq!(client.result(id).await.unwrap().comparison.decision, Decision::Match);
    assert!(receiver.wait(id, PATIENCE).await.is_some(), "the callback goes out after the restart");
    restarted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_on_another_machine_reaches_the_engine_over_its_socket() {
    let engine_side = [RoleName::Gateway, RoleName::Engine, RoleName::Bucket];
    let options = ServeOptions {
        roles: Some(engine_side.to_vec()),
        engine_listen: Some(([127, 0, 0, 1], 0).into()),
        ..ServeOptions::default()
    };
    let server = TestServer::start_in(tempfile::tempdir().unwrap(), options).await;
    let edge = tempfile::tempdir().unwrap();
    fs::copy(server.data.path().join("keys.toml"), edge.path().join("keys.toml")).unwrap();
    let options = ServeOptions {
        roles: Some(vec![RoleName::Gateway]),
        engine_url: Some(server.engine_url()),
        bucket_url: Some(server.bucket_url()),
        ..ServeOptions::default()
    };
    let gateway = Server::start(&settings(edge.path(), options)).await.unwrap();
    let api = format!("http://{}", gateway.addresses().api.unwrap());
    let client = PartnerClient::new(&api, server.credentials.clone()).unwrap();
    let secret = WebhookSecret::parse(&server.credentials.webhook_secret).unwrap();
    let receiver = Receiver::start(secret).await.unwrap();
    let photo = PhotoFile::from_bytes("a.jpg", vec![1; 100]);
    let id = queue(&client, &receiver, [&photo, &photo]).await;
    let through_the_other = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
    let state = through_the_other.confirm(id).await.unwrap().state;
    assert_eq!(state, State::Queued, "both gateways see one submission");
    gateway.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_outlive_one_rotation_of_their_key_and_end_when_it_is_retired() {
    let mut server = TestServer::start_without_matcher().await;
    let token = PartnerClient::new(&server.api, server.credentials.clone()).unwrap();
    let photo = PhotoFile::from_bytes("a.jpg", vec![1; 100]);
    let (_, receiver) = parties(&server).await;
    let created = token.create(&submission(&receiver, [&photo, &photo]), "k1").await.unwrap();
    let opens = async |server: &TestServer| {
        let url = format!("{}/v1/submissions/{}", server.api, created.correlation_id);
        let get = reqwest::Client::new().get(url).bearer_auth(&created.client_token);
        get.send().await.unwrap().status().as_u16()
    };
    assert_eq!(opens(&server).await, 200);
    type Change = fn(&mut Keys);
    let changes: [(Change, u16); 2] =
        [(|keys| keys.rotate_token_keys().unwrap(), 200), (Keys::retire_token_keys, 401)];
    for (change, want) in changes {
        server = server.restart(change).await;
        assert_eq!(opens(&server).await, want);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_covers_the_database_and_the_bucket() {
    let ready = async |server: &TestServer| {
        reqwest::get(format!("{}/readyz", server.api)).await.unwrap().status().as_u16()
    };
    let server = TestServer::start_without_matcher().await;
    assert_eq!(ready(&server).await, 200);
    // The database can still be read, and not be written.
    let path = server.data.path().join("facematch.sqlite");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("DROP TABLE heartbeat").execute(&pool).await.unwrap();
    pool.close().await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(ready(&server).await, 500);
    let alive = reqwest::get(format!("{}/healthz", server.api)).await.unwrap().status();
    assert_eq!(alive, 200, "busy or broken is not dead");
    server.stop().await;

    let options = ServeOptions {
        roles: Some(vec![RoleName::Gateway, RoleName::Engine]),
        bucket_url: Some("http://127.0.0.1:1".to_owned()),
        ..ServeOptions::default()
    };
    let server = TestServer::start_in(tempfile::tempdir().unwrap(), options).await;
    assert_eq!(ready(&server).await, 503, "no bucket");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bucket_takes_the_declared_file_once_and_nothing_else() {
    let server = TestServer::start_without_matcher().await;
    let (client, receiver) = parties(&server).await;
    let photo = PhotoFile::from_bytes("a.jpg", vec![7; 1000]);
    let created = client.create(&submission(&receiver, [&photo, &photo]), "k1").await.unwrap();
    let target = &created.uploads[0];

    let other_bytes = PhotoFile::from_bytes("b.jpg", vec![8; 1000]);
    let longer = PhotoFile::from_bytes("c.jpg", vec![7; 1001]);
    for wrong in [&other_bytes, &longer] {
        let refused = client.upload(target, wrong).await;
        assert!(matches!(refused, Err(ClientError::UploadRefused { .. })), "{}", wrong.name);
    }
    assert_eq!(stored_objects(server.data.path()), 0, "nothing of a refused upload stays");

    client.upload(target, &photo).await.unwrap();
    let again = client.upload(target, &photo).await;
    assert!(matches!(again, Err(ClientError::UploadRefused { status, .. }) if status == 412));
    assert_eq!(stored_objects(server.data.path()), 1);
    server.stop().await;
}

fn submission(receiver: &Receiver, photos: [&PhotoFile; 2]) -> CreateSubmission {
    let mode = Mode::SelfieToSelfie;
    let images = mode.roles().iter().zip(photos).map(|(role, photo)| photo.declare(*role));
    CreateSubmission {
        mode,
        images: images.collect(),
        subject: None,
        reference: None,
        consent_ref: None,
        callback_url: Some(receiver.url()),
        policy: None,
    }
}

async fn queue(
    client: &PartnerClient,
    receiver: &Receiver,
    photos: [&PhotoFile; 2],
) -> CorrelationId {
    let created = client.create(&submission(receiver, photos), "k1").await.unwrap();
    for (target, photo) in created.uploads.iter().zip(photos) {
        client.upload(target, photo).await.unwrap();
    }
    let status = client.confirm(created.correlation_id).await.unwrap();
    assert_eq!(status.state, State::Queued);
    created.correlation_id
}

/// Files in the bucket's directory, finished or not.
fn stored_objects(data: &Path) -> usize {
    fn count(folder: &Path) -> usize {
        fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .map(|path| {
                let is_object = path.file_name().is_some_and(|name| name != "lock");
                if path.is_dir() { count(&path) } else { usize::from(is_object) }
            })
            .sum()
    }
    count(&data.join("bucket"))
}
