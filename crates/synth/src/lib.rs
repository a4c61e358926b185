//! Seeded, labelled synthetic platforms and factories (files only), and the
//! evaluation that judges a scan against them.

pub mod eval;
