//! Reference tables of the generator: countries, networks, mailbox providers,
//! names, words. Text files beside the code, so that a new country is a line.
//! Nothing here is drawn: the tables are the same in every world.

mod country;
mod mail;
mod names;
mod network;
mod words;

pub(crate) use country::Country;
pub(crate) use names::{Part, Tongue};
pub(crate) use network::{Kind, Network};
pub(crate) use words::Words;

use std::sync::OnceLock;

/// All tables, parsed once.
pub(crate) struct Atlas {
    pub(crate) countries: Vec<Country>,
    pub(crate) tongues: Vec<Tongue>,
    pub(crate) networks: Vec<Network>,
    /// By country: (domain, weight).
    pub(crate) mail: Vec<Vec<(&'static str, f64)>>,
    pub(crate) words: Words,
}

impl Atlas {
    pub(crate) fn get() -> &'static Self {
        static ATLAS: OnceLock<Atlas> = OnceLock::new();
        ATLAS.get_or_init(Self::parse)
    }

    fn parse() -> Self {
        let tongues = names::parse(include_str!("names.txt"));
        let countries = country::parse(include_str!("countries.txt"), &tongues);
        let networks = network::parse(include_str!("networks.txt"), &countries);
        let mail = mail::parse(include_str!("mail.txt"), &countries);
        let words = words::parse(include_str!("words.txt"));
        Self { countries, tongues, networks, mail, words }
    }

    pub(crate) fn country(&self, code: &str) -> Option<usize> {
        self.countries.iter().position(|country| country.code == code)
    }
}

/// The lines of a table, without comments and blanks.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A figure of a table. The tables are part of the program and parsed in every
/// test, so a wrong one cannot reach a user.
fn figure(text: &str) -> f64 {
    text.parse().expect("a figure: the tables are compiled in and tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_complete() {
        let atlas = Atlas::get();
        assert!(atlas.countries.len() >= 40);
        for (index, country) in atlas.countries.iter().enumerate() {
            let kinds =
                |kind| atlas.networks.iter().filter(move |n| n.country == index && n.kind == kind);
            assert!(kinds(Kind::Fixed).count() > 0, "{} has no fixed line", country.code);
            assert!(kinds(Kind::Mobile).count() > 0, "{} has no carrier", country.code);
            assert!(!atlas.mail[index].is_empty());
            let longest = country.prefixes.iter().map(|p| p.len()).max();
            assert!(
                longest.is_some_and(|longest| longest < country.national_digits),
                "{}",
                country.code
            );
        }
        for kind in [Kind::Hosting, Kind::Vpn, Kind::Relay, Kind::Campus] {
            assert!(atlas.networks.iter().filter(|n| n.kind == kind).count() >= 3);
        }
    }

    #[test]
    fn latin_forms_are_ascii() {
        for tongue in &Atlas::get().tongues {
            for part in tongue.parts() {
                assert!(part.latin.bytes().all(|b| b.is_ascii_lowercase()), "{}", part.latin);
            }
        }
    }
}
