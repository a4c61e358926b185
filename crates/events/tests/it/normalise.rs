//! Normal forms: tables of edge cases, and what holds for any text.

mod email;
mod ip;
mod name;
mod phone;
mod user_agent;
