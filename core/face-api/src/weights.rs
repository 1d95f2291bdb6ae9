//! The weights: a list of names and shapes, and one file of values.

use std::collections::HashMap;

use serde::Deserialize;

use crate::package::PackageError;

/// Arrays by name.
pub(crate) struct Weights(HashMap<String, Array>);

/// An array of 32-bit floats, last axis contiguous.
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A part of the list, with files of its own. This package has one part.
#[derive(Deserialize)]
struct Group {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    quantization: Option<Quantization>,
}

/// A byte `b` stands for `b * scale + min`.
#[derive(Clone, Copy, Deserialize)]
struct Quantization {
    scale: f64,
    min: f64,
}

impl Weights {
    /// Reads the arrays that `manifest`, a TensorFlow.js list, finds in `file`.
    ///
    /// # Errors
    /// [`PackageError`] if the list cannot be read or does not fit the file to the byte.
    pub(crate) fn read(manifest: &[u8], file: &[u8]) -> Result<Self, PackageError> {
        let groups: Vec<Group> = serde_json::from_slice(manifest)?;
        let mut arrays = HashMap::new();
        let mut rest = file;
        for entry in groups.into_iter().flat_map(|group| group.weights) {
            let values = entry.take(&mut rest);
            let values =
                values.ok_or_else(|| PackageError::Weights { name: entry.name.clone() })?;
            arrays.insert(entry.name, Array { shape: entry.shape, values });
        }
        match rest {
            [] => Ok(Self(arrays)),
            _ => Err(PackageError::Weights { name: format!("{} bytes too many", rest.len()) }),
        }
    }

    /// The array called `name`, if it has `axes` axes.
    ///
    /// # Errors
    /// [`PackageError::Weights`] if there is none.
    pub(crate) fn get(&self, name: &str, axes: usize) -> Result<&Array, PackageError> {
        let array = self.0.get(name).filter(|array| array.shape.len() == axes);
        array.ok_or_else(|| PackageError::Weights { name: name.to_owned() })
    }
}

impl Entry {
    /// The values of this array, taken off the front of `rest`; `None` if too few are left.
    fn take(&self, rest: &mut &[u8]) -> Option<Vec<f32>> {
        let len = self.shape.iter().try_fold(1_usize, |len, side| len.checked_mul(*side))?;
        match self.quantization {
            Some(Quantization { scale, min }) => {
                let bytes = rest.split_off(..len)?;
                Some(bytes.iter().map(|byte| (f64::from(*byte) * scale + min) as f32).collect())
            }
            None => {
                let bytes = rest.split_off(..len.checked_mul(4)?)?;
                let (values, _) = bytes.as_chunks::<4>();
                Some(values.iter().map(|value| f32::from_le_bytes(*value)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"[{"weights": [
        {"name": "bytes", "shape": [2, 2], "dtype": "float32",
         "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}},
        {"name": "floats", "shape": [2], "dtype": "float32"}
    ], "paths": ["a.bin"]}]"#;

    fn file() -> Vec<u8> {
        [vec![0, 1, 2, 255], 0.25_f32.to_le_bytes().to_vec(), (-3.0_f32).to_le_bytes().to_vec()]
            .concat()
    }

    #[test]
    fn bytes_and_floats_are_read_in_the_lists_order() {
        let weights = Weights::read(MANIFEST.as_bytes(), &file()).unwrap();
        let bytes = weights.get("bytes", 2).unwrap();
        assert_eq!(
            (&bytes.shape[..], &bytes.values[..]),
            (&[2, 2][..], &[-1.0, -0.5, 0.0, 126.5][..])
        );
        assert_eq!(weights.get("floats", 1).unwrap().values, [0.25, -3.0]);
        for (name, axes) in [("bytes", 1), ("other", 2)] {
            assert!(matches!(weights.get(name, axes), Err(PackageError::Weights { .. })), "{name}");
        }
    }

    #[test]
    fn a_list_that_does_not_fit_its_file_is_refused() {
        let longer = [file(), vec![0]].concat();
        for (file, name) in
            [(&file()[..11], "floats"), (&[][..], "bytes"), (&longer[..], "1 bytes too many")]
        {
            let got = Weights::read(MANIFEST.as_bytes(), file).err().unwrap();
            assert!(matches!(&got, PackageError::Weights { name: got } if got == name), "{got:?}");
        }
        assert!(matches!(Weights::read(b"{}", b""), Err(PackageError::Manifest(_))));
    }
}
