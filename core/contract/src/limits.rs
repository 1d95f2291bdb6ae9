//! One table of limits. The guide, the OpenAPI document, the gateway, the bucket and the decoder all read it.

/// Largest photo, in bytes of the file as uploaded.
pub const MAX_IMAGE_BYTES: u64 = 12 * 1024 * 1024;
/// Largest photo, in pixels (width times height).
pub const MAX_IMAGE_PIXELS: u64 = 25_000_000;
/// Longest side of a photo, in pixels.
pub const MAX_IMAGE_SIDE_PX: u32 = 8192;
/// Shortest side of a photo, in pixels: nothing smaller can hold a face to compare.
pub const MIN_IMAGE_SIDE_PX: u32 = 32;
/// Most memory that decoding one photo may take, in bytes.
pub const MAX_DECODE_BYTES: u64 = 160 * 1024 * 1024;
/// Image types that are taken, as `content-type` says them.
pub const IMAGE_TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// Life of a presigned upload URL, in seconds.
pub const UPLOAD_URL_LIFE_S: u32 = 15 * 60;
/// Life of a partner's access token, in seconds.
pub const ACCESS_TOKEN_LIFE_S: u32 = 30 * 60;
/// Life of a submission that is never confirmed, and of its browser token, in seconds.
pub const UNCONFIRMED_LIFE_S: u32 = 60 * 60;

/// Largest JSON or form body of an API request, in bytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// Longest `subject`, `reference` and `consentRef`, in characters.
pub const MAX_REFERENCE_CHARS: usize = 128;
/// Longest `Idempotency-Key`, in characters.
pub const MAX_IDEMPOTENCY_KEY_CHARS: usize = 128;
/// Longest callback URL, in characters.
pub const MAX_CALLBACK_URL_CHARS: usize = 2048;
/// Longest wait of one long poll, in seconds.
pub const MAX_WAIT_S: u32 = 20;
/// Time until the next poll that `Retry-After` suggests, in seconds.
pub const POLL_AFTER_S: u32 = 1;
/// Submissions on a page of a look-up: by default, and at most.
pub const DEFAULT_PAGE: u32 = 20;
/// See [`DEFAULT_PAGE`].
pub const MAX_PAGE: u32 = 100;

/// Requests that a partner may make within [`RATE_WINDOW_S`], unless the operator says otherwise.
pub const PARTNER_RATE: u32 = 12_000;
/// Requests that one submission's browser token may make within [`RATE_WINDOW_S`].
pub const BROWSER_RATE: u32 = 120;
/// The time that rates are counted over, in seconds.
pub const RATE_WINDOW_S: u32 = 60;

/// Least and greatest FMR that a policy may ask for.
pub const POLICY_FMR_RANGE: (f64, f64) = (1e-6, 1e-2);
/// FMR up to which the default policy says `match`.
pub const DEFAULT_MATCH_FMR: f64 = 1e-4;
/// FMR up to which the default policy says `review`.
pub const DEFAULT_REVIEW_FMR: f64 = 1e-2;

/// Most attempts at matching one submission before it ends as `failed`.
pub const MAX_MATCH_ATTEMPTS: u32 = 5;
/// How long a matcher may hold a submission without renewing its lease, in seconds.
pub const MATCH_LEASE_S: u32 = 60;
/// How long a callback's receiver may take to answer, in seconds.
pub const CALLBACK_TIMEOUT_S: u32 = 15;
/// Waits before each attempt at a callback, in seconds; jitter is added. After the last comes the dead letter.
pub const CALLBACK_DELAYS_S: [u32; 8] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 36_000];
