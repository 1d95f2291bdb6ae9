//! The cause of a refusal on its way to the log.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use http::Extensions;
use s3s::{S3Error, S3Response, S3Result};

use super::refusal::Refusal;

/// A place in a request's extensions where the service leaves why it refused. The answer says less
/// than the log does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault(Arc<OnceLock<String>>);

impl Fault {
    /// The refusal with its causes, if there was one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    /// Leaves `error` and its causes for the log.
    pub(crate) fn note(&self, error: &dyn Error) {
        // The first cause is the one that counts.
        let _ = self.0.set(chain(error));
    }

    /// Turns the outcome of an operation into its answer, and notes a refusal.
    pub(super) fn settle<T>(
        extensions: &Extensions,
        outcome: Result<T, Refusal>,
    ) -> S3Result<S3Response<T>> {
        outcome.map(S3Response::new).map_err(|refusal| {
            if let Some(fault) = extensions.get::<Self>() {
                fault.note(&refusal);
            }
            S3Error::from(refusal)
        })
    }
}

fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn fault_names_the_causes_and_the_answer_does_not() {
        let fault = Fault::default();
        let mut extensions = Extensions::new();
        extensions.insert(fault.clone());
        let io = std::io::Error::other("sector 7 is gone");
        let outcome = Err::<(), _>(Refusal::Store(StoreError::Io(io)));
        let answer = Fault::settle(&extensions, outcome).expect_err("a refusal").to_string();
        assert!(!answer.contains("sector"), "{answer}");
        assert_eq!(fault.text(), Some("file system failed: sector 7 is gone"));
    }
}
