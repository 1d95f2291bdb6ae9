//! The BE API Guide cannot rot: every curl block in it is run against a real server, in order, and every answer that it
//! shows is compared with the real one: same status, same fields.
#![expect(clippy::unwrap_used, reason = "what breaks in a test should be seen where it breaks")]

mod common;

use common::{TestServer, models_are_here, people};
use facematch_contract::{ErrorCode, Role};
use facematch_host::load_pack;
use facematch_partner::{PhotoFile, Receiver, WebhookSecret};
use serde_json::Value;
use std::{collections::BTreeMap, fs, process::Command, sync::LazyLock, time::Duration};
use tempfile::TempDir;

const GUIDE: &str = include_str!("../../../docs/be-api-guide.md");

/// A fenced block: its language, what stands behind the language, its text.
struct Block {
    language: &'static str,
    status: &'static str,
    text: &'static str,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = GUIDE;
    while let Some((_, from)) = rest.split_once("\n```") {
        let (head, body) = from.split_once('\n').expect("a fence ends its line");
        let (text, after) = match body.strip_prefix("```") {
            Some(after) => ("", after),
            None => body.split_once("\n```").expect("a fence is closed"),
        };
        let (language, status) = head.split_once(' ').unwrap_or((head, ""));
        blocks.push(Block { language, status, text });
        rest = after;
    }
    blocks
}

/// The reader's shell: variables, and the folder with the photos.
struct Shell {
    variables: BTreeMap<&'static str, String>,
    folder: TempDir,
}

impl Shell {
    /// Runs a block and returns the last status and body that curl got.
    fn run(&self, script: &str) -> (String, String) {
        // The reader's curl, told to be quiet and to print the status behind the body.
        let prelude = "set -eu; curl() { command curl -sS -w '\\n%{http_code}' \"$@\"; }\n";
        let output = Command::new("bash")
            .args(["-c", &format!("{prelude}{script}")])
            .envs(&self.variables)
            .current_dir(self.folder.path())
            .output()
            .expect("bash and curl are there");
        let text = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{error}");
        let (body, status) = text.rsplit_once('\n').expect("curl prints a status");
        (status.to_owned(), body.to_owned())
    }

    /// Takes over what the guide says that a variable gets from an answer.
    fn learn(&mut self, answer: &Value) {
        let mut set = |name, pointer: &str| {
            if let Some(value) = answer.pointer(pointer).and_then(Value::as_str) {
                self.variables.insert(name, value.to_owned());
            }
        };
        set("TOKEN", "/access_token");
        if answer.get("clientToken").is_some() {
            set("ID", "/correlationId");
            set("SELFIE_URL", "/uploads/0/url");
            set("SELFIE_CHECKSUM", "/uploads/0/headers/x-amz-checksum-sha256");
            set("ID_CARD_URL", "/uploads/1/url");
            set("ID_CARD_CHECKSUM", "/uploads/1/headers/x-amz-checksum-sha256");
        }
    }

