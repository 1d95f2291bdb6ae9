//! Our engine as a C library, so that a benchmark can call it beside its peers in one process.

mod peak;
mod pipeline;

pub use peak::facematch_peak_gmacs;
pub use pipeline::{facematch_compare, facematch_pipeline_open};

use facematch_nn::{Backend, Input, Network, Session};
use std::ptr::null_mut;

/// How many backends this machine has; the last is the fastest.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub extern "C" fn facematch_backends() -> usize {
    Backend::available().len()
}

/// Plans an ONNX network for one size of input on one backend. Null if that cannot be done.
///
/// # Safety
/// `onnx` points to `len` readable bytes.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn facematch_open(
    onnx: *const u8,
    len: usize,
    backend: usize,
    height: usize,
    width: usize,
) -> *mut Session {
    // SAFETY: the caller's promise.
    let onnx = unsafe { std::slice::from_raw_parts(onnx, len) };
    plan(onnx, backend, height, width)
        .map_or(null_mut(), |session| Box::into_raw(Box::new(session)))
}

fn plan(onnx: &[u8], backend: usize, height: usize, width: usize) -> Option<Session> {
    let network = Network::new(&facematch_nn_compile::compile(onnx).ok()?).ok()?;
    Session::on(*Backend::available().get(backend)?, &network, height, width).ok()
}

/// Multiplications and additions of one run.
///
/// # Safety
/// `session` is from [`facematch_open`].
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn facematch_macs(session: *const Session) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { &*session }.macs()
}

/// Runs a session on planes (`[channels, height, width]`), as onnxruntime takes them. Copies the values of the output
/// `index` to `output`, at most `room`, and returns how many it has; 0 if the run failed.
///
/// # Safety
/// `session` is from [`facematch_open`] and used by one thread at a time; `input` points to `len` values, `output` to
/// room for `room`.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn facematch_run(
    session: *mut Session,
    input: *const f32,
    len: usize,
    index: usize,
    output: *mut f32,
    room: usize,
) -> usize {
    // SAFETY: the caller's promises.
    let (session, input, output) = unsafe {
        (
            &mut *session,
            std::slice::from_raw_parts(input, len),
            std::slice::from_raw_parts_mut(output, room),
        )
    };
    let Ok(outputs) = session.run(Input::Planes(input)) else { return 0 };
    let Some(map) = outputs.iter().nth(index) else { return 0 };
    output.iter_mut().zip(map.values).for_each(|(to, from)| *to = *from);
    map.values.len()
}
