//! The facematch binary: wasmtime host, bucket, engine, matcher, callbacks.
