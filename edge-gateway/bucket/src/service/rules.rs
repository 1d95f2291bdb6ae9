//! What a single put or get has to keep to, and what is said about an object.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facematch_contract::limits::MAX_IMAGE_BYTES;
use s3s::dto::{ETag, ETagCondition, PutObjectInput, PutObjectOutput, Timestamp};

use super::refusal::Refusal;
use crate::store::{Digests, Meta, ObjectKey, Placement};

/// Whether a put may replace. Conditions that the bucket does not know are refused, not ignored.
pub(super) fn placement(input: &PutObjectInput) -> Result<Placement, Refusal> {
    match (&input.if_none_match, &input.if_match) {
        (None, None) => Ok(Placement::Replace),
        (Some(ETagCondition::Any), None) => Ok(Placement::New),
        _ => Err(Refusal::Condition),
    }
}

/// The length that a put declares, which it must, and which must be no more than that of the
/// largest photo.
pub(super) fn declared_bytes(content_length: Option<i64>) -> Result<u64, Refusal> {
    let bytes = content_length.and_then(|length| u64::try_from(length).ok());
    match bytes.ok_or(Refusal::NoLength)? {
        bytes if bytes > MAX_IMAGE_BYTES => Err(Refusal::TooLarge),
        bytes => Ok(bytes),
    }
}

/// Compares a digest that the client declared with that of what it sent.
pub(super) fn check_digest(declared_base64: Option<&str>, digest: &[u8]) -> Result<(), Refusal> {
    match declared_base64 {
        Some(declared) if declared != STANDARD.encode(digest) => Err(Refusal::OtherDigest),
        _ => Ok(()),
    }
}

/// Compares the ETag that the client expects with that of the object.
pub(super) fn check_match(if_match: Option<&ETagCondition>, meta: &Meta) -> Result<(), Refusal> {
    match if_match {
        Some(ETagCondition::ETag(tag)) if tag.as_strong() != Some(meta.etag.as_str()) => {
            Err(Refusal::OtherVersion)
        }
        _ => Ok(()),
    }
}

/// Description of an object that is stored now.
pub(super) fn describe(key: &ObjectKey, content_type: Option<String>, digests: &Digests) -> Meta {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Meta {
        key: key.as_str().to_owned(),
        content_type,
        size_bytes: digests.size_bytes,
        sha256: STANDARD.encode(digests.sha256),
        etag: digests.md5.iter().map(|byte| format!("{byte:02x}")).collect(),
        stored_unix_s: since_1970.as_secs(),
    }
}

/// Answer to a put.
pub(super) fn put_output(meta: &Meta) -> PutObjectOutput {
    PutObjectOutput {
        e_tag: Some(ETag::Strong(meta.etag.clone())),
        checksum_sha256: Some(meta.sha256.clone()),
        ..PutObjectOutput::default()
    }
}

/// Time for `last-modified`.
pub(super) fn stored_at(meta: &Meta) -> Timestamp {
    Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(meta.stored_unix_s))
}

/// Length for `content-length`.
pub(super) fn wire_length(meta: &Meta) -> i64 {
    i64::try_from(meta.size_bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_declared_and_within_the_limit() {
        let max = i64::try_from(MAX_IMAGE_BYTES).expect("fits");
        let cases = [
            (Some(0), Ok(0)),
            (Some(max), Ok(MAX_IMAGE_BYTES)),
            (Some(max + 1), Err(Refusal::TooLarge)),
            (Some(-1), Err(Refusal::NoLength)),
            (None, Err(Refusal::NoLength)),
        ];
        for (declared, want) in cases {
            let got = declared_bytes(declared);
            assert_eq!(format!("{got:?}"), format!("{want:?}"), "{declared:?}");
        }
    }

    #[test]
    fn only_the_condition_that_is_known_is_taken() {
        let tag = || Some(ETagCondition::ETag(ETag::Strong("e".to_owned())));
        let any = || Some(ETagCondition::Any);
        let cases = [
            (None, None, Ok(Placement::Replace)),
            (any(), None, Ok(Placement::New)),
            (tag(), None, Err(Refusal::Condition)),
            (None, tag(), Err(Refusal::Condition)),
            (any(), any(), Err(Refusal::Condition)),
        ];
        for (if_none_match, if_match, want) in cases {
            let input = PutObjectInput { if_none_match, if_match, ..PutObjectInput::default() };
            assert_eq!(format!("{:?}", placement(&input)), format!("{want:?}"));
        }
    }

    #[test]
    fn digest_is_compared_only_if_it_was_declared() {
        assert!(check_digest(None, b"abc").is_ok());
        assert!(check_digest(Some("YWJj"), b"abc").is_ok());
        assert!(matches!(check_digest(Some("YWJk"), b"abc"), Err(Refusal::OtherDigest)));
    }
}
