//! Tests of the generator and the evaluation, as small stories.
#![allow(clippy::unwrap_used)]

mod aftermath;
mod eval;
mod files;
mod generate;
mod wave;
