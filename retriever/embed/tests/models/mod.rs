//! What the encoder's tests share.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod model_folder;
pub(crate) mod naive_bert;

pub(crate) mod tiny_bert;
