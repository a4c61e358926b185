//! The numbers behind the drawing, for readers who do not see it, for counsel,
//! and for paper. It stands last so that nobody has to leaf through it.

use super::figures::Figures;
use super::volume_chart::{Layer, layers};
use super::words::{clock, day, grouped};
use maud::{Markup, html};

/// Sign-ups over time as a table.
pub(super) fn section(figures: &Figures) -> Markup {
    let buckets = figures.input.volume.buckets;
    if buckets.count == 0 {
        return html! {};
    }
    let layers = layers(figures);
    html! {
        section #numbers {
            h2 { "The numbers behind the drawing" }
            details {
                summary { "Sign-ups by " (buckets.unit()) ", " (buckets.count) " rows" }
                div.scroll role="region" aria-label="Sign-ups over time" tabindex="0" {
                    table.numbers {
                        thead { tr { th scope="col" { "From (UTC)" } @for layer in &layers { th.number scope="col" { (layer.label) } } th.number scope="col" { "All" } } }
                        tbody { @for index in 0..buckets.count { (row(&layers, index, &starts(buckets.start_of(index), buckets.width_ms))) } }
                        tfoot { (totals(&layers)) }
                    }
                }
            }
        }
    }
}

fn starts(ms: i64, width_ms: i64) -> String {
    if width_ms < 86_400_000 { format!("{} {}", day(ms), clock(ms)) } else { day(ms) }
}

fn row(layers: &[Layer], index: usize, start: &str) -> Markup {
    let counts = layers.iter().map(|layer| layer.counts[index]);
    html! {
        tr {
            th scope="row" { (start) }
            // A dot keeps the rare figures visible among many zeros.
            @for count in counts.clone() { td.number { @if count == 0 { "·" } @else { (grouped(count)) } } }
            td.number { (grouped(counts.sum())) }
        }
    }
}

fn totals(layers: &[Layer]) -> Markup {
    let sums = layers.iter().map(|layer| layer.counts.iter().sum::<u64>());
    html! {
        tr { th scope="row" { "All" } @for sum in sums.clone() { td.number { (grouped(sum)) } } td.number { (grouped(sums.sum())) } }
    }
}
