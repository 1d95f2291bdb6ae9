//! From bytes to a graph.

use super::cursor::Cursor;
use super::write::Precision;
use super::{MAGIC, NO_RESIDUAL, VERSION, kind};
use crate::graph::{Activation, Filters, Graph, Layer, MAX_LAYERS, Op, Output, Stride, Value};

/// Why bytes are not a network file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// The bytes do not begin as a network file does.
    Magic,
    /// Written in a version of the format that this engine does not know.
    Version {
        /// The version.
        got: u16,
    },
    /// The file ends in the midst of something.
    Truncated,
    /// The file goes on after its end.
    TrailingBytes {
        /// How many bytes there are too many.
        count: usize,
    },
    /// The name of an output is not UTF-8.
    Name,
    /// A byte has a value that means nothing.
    Field {
        /// What the byte should say.
        what: &'static str,
        /// Its value.
        got: u16,
    },
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Magic => write!(f, "not a network file"),
            Self::Version { got } => write!(f, "network file of unknown version {got}"),
            Self::Truncated => write!(f, "network file ends too early"),
            Self::TrailingBytes { count } => {
                write!(f, "network file has {count} bytes after its end")
            }
            Self::Name => write!(f, "network file has an output whose name is not UTF-8"),
            Self::Field { what, got } => write!(f, "network file has no {what} {got}"),
        }
    }
}

impl std::error::Error for FileError {}

impl Graph {
    /// Reads a network file. What it says may still be impossible to run: see [`crate::Network`].
    ///
    /// # Errors
    /// [`FileError`] if the bytes are not a whole network file and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let mut reader = Reader::new(bytes)?;
        let graph = reader.graph()?;
        match reader.cursor.0.len() {
            0 => Ok(graph),
            count => Err(FileError::TrailingBytes { count }),
        }
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    precision: Precision,
    source_sha256: [u8; 32],
    /// Channels of each value so far; the number of weights follows from them.
    channels: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = Cursor(bytes);
        if cursor.take(MAGIC.len()) != Ok(&MAGIC) {
            return Err(FileError::Magic);
        }
        match cursor.u16()? {
            VERSION => {}
            got => return Err(FileError::Version { got }),
        }
        let precision = match cursor.u8()? {
            0 => Precision::F32,
            1 => Precision::F16,
            got => return Err(field("precision", got)),
        };
        let source_sha256 = cursor.sha256()?;
        Ok(Self { cursor, precision, source_sha256, channels: Vec::new() })
    }

    fn graph(&mut self) -> Result<Graph, FileError> {
        let input_channels = usize::from(self.cursor.u16()?);
        self.channels.push(input_channels);
        let layers = (0..self.count()?).map(|_| self.layer()).collect::<Result<_, _>>()?;
        let outputs = (0..self.count()?).map(|_| self.output()).collect::<Result<_, _>>()?;
        Ok(Graph { source_sha256: self.source_sha256, input_channels, layers, outputs })
    }

    /// A number of layers or outputs.
    fn count(&mut self) -> Result<usize, FileError> {
        let got = self.cursor.u16()?;
        let count = usize::from(got);
        if count <= MAX_LAYERS { Ok(count) } else { Err(FileError::Field { what: "count", got }) }
    }

    fn layer(&mut self) -> Result<Layer, FileError> {
        let kind = self.cursor.u8()?;
        let input = self.value()?;
        let inputs = self.channels[input.index()];
        let op = match kind {
            kind::POINTWISE => {
                let residual = self.residual()?;
                Op::Pointwise { residual, filters: self.filters(inputs)? }
            }
            kind::CONV_3X3 => {
                let stride = self.stride()?;
                Op::Conv3x3 { stride, filters: self.filters(9 * inputs)? }
            }
            kind::DEPTHWISE_3X3 => {
                let stride = self.stride()?;
                Op::Depthwise3x3 { stride, filters: self.filters(9)? }
            }
            kind::DEPTHWISE_GLOBAL => {
                let side = usize::from(self.cursor.u8()?);
                Op::DepthwiseGlobal { side, filters: self.filters(side * side)? }
            }
            kind::MAX_POOL_2 => Op::MaxPool2,
            kind::ADD => Op::Add { other: self.value()? },
            kind::ADD_UPSAMPLED => Op::AddUpsampled { other: self.value()? },
            got => return Err(field("layer kind", got)),
        };
        self.channels.push(op.filters().map_or(inputs, |filters| filters.bias.len()));
        Ok(Layer { input, op })
    }

    /// A map that is there already.
    fn value(&mut self) -> Result<Value, FileError> {
        let got = self.cursor.u16()?;
        if usize::from(got) < self.channels.len() {
            Ok(Value(got))
        } else {
            Err(FileError::Field { what: "earlier map", got })
        }
    }

    fn residual(&mut self) -> Result<Option<Value>, FileError> {
        if self.cursor.0.starts_with(&NO_RESIDUAL.to_le_bytes()) {
            return self.cursor.u16().map(|_| None);
        }
        self.value().map(Some)
    }

    fn stride(&mut self) -> Result<Stride, FileError> {
        match self.cursor.u8()? {
            1 => Ok(Stride::One),
            2 => Ok(Stride::Two),
            got => Err(field("stride", got)),
        }
    }

    fn filters(&mut self, weights_per_channel: usize) -> Result<Filters, FileError> {
        let channels = usize::from(self.cursor.u16()?);
        let activation = self.cursor.u8()?;
        let bias = self.cursor.floats(channels, Precision::F32)?;
        let activation = match activation {
            0 => Activation::None,
            1 => Activation::Relu,
            2 => Activation::Relu6,
            3 => Activation::PRelu(self.cursor.floats(channels, Precision::F32)?),
            got => return Err(field("activation", got)),
        };
        let count = channels.checked_mul(weights_per_channel).ok_or(FileError::Truncated)?;
        let weights = self.cursor.floats(count, self.precision)?;
        Ok(Filters { weights, bias, activation })
    }

    fn output(&mut self) -> Result<Output, FileError> {
        let name_bytes = usize::from(self.cursor.u8()?);
        let name = std::str::from_utf8(self.cursor.take(name_bytes)?)
            .map_err(|_| FileError::Name)?
            .to_owned();
        let value = self.value()?;
        let first_channel = usize::from(self.cursor.u16()?);
        let channels = usize::from(self.cursor.u16()?);
        let sigmoid = match self.cursor.u8()? {
            0 => false,
            1 => true,
            got => return Err(field("sigmoid", got)),
        };
        Ok(Output { name, value, first_channel, channels, sigmoid })
    }
}

fn field(what: &'static str, got: u8) -> FileError {
    FileError::Field { what, got: u16::from(got) }
}
