use crate::ObjectError;
use facematch_contract::{PartnerId, Role, State};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused or did not answer.
    #[error("database")]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this version cannot read.
    #[error("unreadable {what} in the database")]
    Unreadable {
        /// The column.
        what: &'static str,
    },
    /// A value that the database cannot hold.
    #[error("{what} is out of range")]
    OutOfRange {
        /// The value.
        what: &'static str,
    },
    /// There is no such partner.
    #[error("no partner {0}")]
    UnknownPartner(PartnerId),
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

impl StoreError {
    /// Whether the same call can succeed later: the database was busy, full or away.
    pub fn is_transient(&self) -> bool {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        match self {
            Self::Sql(Io(_) | PoolTimedOut | PoolClosed | WorkerCrashed) => true,
            Self::Sql(Database(error)) => error.code().is_some_and(|code| is_transient(&code)),
            _ => false,
        }
    }
}

/// `SQLITE_BUSY`, `SQLITE_LOCKED`, `SQLITE_IOERR`, `SQLITE_FULL` and `SQLITE_CANTOPEN`, extended or not.
fn is_transient(code: &str) -> bool {
    let primary = code.parse::<u32>().unwrap_or_default() & 0xff;
    matches!(primary, 5 | 6 | 10 | 13 | 14)
}

/// Why the engine refused or failed. The wire gets the code of [`crate::http`]'s one table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Unknown client, wrong secret or disabled partner: which one is not told.
    #[error("unknown client or wrong secret")]
    InvalidClient,
    /// The partner was disabled after its token was made.
    #[error("the partner is disabled")]
    PartnerDisabled,
    /// No such submission of this partner.
    #[error("no such submission")]
    NotFound,
    /// The key was used with another request.
    #[error("idempotency key used with another request")]
    IdempotencyKeyReused,
    /// The subject has no baseline.
    #[error("no baseline for the subject")]
    BaselineNotFound,
    /// The state does not allow this.
    #[error("the submission is {}", .0.as_str())]
    WrongState(State),
    /// There is no result yet.
    #[error("no result while {}", .0.as_str())]
    ResultNotReady(State),
    /// It was not confirmed in time.
    #[error("the submission has expired")]
    Expired,
    /// It was erased.
    #[error("the submission has been erased")]
    Erased,
    /// Photos that are declared and not in the bucket.
    #[error("not uploaded: {}", names(.0))]
    UploadMissing(Vec<Role>),
    /// Photos that are in the bucket and not what was declared.
    #[error("not as declared: {}", names(.0))]
    UploadMismatch(Vec<Role>),
    /// There is no callback to send again.
    #[error("no callback")]
    CallbackNotFound,
    /// Another worker holds the submission, or it has ended: nothing was written.
    #[error("the lease is lost")]
    LostLease,
    /// A result that JSON cannot hold.
    #[error("result is not JSON")]
    Result(#[source] serde_json::Error),
    /// The bucket failed.
    #[error("bucket")]
    Objects(#[from] ObjectError),
    /// The database failed.
    #[error("store")]
    Store(#[from] StoreError),
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_or_full_database_may_do_better_later() {
        let cases = [
            ("5", true),     // SQLITE_BUSY
            ("517", true),   // SQLITE_BUSY_SNAPSHOT
            ("13", true),    // SQLITE_FULL
            ("778", true),   // SQLITE_IOERR_WRITE
            ("2067", false), // SQLITE_CONSTRAINT_UNIQUE
            ("11", false),   // SQLITE_CORRUPT
            ("", false),
        ];
        for (code, want) in cases {
            assert_eq!(is_transient(code), want, "{code}");
        }
    }

    #[test]
    fn refusals_name_the_roles() {
        let error = EngineError::UploadMissing(vec![Role::Selfie, Role::IdPortrait]);
        assert_eq!(error.to_string(), "not uploaded: selfie, id_portrait");
        assert_eq!(EngineError::WrongState(State::Queued).to_string(), "the submission is queued");
    }
}
