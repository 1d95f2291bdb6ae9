use anyhow::{Context, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::{fs, io::Write, path::Path};
use tempfile::NamedTempFile;

const FILE: &str = "keys.toml";

/// The secrets of one installation, made at its first start and kept in `keys.toml` in the data directory.
///
/// Several machines share one copy of the file. It has no `Debug`: keys never reach a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    /// `kid:base64` entries; the first signs tokens, all verify them.
    pub token_keys: Vec<String>,
    /// Signs tokens after the next rotation; verifies them already, so that every gateway knows it by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token_key: Option<String>,
    /// Opens the engine's API.
    pub engine_secret: String,
    /// S3 key that may only put `up/*`: presigned URLs are made with it.
    pub upload: S3Key,
    /// S3 key of the engine: head, get, delete.
    pub engine: S3Key,
}

/// An S3 key pair.
#[derive(Clone, Serialize, Deserialize)]
pub struct S3Key {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
}

impl Keys {
    /// Reads the file, or makes it with fresh random keys.
    ///
    /// # Errors
    /// When the file cannot be read, written or parsed.
    pub fn load_or_create(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE);
        if !path.exists() {
            write_private(&path, &toml::to_string(&Self::random()?)?)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Self::load(data_dir)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When the file cannot be read or parsed.
    pub fn load(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // The parser's own message would show the line, which holds a secret.
        toml::from_str(&text).map_err(|_| anyhow::anyhow!("{} is damaged", path.display()))
    }

    /// All keys that verify tokens; the first signs them.
    pub fn verifying(&self) -> Vec<String> {
        self.token_keys.iter().chain(&self.next_token_key).cloned().collect()
    }

    /// Names of the keys that verify tokens, in the same order.
    pub fn token_key_names(&self) -> Vec<String> {
        self.verifying().iter().map(|key| kid(key).to_owned()).collect()
    }

    /// Makes the key that the next rotation changes to, unless there is one.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn prepare_token_key(&mut self) -> Result<()> {
        if self.next_token_key.is_none() {
            let numbers = self.token_keys.iter().filter_map(|key| kid(key).strip_prefix('k'));
            let last = numbers.filter_map(|number| number.parse::<u32>().ok()).max();
            self.next_token_key = Some(token_key(last.unwrap_or(0).saturating_add(1))?);
        }
        Ok(())
    }

    /// Lets the prepared key, or a fresh one, sign. The one before it still verifies; one before that does not.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn rotate_token_keys(&mut self) -> Result<()> {
        self.prepare_token_key()?;
        self.token_keys.splice(0..0, self.next_token_key.take());
        self.token_keys.truncate(2);
        Ok(())
    }

    /// Ends every key but the one that signs, and with them their tokens.
    pub fn retire_token_keys(&mut self) {
        self.token_keys.truncate(1);
        self.next_token_key = None;
    }

    /// Puts these keys in the place of the file's, durably.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, data_dir: &Path) -> Result<()> {
        let path = data_dir.join(FILE);
        let file = private_file(&path, &toml::to_string(self)?);
        let saved = file.and_then(|file| {
            file.persist(&path).map_err(|error| error.error)?;
            fs::File::open(data_dir)?.sync_all()
        });
        saved.with_context(|| format!("cannot write {}", path.display()))
    }

    fn random() -> Result<Self> {
        Ok(Self {
            token_keys: vec![token_key(1)?],
            next_token_key: None,
            engine_secret: random_base64::<32>()?,
            upload: S3Key::random("FMUPLOAD")?,
            engine: S3Key::random("FMENGINE")?,
        })
    }
}

impl S3Key {
    fn random(prefix: &str) -> Result<Self> {
        let suffix: String = random::<6>()?.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Self { access_key: format!("{prefix}{suffix}"), secret_key: random_base64::<30>()? })
    }
}

/// A fresh key with a name that tokens show.
fn token_key(number: u32) -> Result<String> {
    Ok(format!("k{number}:{}", random_base64::<32>()?))
}

fn kid(key: &str) -> &str {
    key.split(':').next().unwrap_or_default()
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(bytes)
}

fn random_base64<const N: usize>() -> Result<String> {
    Ok(STANDARD.encode(random::<N>()?))
}

/// Writes a file that only its owner may read, durably, or not at all. If another process was first, its file stays.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    match private_file(path, text)?.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error),
        _ => fs::File::open(folder_of(path))?.sync_all(),
    }
}

/// A file beside `path` that only its owner may read, on the disk, to be put in its place.
fn private_file(path: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    // A named temporary file is for its owner alone.
    let mut file = NamedTempFile::new_in(folder_of(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_only_the_owner_reads_them() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::load_or_create(dir.path()).unwrap();
        let second = Keys::load_or_create(dir.path()).unwrap();
        assert_eq!(first.token_keys, second.token_keys);
        assert_eq!(first.upload.secret_key, second.upload.secret_key);
        assert_ne!(first.upload.secret_key, first.engine.secret_key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_named_and_not_shown() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "engine_secret = \"hush").unwrap();
        let error = format!("{:#}", Keys::load_or_create(dir.path()).err().unwrap());
        assert!(error.contains(FILE) && !error.contains("hush"), "{error}");
    }

    #[test]
    fn a_rotation_keeps_two_keys_alive_and_prefers_the_prepared_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut keys = Keys::load_or_create(dir.path()).unwrap();
        assert_eq!(keys.token_key_names(), ["k1"]);
        keys.rotate_token_keys().unwrap();
        assert_eq!(keys.token_key_names(), ["k2", "k1"]);
        keys.prepare_token_key().unwrap();
        keys.prepare_token_key().unwrap();
        assert_eq!(keys.token_key_names(), ["k2", "k1", "k3"]);
        let prepared = keys.next_token_key.clone();
        keys.rotate_token_keys().unwrap();
        assert_eq!(keys.token_key_names(), ["k3", "k2"]);
        assert_eq!(keys.token_keys.first(), prepared.as_ref());
        keys.save(dir.path()).unwrap();
        let mut keys = Keys::load(dir.path()).unwrap();
        keys.retire_token_keys();
        assert_eq!(keys.token_key_names(), ["k3"]);
    }
}
