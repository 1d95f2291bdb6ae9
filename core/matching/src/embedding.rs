//! Faces as vectors.

use crate::embedder::EmbedError;

/// Length of one network's vector.
pub const EMBEDDING_DIM: usize = 128;

/// L2 norm below which a vector has no direction.
const LEAST_NORM: f32 = 1e-6;

/// What the networks of a pack made of a face: their vectors one after another, each as long as the
/// square root of its network's weight, so that [`Embedding::cosine`] weighs their cosines. A
/// biometric template: it is never printed.
#[derive(Clone, PartialEq)]
pub struct Embedding(Vec<f32>);

/// A network's vector, as it came, and what it counts.
pub(crate) struct Part {
    /// Shape `[128]`.
    pub(crate) raw: [f32; EMBEDDING_DIM],
    /// As in [`EmbedderSpec`](crate::EmbedderSpec).
    pub(crate) weight: f32,
}

impl Embedding {
    /// Joins what the networks gave.
    ///
    /// Not public, so that an embedding proves that a face was accepted.
    ///
    /// # Errors
    /// [`EmbedError::ZeroNorm`] if an L2 norm is below 1e-6: a dead network, not a bad photo.
    /// [`EmbedError::NotFinite`] if a value or a norm is infinite or not a number.
    pub(crate) fn join(parts: &[Part]) -> Result<Self, EmbedError> {
        let mut values = Vec::with_capacity(parts.len() * EMBEDDING_DIM);
        for Part { raw, weight } in parts {
            let norm = squared(raw).sqrt();
            if !norm.is_finite() {
                return Err(EmbedError::NotFinite);
            }
            if norm < LEAST_NORM {
                return Err(EmbedError::ZeroNorm);
            }
            let scale = weight.sqrt() / norm;
            values.extend(raw.iter().map(|value| value * scale));
        }
        Ok(Self(values))
    }

    pub(crate) fn into_values(self) -> Vec<f32> {
        self.0
    }

    /// How alike two faces are: [`likeness`]. Embeddings of different packs are not at all.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Cosine {
        if self.0.len() == other.0.len() {
            Cosine::new(likeness(&self.0, &other.0))
        } else {
            Cosine(-1.0)
        }
    }

    /// The template to store: its values as IEEE 754 singles, little endian.
    #[must_use]
    pub fn to_template(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// An embedding that was stored by [`Embedding::to_template`], and kept from changes since: it carries the proof
    /// that a face was accepted. `weights` are those of the pack that made it.
    ///
    /// # Errors
    /// [`EmbedError::NotATemplate`] for other bytes: another length, or other weights.
    pub(crate) fn from_template(bytes: &[u8], weights: &[f32]) -> Result<Self, EmbedError> {
        let (chunks, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        let has_length = rest.is_empty() && values.len() == weights.len() * EMBEDDING_DIM;
        // A norm that is not a number is not its weight either.
        let has_weight = |(part, weight): (&[f32], &f32)| (squared(part) - weight).abs() < 1e-3;
        let is_template = has_length && values.chunks(EMBEDDING_DIM).zip(weights).all(has_weight);
        is_template.then_some(Self(values)).ok_or(EmbedError::NotATemplate)
    }

    /// Its values, 128 for each network.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

/// How alike two embeddings of one pack are: 1 less half the square of their distance.
///
/// That is their cosine where the pack has one network. Where it has more it is 1 less the sum of
/// `weight * (1 - cosine)`: weights that bring strangers to 0 keep the scale of a cosine, although
/// some network puts strangers at 0.8.
#[must_use]
pub fn likeness(a: &[f32], b: &[f32]) -> f32 {
    1.0 - a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 2.0
}

fn squared(values: &[f32]) -> f32 {
    values.iter().map(|value| value * value).sum()
}

impl std::fmt::Debug for Embedding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embedding")
    }
}

/// How alike two embeddings are, on the scale of a cosine: -1 to 1, 1 for the same face.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Cosine(f32);

impl Cosine {
    /// Weights may carry it below -1; what is not a number stays so.
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
            let got = Embedding::join(&[Part { raw, weight: 1.0 }]).map(|_| ());
            assert_eq!(format!("{got:?}"), format!("{want:?}"), "{raw:?}");
        }
    }

    #[test]
    fn cosines_of_known_angles() {
        let embedding = |raw| Embedding::join(&[Part { raw, weight: 1.0 }]).unwrap();
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
    fn two_networks_weigh_as_they_are_told() {
        let embedding = |first: usize, second: usize| {
            let raws = [along(first, 3.0), along(second, 0.2)];
            let [a, b] = raws.map(|raw| Part { raw, weight: 1.0 });
            Embedding::join(&[Part { weight: 0.75, ..a }, Part { weight: 1.5, ..b }]).unwrap()
        };
        let face = embedding(0, 0);
        // 1 less the weight of each network that sees a right angle.
        let cases = [((0, 0), 1.0), ((1, 0), 0.25), ((0, 1), -0.5), ((1, 1), -1.0)];
        for ((first, second), want) in cases {
            let got = face.cosine(&embedding(first, second)).value();
            assert!((got - want).abs() < 1e-6, "{first} {second}: {got}");
        }
        let alone = Embedding::join(&[Part { raw: along(0, 1.0), weight: 1.0 }]).unwrap();
        assert_eq!(face.cosine(&alone).value(), -1.0);
    }

    #[test]
    fn a_template_comes_back_as_it_was_and_nothing_else_is_one() {
        let weights = [0.75, 1.5];
        let raw = std::array::from_fn(|index| index as f32 - 60.0);
        let embedding = Embedding::join(&weights.map(|weight| Part { raw, weight })).unwrap();
        let template = embedding.to_template();
        assert_eq!(template.len(), 8 * EMBEDDING_DIM);
        assert!(Embedding::from_template(&template, &weights).unwrap() == embedding);
        let nan = f32::NAN.to_le_bytes().repeat(2 * EMBEDDING_DIM);
        let cases = [&template[4..], &template[..1023], &template[..512], &[], &[0; 1024], &nan];
        for bytes in cases {
            let got = Embedding::from_template(bytes, &weights);
            assert!(matches!(got, Err(EmbedError::NotATemplate)), "{} bytes", bytes.len());
        }
        assert!(Embedding::from_template(&template, &[1.5, 0.75]).is_err());
        assert!(Embedding::from_template(&template, &[0.75]).is_err());
    }

    #[test]
    fn a_template_is_never_printed() {
        let embedding = Embedding::join(&[Part { raw: along(0, 1.0), weight: 1.0 }]).unwrap();
        assert_eq!(format!("{embedding:?}"), "Embedding");
    }
}
