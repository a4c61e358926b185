//! Mailbox providers by country: everyone's, and the country's own.

use super::{Country, figure, lines};

type Providers = Vec<(&'static str, f64)>;

pub(super) fn parse(text: &'static str, countries: &[Country]) -> Vec<Providers> {
    let mut table = lines(text).map(providers);
    let (_, _, everyone) = table.next().expect("the first line is everyone's");
    let rows: Vec<_> = table.collect();
    countries
        .iter()
        .map(|country| {
            let own =
                rows.iter().find(|row| row.0 == country.code).expect("a line for every country");
            // Weights of a country's line are in hundredths of all its mailboxes.
            let scaled = everyone.iter().map(|&(domain, weight)| (domain, weight * own.1));
            scaled.chain(own.2.iter().copied()).collect()
        })
        .collect()
}

fn providers(line: &'static str) -> (&'static str, f64, Providers) {
    let mut fields = line.split_whitespace();
    let code = fields.next().unwrap_or_default();
    let share = figure(fields.next().unwrap_or_default());
    let providers = fields
        .map(|field| {
            let (domain, weight) = field.split_once(':').expect("provider:weight");
            (domain, figure(weight))
        })
        .collect();
    (code, share, providers)
}
