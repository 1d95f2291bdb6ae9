//! The bucket of one machine, and a client of any bucket.
//!
//! [`Bucket`] answers the few S3 requests that Face Match needs: put, get, head and delete of one
//! object by a presigned URL. What it acknowledged survives a power cut; what it refuses leaves
//! nothing behind. [`Objects`] reads and deletes objects in this bucket, in S3 or in Ceph alike.
//!
//! This crate does not know of submissions, partners or pictures, and keeps no keys to what it stores: [`DataKeys`] is
//! its host's. It listens on no socket: its host
//! does, and limits connections and header time.
//!
//! A request passes: `cors` → `admission` (form, before any signature is looked at) → s3s
//! (signature) → `guard` (who may do what) → `service` → `store`, which writes sealed bytes alone.

mod config;
mod data_keys;

mod cors;

mod admission;
mod presigned;

mod guard;
mod keyring;

mod service;

mod store;

mod bucket;
mod linger;

mod client;

pub use bucket::{Bucket, BucketBody};
pub use client::{ObjectInfo, Objects, ObjectsConfig, ObjectsError};
pub use config::{BodyTimeouts, BucketConfig, Credentials};
pub use data_keys::{DataKeyError, DataKeys};
pub use guard::UPLOAD_PREFIX;
