//! The functions between the matrix products, on one row or one number, written so that loops over them vectorise.
//!
//! They multiply and add apart: `mul_add` becomes a library call, some fifty times slower, where the CPU has no fused instruction, and
//! where it has one, no gain could be measured: all of this is 5 % of a text's time.

mod exp;
mod gelu;
mod reduce;
mod softmax;

pub(crate) use exp::exp;
pub(crate) use gelu::gelu;
pub(crate) use reduce::{dot, max, sum, sum_of};
pub(crate) use softmax::softmax_weights;
