use anyhow::Result;
use facematch_contract::CorrelationId;
use sqlx::{
    AssertSqlSafe, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::path::Path;

/// The server's database, seen beside the server.
pub(crate) struct Database(SqlitePool);

/// The callback of one submission, as the outbox has it.
#[derive(sqlx::FromRow)]
pub(crate) struct Callback {
    pub(crate) event_id: String,
    pub(crate) state: String,
}

impl Database {
    /// Opens the database of a data directory.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn open(data: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(data.join("facematch.sqlite"));
        Ok(Self(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?))
    }

    /// One number.
    ///
    /// # Errors
    /// When the statement cannot be run.
    pub(crate) async fn number(&self, sql: &str) -> Result<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(sqlx::query_scalar(sql).fetch_one(&self.0).await?)
    }

    /// Runs a statement: how controls break things.
    ///
    /// # Errors
    /// When it cannot be run.
    pub(crate) async fn execute(&self, sql: &str) -> Result<()> {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&self.0).await?;
        Ok(())
    }

    /// How many results a submission has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn results(&self, id: CorrelationId) -> Result<i64> {
        let sql = "SELECT count(*) FROM results WHERE submission_id = $1";
        Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_one(&self.0).await?)
    }

    /// The callbacks of a submission.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn callbacks(&self, id: CorrelationId) -> Result<Vec<Callback>> {
        let sql = "SELECT event_id, state FROM outbox WHERE submission_id = $1";
        Ok(sqlx::query_as(sql).bind(id.to_string()).fetch_all(&self.0).await?)
    }

    /// The state of a submission as it is written now, the moment that it changes.
    ///
    /// # Errors
    /// When the database cannot be read, or there is no such submission.
    pub(crate) async fn state(&self, id: CorrelationId) -> Result<String> {
        let sql = "SELECT state FROM submissions WHERE id = $1";
        Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_one(&self.0).await?)
    }

    /// Whether SQLite finds nothing wrong in the file.
    ///
    /// # Errors
    /// When it cannot look.
    pub(crate) async fn is_intact(&self) -> Result<bool> {
        let found: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&self.0).await?;
        Ok(found == "ok")
    }

    /// Ends the connection.
    pub(crate) async fn close(self) {
        self.0.close().await;
    }
}
