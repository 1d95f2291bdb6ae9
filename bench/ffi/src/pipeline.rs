//! Two photo files to a cosine, on the calling thread.

use facematch_contract::Role;
use facematch_matching::{Matcher, Packs};
use facematch_nn::Network;
use facematch_vision::{Model, NnModel, Photo};
use std::{ptr::null_mut, sync::Arc};

/// Loads the standard pack from the bytes of its two ONNX files. Null if that cannot be done.
///
/// # Safety
/// The pointers are to as many readable bytes as the lengths say.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn facematch_pipeline_open(
    detector: *const u8,
    detector_len: usize,
    embedder: *const u8,
    embedder_len: usize,
) -> *mut Matcher {
    // SAFETY: the caller's promise.
    let (detector, embedder) = unsafe {
        (
            std::slice::from_raw_parts(detector, detector_len),
            std::slice::from_raw_parts(embedder, embedder_len),
        )
    };
    open(detector, embedder).map_or(null_mut(), |matcher| Box::into_raw(Box::new(matcher)))
}

fn open(detector: &[u8], embedder: &[u8]) -> Option<Matcher> {
    let packs = Packs::embedded().ok()?;
    Matcher::new(packs.light()?, network(detector)?, vec![network(embedder)?]).ok()
}

fn network(onnx: &[u8]) -> Option<Arc<dyn Model>> {
    let network = Network::new(&facematch_nn_compile::compile(onnx).ok()?).ok()?;
    Some(Arc::new(NnModel::new(network)))
}

/// Cosine of the faces in two photo files; not a number if there is none to compare.
///
/// # Safety
/// `matcher` is from [`facematch_pipeline_open`], the other pointers are to as many readable bytes as the lengths say.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn facematch_compare(
    matcher: *const Matcher,
    first: *const u8,
    first_len: usize,
    second: *const u8,
    second_len: usize,
) -> f32 {
    // SAFETY: the caller's promise.
    let (matcher, first, second) = unsafe {
        (
            &*matcher,
            std::slice::from_raw_parts(first, first_len),
            std::slice::from_raw_parts(second, second_len),
        )
    };
    compare(matcher, first, second).unwrap_or(f32::NAN)
}

fn compare(matcher: &Matcher, first: &[u8], second: &[u8]) -> Option<f32> {
    let embed = |file: &[u8]| {
        let photo = Photo::decode(file).ok()?;
        Some(matcher.examine(&photo, Role::Selfie).ok()?.outcome.ok()?.embedding)
    };
    Some(embed(first)?.cosine(&embed(second)?).value())
}
