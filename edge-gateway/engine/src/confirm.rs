use crate::{Engine, EngineError, ObjectHead};
use facematch_contract::{
    CorrelationId, ImageDeclaration, PartnerId, Role, State,
    engine::{self, MissingUploads, StoredSubmission},
};
use futures_util::future::try_join_all;

impl Engine {
    /// Finds and pins every photo, then queues the submission. Repeated, it says where the submission stands.
    ///
    /// # Errors
    /// As [`Engine::get`], and [`EngineError::UploadMissing`], [`EngineError::UploadMismatch`],
    /// [`EngineError::Expired`], [`EngineError::Erased`], [`EngineError::Objects`].
    pub async fn confirm(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<StoredSubmission, EngineError> {
        let stored = self.get(partner, id).await?;
        if stored.state != State::AwaitingUpload {
            return confirmed(stored);
        }
        let pins = pins(&self.heads(&stored).await?)?;
        if self.store.queue(partner, id, &pins).await? {
            self.queued.ring();
        }
        // If another confirm, the clock or an erasure was first, the state says which.
        confirmed(self.get(partner, id).await?)
    }

    /// The photos that the bucket does not have yet.
    ///
    /// # Errors
    /// As [`Engine::get`], and [`EngineError::WrongState`] once it is confirmed, [`EngineError::Expired`],
    /// [`EngineError::Erased`], [`EngineError::Objects`].
    pub async fn missing(
        &self,
        partner: &PartnerId,
        id: CorrelationId,
    ) -> Result<MissingUploads, EngineError> {
        let submission = self.get(partner, id).await?;
        match submission.state {
            State::AwaitingUpload => {}
            State::Expired => return Err(EngineError::Expired),
            State::Erased => return Err(EngineError::Erased),
            other => return Err(EngineError::WrongState(other)),
        }
        let missing = missing(&self.heads(&submission).await?);
        Ok(MissingUploads { submission, missing })
    }

    /// What the bucket says of each declared photo.
    async fn heads(&self, stored: &StoredSubmission) -> Result<Vec<Seen>, EngineError> {
        let head = async |declaration: &ImageDeclaration| -> Result<Seen, EngineError> {
            let key = engine::object_key(stored.correlation_id, declaration.role);
            Ok(Seen { declared: declaration.clone(), head: self.objects.head(&key).await? })
        };
        try_join_all(stored.images.iter().map(|image| head(&image.declaration))).await
    }
}

/// A declared photo and what is in its place.
struct Seen {
    declared: ImageDeclaration,
    head: Option<ObjectHead>,
}

/// The answer to a confirm that finds the submission in this state.
fn confirmed(stored: StoredSubmission) -> Result<StoredSubmission, EngineError> {
    match stored.state {
        State::Queued | State::Processing | State::Completed | State::Failed => Ok(stored),
        // Its time ran out between the two looks, and the sweeper has not been here yet.
        State::AwaitingUpload | State::Expired => Err(EngineError::Expired),
        State::Erased => Err(EngineError::Erased),
    }
}

fn missing(seen: &[Seen]) -> Vec<Role> {
    seen.iter().filter(|seen| seen.head.is_none()).map(|seen| seen.declared.role).collect()
}

/// The ETag of every photo, if all are there and are what was declared.
fn pins(seen: &[Seen]) -> Result<Vec<(Role, String)>, EngineError> {
    let missing = missing(seen);
    if !missing.is_empty() {
        return Err(EngineError::UploadMissing(missing));
    }
    let (mut pins, mut wrong) = (Vec::new(), Vec::new());
    for Seen { declared, head } in seen {
        match head {
            Some(head) if fits(declared, head) => pins.push((declared.role, head.etag.clone())),
            _ => wrong.push(declared.role),
        }
    }
    if wrong.is_empty() { Ok(pins) } else { Err(EngineError::UploadMismatch(wrong)) }
}

fn fits(declared: &ImageDeclaration, head: &ObjectHead) -> bool {
    let hash_fits =
        head.sha256.as_ref().is_none_or(|hash| hash.eq_ignore_ascii_case(&declared.sha256));
    head.size_bytes == declared.size_bytes
        && head.content_type == declared.content_type
        && hash_fits
        && !head.etag.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> ObjectHead {
        ObjectHead {
            size_bytes: 10,
            content_type: "image/jpeg".to_owned(),
            sha256: Some("ab".repeat(32)),
            etag: "\"1\"".to_owned(),
        }
    }

    #[test]
    fn an_upload_fits_only_as_declared() {
        let declared = ImageDeclaration {
            role: Role::Selfie,
            content_type: "image/jpeg".to_owned(),
            size_bytes: 10,
            sha256: "ab".repeat(32),
        };
        let cases = [
            (head(), true),
            (ObjectHead { sha256: None, ..head() }, true),
            (ObjectHead { size_bytes: 9, ..head() }, false),
            (ObjectHead { size_bytes: 11, ..head() }, false),
            (ObjectHead { content_type: "image/png".to_owned(), ..head() }, false),
            (ObjectHead { sha256: Some("cd".repeat(32)), ..head() }, false),
            (ObjectHead { etag: String::new(), ..head() }, false), // Nothing to pin.
        ];
        for (head, want) in cases {
            assert_eq!(fits(&declared, &head), want, "{head:?}");
        }
    }
}
