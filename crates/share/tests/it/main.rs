//! What leaves and what stays, told as small stories.
#![allow(clippy::unwrap_used)]

mod misp;
mod release;
mod story;
