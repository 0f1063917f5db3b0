//! From one vector per token to one per text, by their mean, as the default model was trained; [CLS] alone suits other models.

use crate::error::EmbedError;
use crate::math::sum_of;
use crate::simd::vectorised;

/// The mean of the rows of `hidden` ([tokens, `width`], [CLS] and [SEP] included), scaled to length 1.
///
/// # Errors
/// If the mean is NaN, infinite or zero: then it has no direction, and an index must not learn it.
pub(crate) fn mean_direction(hidden: &[f32], width: usize) -> Result<Vec<f32>, EmbedError> {
    // The sum points where the mean does, so the division by the number of tokens is left out.
    let mut total = vec![0.0; width];
    let length = vectorised(
        #[inline(always)]
        || {
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
    fn mean_then_length_one() {
        let vector = mean_direction(&[1.0, 0.0, 5.0, 8.0], 2).unwrap();
        assert_eq!(vector, [0.6, 0.8]);
    }

    #[test]
    fn no_direction_is_an_error() {
        for hidden in [&[f32::NAN, 1.0][..], &[f32::INFINITY, 1.0], &[0.0, 0.0], &[1.0, -1.0, -1.0, 1.0], &[]] {
            assert!(matches!(mean_direction(hidden, 2), Err(EmbedError::NoDirection)), "{hidden:?}");
        }
    }
}
