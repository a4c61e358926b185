//! Stories of `stix`, as a caller sees it: texts in, objects, findings and matches out.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod bundles;
mod converted;
mod hostile;
mod ids;
mod lossless;
mod markings;
mod patterns;
mod peers;
mod real;
mod refs;
mod times;
mod validity;
mod versions;
