//! The parts of an encoder, over sequences as matrices: a row a piece.

use super::architecture::Activation;
use ndarray::{Array1, Array2, ArrayView2};

/// `x Wᵀ + b`.
#[derive(Debug)]
pub(super) struct Linear {
    /// Outputs by inputs.
    pub(super) weight: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

impl Linear {
    pub(super) fn apply(&self, input: &ArrayView2<'_, f32>) -> Array2<f32> {
        let mut output = input.dot(&self.weight.t());
        output += &self.bias;
        output
    }
}

/// Every row brought to mean 0 and variance 1, then scaled and shifted.
#[derive(Debug)]
pub(super) struct LayerNorm {
    pub(super) scale: Array1<f32>,
    pub(super) shift: Array1<f32>,
    pub(super) epsilon: f32,
}

impl LayerNorm {
    #[expect(clippy::cast_precision_loss, reason = "a row has a few thousand numbers")]
    pub(super) fn apply(&self, values: &mut Array2<f32>) {
        for mut row in values.rows_mut() {
            let size = row.len() as f32;
            let mean = row.sum() / size;
            let variance = row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / size;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *value = (*value - mean) * factor * scale + shift;
            }
        }
    }
}

impl Activation {
    /// The activation of every number.
    pub(super) fn apply(self, values: &mut Array2<f32>) {
        match self {
            Self::Gelu => {
                values
                    .mapv_inplace(|x| 0.5 * x * (1.0 + error_function(x * std::f32::consts::FRAC_1_SQRT_2)));
            }
            Self::GeluTanh => {
                let root = (2.0 / std::f32::consts::PI).sqrt();
                values.mapv_inplace(|x| 0.5 * x * (1.0 + (root * (x + 0.044_715 * x * x * x)).tanh()));
            }
            Self::Relu => values.mapv_inplace(|x| x.max(0.0)),
        }
    }
}

/// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: right to
/// 1.5e-7, which is what 32 bits hold.
fn error_function(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let polynomial =
        t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152_1 + t * 1.061_405_4))));
    (1.0 - polynomial * (-x * x).exp()).copysign(x)
}

/// Every row turned into shares of one; the largest number is taken away
/// first, so that nothing overflows.
pub(super) fn softmax(values: &mut Array2<f32>) {
    for mut row in values.rows_mut() {
        let most = row.fold(f32::NEG_INFINITY, |most, &value| most.max(value));
        row.mapv_inplace(|value| (value - most).exp());
        let sum = row.sum();
        row.mapv_inplace(|value| value / sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn close(left: f32, right: f32) {
        assert!((left - right).abs() < 1e-6, "{left} and {right}");
    }

    #[test]
    fn known_values() {
        close(error_function(0.0), 0.0);
        close(error_function(0.5), 0.520_499_9);
        close(error_function(-2.0), -0.995_322_3);
        let mut shares = array![[1000.0, 1000.0], [0.0, 3.0_f32.ln()]];
        softmax(&mut shares);
        close(shares[[0, 0]], 0.5);
        close(shares[[1, 1]], 0.75);
        let norm = LayerNorm { scale: array![1.0, 2.0], shift: array![0.0, 1.0], epsilon: 0.0 };
        let mut values = array![[1.0, 3.0]];
        norm.apply(&mut values);
        close(values[[0, 0]], -1.0);
        close(values[[0, 1]], 3.0);
    }
}
