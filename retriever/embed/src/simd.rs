//! One program for all CPUs of an architecture: a build for the oldest would leave the wide registers of newer ones idle, a build for the
//! newest wouldn't run on the others.

use rten_simd::{Isa, SimdOp};

/// Runs `loops` compiled for the best instruction set that the CPU has (AVX-512, AVX2, NEON, or portable), found at run time.
///
/// The compiler vectorises plain loops in it, which needs no intrinsics and no `unsafe` here. It reaches into what is inlined only: mark
/// the closure and everything that it calls in a loop `#[inline(always)]`.
#[inline]
pub(crate) fn vectorised<R>(loops: impl FnOnce(Cpu) -> R) -> R {
    Vectorised(loops).dispatch()
}

/// What the loops must know of the instruction set that they are compiled for; a constant to the compiler once it is inlined.
#[derive(Clone, Copy)]
pub(crate) struct Cpu {
    fused: bool,
}

impl Cpu {
    /// a · b + c, in one instruction where there is one. `f32::mul_add` alone is a library call, some fifty times slower, where there is
    /// none.
    #[inline(always)]
    pub(crate) fn mul_add(self, a: f32, b: f32, c: f32) -> f32 {
        if self.fused { a.mul_add(b, c) } else { a * b + c }
    }
}

struct Vectorised<F>(F);

impl<R, F: FnOnce(Cpu) -> R> SimdOp for Vectorised<F> {
    type Output = R;

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) -> R {
        // `rten-simd` chooses its registers of more than 16 bytes (AVX2, AVX-512) only along with FMA; NEON always has it.
        let fused = cfg!(target_arch = "aarch64") || size_of::<I::F32>() > 16;
        (self.0)(Cpu { fused })
    }
}

/// Width of the widest vector register in f32 (AVX-512). Rows whose length is a multiple of it have no scalar tail.
pub(crate) const LANES: usize = 16;
