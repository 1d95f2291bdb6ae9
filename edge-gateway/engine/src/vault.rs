use crate::{MasterKey, MasterWrapped, StoreError};
use facematch_contract::Role;
use facematch_seal::{Context, Entropy, Envelope, Kek, Key, SealError};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;
use sqlx::SqliteConnection;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

const NEWEST: &str = "SELECT generation, master_id, wrapped FROM partner_keys \
     WHERE partner_id = $1 ORDER BY generation DESC LIMIT 1";
const OF_GENERATION: &str = "SELECT generation, master_id, wrapped FROM partner_keys \
     WHERE partner_id = $1 AND generation = $2";

/// What is sealed for a partner. It is authenticated with the content, so that no row can stand in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// The secret that its callbacks are signed with.
    CallbackSecret,
    /// The key of its look-up tags.
    TagKey,
    /// What it said of a submission.
    Details(&'a str),
    /// A submission's result.
    Result(&'a str),
    /// A submission's callback.
    Callback(&'a str),
    /// What a submission's selfie was made into.
    Template(&'a str),
    /// A subject's baseline, by its tag.
    Baseline(&'a str),
    /// The data key of a submission's photo.
    Photo(&'a str, &'a str),
}

impl Item<'_> {
    /// Names the kind in messages.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::CallbackSecret => "callback secret",
            Self::TagKey => "tag key",
            Self::Details(_) => "details",
            Self::Result(_) => "result",
            Self::Callback(_) => "callback",
            Self::Template(_) => "template",
            Self::Baseline(_) => "baseline",
            Self::Photo(..) => "photo key",
        }
    }

    fn context(self, partner: &str) -> Context {
        match self {
            Self::CallbackSecret | Self::TagKey => Context::new(self.what(), &[partner]),
            Self::Details(id)
            | Self::Result(id)
            | Self::Callback(id)
            | Self::Template(id)
            | Self::Baseline(id) => Context::new(self.what(), &[partner, id]),
            Self::Photo(id, role) => Context::new(self.what(), &[partner, id, role]),
        }
    }
}

/// Seals and opens what the database holds, each object by a data key of its own under its partner's key, and that
/// under the master key.
#[derive(Clone)]
pub(crate) struct Vault {
    master: Arc<dyn MasterKey>,
    /// Opened keys by partner and generation: a generation never changes.
    known: Arc<Mutex<HashMap<(String, u32), Kek>>>,
}

impl Vault {
    pub(crate) fn new(master: Arc<dyn MasterKey>) -> Self {
        Self { master, known: Arc::default() }
    }

    /// Seals `plain` by the partner's newest key. Within a transaction, so that no key goes while it is used.
    pub(crate) async fn seal(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        item: Item<'_>,
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let kek = self.newest(connection, partner).await?;
        seal(&kek, partner, item, plain)
    }

    /// Opens what was sealed.
    pub(crate) async fn open(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        item: Item<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let envelope = Envelope::from_bytes(sealed.to_vec()).map_err(damaged(item))?;
        let kek = self.kek(connection, partner, envelope.kek_id()).await?;
        // A generation that is not there is a changed number: whoever destroyed the key changed its envelopes first.
        let kek =
            kek.ok_or(StoreError::Sealed { what: item.what(), source: SealError::Damaged })?;
        envelope.open(&kek, &item.context(partner)).map_err(damaged(item))
    }

    /// As [`Vault::seal`], of what JSON can hold.
    pub(crate) async fn seal_json<T: Serialize>(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        item: Item<'_>,
        value: &T,
    ) -> Result<Vec<u8>, StoreError> {
        let json =
            serde_json::to_vec(value).map_err(|_| StoreError::OutOfRange { what: item.what() })?;
        self.seal(connection, partner, item, &json).await
    }

    /// As [`Vault::open`], of what JSON can hold.
    pub(crate) async fn open_json<T: DeserializeOwned>(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        item: Item<'_>,
        sealed: &[u8],
    ) -> Result<T, StoreError> {
        let json = self.open(connection, partner, item, sealed).await?;
        serde_json::from_slice(&json).map_err(|_| StoreError::Unreadable { what: item.what() })
    }

    /// Seals a fresh data key for a photo.
    pub(crate) async fn seal_photo_key(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        (id, role): (&str, Role),
    ) -> Result<Vec<u8>, StoreError> {
        let key = Key::from_bytes(random()?);
        self.seal(connection, partner, Item::Photo(id, role.as_str()), key.expose()).await
    }

    /// What stands for `text` where rows are looked up: nobody without the partner's key can tell what it was, nor
    /// whether two partners said the same.
    pub(crate) async fn tag(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        kind: &str,
        text: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT tag_key FROM partners WHERE id = $1";
        let sealed: Vec<u8> =
            sqlx::query_scalar(sql).bind(partner).fetch_one(&mut *connection).await?;
        let mut opened = self.open(connection, partner, Item::TagKey, &sealed).await?;
        let unreadable = StoreError::Unreadable { what: "tag key" };
        let Some(key) = Key::take(&mut opened) else { return Err(unreadable) };
        let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).map_err(|_| unreadable)?;
        // The kind is ours and holds no zero byte.
        mac.update(&[kind.as_bytes(), &[0], text.as_bytes()].concat());
        Ok(mac.finalize().into_bytes().to_vec())
    }

    /// A fresh partner key, sealed by the master key.
    pub(crate) async fn fresh(
        &self,
        partner: &str,
        generation: u32,
    ) -> Result<MasterWrapped, StoreError> {
        let key = Key::from_bytes(random()?);
        Ok(self.master.wrap(&key, &name(partner, generation)).await?)
    }

    /// A partner's key, sealed by the newest master key instead of its own.
    pub(crate) async fn rewrap(
        &self,
        partner: &str,
        generation: u32,
        wrapped: &MasterWrapped,
    ) -> Result<MasterWrapped, StoreError> {
        let name = name(partner, generation);
        let key = self.master.unwrap(wrapped, &name).await?;
        Ok(self.master.wrap(&key, &name).await?)
    }

    /// The partner's key of one generation; `None` if there is no such.
    pub(crate) async fn kek(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        generation: u32,
    ) -> Result<Option<Kek>, StoreError> {
        if let Some(kek) = self.known(partner, generation) {
            return Ok(Some(kek));
        }
        let select = sqlx::query_as(OF_GENERATION).bind(partner).bind(generation);
        let row: Option<KeyRow> = select.fetch_optional(connection).await?;
        match row {
            Some(row) => Ok(Some(self.unwrapped(partner, row).await?)),
            None => Ok(None),
        }
    }

    async fn newest(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
    ) -> Result<Kek, StoreError> {
        let row: Option<KeyRow> =
            sqlx::query_as(NEWEST).bind(partner).fetch_optional(connection).await?;
        let row = row.ok_or(StoreError::Unreadable { what: "partner key" })?;
        match self.known(partner, row.generation) {
            Some(kek) => Ok(kek),
            None => self.unwrapped(partner, row).await,
        }
    }

    async fn unwrapped(&self, partner: &str, row: KeyRow) -> Result<Kek, StoreError> {
        let generation = row.generation;
        let key = self.master.unwrap(&row.into_wrapped(), &name(partner, generation)).await?;
        let kek = Kek { id: generation, key };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((partner.to_owned(), generation), kek.clone());
        Ok(kek)
    }

    fn known(&self, partner: &str, generation: u32) -> Option<Kek> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(partner.to_owned(), generation)).cloned()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    generation: u32,
    master_id: String,
    wrapped: Vec<u8>,
}

