//! Weights by name from a safetensors file, each checked against the shape
//! that the configuration promises, as 32-bit floats.

use super::TransformerError;
use super::layers::{LayerNorm, Linear};
use half::{bf16, f16};
use ndarray::{Array1, Array2};
use safetensors::{Dtype, SafeTensors};

/// The tensors of one file.
pub(super) struct Tensors<'b> {
    file: SafeTensors<'b>,
}

impl<'b> Tensors<'b> {
    /// Reads the file's header.
    pub(super) fn new(bytes: &'b [u8]) -> Result<Self, TransformerError> {
        Ok(Self { file: SafeTensors::deserialize(bytes).map_err(TransformerError::Weights)? })
    }

    /// A matrix of `rows` by `columns`.
    pub(super) fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Array2<f32>, TransformerError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers).map_err(|error| fault(name, error.to_string()))
    }

    /// A vector of `length` numbers.
    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>, TransformerError> {
        self.numbers(name, &[length]).map(Array1::from_vec)
    }

    /// The layer `name` that makes `outputs` numbers out of `inputs`.
    pub(super) fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, TransformerError> {
        Ok(Linear {
            weight: self.matrix(&format!("{name}.weight"), outputs, inputs)?,
            bias: self.vector(&format!("{name}.bias"), outputs)?,
        })
    }

    /// The normalisation `name`; old files call its parts gamma and beta.
    pub(super) fn norm(&self, name: &str, size: usize, epsilon: f32) -> Result<LayerNorm, TransformerError> {
        let old = self.file.tensor(&format!("{name}.gamma")).is_ok();
        let [scale, shift] = if old { ["gamma", "beta"] } else { ["weight", "bias"] };
        Ok(LayerNorm {
            scale: self.vector(&format!("{name}.{scale}"), size)?,
            shift: self.vector(&format!("{name}.{shift}"), size)?,
            epsilon,
        })
    }

    /// Rows of the matrix `name`, whatever their number.
    pub(super) fn rows(&self, name: &str) -> usize {
        self.file.tensor(name).ok().and_then(|tensor| tensor.shape().first().copied()).unwrap_or(0)
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, TransformerError> {
        let tensor = self.file.tensor(name).map_err(|_| fault(name, "is missing".to_owned()))?;
        if tensor.shape() != shape {
            return Err(fault(name, format!("has shape {:?}, {shape:?} is expected", tensor.shape())));
        }
        let data = tensor.data();
        match tensor.dtype() {
            Dtype::F32 => Ok(data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()),
            Dtype::F16 => {
                Ok(data.as_chunks().0.iter().map(|&two| f16::from_le_bytes(two).to_f32()).collect())
            }
            Dtype::BF16 => {
                Ok(data.as_chunks().0.iter().map(|&two| bf16::from_le_bytes(two).to_f32()).collect())
            }
            other => Err(fault(name, format!("is of type {other:?}; F32, F16 and BF16 can be read"))),
        }
    }
}

fn fault(name: &str, problem: String) -> TransformerError {
    TransformerError::Tensor { name: name.to_owned(), problem }
}
