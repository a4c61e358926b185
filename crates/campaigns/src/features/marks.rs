//! Marks that a sign-up bears by itself, whoever else there is.

use crate::oddity::oddness;
use signals::{Kind, Table, captcha, naming, network, table::hash};

/// Inconsistencies and marks of every row.
pub struct Marks {
    /// TLS hello against the browser that the user agent names.
    pub tls: Vec<f32>,
    pub(super) fingerprint: Vec<f32>,
    pub(super) language: Vec<f32>,
    pub(super) elsewhere: u32,
    pub(super) random: u32,
    pub(super) hosting: u32,
    pub(super) relays: [u32; 2],
}

impl Marks {
    /// Computes the marks of `table`.
    pub fn of(table: &Table) -> Self {
        let agent = table.column(Kind::Agent);
        let network = |words| hash(Kind::NetworkKind, words);
        Self {
            tls: oddness(table.column(Kind::Ja4), agent),
            fingerprint: oddness(table.column(Kind::Fingerprint), table.column(Kind::Platform)),
            language: oddness(table.column(Kind::Language), table.column(Kind::Country)),
            elsewhere: hash(Kind::Redeem, captcha::ELSEWHERE),
            random: hash(Kind::Nature, naming::RANDOM),
            hosting: network(network::HOSTING),
            relays: [network(network::RELAY), network(network::TOR)],
        }
    }
}
