use super::hex::parse_sha256;
use facematch_contract::engine::{StoredSubmission, object_key};
use facematch_contract::limits::UPLOAD_URL_LIFE_S;
use facematch_contract::{ImageDeclaration, Timestamp, UploadTarget};
use facematch_presign::{Endpoint, Signer, UploadRequest};
use std::collections::BTreeMap;

/// The bucket that photos are uploaded to, and the key that signs for it.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) endpoint: Endpoint,
    pub(crate) name: String,
    pub(crate) signer: Signer,
}

/// Why there is no URL for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UploadError {
    #[error("the submission ends before a URL could be used")]
    Expired,
    #[error("the stored declaration has no SHA-256")]
    NoHash,
}

impl Bucket {
    /// Where and how one photo of `submission` is uploaded, as signed at `now`.
    ///
    /// The URL ends after [`UPLOAD_URL_LIFE_S`] or with the submission, whichever comes first.
    ///
    /// # Errors
    /// [`UploadError`] if the submission has ended, or if what the engine stored makes no sense.
    pub(crate) fn target(
        &self,
        submission: &StoredSubmission,
        image: &ImageDeclaration,
        now: Timestamp,
    ) -> Result<UploadTarget, UploadError> {
        let expires_s = life_s(submission, now).ok_or(UploadError::Expired)?;
        let upload = self.signer.upload_url(&UploadRequest {
            endpoint: &self.endpoint,
            bucket: &self.name,
            key: &object_key(submission.correlation_id, image.role),
            content_type: &image.content_type,
            size_bytes: image.size_bytes,
            sha256: &parse_sha256(&image.sha256).ok_or(UploadError::NoHash)?,
            now_unix_s: now.unix_s(),
            expires_s,
        });
        let mut headers = BTreeMap::new();
        for (name, value) in upload.headers {
            headers.insert(name.to_owned(), value);
        }
        Ok(UploadTarget {
            role: image.role,
            method: "PUT".to_owned(),
            url: upload.url,
            headers,
            expires_at: Timestamp(now.unix_s() * 1000).plus_seconds(expires_s),
        })
    }
}

/// Whole seconds from `now` for which a URL may live; `None` if there is not one.
fn life_s(submission: &StoredSubmission, now: Timestamp) -> Option<u32> {
    let left_s = submission.expires_at.unix_s() - now.unix_s();
    let life_s = left_s.min(i64::from(UPLOAD_URL_LIFE_S));
    u32::try_from(life_s).ok().filter(|&life_s| life_s > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facematch_contract::{CorrelationId, Mode, PartnerId, Role, State};

    const CREATED: Timestamp = Timestamp(1_795_414_436_789);

    fn bucket() -> Bucket {
        let text = |text: &str| text.to_owned();
        Bucket {
            endpoint: Endpoint::parse("https://s3.example.com").unwrap(),
            name: text("photos"),
            signer: Signer { access_key: text("up"), secret_key: text("s"), region: text("r") },
        }
    }

    fn submission() -> StoredSubmission {
        StoredSubmission {
            correlation_id: CorrelationId::from_parts(1, &[1; 10]),
            partner_id: PartnerId("p1".to_owned()),
            allowed_origins: Vec::new(),
            mode: Mode::SelfieToId,
            state: State::AwaitingUpload,
            images: Vec::new(),
            created_at: CREATED,
            updated_at: CREATED,
            expires_at: CREATED.plus_seconds(3600),
        }
    }

    fn image(sha256: &str) -> ImageDeclaration {
        ImageDeclaration {
            role: Role::Selfie,
            content_type: "image/png".to_owned(),
            size_bytes: 5,
            sha256: sha256.to_owned(),
        }
    }

    #[test]
    fn a_url_never_outlives_its_submission() {
        let cases = [
            (0, Ok(900)),
            (2700, Ok(900)),
            (2701, Ok(899)),
            (3599, Ok(1)),
            (3600, Err(UploadError::Expired)),
            (999_999, Err(UploadError::Expired)),
        ];
        for (later_s, want) in cases {
            let now = CREATED.plus_seconds(later_s);
            let target = bucket().target(&submission(), &image(&"0".repeat(64)), now);
            let life_s = target.map(|target| target.expires_at.unix_s() - now.unix_s());
            assert_eq!(life_s, want, "{later_s} s later");
        }
    }

    #[test]
    fn a_target_says_all_that_a_client_has_to_send() {
        let target = bucket().target(&submission(), &image(&"0".repeat(64)), CREATED).unwrap();
        let id = submission().correlation_id;
        let start = format!("https://s3.example.com/photos/up/{id}/selfie?");
        assert!(target.url.starts_with(&start), "{}", target.url);
        assert_eq!(target.method, "PUT");
        let names: Vec<_> = target.headers.keys().map(String::as_str).collect();
        assert_eq!(names, ["content-type", "if-none-match", "x-amz-checksum-sha256"]);
        assert_eq!(target.expires_at.to_string(), "2026-11-23T06:28:56.000Z");
    }

    #[test]
    fn a_stored_hash_that_is_none_is_our_fault() {
        let target = bucket().target(&submission(), &image("?"), CREATED);
        assert_eq!(target, Err(UploadError::NoHash));
    }
}
