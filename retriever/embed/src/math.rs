//! The functions between the matrix products, on one row or one number, written so that loops over them vectorise.

mod exp;
mod gelu;
mod reduce;
mod softmax;

pub(crate) use exp::exp;
pub(crate) use gelu::{gelu, quick_gelu};
pub(crate) use reduce::{dot, extremes, largest_magnitude, max, sum, sum_of};
pub(crate) use softmax::softmax_weights;
