use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use facematch_engine::{MasterKey, MasterKeyError, MasterWrapped};
use facematch_seal::Key;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longest time that the command may take.
const TIMEOUT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);
/// Longest answer, in bytes: far less than a pipe holds, so that the command never waits for us.
const MAX_ANSWER_BYTES: u64 = 16 * 1024;

/// A master key behind a command, such as a small script around the command line of a key management service.
///
/// `COMMAND wrap` reads `{"name", "key"}` and writes `{"wrapped", "masterKeyId"}`; `COMMAND unwrap` reads
/// `{"name", "wrapped", "masterKeyId"}` and writes `{"key"}`: one JSON object each on standard input and output, keys in
/// base64. `name` must be authenticated with the key, as an encryption context is. Any other status than 0 is a failure.
pub(super) struct CommandMasterKey {
    command: String,
}

#[derive(Serialize)]
struct WrapAsk {
    name: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrapAnswer {
    wrapped: String,
    #[serde(default)]
    master_key_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnwrapAsk {
    name: String,
    wrapped: String,
    master_key_id: String,
}

#[derive(Deserialize)]
struct UnwrapAnswer {
    key: String,
}

impl CommandMasterKey {
    pub(super) fn new(command: &str) -> Self {
        Self { command: command.to_owned() }
    }

    /// Runs the command on a blocking thread.
    async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        action: &'static str,
        ask: impl Serialize,
    ) -> Result<T, MasterKeyError> {
        let input = serde_json::to_vec(&ask).map_err(|_| failed("cannot be asked"))?;
        let command = self.command.clone();
        let run = tokio::task::spawn_blocking(move || run(&command, action, &input));
        let output = run.await.map_err(|_| failed("broke"))??;
        // The answer may hold a key: what is wrong with it is not shown.
        serde_json::from_slice(&output).map_err(|_| failed("does not answer as it should"))
    }
}

#[async_trait]
impl MasterKey for CommandMasterKey {
    async fn wrap(&self, key: &Key, name: &str) -> Result<MasterWrapped, MasterKeyError> {
        let ask = WrapAsk { name: name.to_owned(), key: STANDARD.encode(key.expose()) };
        let answer: WrapAnswer = self.ask("wrap", ask).await?;
        let bytes = STANDARD.decode(answer.wrapped);
        let bytes = bytes.map_err(|_| failed("does not answer in base64"))?;
        Ok(MasterWrapped { master_id: answer.master_key_id, bytes })
    }

    async fn unwrap(&self, wrapped: &MasterWrapped, name: &str) -> Result<Key, MasterKeyError> {
        let ask = UnwrapAsk {
            name: name.to_owned(),
            wrapped: STANDARD.encode(&wrapped.bytes),
            master_key_id: wrapped.master_id.clone(),
        };
        let answer: UnwrapAnswer = self.ask("unwrap", ask).await?;
        let key = STANDARD.decode(answer.key).ok().and_then(|bytes| bytes.try_into().ok());
        key.map(Key::from_bytes).ok_or_else(|| failed("gives no key of 32 bytes"))
    }
}

/// Through the shell, so that the operator can write arguments. Its standard error is ours.
fn run(command: &str, action: &str, input: &[u8]) -> Result<Vec<u8>, MasterKeyError> {
    let mut child = Command::new("sh")
        .args(["-c", &format!("{command} {action}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|_| failed("cannot be started"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read says so by its status.
        let _ = stdin.write_all(input).and_then(|()| stdin.write_all(b"\n"));
    }
    wait(&mut child)?;
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let read = stdout.take(MAX_ANSWER_BYTES).read_to_end(&mut output);
        read.map_err(|_| failed("cannot be read"))?;
    }
    Ok(output)
}

fn wait(child: &mut Child) -> Result<(), MasterKeyError> {
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => return Err(failed("ends with an error")),
            Ok(None) => thread::sleep(POLL),
            Err(_) => return Err(failed("cannot be waited for")),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(failed("takes too long"))
}

fn failed(what: &str) -> MasterKeyError {
    MasterKeyError::Unavailable(format!("the command {what}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Wraps by reversing the text, and authenticates the name by keeping it in the answer.
    const TOY: &str = r#"
import base64, json, sys
ask = json.load(sys.stdin)
if sys.argv[1] == "wrap":
    wrapped = (ask["name"] + "|" + ask["key"])[::-1]
    print(json.dumps({"wrapped": base64.b64encode(wrapped.encode()).decode(), "masterKeyId": "toy"}))
else:
    name, key = base64.b64decode(ask["wrapped"]).decode()[::-1].split("|")
    if name != ask["name"] or ask["masterKeyId"] != "toy":
        sys.exit("another name")
    print(json.dumps({"key": key}))
"#;

    #[tokio::test]
    async fn a_command_wraps_and_unwraps_by_the_documented_protocol() {
        let dir = tempfile::tempdir().unwrap();
        let script = dir.path().join("kms.py");
        std::fs::write(&script, TOY).unwrap();
        let master = CommandMasterKey::new(&format!("python3 {}", script.display()));
        let key = Key::from_bytes([9; 32]);
        let wrapped = master.wrap(&key, "pt_1/1").await.unwrap();
        assert_eq!(wrapped.master_id, "toy");
        assert_eq!(master.unwrap(&wrapped, "pt_1/1").await.unwrap().expose(), key.expose());
        assert!(master.unwrap(&wrapped, "pt_2/1").await.is_err());
    }

    #[tokio::test]
    async fn a_command_that_fails_is_an_error_that_shows_no_key() {
        let long = format!("head -c {} /dev/zero #", MAX_ANSWER_BYTES + 1);
        for command in ["exit 3 #", "no-such-command", "echo '{}' #", "echo hush #", &long] {
            let master = CommandMasterKey::new(command);
            let error = master.wrap(&Key::from_bytes([9; 32]), "a").await.unwrap_err();
            assert!(matches!(error, MasterKeyError::Unavailable(_)), "{command}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }
}
