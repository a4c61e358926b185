//! `dragnet share`: what partners send, however badly.

mod badly;
