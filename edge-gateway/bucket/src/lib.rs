//! The S3-compatible bucket of one machine, and the client of any bucket.
