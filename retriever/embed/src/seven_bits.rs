//! The arithmetic of CPUs without VNNI (AVX2), on whichever CPU the tests run: the default model with weights of seven bits against the vectors
//! that sentence-transformers computed in f32.
//!
//! What it can't reach is AVX2's own kernel: `rten-gemm` chooses its kernel by the CPU and lets nobody else do it. But with seven bits no sum
//! leaves i16, so that kernel's products are the same whole numbers as any other's, which `linear`'s tests hold where it runs.

use crate::cosine::cosine;
use crate::encoder::{Encoder, Role};
use crate::folder::ModelFolder;
use crate::model_folder::installed_model;
use crate::one_thread;
use crate::precision::{Arithmetic, Precision};
use crate::scratch::Scratch;

/// The least cosine and the mean that the AVX2 path is stated with.
const BARS: (f32, f32) = (0.985, 0.996);

#[derive(serde::Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

#[test]
fn seven_bits_are_close_to_every_reference_vector_needs_shared_data() {
    let Some(folder) = installed_model() else { return };
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    if !std::path::Path::new(file).is_dir() {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("SKIPPED: no shared data in {file}");
        }
        return;
    }
    let file = std::fs::read_to_string(format!("{file}/minilm_reference.jsonl")).unwrap();
    let references: Vec<Reference> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let folder = ModelFolder::open(&folder).unwrap();
    let encoder = Encoder::load_as(&folder, Precision::Int8, Arithmetic::HALVED).unwrap();
    let cosines = |encoder: &Encoder| -> Vec<f32> {
        let mut scratch = Scratch::default();
        let of = |Reference { text, vector }: &Reference| {
            let tokens = encoder.tokens(text, Role::Passage).unwrap();
            let mut found = encoder.embed_tokens(&mut scratch, &[tokens]).unwrap();
            cosine(&found.pop().unwrap().unwrap(), vector)
        };
        references.iter().map(of).collect()
    };
    let cosines = one_thread::other().unwrap().install(|| cosines(&encoder));
    let (least, mean) = (cosines.iter().copied().fold(1.0, f32::min), cosines.iter().sum::<f32>() / cosines.len() as f32);
    #[allow(clippy::print_stderr, reason = "the measured figure, beside the bar")]
    {
        eprintln!("seven bits, {} texts: cosine at least {least}, mean {mean}", cosines.len());
    }
    assert!(cosines.len() == 120 && least >= BARS.0 && mean >= BARS.1, "least {least}, mean {mean}");
}

/// The largest sum of two products that AVX2's instruction adds in i16.
#[test]
fn seven_bits_leave_room_in_16() {
    let Arithmetic::Int8 { largest } = Arithmetic::HALVED else { panic!("it is int8") };
    assert!(2 * i32::from(u8::MAX) * i32::from(largest) <= i32::from(i16::MAX));
    assert!(2 * i32::from(u8::MAX) * i32::from(largest + 2) > i32::from(i16::MAX), "one bit is given up, no more");
}
