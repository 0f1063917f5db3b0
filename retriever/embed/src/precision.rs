//! How exactly the encoder calculates: the operator's choice between speed and the reference.

use std::fmt;
use std::str::FromStr;

use rten_gemm::GemmExecutor;
use serde::{Deserialize, Serialize};

use crate::error::EmbedError;

/// The arithmetic of the products with the weights, chosen when a model is loaded. As text, in options and files: `int8` or `f32`.
///
/// Both give vectors of the same model: over the 120 texts of the reference their cosine is at least 0.993 with VNNI and 0.989 without, so an
/// archive made with one can be searched with the other, and [`Encoder::model`](crate::Encoder::model) is the same for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Whole numbers of 8 bits, with one scale per token and per output: about three times as fast as [`Precision::F32`], a quarter of
    /// its memory for the layers.
    #[default]
    Int8,
    /// The reference, equal to PyTorch's f32 up to rounding.
    F32,
}

/// What a precision comes to on a CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    F32,
    /// Weights are whole numbers from −`largest` to `largest`.
    Int8 {
        largest: i8,
    },
}

impl Arithmetic {
    /// Eight bits, where the kernel adds products in i32 (AVX-512 VNNI, NEON).
    const WHOLE: Arithmetic = Arithmetic::Int8 { largest: i8::MAX };
    /// Seven bits, for AVX2: its instruction adds two products in i16, which 2 · 255 · 127 overflows and 2 · 255 · 63 does not.
    pub(crate) const HALVED: Arithmetic = Arithmetic::Int8 { largest: 63 };

    /// Of this CPU.
    pub(crate) fn of(precision: Precision) -> Arithmetic {
        match precision {
            Precision::F32 => Arithmetic::F32,
            Precision::Int8 if GemmExecutor::<u8, i8, i32>::new().may_saturate() => Arithmetic::HALVED,
            Precision::Int8 => Arithmetic::WHOLE,
        }
    }

    /// All that this CPU can calculate in: seven bits everywhere, so that what only AVX2 needs is tested wherever tests run.
    #[cfg(test)]
    pub(crate) fn all() -> [Arithmetic; 3] {
        [Arithmetic::F32, Arithmetic::HALVED, Arithmetic::of(Precision::Int8)]
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Precision::Int8 => "int8",
            Precision::F32 => "f32",
        })
    }
}

impl FromStr for Precision {
    type Err = EmbedError;

    fn from_str(text: &str) -> Result<Precision, EmbedError> {
        match text {
            "int8" => Ok(Precision::Int8),
            "f32" => Ok(Precision::F32),
            _ => Err(EmbedError::UnknownPrecision(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_everywhere() {
        assert_eq!(Precision::default(), Precision::Int8);
        for (text, precision) in [("int8", Precision::Int8), ("f32", Precision::F32)] {
            assert_eq!(text.parse::<Precision>().unwrap(), precision);
            assert_eq!(precision.to_string(), text);
            assert_eq!(serde_json::to_value(precision).unwrap(), text);
            assert_eq!(serde_json::from_value::<Precision>(text.into()).unwrap(), precision);
        }
        for wrong in ["", "INT8", "fp32", "int8 "] {
            let message = wrong.parse::<Precision>().unwrap_err().to_string();
            assert!(message.contains("int8") && message.contains("f32"), "{message}");
        }
    }
}
