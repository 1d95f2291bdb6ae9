//! Constants of an ONNX file.

use tract_onnx::pb::TensorProto;

/// `TensorProto.DataType` of the ONNX standard.
const FLOAT: i32 = 1;
const INT64: i32 = 7;

/// A constant array.
#[derive(Debug, Clone)]
pub(crate) struct Constant {
    pub(crate) dims: Vec<usize>,
    pub(crate) values: Values,
}

/// Its values, last axis contiguous.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Floats(Vec<f32>),
    Ints(Vec<i64>),
}

impl Constant {
    /// Reads `proto`, if it is of floats or 64-bit integers and holds as many as its shape says.
    pub(crate) fn read(proto: &TensorProto) -> Option<Self> {
        let dims: Vec<usize> =
            proto.dims.iter().map(|dim| (*dim).try_into().ok()).collect::<Option<_>>()?;
        let len = dims.iter().try_fold(1_usize, |len, dim| len.checked_mul(*dim))?;
        let raw = proto.raw_data.as_slice();
        let values = match proto.data_type {
            FLOAT if raw.is_empty() => Values::Floats(proto.float_data.clone()),
            FLOAT => Values::Floats(chunks(raw, f32::from_le_bytes)),
            INT64 if raw.is_empty() => Values::Ints(proto.int64_data.clone()),
            INT64 => Values::Ints(chunks(raw, i64::from_le_bytes)),
            _ => return None,
        };
        (values.len() == len).then_some(Self { dims, values })
    }

    /// The values, if they are floats.
    pub(crate) fn floats(&self) -> Option<&[f32]> {
        if let Values::Floats(values) = &self.values { Some(values) } else { None }
    }

    /// The values, if they are integers.
    pub(crate) fn ints(&self) -> Option<&[i64]> {
        if let Values::Ints(values) = &self.values { Some(values) } else { None }
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Floats(values) => values.len(),
            Self::Ints(values) => values.len(),
        }
    }
}

fn chunks<const N: usize, T>(raw: &[u8], read: fn([u8; N]) -> T) -> Vec<T> {
    raw.as_chunks().0.iter().map(|bytes| read(*bytes)).collect()
}
