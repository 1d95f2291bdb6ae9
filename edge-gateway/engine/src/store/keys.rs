use super::Store;
use crate::{
    MasterWrapped, StoreError,
    vault::{self, Item, Vault},
};
use facematch_contract::{PartnerId, Timestamp};
use facematch_seal::Kek;
use sqlx::{Sqlite, SqliteConnection, Transaction};

const INSERT: &str = concat!(
    "INSERT INTO partner_keys (partner_id, generation, master_id, wrapped, made_at) \
     VALUES ($1, $2, $3, $4, ",
    now_ms!(),
    ")"
);
const LIST: &str = "SELECT p.id, k.generation, k.master_id, k.made_at FROM partners p \
     JOIN partner_keys k ON k.partner_id = p.id ORDER BY p.created_at, p.id, k.generation";
const DESTROY: &str = "DELETE FROM partner_keys WHERE partner_id = $1 AND generation < $2";
/// One partner key of each master key.
const ONE_OF_EACH: &str = "SELECT partner_id, max(generation) FROM partner_keys GROUP BY master_id";
/// Rows of one transaction.
const BATCH: usize = 200;

/// Every column that holds envelopes of a partner: up to `$5` of those that the generation `$2` (as an envelope writes
/// it) did not seal, beyond the row (`$3`, `$4`), and how one is replaced if it is still what it was.
const COLUMNS: [Column; 9] = [
    Column {
        item: |_| Item::CallbackSecret,
        select: "SELECT id AS a, '' AS b, callback_secret AS sealed FROM partners WHERE id = $1 \
                 AND substr(callback_secret, 2, 4) <> $2 AND (id, '') > ($3, $4) LIMIT $5",
        update: "UPDATE partners SET callback_secret = $3 WHERE id = $1 AND $2 = '' AND callback_secret = $4",
    },
    Column {
        item: |_| Item::CallbackSecret,
        select: "SELECT id AS a, '' AS b, old_callback_secret AS sealed FROM partners WHERE id = $1 \
                 AND substr(old_callback_secret, 2, 4) <> $2 AND (id, '') > ($3, $4) LIMIT $5",
        update: "UPDATE partners SET old_callback_secret = $3 \
                 WHERE id = $1 AND $2 = '' AND old_callback_secret = $4",
    },
    Column {
        item: |_| Item::TagKey,
        select: "SELECT id AS a, '' AS b, tag_key AS sealed FROM partners WHERE id = $1 \
                 AND substr(tag_key, 2, 4) <> $2 AND (id, '') > ($3, $4) LIMIT $5",
        update: "UPDATE partners SET tag_key = $3 WHERE id = $1 AND $2 = '' AND tag_key = $4",
    },
    Column {
        item: |row| Item::Details(&row.a),
        select: "SELECT id AS a, '' AS b, details AS sealed FROM submissions WHERE partner_id = $1 \
                 AND substr(details, 2, 4) <> $2 AND (id, '') > ($3, $4) ORDER BY id LIMIT $5",
        update: "UPDATE submissions SET details = $3 WHERE id = $1 AND $2 = '' AND details = $4",
    },
    Column {
        item: |row| Item::Result(&row.a),
        select: "SELECT r.submission_id AS a, '' AS b, r.sealed FROM results r \
                 JOIN submissions s ON s.id = r.submission_id WHERE s.partner_id = $1 \
                 AND substr(r.sealed, 2, 4) <> $2 AND (r.submission_id, '') > ($3, $4) \
                 ORDER BY r.submission_id LIMIT $5",
        update: "UPDATE results SET sealed = $3 WHERE submission_id = $1 AND $2 = '' AND sealed = $4",
    },
    Column {
        item: |row| Item::Template(&row.a),
        select: "SELECT r.submission_id AS a, '' AS b, r.template AS sealed FROM results r \
                 JOIN submissions s ON s.id = r.submission_id WHERE s.partner_id = $1 \
                 AND substr(r.template, 2, 4) <> $2 AND (r.submission_id, '') > ($3, $4) \
                 ORDER BY r.submission_id LIMIT $5",
        update: "UPDATE results SET template = $3 WHERE submission_id = $1 AND $2 = '' AND template = $4",
    },
    Column {
        item: |row| Item::Baseline(&row.a),
        select: "SELECT lower(hex(subject_tag)) AS a, partner_id AS b, sealed FROM baselines \
                 WHERE partner_id = $1 AND substr(sealed, 2, 4) <> $2 \
                 AND (lower(hex(subject_tag)), partner_id) > ($3, $4) ORDER BY subject_tag LIMIT $5",
        update: "UPDATE baselines SET sealed = $3 \
                 WHERE partner_id = $2 AND lower(hex(subject_tag)) = $1 AND sealed = $4",
    },
    Column {
        item: |row| Item::Callback(&row.a),
        select: "SELECT submission_id AS a, '' AS b, sealed FROM outbox WHERE partner_id = $1 \
                 AND substr(sealed, 2, 4) <> $2 AND (submission_id, '') > ($3, $4) \
                 ORDER BY submission_id LIMIT $5",
        update: "UPDATE outbox SET sealed = $3 WHERE submission_id = $1 AND $2 = '' AND sealed = $4",
    },
    Column {
        item: |row| Item::Photo(&row.a, &row.b),
        select: "SELECT i.submission_id AS a, i.role AS b, i.data_key AS sealed FROM images i \
                 JOIN submissions s ON s.id = i.submission_id WHERE s.partner_id = $1 \
                 AND substr(i.data_key, 2, 4) <> $2 AND (i.submission_id, i.role) > ($3, $4) \
                 ORDER BY i.submission_id, i.role LIMIT $5",
        update: "UPDATE images SET data_key = $3 WHERE submission_id = $1 AND role = $2 AND data_key = $4",
    },
];

