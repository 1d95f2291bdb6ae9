use super::{Store, ms, parse_json, to_json};
use crate::{NewPartner, Partner, PartnerCredentials, Secret, StoreError, secret};
use facematch_contract::{PartnerId, Timestamp, engine::Authenticated};

const INSERT: &str = concat!(
    "INSERT INTO partners (id, name, secret_sha256, scopes, allowed_origins, callback_secret, \
     created_at, rotated_at) VALUES ($1, $2, $3, $4, $5, $6, ",
    now_ms!(),
    ", ",
    now_ms!(),
    ")"
);
/// With no grace the old secret is not kept.
const ROTATE: &str = concat!(
    "UPDATE partners SET old_secret_sha256 = CASE WHEN $3 > 0 THEN secret_sha256 END, \
     old_secret_until = CASE WHEN $3 > 0 THEN $3 + ",
    now_ms!(),
    " END, secret_sha256 = $2, rotated_at = ",
    now_ms!(),
    " WHERE id = $1"
);
const ROTATE_CALLBACKS: &str = concat!(
    "UPDATE partners SET old_callback_secret = CASE WHEN $3 > 0 THEN callback_secret END, \
     old_callback_secret_until = CASE WHEN $3 > 0 THEN $3 + ",
    now_ms!(),
    " END, callback_secret = $2 WHERE id = $1"
);
const REVOKE: &str = "UPDATE partners SET old_secret_sha256 = NULL, old_secret_until = NULL, \
     old_callback_secret = NULL, old_callback_secret_until = NULL WHERE id = $1";
const LIST: &str = "SELECT *, 0 AS old_is_live, (SELECT count(*) FROM gone_endpoints g \
     WHERE g.partner_id = p.id) AS gone_endpoints FROM partners p ORDER BY created_at, id";
const BY_ID: &str = concat!(
    "SELECT *, coalesce(old_secret_until > ",
    now_ms!(),
    ", 0) AS old_is_live, 0 AS gone_endpoints FROM partners WHERE id = $1"
);

impl Store {
    /// Adds a partner and says its credentials, which cannot be had again.
    ///
    /// # Errors
    /// [`StoreError::Sql`], [`StoreError::Random`].
    pub async fn add_partner(&self, new: &NewPartner) -> Result<PartnerCredentials, StoreError> {
        let made = PartnerCredentials {
            partner_id: PartnerId(secret::random_id("pt_")?),
            client_secret: Secret::for_client()?,
            callback_secret: Secret::for_callbacks()?,
        };
        sqlx::query(INSERT)
            .bind(&made.partner_id.0)
            .bind(&new.name)
            .bind(secret::digest(made.client_secret.expose()).to_vec())
            .bind(to_json("scopes", &new.scopes)?)
            .bind(to_json("allowed_origins", &new.allowed_origins)?)
            .bind(made.callback_secret.expose())
            .execute(&self.write)
            .await?;
        Ok(made)
    }

