//! What decoding one file costs, and what comes of it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use facematch_vision::{DecodeError, Photo, PhotoHeader};

use crate::HEAP;

/// Most memory that one file may take, the file itself included.
pub(crate) const MAX_PEAK_BYTES: usize = 200 * 1024 * 1024;
/// Longest time that one file may take, of one core.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(2);

/// What comes of a file: the sides of a photo, or why it is none.
pub(crate) type Decoded = Result<(u32, u32), DecodeError>;

/// What a piece of work did.
pub(crate) struct Measured<T> {
    /// Its value, or what its panic said.
    pub(crate) outcome: Result<T, String>,
    /// The most that it had allocated at any time.
    pub(crate) peak_bytes: usize,
    pub(crate) time: Duration,
}

/// Runs `work`, alone in this process.
pub(crate) fn measure<T>(work: impl FnOnce() -> T) -> Measured<T> {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let start = clock();
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    let time = clock().saturating_sub(start);
    let peak_bytes = HEAP.peak_usage().saturating_sub(before);
    let says = |payload: Box<dyn std::any::Any + Send>| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        text.unwrap_or_default()
    };
    Measured { outcome: outcome.map_err(says), peak_bytes, time }
}

/// How long this thread has run, where the system tells: what else a machine does must not count. Else the time that has
/// passed.
pub(crate) fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ran_ns = stat.split(' ').next().and_then(|first| first.parse().ok());
    ran_ns.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Width and height of the photo in a file, as the server finds them: by its header, then by decoding it.
pub(crate) fn size_of(file: &[u8]) -> Decoded {
    let header = PhotoHeader::read(file);
    let photo = Photo::decode(file);
    match (header, photo) {
        (Ok(header), Ok(photo)) => {
            let size = (photo.width_px(), photo.height_px());
            assert_eq!((header.width_px, header.height_px), size, "header and pixels");
            assert_eq!(photo.rgb().len(), size.0 as usize * size.1 as usize * 3);
            Ok(size)
        }
        (Err(header), decoded) => {
            // What the header shows is found without a pixel.
            assert_eq!(decoded.err().as_ref(), Some(&header), "header and pixels");
            Err(header)
        }
        (Ok(_), Err(error)) => Err(error),
    }
}
