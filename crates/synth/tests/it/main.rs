//! Tests of the generator and the evaluation, as small stories.

mod eval;
