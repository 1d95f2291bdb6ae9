use crate::random::hex;
use facematch_contract::{ImageDeclaration, Role};
use sha2::{Digest, Sha256};
use std::{io, path::Path};

/// A photo file as the partner has it.
#[derive(Clone)]
pub struct PhotoFile {
    /// File name without its folder, for people.
    pub name: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// `content-type` of the upload.
    pub content_type: &'static str,
}

impl PhotoFile {
    /// Reads a photo; its type is taken from its first bytes, JPEG when they tell nothing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self::from_bytes(name, std::fs::read(path)?))
    }

    /// A photo from memory.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let content_type = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [b'R', b'I', b'F', b'F', ..] => "image/webp",
            _ => "image/jpeg",
        };
        Self { name: name.into(), bytes, content_type }
    }

    /// The declaration of this photo in a role.
    pub fn declare(&self, role: Role) -> ImageDeclaration {
        ImageDeclaration {
            role,
            content_type: self.content_type.to_owned(),
            size_bytes: self.bytes.len() as u64,
            sha256: hex(&Sha256::digest(&self.bytes)),
        }
    }
}