    fn photo(&mut self, photo: &PhotoFile, role: Role, names: [&'static str; 3]) {
        let [file, bytes, sha256] = names;
        let declared = photo.declare(role);
        let path = self.folder.path().join(&photo.name);
        fs::write(&path, &photo.bytes).unwrap();
        self.variables.insert(file, path.display().to_string());
        self.variables.insert(bytes, declared.size_bytes.to_string());
        self.variables.insert(sha256, declared.sha256);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_in_the_guide_answers_as_the_guide_says() {
    let Some([selfie, card, _]) = people() else { return };
    if !models_are_here() {
        return;
    }
    let server = TestServer::start().await;
    let secret = WebhookSecret::parse(&server.credentials.webhook_secret).unwrap();
    let receiver = Receiver::start(secret).await.unwrap();
    let mut shell = reader(&server, &receiver, &selfie, &card);
    let (mut calls, mut answer) = (0, (String::new(), String::new()));
    for block in blocks() {
        match block.language {
            "bash" => {
                if block.text.contains("$OPEN_ID") {
                    open_submission(&mut shell);
                }
                answer = run(&shell, block.text).await;
                calls += 1;
            }
            "json" => {
                assert_eq!(answer.0, block.status, "{}", answer.1);
                let real: Value = serde_json::from_str(&answer.1).unwrap();
                same_shape(&serde_json::from_str(block.text).unwrap(), &real, "");
                shell.learn(&real);
            }
            "text" => assert_eq!(answer.0, block.status, "{}", answer.1),
            _ => (),
        }
    }
    assert!(calls >= 10, "the guide has only {calls} calls");
    server.stop().await;
}

/// Runs a block; the delivery log a little later, because a callback comes when it comes.
async fn run(shell: &Shell, script: &str) -> (String, String) {
    for _ in 0..50 {
        let answer = shell.run(script);
        if !script.contains("/callbacks\"") || answer.1.contains("delivered") {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the callback is not delivered");
}

fn reader(server: &TestServer, receiver: &Receiver, selfie: &PhotoFile, card: &PhotoFile) -> Shell {
    let mut shell = Shell { variables: BTreeMap::new(), folder: tempfile::tempdir().unwrap() };
    shell.photo(selfie, Role::Selfie, ["SELFIE", "SELFIE_BYTES", "SELFIE_SHA256"]);
    shell.photo(card, Role::IdPortrait, ["ID_CARD", "ID_CARD_BYTES", "ID_CARD_SHA256"]);
    let given = [
        ("API", server.api.clone()),
        ("CLIENT_ID", server.credentials.client_id.clone()),
        ("CLIENT_SECRET", server.credentials.client_secret.clone()),
        ("IDEMPOTENCY_KEY", "9f0c2b7e".to_owned()),
        ("SUBJECT", "customer-42".to_owned()),
        ("CALLBACK_URL", receiver.url()),
    ];
    shell.variables.extend(given);
    shell
}

/// A submission that awaits its uploads, made with the guide's own call.
fn open_submission(shell: &mut Shell) {
    let create = blocks().into_iter().find(|block| block.text.contains("$IDEMPOTENCY_KEY"));
    shell.variables.insert("IDEMPOTENCY_KEY", "another".to_owned());
    let (status, body) = shell.run(create.expect("the guide creates a submission").text);
    assert_eq!(status, "201", "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    shell.variables.insert("OPEN_ID", body["correlationId"].as_str().unwrap().to_owned());
}

/// The same fields, of the same types; words that are codes are the same words.
fn same_shape(shown: &Value, real: &Value, path: &str) {
    match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            let names = |object: &serde_json::Map<String, Value>| {
                object.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(names(shown), names(real), "fields at {path:?}");
            shown.iter().for_each(|(name, shown)| {
                same_shape(shown, &real[name], &format!("{path}/{name}"));
            });
        }
        (Value::Array(shown), Value::Array(real)) => {
            assert_eq!(shown.len(), real.len(), "entries at {path:?}");
            shown
                .iter()
                .zip(real)
                .for_each(|(shown, real)| same_shape(shown, real, &format!("{path}/0")));
        }
        // A matcher may have taken a queued submission before its confirm is answered.
        (Value::String(shown), Value::String(_)) if shown == "queued" => (),
        (Value::String(shown), Value::String(real)) if is_code(path) => {
            assert_eq!(shown, real, "at {path:?}");
        }
        (Value::String(_), Value::String(_)) => (),
        (Value::Number(_), Value::Number(_)) => (),
        _ => assert_eq!(shown, real, "at {path:?}"),
    }
}

/// Whether the words at this place are the same in every run.
fn is_code(path: &str) -> bool {
    let codes = ["code", "state", "decision", "mode", "role", "title", "hint", "detail"];
    // The guide shows the standard pack, which not every machine has.
    let of_the_pack = ["pack", "calibration"];
    path.rsplit('/').next().is_some_and(|name| {
        codes.contains(&name) || (of_the_pack.contains(&name) && *STANDARD_RUNS)
    })
}

static STANDARD_RUNS: LazyLock<bool> =
    LazyLock::new(|| load_pack(None).is_ok_and(|loaded| loaded.pack.name == "standard"));

#[test]
fn the_guide_lists_every_error_code_as_it_is() {
    for code in ErrorCode::ALL {
        let retry = if code.retryable() { "yes" } else { "no" };
        let row =
            format!("| `{}` | {} | {retry} | {} |", code.as_str(), code.status(), code.hint());
        assert!(GUIDE.contains(&row), "the guide lacks the row\n{row}");
    }
}
