//! From one vector per token to one per text.

use serde::{Deserialize, Serialize};

use crate::error::EmbedError;
use crate::math::sum_of;
use crate::simd::vectorised;

/// Which of the tokens' vectors make the text's, as the model was trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean, `[CLS]` and `[SEP]` included.
    #[default]
    Mean,
    /// That of `[CLS]`, the first.
    Cls,
}

impl Pooling {
    /// The vector of a text whose tokens have these rows ([tokens, `width`]), scaled to length 1.
    ///
    /// # Errors
    /// If it is NaN, infinite or zero: then it has no direction, and an index must not learn it.
    pub(crate) fn direction(self, rows: &[f32], width: usize) -> Result<Vec<f32>, EmbedError> {
        match self {
            Pooling::Mean => sum_direction(rows, width),
            Pooling::Cls => sum_direction(rows.get(..width).unwrap_or_default(), width),
        }
    }
}

fn sum_direction(hidden: &[f32], width: usize) -> Result<Vec<f32>, EmbedError> {
    // The sum points where the mean does, so the division by the number of tokens is left out.
    let mut total = vec![0.0; width];
    let length = vectorised(
        #[inline(always)]
        |_| {
            for row in hidden.chunks_exact(width) {
                for (total, x) in total.iter_mut().zip(row) {
                    *total += x;
                }
            }
            sum_of(
                &total,
                #[inline(always)]
                |x| x * x,
            )
            .sqrt()
        },
    );
    if !(length.is_normal()) {
        return Err(EmbedError::NoDirection);
    }
    for x in &mut total {
        *x /= length;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pooled_then_length_one() {
        let vector = Pooling::Mean.direction(&[1.0, 0.0, 5.0, 8.0], 2).unwrap();
        assert_eq!(vector, [0.6, 0.8]);
        assert_eq!(Pooling::Cls.direction(&[3.0, 4.0, 5.0, 8.0], 2).unwrap(), [0.6, 0.8]);
    }

    #[test]
    fn no_direction_is_an_error() {
        for hidden in [&[f32::NAN, 1.0][..], &[f32::INFINITY, 1.0], &[0.0, 0.0], &[1.0, -1.0, -1.0, 1.0], &[]] {
            assert!(matches!(Pooling::Mean.direction(hidden, 2), Err(EmbedError::NoDirection)), "{hidden:?}");
        }
        for hidden in [&[f32::NAN, 1.0][..], &[0.0, 0.0, 1.0, 1.0], &[]] {
            assert!(matches!(Pooling::Cls.direction(hidden, 2), Err(EmbedError::NoDirection)), "{hidden:?}");
        }
    }
}
