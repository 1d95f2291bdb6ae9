//! The operations of S3 that the bucket has, over its store.

mod fault;
mod receive;
mod refusal;
mod rules;

use std::sync::Arc;

use facematch_seal::Key;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, PutObjectInput, PutObjectOutput, StreamingBlob,
};
use s3s::{Body, S3, S3Request, S3Response, S3Result};

use crate::store::{Draft, ObjectKey, Store, StoreError};
use crate::{BodyTimeouts, DataKeys};

pub(crate) use fault::Fault;
use refusal::Refusal;
use rules::{
    check_digest, check_match, declared_bytes, describe, placement, put_output, stored_at,
    wire_length,
};

/// Serves the one bucket `name` from `store`.
#[derive(Clone)]
pub(crate) struct ObjectService {
    pub(crate) store: Arc<Store>,
    pub(crate) name: String,
    pub(crate) body_timeouts: BodyTimeouts,
    pub(crate) data_keys: Arc<dyn DataKeys>,
}

type Answer<T> = S3Result<S3Response<T>>;

#[async_trait::async_trait]
impl S3 for ObjectService {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        Fault::settle(&request.extensions, self.put(request.input).await)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        Fault::settle(&request.extensions, self.get(request.input).await)
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        Fault::settle(&request.extensions, self.head(request.input).await)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> Answer<DeleteObjectOutput> {
        Fault::settle(&request.extensions, self.delete(request.input).await)
    }
}

impl ObjectService {
    async fn put(&self, input: PutObjectInput) -> Result<PutObjectOutput, Refusal> {
        let key = self.key(&input.bucket, &input.key)?;
        let placement = placement(&input)?;
        let declared_bytes = declared_bytes(input.content_length)?;
        let body = input.body.ok_or(Refusal::Incomplete)?;
        let data_key = self.data_key(&key).await?.ok_or(Refusal::NoDataKey)?;
        let draft = self.draft(&key, data_key).await?;
        let draft = self.receive(draft, body, declared_bytes).await?;
        let digests = draft.digests();
        check_digest(input.checksum_sha256.as_deref(), &digests.sha256)?;
        check_digest(input.content_md5.as_deref(), &digests.md5)?;
        let meta = describe(&key, input.content_type, &digests);
        let output = put_output(&meta);
        self.on_store(move |store| store.commit(draft, &meta, &key, placement)).await?;
        Ok(output)
    }

    async fn get(&self, input: GetObjectInput) -> Result<GetObjectOutput, Refusal> {
        let key = self.key(&input.bucket, &input.key)?;
        let data_key = self.data_key(&key).await?;
        let (meta, content) =
            self.on_store(move |store| store.read(&key, data_key.as_ref())).await?;
        check_match(input.if_match.as_ref(), &meta)?;
        Ok(GetObjectOutput {
            body: Some(StreamingBlob::from(Body::from(content))),
            content_length: Some(wire_length(&meta)),
            last_modified: Some(stored_at(&meta)),
            checksum_sha256: input.checksum_mode.map(|_| meta.sha256),
            content_type: meta.content_type,
            e_tag: Some(ETag::Strong(meta.etag)),
            ..GetObjectOutput::default()
        })
    }

    async fn head(&self, input: HeadObjectInput) -> Result<HeadObjectOutput, Refusal> {
        let key = self.key(&input.bucket, &input.key)?;
        let data_key = self.data_key(&key).await?;
        let meta = self.on_store(move |store| store.head(&key, data_key.as_ref())).await?;
        check_match(input.if_match.as_ref(), &meta)?;
        Ok(HeadObjectOutput {
            content_length: Some(wire_length(&meta)),
            last_modified: Some(stored_at(&meta)),
            checksum_sha256: input.checksum_mode.map(|_| meta.sha256),
            content_type: meta.content_type,
            e_tag: Some(ETag::Strong(meta.etag)),
            ..HeadObjectOutput::default()
        })
    }

    async fn delete(&self, input: DeleteObjectInput) -> Result<DeleteObjectOutput, Refusal> {
        let key = self.key(&input.bucket, &input.key)?;
        self.on_store(move |store| store.delete(&key)).await?;
        Ok(DeleteObjectOutput::default())
    }

    fn key(&self, bucket: &str, key: &str) -> Result<ObjectKey, Refusal> {
        if bucket != self.name {
            return Err(Refusal::OtherBucket);
        }
        Ok(ObjectKey::parse(key)?)
    }

    async fn data_key(&self, key: &ObjectKey) -> Result<Option<Key>, Refusal> {
        Ok(self.data_keys.data_key(key.as_str()).await?)
    }

    async fn draft(&self, key: &ObjectKey, data_key: Key) -> Result<Draft, Refusal> {
        let key = key.clone();
        Ok(self.on_store(move |store| store.draft(&key, data_key)).await?)
    }

    /// Runs `work` on a blocking thread: the disk must not hold up the network.
    async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = Arc::clone(&self.store);
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        done.unwrap_or_else(|error| Err(StoreError::Io(std::io::Error::other(error))))
    }
}
