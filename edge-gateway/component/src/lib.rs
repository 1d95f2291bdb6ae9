//! The Spin shell around the gateway.
