use async_trait::async_trait;
use facematch_seal::{Context, Key, SealError, WrappedKey};

/// A partner's key, sealed by a master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterWrapped {
    /// Which master key it was.
    pub master_id: String,
    /// The sealed key, as that master key's keeper gave it.
    pub bytes: Vec<u8>,
}

/// Keeps the key above all keys: a file, the environment, or a key management service.
///
/// It is asked once for each partner's key, not for each object.
#[async_trait]
pub trait MasterKey: Send + Sync {
    /// Seals `key`, which is called `name`, by the master key that is current at this moment.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    async fn wrap(&self, key: &Key, name: &str) -> Result<MasterWrapped, MasterKeyError>;

    /// Opens the key that is called `name`.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    async fn unwrap(&self, wrapped: &MasterWrapped, name: &str) -> Result<Key, MasterKeyError>;
}

/// Why the master key is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// The key that is needed is not here.
    #[error("the master key {id:?}, which these data are sealed with, is not here")]
    Missing {
        /// Its id.
        id: String,
    },
    /// What is sealed does not open with it.
    #[error("a partner's key does not open with the master key")]
    Damaged,
    /// Its keeper does not answer, or not as it should.
    #[error("the master key cannot be used: {0}")]
    Unavailable(String),
}

/// Master keys at hand, the current one first.
#[derive(Clone, Debug)]
pub struct MasterKeyring {
    current: (String, Key),
    earlier: Vec<(String, Key)>,
}

impl MasterKeyring {
    /// A keyring of one key.
    pub fn new(id: impl Into<String>, key: Key) -> Self {
        Self { current: (id.into(), key), earlier: Vec::new() }
    }

    /// The same with a key that opens what was sealed before.
    #[must_use]
    pub fn with_earlier(mut self, id: impl Into<String>, key: Key) -> Self {
        self.earlier.push((id.into(), key));
        self
    }

    fn find(&self, id: &str) -> Option<&Key> {
        let mut all = std::iter::once(&self.current).chain(&self.earlier);
        all.find(|(known, _)| known == id).map(|(_, key)| key)
    }
}

#[async_trait]
impl MasterKey for MasterKeyring {
    async fn wrap(&self, key: &Key, name: &str) -> Result<MasterWrapped, MasterKeyError> {
        let (id, master) = &self.current;
        let mut nonce = [0; facematch_seal::NONCE_BYTES];
        getrandom::fill(&mut nonce)
            .map_err(|error| MasterKeyError::Unavailable(format!("no random bytes: {error}")))?;
        let wrapped = WrappedKey::wrap(master, key, &context(id, name), nonce).map_err(damaged)?;
        Ok(MasterWrapped { master_id: id.clone(), bytes: wrapped.as_bytes().to_vec() })
    }

    async fn unwrap(&self, wrapped: &MasterWrapped, name: &str) -> Result<Key, MasterKeyError> {
        let id = &wrapped.master_id;
        let master = self.find(id).ok_or_else(|| MasterKeyError::Missing { id: id.clone() })?;
        let sealed = WrappedKey::from_bytes(&wrapped.bytes).map_err(damaged)?;
        sealed.unwrap(master, &context(id, name)).map_err(damaged)
    }
}

fn context(master_id: &str, name: &str) -> Context {
    Context::new("partner key", &[master_id, name])
}

fn damaged(_: SealError) -> MasterKeyError {
    MasterKeyError::Damaged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_bytes([byte; 32])
    }

    #[tokio::test]
    async fn a_key_opens_by_its_master_and_its_name_alone() {
        let old = MasterKeyring::new("m1", key(1));
        let wrapped = old.wrap(&key(9), "a").await.unwrap();
        assert_eq!(old.unwrap(&wrapped, "a").await.unwrap().expose(), key(9).expose());
        assert!(matches!(old.unwrap(&wrapped, "b").await, Err(MasterKeyError::Damaged)));

        let rotated = MasterKeyring::new("m2", key(2)).with_earlier("m1", key(1));
        assert!(rotated.unwrap(&wrapped, "a").await.is_ok());
        assert_eq!(rotated.wrap(&key(9), "a").await.unwrap().master_id, "m2");

        let impostor = MasterKeyring::new("m1", key(3));
        assert!(matches!(impostor.unwrap(&wrapped, "a").await, Err(MasterKeyError::Damaged)));
        let stranger = MasterKeyring::new("m2", key(1));
        let answer = stranger.unwrap(&wrapped, "a").await;
        assert!(matches!(answer, Err(MasterKeyError::Missing { id }) if id == "m1"));
    }
}
