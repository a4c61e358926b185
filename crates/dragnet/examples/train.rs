//! try
#![allow(clippy::unwrap_used, clippy::print_stdout)]
#[path = "../src/commands/train.rs"]
mod train;
#[derive(clap::Parser)]
struct P { #[command(flatten)] a: train::Args }
fn main() { let p = <P as clap::Parser>::parse(); train::run(&p.a).unwrap(); }
