use super::keyring;
use crate::keys::{random_base64, write_private};
use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use facematch_engine::{MasterKey, MasterKeyError, MasterKeyring, MasterWrapped};
use facematch_seal::Key;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// Master keys in a file that only its owner may read.
///
/// The file is read at each use, so that a running server finds the keys that a rotation has made.
pub(crate) struct FileMasterKey {
    path: PathBuf,
    /// Whether the file has been there. One that vanishes after that is not made anew: what it sealed would stay shut.
    was_seen: AtomicBool,
}

/// The file. It has no `Debug`: keys never reach a log.
#[derive(Serialize, Deserialize)]
struct Content {
    /// `id:base64`; the first seals, all open.
    keys: Vec<String>,
}

/// A rotation under way; nobody else can begin one.
pub(crate) struct Rotation {
    path: PathBuf,
    /// Id of the key that comes.
    pub(crate) id: String,
    /// Whether an earlier rotation was cut off, and is being finished.
    pub(crate) is_resumed: bool,
    _lock: File,
}

impl FileMasterKey {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), was_seen: AtomicBool::new(false) }
    }

    /// Puts a fresh key before the one that is there. Both are on the disk before anything is sealed by the new one.
    ///
    /// # Errors
    /// When the file cannot be read or written, or another process rotates.
    pub(crate) fn begin_rotation(&self) -> Result<Rotation> {
        let lock = lock(&self.path)?;
        let mut content = Content::read(&self.path)?;
        let is_resumed = content.keys.len() > 1;
        if !is_resumed {
            content.keys.insert(0, fresh_entry()?);
            content.write(&self.path, true)?;
        }
        let id = content.keys[0].split(':').next().unwrap_or_default().to_owned();
        Ok(Rotation { path: self.path.clone(), id, is_resumed, _lock: lock })
    }

    fn load(&self) -> Result<MasterKeyring> {
        let content = Content::read(&self.path)?;
        self.was_seen.store(true, Relaxed);
        keyring(&content.keys).with_context(|| format!("{} is damaged", self.path.display()))
    }

    fn load_or_create(&self) -> Result<MasterKeyring> {
        if !self.path.exists() && !self.was_seen.load(Relaxed) {
            Content { keys: vec![fresh_entry()?] }.write(&self.path, false)?;
        }
        self.load()
    }
}

impl Rotation {
    /// Destroys the keys that nothing is sealed by any more.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn finish(self) -> Result<()> {
        let mut content = Content::read(&self.path)?;
        content.keys.truncate(1);
        content.write(&self.path, true)
    }
}

impl Content {
    fn read(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        // The parser's own message would show the line, which holds a key.
        toml::from_str(&text).map_err(|_| anyhow::anyhow!("{} is damaged", path.display()))
    }

    fn write(&self, path: &Path, replace: bool) -> Result<()> {
        write_private(path, &toml::to_string(self)?, replace)
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

#[async_trait]
impl MasterKey for FileMasterKey {
    async fn wrap(&self, key: &Key, name: &str) -> Result<MasterWrapped, MasterKeyError> {
        self.load_or_create().map_err(unavailable)?.wrap(key, name).await
    }

    async fn unwrap(&self, wrapped: &MasterWrapped, name: &str) -> Result<Key, MasterKeyError> {
        if !self.path.exists() {
            return Err(MasterKeyError::Missing { id: wrapped.master_id.clone() });
        }
        self.load().map_err(unavailable)?.unwrap(wrapped, name).await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "maps errors that are owned")]
fn unavailable(error: anyhow::Error) -> MasterKeyError {
    MasterKeyError::Unavailable(format!("{error:#}"))
}

fn fresh_entry() -> Result<String> {
    let id: String = crate::keys::random::<4>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("m{id}:{}", random_base64::<32>()?))
}

/// Beside the file, which is replaced as a whole.
fn lock(path: &Path) -> Result<File> {
    let path = path.with_extension("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    ensure!(file.try_lock().is_ok(), "another process is rotating the master key");
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes([9; 32])
    }

    #[tokio::test]
    async fn a_file_is_made_at_the_first_use_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master-key.toml");
        let master = FileMasterKey::new(&path);
        let unknown = MasterWrapped { master_id: "m1".into(), bytes: vec![0; 60] };
        let missing = master.unwrap(&unknown, "a").await;
        assert!(matches!(missing, Err(MasterKeyError::Missing { .. })));
        assert!(!path.exists(), "opening makes no key");

        let wrapped = master.wrap(&key(), "a").await.unwrap();
        let again = FileMasterKey::new(&path);
        assert_eq!(again.unwrap(&wrapped, "a").await.unwrap().expose(), key().expose());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_file_that_vanishes_is_not_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (path, away) = (dir.path().join("master-key.toml"), dir.path().join("away"));
        let master = FileMasterKey::new(&path);
        let wrapped = master.wrap(&key(), "a").await.unwrap();
        fs::rename(&path, &away).unwrap();
        let refused = master.wrap(&key(), "b").await;
        assert!(matches!(refused, Err(MasterKeyError::Unavailable(_))), "{refused:?}");
        assert!(!path.exists());
        fs::rename(&away, &path).unwrap();
        assert!(master.unwrap(&wrapped, "a").await.is_ok());
    }

    #[tokio::test]
    async fn a_rotation_keeps_the_old_key_until_it_is_finished() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master-key.toml");
        let master = FileMasterKey::new(&path);
        let old = master.wrap(&key(), "a").await.unwrap();

        let rotation = master.begin_rotation().unwrap();
        assert!(!rotation.is_resumed && master.begin_rotation().is_err());
        let new_id = rotation.id.clone();
        drop(rotation); // The process died here.

        let rotation = master.begin_rotation().unwrap();
        assert!(rotation.is_resumed && rotation.id == new_id);
        assert!(master.unwrap(&old, "a").await.is_ok());
        let new = master.wrap(&key(), "a").await.unwrap();
        assert_eq!(new.master_id, new_id);
        rotation.finish().unwrap();
        assert!(master.unwrap(&new, "a").await.is_ok());
        let gone = master.unwrap(&old, "a").await;
        assert!(matches!(gone, Err(MasterKeyError::Missing { .. })));
    }
}
