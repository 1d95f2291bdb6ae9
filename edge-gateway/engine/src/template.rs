use std::fmt;

/// What a model pack made of a face, as the host wrote it: this crate cannot read it. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    /// The pack that made it, such as `standard@1`: no other can compare it.
    pub pack: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("pack", &self.pack).finish_non_exhaustive()
    }
}
