//! What JavaScript gets when something fails: an `Error` with a `code` from the SDK's closed union.

use facematch_vision::{DecodeError, EncodeError};
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// An `Error` of this code.
pub(crate) fn coded(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of an object that was just made cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// A fault of ours: arguments that do not fit, a network that fails.
pub(crate) fn internal(error: impl std::fmt::Display) -> JsValue {
    coded("internal", &error.to_string())
}

/// The detector's file is not what it should be.
pub(crate) fn asset_broken(error: impl std::fmt::Display) -> JsValue {
    coded("asset_broken", &error.to_string())
}

/// The file's fault.
pub(crate) fn not_decoded(error: &DecodeError) -> JsValue {
    let code = match error {
        DecodeError::Empty => "image_empty",
        DecodeError::UnknownFormat => "not_an_image",
        DecodeError::Truncated { .. } | DecodeError::Corrupt { .. } => "image_damaged",
        DecodeError::TooManyBytes { .. }
        | DecodeError::SideTooLong { .. }
        | DecodeError::TooManyPixels { .. }
        | DecodeError::TooSmall { .. }
        | DecodeError::TooMuchMemory { .. } => "image_size",
        // Rare features, animations and what a later version may refuse.
        _ => "image_unsupported",
    };
    coded(code, &error.to_string())
}

/// The budget is too small.
pub(crate) fn not_encoded(error: &EncodeError) -> JsValue {
    let code = match error {
        EncodeError::OverBudget { .. } => "over_budget",
        _ => "internal",
    };
    coded(code, &error.to_string())
}
