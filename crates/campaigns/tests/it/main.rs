//! Small stories through the whole engine: for each attack its benign
//! neighbour, and the properties that no result may break.
#![allow(missing_docs, clippy::unwrap_used)]

mod captcha;
mod properties;
mod stories;
mod town;
