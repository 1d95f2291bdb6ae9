//! The public API: routes, domain and ports, without a runtime.
