use anyhow::{Context, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::{fs, io::Write, path::Path};

const FILE: &str = "keys.toml";

/// The secrets of one installation, made at its first start and kept in `keys.toml` in the data directory.
///
/// Several machines share one copy of the file. It has no `Debug`: keys never reach a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    /// `kid:base64` entries; the first signs tokens, all verify them.
    pub token_keys: Vec<String>,
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

    fn random() -> Result<Self> {
        Ok(Self {
            token_keys: vec![format!("k1:{}", random_base64::<32>()?)],
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
    let folder = path.parent().unwrap_or(Path::new("."));
    // A named temporary file is for its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error),
        _ => fs::File::open(folder)?.sync_all(),
    }
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
}
