//! Writes the committed files from the contract: OpenAPI, the page for people, TypeScript.

mod docs;
mod openapi;
mod typescript;

pub use docs::docs_html;
pub use openapi::openapi_json;
pub use typescript::typescript;
