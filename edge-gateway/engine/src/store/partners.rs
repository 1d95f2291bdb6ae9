use super::{Store, parse_json};
use crate::{NewPartner, Partner, PartnerCredentials, Secret, StoreError, secret};
use facematch_contract::{PartnerId, Timestamp, engine::Authenticated};
use serde::Serialize;

const INSERT: &str = concat!(
    "INSERT INTO partners (id, name, secret_sha256, scopes, allowed_origins, callback_secret, \
     created_at, rotated_at) VALUES ($1, $2, $3, $4, $5, $6, ",
    now_ms!(),
    ", ",
    now_ms!(),
    ")"
);
const ROTATE: &str =
    concat!("UPDATE partners SET secret_sha256 = $2, rotated_at = ", now_ms!(), " WHERE id = $1");

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
        let rows: Vec<Row> = sqlx::query_as("SELECT * FROM partners ORDER BY created_at, id")
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(Row::into_partner).collect()
    }

    /// Makes a new client secret. The old one ends at once; tokens made with it live on until they expire.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::Sql`], [`StoreError::Random`].
    pub async fn rotate_secret(&self, id: &PartnerId) -> Result<Secret, StoreError> {
        let fresh = Secret::for_client()?;
        let hash = secret::digest(fresh.expose()).to_vec();
        let done = sqlx::query(ROTATE).bind(&id.0).bind(hash).execute(&self.write).await?;
        known(id, done.rows_affected())?;
        Ok(fresh)
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
        let row: Option<Row> = sqlx::query_as("SELECT * FROM partners WHERE id = $1")
            .bind(client_id)
            .fetch_optional(&self.read)
            .await?;
        let stored = row.as_ref().map_or(&[0; 32][..], |row| &row.secret_sha256);
        let fits = secret::same(stored, &secret::digest(client_secret));
        let row = row.filter(|row| fits & !row.disabled);
        row.map(Row::into_authenticated).transpose()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    secret_sha256: Vec<u8>,
    scopes: String,
    allowed_origins: String,
    disabled: bool,
    created_at: i64,
    rotated_at: i64,
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
        })
    }

    fn into_authenticated(self) -> Result<Authenticated, StoreError> {
        let scopes = parse_json("scopes", &self.scopes)?;
        Ok(Authenticated { partner_id: PartnerId(self.id), scopes })
    }
}

fn to_json<T: Serialize>(what: &'static str, list: &T) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|_| StoreError::OutOfRange { what })
}

fn known(id: &PartnerId, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::UnknownPartner(id.clone())) } else { Ok(()) }
}
