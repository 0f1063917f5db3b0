//! One program for all CPUs of an architecture: a build for the oldest would leave the wide registers of newer ones idle, a build for the
//! newest wouldn't run on the others.

use rten_simd::{Isa, SimdOp};

/// Runs `loops` compiled for the best instruction set that the CPU has (AVX-512, AVX2, NEON, or portable), found at run time.
///
/// The compiler vectorises plain loops in it, which needs no intrinsics and no `unsafe` here. It reaches into what is inlined only: mark
/// the closure and everything that it calls in a loop `#[inline(always)]`.
#[inline]
pub(crate) fn vectorised<R>(loops: impl FnOnce() -> R) -> R {
    Vectorised(loops).dispatch()
}

struct Vectorised<F>(F);

impl<R, F: FnOnce() -> R> SimdOp for Vectorised<F> {
    type Output = R;

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) -> R {
        (self.0)()
    }
}

/// Width of the widest vector register in f32 (AVX-512). Rows whose length is a multiple of it have no scalar tail.
pub(crate) const LANES: usize = 16;