impl KeyRow {
    fn into_wrapped(self) -> MasterWrapped {
        MasterWrapped { master_id: self.master_id, bytes: self.wrapped }
    }
}

/// Seals `plain` by a key at hand.
pub(crate) fn seal(
    kek: &Kek,
    partner: &str,
    item: Item<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let entropy =
        Entropy { data_key: Key::from_bytes(random()?), wrap_nonce: random()?, nonce: random()? };
    let envelope = Envelope::seal(kek, plain, &item.context(partner), entropy);
    Ok(envelope.map_err(damaged(item))?.as_bytes().to_vec())
}

/// The same object under another of the partner's keys.
pub(crate) fn rewrap(
    (old, new): (&Kek, &Kek),
    partner: &str,
    item: Item<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let envelope = Envelope::from_bytes(sealed.to_vec()).map_err(damaged(item))?;
    let rewrapped = envelope.rewrap((old, new), &item.context(partner), random()?);
    Ok(rewrapped.map_err(damaged(item))?.as_bytes().to_vec())
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(StoreError::Random)?;
    Ok(bytes)
}

fn name(partner: &str, generation: u32) -> String {
    format!("{partner}/{generation}")
}

fn damaged(item: Item<'_>) -> impl Fn(SealError) -> StoreError {
    let what = item.what();
    move |source| StoreError::Sealed { what, source }
}