    /// Every partner, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Sql`], [`StoreError::Unreadable`].
    pub async fn partners(&self) -> Result<Vec<Partner>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(LIST).fetch_all(&self.read).await?;
        rows.into_iter().map(Row::into_partner).collect()
    }

    /// Makes a new client secret. The old one works for `grace_s` more seconds; one before that ends at once. Tokens
    /// live on until they expire.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`], [`StoreError::Random`].
    pub async fn rotate_secret(&self, id: &PartnerId, grace_s: u32) -> Result<Secret, StoreError> {
        let fresh = Secret::for_client()?;
        let hash = secret::digest(fresh.expose()).to_vec();
        let update = sqlx::query(ROTATE).bind(&id.0).bind(hash).bind(ms(grace_s));
        known(id, update.execute(&self.write).await?.rows_affected())?;
        Ok(fresh)
    }

    /// Makes a new secret for callbacks. For `grace_s` more seconds they are signed with the old one too.
    ///
    /// # Errors
    /// As [`Store::rotate_secret`].
    pub async fn rotate_callback_secret(
        &self,
        id: &PartnerId,
        grace_s: u32,
    ) -> Result<Secret, StoreError> {
        let fresh = Secret::for_callbacks()?;
        let update = sqlx::query(ROTATE_CALLBACKS).bind(&id.0).bind(fresh.expose());
        let done = update.bind(ms(grace_s)).execute(&self.write).await?;
        known(id, done.rows_affected())?;
        Ok(fresh)
    }

    /// Ends what a rotation left alive, at once.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`].
    pub async fn revoke_old_secrets(&self, id: &PartnerId) -> Result<(), StoreError> {
        let done = sqlx::query(REVOKE).bind(&id.0).execute(&self.write).await?;
        known(id, done.rows_affected())
    }

    /// Changes the web origins that may use a partner's browser tokens; none for any. It counts for tokens made from
    /// now on.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`].
    pub async fn set_origins(&self, id: &PartnerId, origins: &[String]) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE partners SET allowed_origins = $2 WHERE id = $1");
        let update = update.bind(&id.0).bind(to_json("allowed_origins", origins)?);
        known(id, update.execute(&self.write).await?.rows_affected())
    }

    /// Changes how many requests a minute a partner may make; `None` for as many as every partner.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`].
    pub async fn set_rate(&self, id: &PartnerId, rate: Option<u32>) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE partners SET rate = $2 WHERE id = $1");
        let done = update.bind(&id.0).bind(rate).execute(&self.write).await?;
        known(id, done.rows_affected())
    }

    /// How many requests a minute a partner may make, if it has a rate of its own.
    pub(crate) async fn rate(&self, id: &PartnerId) -> Result<Option<u32>, StoreError> {
        let select = sqlx::query_scalar("SELECT rate FROM partners WHERE id = $1").bind(&id.0);
        Ok(select.fetch_optional(&self.read).await?.flatten())
    }

    /// Cuts a partner off, or lets it in again. Its queued submissions are still processed.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`].
    pub async fn set_disabled(&self, id: &PartnerId, disabled: bool) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE partners SET disabled = $2 WHERE id = $1");
        let done = update.bind(&id.0).bind(disabled).execute(&self.write).await?;
        known(id, done.rows_affected())
    }

    /// The partner with these credentials, or `None`. An unknown id, a wrong secret and a disabled partner take the
    /// same steps.
    ///
    /// # Errors
    /// [`StoreError::Sql`], [`StoreError::Unreadable`].
    pub async fn authenticate(
        &self,
        client_id: &str,
        client_secret: &str,
    ) -> Result<Option<Authenticated>, StoreError> {
        let select = sqlx::query_as(BY_ID).bind(client_id);
        let row: Option<Row> = select.fetch_optional(&self.read).await?;
        let given = secret::digest(client_secret);
        let fits = row.as_ref().map_or(&NOBODY, |row| &row.secrets).open_with(&given);
        let row = row.filter(|row| fits & !row.disabled);
        row.map(Row::into_authenticated).transpose()
    }
}

/// Hashes of the client secrets of a partner.
#[derive(sqlx::FromRow)]
struct Secrets {
    secret_sha256: Vec<u8>,
    old_secret_sha256: Option<Vec<u8>>,
    old_is_live: bool,
}

/// Those of a partner that is not there: nothing opens it, and it takes the same steps to find out.
static NOBODY: Secrets =
    Secrets { secret_sha256: Vec::new(), old_secret_sha256: None, old_is_live: false };

impl Secrets {
    /// Whether this digest is that of a live secret. Both are compared, whichever fits.
    fn open_with(&self, given: &[u8; 32]) -> bool {
        let or_none = |hash: &[u8]| <[u8; 32]>::try_from(hash).unwrap_or_default();
        let old = self.old_secret_sha256.as_deref().unwrap_or_default();
        let is_new = secret::same(&or_none(&self.secret_sha256), given);
        let is_old = secret::same(&or_none(old), given);
        is_new | (is_old & self.old_is_live)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    #[sqlx(flatten)]
    secrets: Secrets,
    scopes: String,
    allowed_origins: String,
    disabled: bool,
    created_at: i64,
    rotated_at: i64,
    old_secret_until: Option<i64>,
    rate: Option<u32>,
    gone_endpoints: u32,
}

impl Row {
    fn into_partner(self) -> Result<Partner, StoreError> {
        Ok(Partner {
            id: PartnerId(self.id),
            name: self.name,
            scopes: parse_json("scopes", &self.scopes)?,
            allowed_origins: parse_json("allowed_origins", &self.allowed_origins)?,
            disabled: self.disabled,
            created_at: Timestamp(self.created_at),
            rotated_at: Timestamp(self.rotated_at),
            old_secret_until: self.old_secret_until.map(Timestamp),
            rate: self.rate,
            gone_endpoints: self.gone_endpoints,
        })
    }

    fn into_authenticated(self) -> Result<Authenticated, StoreError> {
        let scopes = parse_json("scopes", &self.scopes)?;
        Ok(Authenticated { partner_id: PartnerId(self.id), scopes })
    }
}

fn known(id: &PartnerId, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::UnknownPartner(id.clone())) } else { Ok(()) }
}