struct Column {
    item: for<'a> fn(&'a Row) -> Item<'a>,
    select: &'static str,
    update: &'static str,
}

#[derive(sqlx::FromRow)]
struct Row {
    a: String,
    b: String,
    sealed: Vec<u8>,
}

/// One of a partner's keys, as listed: not the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerKeys {
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Its number; the highest seals, and there are two only while they are being changed.
    pub generation: u32,
    /// The master key that seals it.
    pub master_id: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// What the change of a partner's key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRotation {
    /// The key that seals now.
    pub generation: u32,
    /// Objects whose data keys it has taken over.
    pub rewrapped: u64,
    /// Objects that could not be opened. While there are any, the old key stays.
    pub damaged: u64,
}

impl Store {
    /// The keys of every partner.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub async fn partner_keys(&self) -> Result<Vec<PartnerKeys>, StoreError> {
        let rows: Vec<(String, u32, String, i64)> =
            sqlx::query_as(LIST).fetch_all(&self.read).await?;
        let key = |(partner, generation, master_id, made_at)| PartnerKeys {
            partner_id: PartnerId(partner),
            generation,
            master_id,
            made_at: Timestamp(made_at),
        };
        Ok(rows.into_iter().map(key).collect())
    }

    /// Gives a partner a new key, moves the data keys of all that it has to it, and destroys the old one. A rotation
    /// that was cut off is finished instead. The server may run meanwhile.
    ///
    /// # Errors
    /// [`StoreError::UnknownPartner`], [`StoreError::MasterKey`], [`StoreError::Sql`].
    pub async fn rotate_partner_key(&self, id: &PartnerId) -> Result<KeyRotation, StoreError> {
        let (old, new) = self.begin_rotation(id).await?;
        let mut done = KeyRotation { generation: new.id, rewrapped: 0, damaged: 0 };
        for column in &COLUMNS {
            self.rewrap_column(&id.0, column, (&old, &new), &mut done).await?;
        }
        if done.damaged == 0 {
            self.end_rotation(&id.0, &new).await?;
        }
        Ok(done)
    }

    /// Seals every partner's key by the newest master key, all or none, and returns how many.
    ///
    /// # Errors
    /// [`StoreError::MasterKey`], [`StoreError::Sql`].
    pub async fn rewrap_partner_keys(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let sql = "SELECT partner_id, generation, master_id, wrapped FROM partner_keys";
        let rows: Vec<(String, u32, String, Vec<u8>)> =
            sqlx::query_as(sql).fetch_all(&mut *tx).await?;
        let count = rows.len() as u64;
        for (partner, generation, master_id, bytes) in rows {
            let wrapped = MasterWrapped { master_id, bytes };
            let fresh = self.vault.rewrap(&partner, generation, &wrapped).await?;
            let sql = "UPDATE partner_keys SET master_id = $3, wrapped = $4 \
                       WHERE partner_id = $1 AND generation = $2";
            let update = sqlx::query(sql).bind(partner).bind(generation);
            update.bind(fresh.master_id).bind(fresh.bytes).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Opens one partner's key of each master key that is in use: a wrong or missing one shows at the start.
    pub(super) async fn check_master_keys(&self) -> Result<(), StoreError> {
        let mut connection = self.read.acquire().await?;
        let rows: Vec<(String, u32)> =
            sqlx::query_as(ONE_OF_EACH).fetch_all(&mut *connection).await?;
        for (partner, generation) in rows {
            self.vault.kek(&mut connection, &partner, generation).await?;
        }
        Ok(())
    }

    /// The key that goes and the key that comes; the latter is made unless a rotation was cut off.
    async fn begin_rotation(&self, id: &PartnerId) -> Result<(Kek, Kek), StoreError> {
        let mut tx = self.begin().await?;
        let sql = "SELECT generation FROM partner_keys WHERE partner_id = $1 ORDER BY generation";
        let mut generations: Vec<u32> =
            sqlx::query_scalar(sql).bind(&id.0).fetch_all(&mut *tx).await?;
        if let [only] = generations[..] {
            add_key(&mut tx, &self.vault, &id.0, only + 1).await?;
            generations.push(only + 1);
        }
        let [old, new] = generations[..] else {
            return Err(StoreError::UnknownPartner(id.clone()));
        };
        // Only what is on the disk is opened: the vault remembers a key, and one that was never stored would seal for good.
        tx.commit().await?;
        let mut connection = self.read.acquire().await?;
        let old = self.existing_kek(&mut connection, &id.0, old).await?;
        let new = self.existing_kek(&mut connection, &id.0, new).await?;
        Ok((old, new))
    }

    async fn existing_kek(
        &self,
        connection: &mut SqliteConnection,
        partner: &str,
        generation: u32,
    ) -> Result<Kek, StoreError> {
        let kek = self.vault.kek(connection, partner, generation).await?;
        kek.ok_or(StoreError::Unreadable { what: "partner key" })
    }

    async fn rewrap_column(
        &self,
        partner: &str,
        column: &Column,
        keks: (&Kek, &Kek),
        done: &mut KeyRotation,
    ) -> Result<(), StoreError> {
        let mut last = (String::new(), String::new());
        loop {
            let mut tx = self.begin().await?;
            let rows = others(&mut tx, partner, column, keks.1, &last).await?;
            for row in &rows {
                match vault::rewrap(keks, partner, (column.item)(row), &row.sealed) {
                    Ok(fresh) => done.rewrapped += replace(&mut tx, column, row, fresh).await?,
                    Err(error) => {
                        tracing::error!(row = row.a, %error, "an object cannot be rewrapped");
                        done.damaged += 1;
                    }
                }
            }
            tx.commit().await?;
            let Some(row) = rows.last().filter(|_| rows.len() == BATCH) else { return Ok(()) };
            last = (row.a.clone(), row.b.clone());
        }
    }

    /// Destroys the old key, unless something it sealed has come in between: then the next rotation ends it.
    async fn end_rotation(&self, partner: &str, new: &Kek) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for column in &COLUMNS {
            let none = (String::new(), String::new());
            if !others(&mut tx, partner, column, new, &none).await?.is_empty() {
                return Ok(());
            }
        }
        sqlx::query(DESTROY).bind(partner).bind(new.id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Makes a partner's first keys, within the transaction that makes the partner.
pub(super) async fn give_key(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    partner: &str,
) -> Result<(), StoreError> {
    add_key(tx, vault, partner, 1).await?;
    let tag_key: [u8; 32] = vault::random()?;
    let sealed = vault.seal(tx, partner, Item::TagKey, &tag_key).await?;
    let sql = "UPDATE partners SET tag_key = $2 WHERE id = $1";
    sqlx::query(sql).bind(partner).bind(sealed).execute(&mut **tx).await?;
    Ok(())
}

async fn add_key(
    tx: &mut Transaction<'_, Sqlite>,
    vault: &Vault,
    partner: &str,
    generation: u32,
) -> Result<(), StoreError> {
    let MasterWrapped { master_id, bytes } = vault.fresh(partner, generation).await?;
    let insert = sqlx::query(INSERT).bind(partner).bind(generation).bind(master_id).bind(bytes);
    insert.execute(&mut **tx).await?;
    Ok(())
}

/// Objects that another key than `new` sealed.
async fn others(
    tx: &mut Transaction<'_, Sqlite>,
    partner: &str,
    column: &Column,
    new: &Kek,
    (a, b): &(String, String),
) -> Result<Vec<Row>, StoreError> {
    let select = sqlx::query_as(column.select).bind(partner).bind(new.id.to_be_bytes().to_vec());
    let select = select.bind(a).bind(b).bind(i64::try_from(BATCH).unwrap_or(i64::MAX));
    Ok(select.fetch_all(&mut **tx).await?)
}

async fn replace(
    tx: &mut Transaction<'_, Sqlite>,
    column: &Column,
    row: &Row,
    fresh: Vec<u8>,
) -> Result<u64, StoreError> {
    let update = sqlx::query(column.update).bind(&row.a).bind(&row.b).bind(fresh).bind(&row.sealed);
    Ok(update.execute(&mut **tx).await?.rows_affected())
}
