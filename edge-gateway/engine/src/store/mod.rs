//! Every SQL statement of the engine, over SQLite. One file a noun; statements use `$1` so that most of them serve
//! PostgreSQL as they are.

/// The database's clock in SQL: milliseconds since 1970.
macro_rules! now_ms {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

mod backlog;
mod baselines;
mod details;
mod keys;
mod legacy;
mod lookup;
mod outbox;
mod partners;
mod photos;
mod queue;
mod retention;
mod submissions;

pub use backlog::Backlog;
pub(crate) use baselines::{Admission, Enrolled};
pub(crate) use details::Details;
pub use keys::{KeyRotation, PartnerKeys};
pub use outbox::{Busy, Callback};
pub(crate) use queue::Ending;
pub use queue::{AttemptCost, Job, JobImage, Lease, Outcome};
pub(crate) use submissions::{Inserted, Record};

use crate::{MasterKey, StoreError, vault::Vault};
use serde::{Deserialize, Serialize, de::IntoDeserializer, de::value};
use sqlx::{
    Connection, Sqlite, SqlitePool, Transaction,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode::Wal, SqlitePoolOptions, SqliteSynchronous::Full,
    },
};
use std::{path::Path, sync::Arc, time::Duration};

/// How long a statement waits for another process's write, and a call for the writer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The last migration that still has the columns which held in clear what is sealed now.
const WITH_CLEAR_COLUMNS: i64 = 2;
/// Connections that read at the same time.
const READERS: u32 = 4;

const HEARTBEAT: &str =
    concat!("INSERT OR REPLACE INTO heartbeat (id, at) VALUES (1, ", now_ms!(), ")");

/// The database of one machine: one SQLite file.
///
/// One connection writes, because SQLite has one writer at a time and a queue in this process is fairer than its locks;
/// a few read. Every acknowledged write has been synced to the disk. What is personal or secret is sealed before it is
/// written.
#[derive(Clone, Debug)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    vault: Vault,
}

impl Store {
    /// Opens or creates the file at `path`, brings its schema up to date and seals what an earlier version stored in
    /// clear.
    ///
    /// # Errors
    /// [`StoreError::Sql`] if the file cannot be opened, [`StoreError::Migrate`] if it was written by a newer version,
    /// [`StoreError::MasterKey`] if its partners' keys do not open with `master`.
    pub async fn open(path: &Path, master: Arc<dyn MasterKey>) -> Result<Self, StoreError> {
        let options = options(path);
        let write = pool(1).connect_with(options.clone()).await?;
        let migrations = sqlx::migrate!();
        migrations.run_to(WITH_CLEAR_COLUMNS, &write).await?;
        let read = pool(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        let store = Self { write, read, vault: Vault::new(master) };
        store.seal_clear_rows().await?;
        migrations.run(&store.write).await?;
        store.check_master_keys().await?;
        Ok(store)
    }

    /// Ends all work and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Whether the database can be written: it writes, and waits until that is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Sql`] if it cannot.
    pub async fn ready(&self) -> Result<(), StoreError> {
        sqlx::query(HEARTBEAT).execute(&self.write).await?;
        Ok(())
    }

    /// Empties the write-ahead log, so that what was overwritten is nowhere any more, whichever process did it. A reader
    /// in the way puts it off to the next call.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.write).await?;
        Ok(())
    }

    /// Begins a transaction that holds the write lock from its start, so that it cannot fail half-way for want of it.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(Wal)
        .synchronous(Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What is erased is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
}

fn pool(connections: u32) -> SqlitePoolOptions {
    let options = SqlitePoolOptions::new().before_acquire(|connection, _| {
        // On a full disk SQLite ends a transaction by itself. sqlx goes on counting it as open and would refuse every
        // later one on this connection: another takes its place.
        let is_idle = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_idle) })
    });
    options.max_connections(connections).acquire_timeout(PATIENCE)
}

/// Reads a name, such as a state, back into the contract's type.
fn parse<'a, T: Deserialize<'a>>(what: &'static str, name: &'a str) -> Result<T, StoreError> {
    let name: value::StrDeserializer<'a, value::Error> = name.into_deserializer();
    T::deserialize(name).map_err(|_| StoreError::Unreadable { what })
}

/// Reads a JSON column.
fn parse_json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    json: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Unreadable { what })
}

/// Writes a JSON column or parameter.
fn to_json<T: Serialize + ?Sized>(what: &'static str, list: &T) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|_| StoreError::OutOfRange { what })
}

/// Seconds as the milliseconds that the database counts in.
fn ms(seconds: u32) -> i64 {
    i64::from(seconds) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MasterKeyring;
    use facematch_contract::{Mode, State};
    use facematch_seal::Key;

    pub(super) async fn open(dir: &Path) -> Store {
        let master = Arc::new(MasterKeyring::new("m1", Key::from_bytes([1; 32])));
        Store::open(&dir.join("engine.db"), master).await.unwrap()
    }

    /// The steps of the plan of `sql`.
    pub(super) async fn plan(sql: &str) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&store.write).await.unwrap();
        rows.into_iter().map(|row| row.3).collect()
    }

    /// The plan of `sql` searches by `index`, reads no table as a whole and sorts nothing.
    pub(super) async fn searches(sql: &str, index: &str) {
        let steps = plan(sql).await;
        assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
        // A list that comes as a parameter is scanned once.
        let is_slow = |step: &String| {
            let scans = step.contains("SCAN") && !step.contains("json_each");
            scans || step.contains("TEMP B-TREE")
        };
        assert!(!steps.iter().any(is_slow), "{steps:?}");
    }

    #[tokio::test]
    async fn every_connection_syncs_each_commit() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        let cases = [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")];
        for (pragma, want) in cases {
            for pool in [&store.write, &store.read] {
                let sql = sqlx::AssertSqlSafe(format!(
                    "SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"
                ));
                let got: String = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
                assert_eq!(got, want, "{pragma}");
            }
        }
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        assert!(sqlx::query("DELETE FROM partners").execute(&store.read).await.is_err());
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_has_ended_itself_blocks_no_later_one() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).await;
        let mut tx = store.begin().await.unwrap();
        // What SQLite does when the disk is full, and sqlx is not told of.
        sqlx::raw_sql("ROLLBACK").execute(&mut *tx).await.unwrap();
        assert!(tx.commit().await.is_err());
        store.begin().await.unwrap().commit().await.unwrap();
    }

    #[test]
    fn names_are_those_of_the_contract() {
        for mode in [Mode::SelfieToId, Mode::SelfieToSelfie, Mode::SelfieToBaseline] {
            assert_eq!(parse::<Mode>("mode", mode.as_str()).unwrap(), mode);
        }
        assert_eq!(parse::<State>("state", "erased").unwrap(), State::Erased);
        assert!(parse::<State>("state", "gone").is_err());
    }
}
