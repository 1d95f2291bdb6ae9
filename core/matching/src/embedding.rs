//! Faces as vectors.

use crate::embedder::EmbedError;

/// Length of an embedding.
pub const EMBEDDING_DIM: usize = 128;

/// L2 norm below which a vector has no direction.
const LEAST_NORM: f32 = 1e-6;

/// Unit-length face vector, so that a dot product is a cosine. A biometric template: it is never
/// printed.
#[derive(Clone, PartialEq)]
pub struct Embedding([f32; EMBEDDING_DIM]);

impl Embedding {
    /// Scales `raw`, the network's output of shape `[128]`, to unit length.
    ///
    /// Not public, so that an embedding proves that a face was accepted.
    ///
    /// # Errors
    /// [`EmbedError::ZeroNorm`] if the L2 norm is below 1e-6: a dead network, not a bad photo.
    /// [`EmbedError::NotFinite`] if a value or the norm is infinite or not a number.
    pub(crate) fn from_raw(raw: &[f32; EMBEDDING_DIM]) -> Result<Self, EmbedError> {
        let norm = raw.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !norm.is_finite() {
            return Err(EmbedError::NotFinite);
        }
        if norm < LEAST_NORM {
            return Err(EmbedError::ZeroNorm);
        }
        Ok(Self(raw.map(|value| value / norm)))
    }

    pub(crate) fn into_values(self) -> [f32; EMBEDDING_DIM] {
        self.0
    }

    /// How alike two faces are.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Cosine {
        Cosine::new(self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum())
    }

    /// The template to store: 128 values as IEEE 754 singles, little endian.
    #[must_use]
    pub fn to_template(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// An embedding that was stored by [`Embedding::to_template`], and kept from changes since: it carries the proof
    /// that a face was accepted.
    ///
    /// # Errors
    /// [`EmbedError::NotATemplate`] for other bytes: another length, or not of unit length.
    pub fn from_template(bytes: &[u8]) -> Result<Self, EmbedError> {
        let (chunks, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        let values = values.try_into().ok().filter(|_| rest.is_empty());
        let values: [f32; EMBEDDING_DIM] = values.ok_or(EmbedError::NotATemplate)?;
        let norm = values.iter().map(|value| value * value).sum::<f32>();
        // A norm that is not a number is no 1 either.
        if (norm - 1.0).abs() < 1e-3 { Ok(Self(values)) } else { Err(EmbedError::NotATemplate) }
    }

    /// The 128 values, of unit length.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

impl std::fmt::Debug for Embedding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embedding")
    }
}

/// Cosine of the angle between two embeddings: -1 to 1, 1 for the same face.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Cosine(f32);

impl Cosine {
    /// Rounding may carry a dot product a little beyond 1; what is not a number stays so.
    pub(crate) fn new(value: f32) -> Self {
        Self(value.clamp(-1.0, 1.0))
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(axis: usize, length: f32) -> [f32; EMBEDDING_DIM] {
        let mut raw = [0.0; EMBEDDING_DIM];
        raw[axis] = length;
        raw
    }

    #[test]
    fn only_a_vector_with_a_direction_is_an_embedding() {
        let cases = [
            (along(0, 1.0), Ok(())),
            (along(0, 1e-5), Ok(())),
            (along(0, 1e-7), Err(EmbedError::ZeroNorm)),
            (along(0, 0.0), Err(EmbedError::ZeroNorm)),
            (along(3, f32::NAN), Err(EmbedError::NotFinite)),
            (along(3, f32::INFINITY), Err(EmbedError::NotFinite)),
            // Its square overflows.
            (along(3, 1e30), Err(EmbedError::NotFinite)),
        ];
        for (raw, want) in cases {
            let got = Embedding::from_raw(&raw).map(|_| ());
            assert_eq!(format!("{got:?}"), format!("{want:?}"), "{raw:?}");
        }
    }

    #[test]
    fn cosines_of_known_angles() {
        let embedding = |raw| Embedding::from_raw(&raw).unwrap();
        let mut between = along(0, 3.0);
        between[1] = 3.0;
        let (a, b, between) =
            (embedding(along(0, 9.0)), embedding(along(1, 2.0)), embedding(between));
        let cases = [
            (a.cosine(&a), 1.0),
            (a.cosine(&b), 0.0),
            (a.cosine(&between), 0.5_f32.sqrt()),
            (a.cosine(&embedding(along(0, -1.0))), -1.0),
        ];
        for (got, want) in cases {
            assert!((got.value() - want).abs() < 1e-6, "{got:?} is not {want}");
        }
        assert!(between.cosine(&between).value() <= 1.0);
    }

    #[test]
    fn a_template_comes_back_as_it_was_and_nothing_else_is_one() {
        let embedding = Embedding::from_raw(&std::array::from_fn(|index| index as f32 - 60.0));
        let embedding = embedding.unwrap();
        let template = embedding.to_template();
        assert_eq!(template.len(), 4 * EMBEDDING_DIM);
        assert!(Embedding::from_template(&template).unwrap() == embedding);
        let nan = f32::NAN.to_le_bytes().repeat(EMBEDDING_DIM);
        let cases = [&template[4..], &template[..511], &[], &[0; 512], &nan[..]];
        for bytes in cases {
            let got = Embedding::from_template(bytes);
            assert!(matches!(got, Err(EmbedError::NotATemplate)), "{} bytes", bytes.len());
        }
    }

    #[test]
    fn a_template_is_never_printed() {
        assert_eq!(format!("{:?}", Embedding::from_raw(&along(0, 1.0)).unwrap()), "Embedding");
    }
}
